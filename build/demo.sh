#!/usr/bin/env bash
# Three agents on this machine, on 127.0.0.1, .2 and .3, with nothing but the Directory backend: founds a cluster, makes a
# volume, writes to it, shows copies, moves its writer to another node, shows metrics. Stays until Ctrl-C; --exit ends after the show.
# As root it also runs a service that writes on a cluster store of etcd, kills everything of its node, and shows the failover with its times.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. build/install.sh
stay=true
[ "${1:-}" = --exit ] && stay=false

[ "$(id -u)" != 0 ] || install etcd-server resource-agents fence-agents || echo "warning: could not install what failover is shown with" >&2
echo "building ..."
dotnet build agent/Daemon/Daemon.csproj -c Release -v quiet
dotnet build plugins/Directory/Directory.csproj -c Release -v quiet
agent=$PWD/artifacts/bin/Daemon/release/nodeagent
home=$(mktemp -d "${TMPDIR:-/tmp}/nodeagent-demo.XXXXXX")
mkdir -p "$home/plugins/directory"
cp artifacts/bin/Directory/release/* "$home/plugins/directory/"
pids=() members=()
stop() {
  trap - EXIT INT TERM
  for n in 1 2 3; do kill_writer "$n"; done
  [ ${#pids[@]} -eq 0 ] || kill -9 "${pids[@]}" "${members[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$home"
}
trap stop EXIT
trap 'stop; exit 130' INT TERM

kill_writer() { [ ! -s "$home/n$1/writer.pid" ] || kill -9 "$(cat "$home/n$1/writer.pid")" 2> /dev/null || true; }
can_fail_over() {
  command -v etcd > /dev/null && [ -x /usr/sbin/fence_dummy ] && [ -x /usr/lib/ocf/resource.d/heartbeat/anything ] && [ "$(id -u)" = 0 ]
}
node() { local n=$1; shift; "$agent" --socket "$home/n$n/control.sock" "$@"; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '\n$ nodeagent %s\n' "$*"; node 1 "$@"; }

# quietly COMMAND...: what it says is seen only if it fails.
quietly() { "$@" 2> "$home/said" || { cat "$home/said" >&2; return 1; }; }

# await SECONDS WHAT COMMAND...: a show that waits for ever tells nothing.
await() {
  local tries=$(($1 * 5)) what=$2
  shift 2
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "waited in vain until $what; the agents' logs:" >&2; tail -n 20 "$home"/n?/log >&2; exit 1; }
    sleep 0.2
  done
}
web_runs() { node 1 service list | grep -q running; }
survivor_writes() { tail -n1 "$home/acknowledged" | grep -qv ' n2 '; }

failover=false
if can_fail_over; then
  failover=true
  say "Starting a cluster store of three etcd members"
  cluster=n1=http://127.0.0.1:7412,n2=http://127.0.0.2:7412,n3=http://127.0.0.3:7412
  for n in 1 2 3; do
    etcd --name "n$n" --data-dir "$home/etcd$n" --initial-cluster "$cluster" --heartbeat-interval 50 --election-timeout 500 \
      --listen-client-urls "http://127.0.0.$n:7411" --advertise-client-urls "http://127.0.0.$n:7411" \
      --listen-peer-urls "http://127.0.0.$n:7412" --initial-advertise-peer-urls "http://127.0.0.$n:7412" > "$home/etcd$n.log" 2>&1 &
    members+=($!)
  done
  # What the service runs: writes a number, lets the disk confirm it, then acknowledges it.
  cat > "$home/writer" <<'WRITER'
#!/bin/bash
[ -n "${OWN_SESSION:-}" ] || OWN_SESSION=1 exec setsid "$0" "$@"
number=$(tail -n1 "$2" 2> /dev/null | cut -d' ' -f1)
while :; do
  number=$((number + 1))
  printf '%-15s\n' "$number" | dd of="$1" bs=16 seek=$((524288 + number)) conv=notrunc,fsync status=none || exit 1
  echo "$number $3 $EPOCHREALTIME" >> "$2"
  sleep 0.05
done
WRITER
  chmod +x "$home/writer"
else
  say "No failover in this show: it needs root, etcd-server, resource-agents and fence-agents"
fi

# The services of a node's configuration; each node has its own power switch, which is only a file here.
failover_yaml() {
  $failover || return 0
  cat << YAML
store: { endpoints: ["http://127.0.0.1:7411", "http://127.0.0.2:7411", "http://127.0.0.3:7411"] }
services:
  - name: web
    units: ["local:db"]
    nodes: [n1, n2, n3]
    parts:
      - name: writer
        kind: ocf
        what: heartbeat:anything
        parameters:
          binfile: $home/writer
          cmdline_options: $home/n$1/volumes/db/volumes/data $home/acknowledged n$1
          pidfile: $home/n$1/writer.pid
          logfile: $home/n$1/writer.log
fencing:
YAML
  for other in 1 2 3; do
    [ "$other" = "$1" ] || echo "  - { name: n$other-power, node: n$other, agent: fence_dummy, options: { type: file, status_file: $home/n$other/power } }"
  done
}

say "Starting three agents"
for n in 1 2 3; do
  mkdir -p "$home/n$n/volumes"
  printf on > "$home/n$n/power"
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
$(failover_yaml "$n")
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
quietly node 1 cluster init
for n in 2 3; do
  quietly node 1 cluster token | node "$n" cluster join --token-file -
done

say "A volume on n1 with copies on n2 and n3, brought up to date every 5 seconds"
show volume create db --size 64MiB --replicate-to n2,n3 --every 5s
path=$(node 1 volume list -o json | python3 -c 'import json,sys; print(json.load(sys.stdin)["units"][0]["volumes"][0]["path"])' 2>/dev/null || echo "$home/n1/volumes/db/volumes/data")
if $failover; then
  say "Service web runs on it: a program that writes a number, waits for the disk, and acknowledges it"
  await 60 "the service runs" web_runs
  sleep 12
  show status
  show what-if node-down n1

  say "A planned move: the service goes to n2 and nothing is lost"
  show service move web --to n2
  sleep 11
  show service list

  say "Now everything of n2 is killed at once: its agent, its program, its etcd member"
  kill -9 "${pids[1]}" "${members[1]}"
  kill_writer 2
  killed=$EPOCHREALTIME
  last=$(grep -c . "$home/acknowledged")
  echo "killed; $last writes were acknowledged until then"
  await 60 "a survivor writes" survivor_writes
  read -r number survivor at < <(grep -v ' n2 ' "$home/acknowledged" | awk -v killed="$killed" '$3 > killed' | head -1)
  awk -v a="$at" -v k="$killed" -v s="$survivor" 'BEGIN { printf "%s acknowledged the first write %.1f s later\n", s, a - k }'
  show history
  show explain web
  show status

  say "n2 comes back: its agent sees that another node writes, and keeps a copy from now on"
  printf on > "$home/n2/power"
  etcd --name n2 --data-dir "$home/etcd2" --listen-client-urls http://127.0.0.2:7411 --advertise-client-urls http://127.0.0.2:7411 \
    --listen-peer-urls http://127.0.0.2:7412 --initial-advertise-peer-urls http://127.0.0.2:7412 >> "$home/etcd2.log" 2>&1 &
  members[1]=$!
  "$agent" daemon --config "$home/n2/nodeagent.yaml" --conf-d "$home/none" >> "$home/n2/log" 2>&1 &
  pids[1]=$!
  sleep 15
  show status
  show history n2
else
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

fi

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
