#!/bin/sh
# plugin-id.sh FOLDER NAME: the id in the folder's manifest; the project's name in lower case if there is none yet.
set -eu
manifest=$1/nodeagent.plugin.json
id=
if [ -f "$manifest" ]; then
    id=$(sed -n 's/.*"id"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' "$manifest" | head -n 1)
fi
if [ -z "$id" ]; then
    id=$(echo "$2" | tr '[:upper:]' '[:lower:]')
fi
case $id in
    *[!a-z0-9._-]* | .* | *..*) echo "$manifest: '$id' is not a plugin id" >&2; exit 1 ;;
esac
echo "$id"
