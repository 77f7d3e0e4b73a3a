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
# Only where asked for: the plugin is not finished, and librbd runs inside the process of all tests, which it ended once.
if [ "${NODEAGENT_CEPH:-}" = 1 ]; then
  install ceph-mon ceph-mgr ceph-osd ceph-common || \
    echo "warning: could not install Ceph; the tests of its plugin against a real cluster will be skipped" >&2
fi
bash build/guard.sh || echo "warning: the guard could not be compiled; its tests will be skipped" >&2

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
dotnet build NodeAgent.sln -c Release -v quiet
status=0
arguments=(test tests/Tests/Tests.csproj -c Release --no-build --results-directory "$results" --logger "trx;LogFileName=tests.trx")
[ $# -eq 0 ] || arguments+=(--filter "$1")
dotnet "${arguments[@]}" || status=$?

# The summary comes from the results themselves, so that it cannot disagree with them.
python3 - "$results/tests.trx" <<'PYTHON'
import sys, xml.etree.ElementTree as tree
space = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}
try:
    root = tree.parse(sys.argv[1]).getroot()
except OSError:
    print("0 passed, 1 failed, 0 skipped")
    sys.exit(0)
passed = failed = skipped = 0
for result in root.iterfind(".//t:UnitTestResult", space):
    outcome = result.get("outcome")
    if outcome == "Passed":
        passed += 1
    elif outcome in ("NotExecuted", "Inconclusive"):
        skipped += 1
        text = result.find(".//t:Message", space)
        print(f"skipped: {result.get('testName')}: {text.text.strip() if text is not None and text.text else 'no reason given'}")
    else:
        failed += 1
        print(f"failed: {result.get('testName')}")
print(f"{passed} passed, {failed} failed, {skipped} skipped")
PYTHON
exit $status
