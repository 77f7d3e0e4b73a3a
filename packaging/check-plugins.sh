#!/bin/sh
# check-plugins.sh BUILD: a plugin must not bring what the host gives it; a second Contract would share no type.
set -eu
bad=0
for plugin in "$1"/plugins/*/; do
    for file in "$plugin"*.dll; do
        name=$(basename "$file")
        if [ -e "$1/daemon/$name" ] && { [ "$name" = NodeAgent.Contract.dll ] || case $name in System.* | Microsoft.* | mscorlib.dll | netstandard.dll) true ;; *) false ;; esac; }; then
            echo "error: $plugin brings $name, which comes from the host. Reference it with Private=false." >&2
            bad=1
        fi
    done
    if [ ! -f "${plugin}nodeagent.plugin.json" ]; then
        echo "warning: ${plugin}nodeagent.plugin.json is missing; the host will not load this plugin" >&2
    fi
done
exit $bad
