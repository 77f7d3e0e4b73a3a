#!/bin/bash
# publish.sh OUT: the driver with its runtime, for nodes of the lab. In a copy of the tree: locking packages for one
# platform would change the lock files.
set -euo pipefail
root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")"); out=$(mkdir -p "$1" && readlink -f "$1")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$root"
cp -a Directory.*.props Directory.Build.targets global.json build "$work/" 
mkdir -p "$work/agent" "$work/plugins" "$work/tests"
cp -a agent/Contract agent/Core agent/Linux agent/Cluster "$work/agent/"
cp -a plugins/NvmeMirror plugins/Synchronous "$work/plugins/"
cp -a tests/MirrorDriver "$work/tests/"
find "$work" -name packages.lock.json -delete
cd "$work"
dotnet publish tests/MirrorDriver -c Release -r linux-x64 --self-contained true --disable-build-servers -v quiet --nologo \
  -p:PublishReadyToRun=true -p:PublishTrimmed=true -p:TrimMode=partial -p:RestoreLockedMode=false -p:RunAnalyzers=false \
  -p:DebugType=none -p:GenerateDocumentationFile=false -o "$out"
