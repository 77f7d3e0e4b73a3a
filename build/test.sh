#!/usr/bin/env bash
# Builds everything and runs all tests. What could not run is counted as skipped and named with its reason.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. build/install.sh
install etcd-server || echo "warning: could not install etcd; the tests of the cluster store against it will be skipped" >&2
install prometheus python3-prometheus-client python3 || \
  echo "warning: could not install the judges of metrics; their tests will be skipped" >&2
install xfsprogs btrfs-progs || \
  echo "warning: could not install the tools of file systems that share blocks; the tests on them will be skipped" >&2
install systemd-container dbus-daemon python3-dbus python3-gi fence-agents resource-agents || \
  echo "warning: could not install what services and fencing are tried with; their tests will be skipped" >&2
install ceph-mon ceph-mgr ceph-osd ceph-common rbd-mirror || \
  echo "warning: could not install Ceph; the tests of its plugin against a real cluster will be skipped" >&2
bash build/guard.sh || echo "warning: the guard could not be compiled; its tests will be skipped" >&2

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
dotnet build NodeAgent.sln -c Release -v quiet
running=()
summary=()
status=0

# start NAME FILTER SECONDS: a process of its own. What is in it can end it, and only it.
start() {
  timeout --kill-after=20 "$3" dotnet test tests/Tests/Tests.csproj -c Release --no-build --results-directory "$results" \
    --logger "trx;LogFileName=$1.trx" --filter "${wanted:+($wanted)&}$2" &
  running+=("$1:$!")
}

wanted=${1:-}
# Side by side, as both wait more than they compute. What runs in the background does not see Ctrl-C by itself.
trap 'kill $(jobs -p) 2>/dev/null; wait; exit 130' INT TERM
start main "TestCategory!=RealCeph" 1800
# librbd runs inside the process that tests the plugin, and ends it if it aborts.
start ceph "TestCategory=RealCeph&FullyQualifiedName!~SiteMirror" 1800
# Two clusters of their own, and as long as all others together.
start sites "TestCategory=RealCeph&FullyQualifiedName~SiteMirror" 1800
for one in "${running[@]}"; do
  code=0
  wait "${one#*:}" || code=$?
  summary+=("${one%:*}=$code:$results/${one%:*}.trx")
  [ "$code" -eq 0 ] || status=$code
done
python3 build/summary.py "${summary[@]}"
exit $status
