#!/bin/bash
# try-plugin.sh: what an author of a plugin does, with the packages that would be published: NodeAgent.Contract and
# NodeAgent.Conformance, "nodeagent plugin new", which takes them along, its build, its tests, "nodeagent plugin verify".
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
work=$(mktemp -d "${TMPDIR:-/tmp}/nodeagent-plugin.XXXXXX")
trap 'rm -rf "$work"' EXIT

# quiet WHAT COMMAND...: its output only if it fails.
quiet() {
    local what=$1
    shift
    if ! "$@" > "$work/log" 2>&1; then
        cat "$work/log" >&2
        echo "FAILED: $what: $*" >&2
        exit 1
    fi
    echo "ok: $what"
}

build=(--disable-build-servers -c Release -p:RunAnalyzers=false --nologo)
quiet "the agent is built" dotnet build "$root/agent/Daemon/Daemon.csproj" "${build[@]}"
for project in Contract Conformance; do
    quiet "NodeAgent.$project is packed" dotnet pack "$root/agent/$project/$project.csproj" "${build[@]}" -o "$work/feed"
done

# Only what the new plugin brings along and what the house's own tests use: nothing is asked of any other feed.
quiet "what the tests use is there" dotnet restore "$root/tests/Tests/Tests.csproj" --disable-build-servers
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
export NUGET_PACKAGES=$work/packages
mkdir "$work/demo"
cat > "$work/nuget.config" << XML
<configuration>
  <packageSources><clear /></packageSources>
  <fallbackPackageFolders><clear /><add key="cache" value="$cache" /></fallbackPackageFolders>
</configuration>
XML
agent=$root/artifacts/bin/Daemon/release/nodeagent
quiet "plugin new" "$agent" plugin new demo --dir "$work/demo" --packages "$work/feed"
cd "$work/demo"
quiet "the tests of the new plugin pass" dotnet test tests --disable-build-servers
quiet "the new plugin is published" dotnet publish src -o "$work/out" --disable-build-servers
if [ -e "$work/out/NodeAgent.Contract.dll" ]; then
    echo "FAILED: the published folder has a contract of its own" >&2
    exit 1
fi
quiet "the agent verifies it on real storage" "$agent" plugin verify "$work/out" --live --option "path={folder}"
