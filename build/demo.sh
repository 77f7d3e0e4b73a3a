#!/usr/bin/env bash
# Three agents on this machine, on 127.0.0.1, .2 and .3, with nothing but the Directory backend: founds a cluster, makes a
# volume, writes to it, shows copies, moves its writer to another node, shows metrics. Stays until Ctrl-C; --exit ends after the show.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
stay=true
[ "${1:-}" = --exit ] && stay=false

echo "building ..."
dotnet build agent/Daemon/Daemon.csproj -c Release -v quiet
dotnet build plugins/Directory/Directory.csproj -c Release -v quiet
agent=$PWD/artifacts/bin/Daemon/release/nodeagent
home=$(mktemp -d "${TMPDIR:-/tmp}/nodeagent-demo.XXXXXX")
mkdir -p "$home/plugins/directory"
cp artifacts/bin/Directory/release/* "$home/plugins/directory/"
pids=()
stop() {
  trap - EXIT INT TERM
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$home"
}
trap stop EXIT
trap 'stop; exit 130' INT TERM

node() { local n=$1; shift; "$agent" --socket "$home/n$n/control.sock" "$@"; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '\n$ nodeagent %s\n' "$*"; node 1 "$@"; }

say "Starting three agents"
for n in 1 2 3; do
  mkdir -p "$home/n$n/volumes"
  cat > "$home/n$n/nodeagent.yaml" <<YAML
node: { name: n$n }
state: $home/n$n/state
socket: $home/n$n/control.sock
networks:
  - { name: demo, address: 127.0.0.$n }
peers: { port: 7400, networks: [demo] }
metrics: { listen: "127.0.0.$n:9440" }
plugins: { path: $home/plugins, require_root_owned: false }
backends:
  - { id: local, plugin: directory, options: { path: $home/n$n/volumes } }
YAML
  "$agent" daemon --config "$home/n$n/nodeagent.yaml" --conf-d "$home/none" > "$home/n$n/log" 2>&1 &
  pids+=($!)
done
for n in 1 2 3; do
  for _ in $(seq 300); do
    node "$n" status > /dev/null 2>&1 && continue 2
    kill -0 "${pids[$((n - 1))]}" 2>/dev/null || { cat "$home/n$n/log" >&2; exit 1; }
    sleep 0.1
  done
  echo "agent n$n does not answer; its log:" >&2
  cat "$home/n$n/log" >&2
  exit 1
done

say "Founding a cluster on n1; n2 and n3 join with one-time tokens"
node 1 cluster init 2> /dev/null
for n in 2 3; do
  node 1 cluster token 2> /dev/null | node "$n" cluster join --token-file -
done

say "A volume on n1 with copies on n2 and n3, brought up to date every 5 seconds"
show volume create db --size 64MiB --replicate-to n2,n3 --every 5s
path=$(node 1 volume list -o json | python3 -c 'import json,sys; print(json.load(sys.stdin)["units"][0]["volumes"][0]["path"])' 2>/dev/null || echo "$home/n1/volumes/db/volumes/data")
say "Writing 8 MiB to it"
dd if=/dev/urandom of="$path" bs=1M count=8 conv=notrunc,fsync status=none
show replication run db
show status

say "The copies are equal"
for n in 1 2 3; do
  find "$home/n$n/volumes/db/snapshots" -type f -name data -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2- | xargs sha256sum |
    sed "s|  .*|  newest snapshot on n$n|"
done

say "A planned move: n2 becomes the writer, n1 keeps a copy"
show switchover db --to n2 --plan
show switchover db --to n2
say "Writing 4 MiB on n2, where the same volume is now"
dd if=/dev/urandom of="$home/n2/volumes/db/volumes/data" bs=1M count=4 seek=8 conv=notrunc,fsync status=none
node 2 replication run db
sleep 4 # Until n1 has heard it from n2.
show status

say "What Prometheus sees (http://127.0.0.1:9440/metrics)"
exec 3<> /dev/tcp/127.0.0.1/9440
printf 'GET /metrics HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n' >&3
grep -aE '^nodeagent_(unit_writer|replication_recovery_point|replication_sent_bytes|copy_state.* 1$|switchover_duration_seconds_(sum|count))' <&3 | tr -d '\r' || true
exec 3<&-

if $stay; then
  say "Yours to play with, until Ctrl-C:"
  echo "  export NODEAGENT_SOCKET=$home/n1/control.sock"
  echo "  $agent status --watch"
  echo "  curl http://127.0.0.1:9440/metrics"
  wait
fi
say "Done."
