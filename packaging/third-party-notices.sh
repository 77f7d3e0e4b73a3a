#!/bin/sh
# third-party-notices.sh BUILD: the notices of the runtime packs that were published, once each.
set -eu
config=$1/daemon/nodeagent.runtimeconfig.json
version=$(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' "$config" | head -n 1)
for pack in microsoft.netcore.app.runtime.linux-x64 microsoft.aspnetcore.app.runtime.linux-x64; do
    folder=$NUGET_PACKAGES/$pack/$version
    echo "==== $pack $version"
    echo
    for notice in LICENSE.TXT LICENSE.txt THIRD-PARTY-NOTICES.TXT ThirdPartyNotices.txt; do
        if [ -f "$folder/$notice" ]; then
            tr -d '\r' < "$folder/$notice"
            echo
        fi
    done
done
