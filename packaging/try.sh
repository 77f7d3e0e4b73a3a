#!/bin/bash
# try.sh [DEB]: installs, upgrades, removes and purges the package in a fresh Debian 13, as root.
#
# systemd does not run there. A stand-in for systemctl says "active", so that the scripts take the way that they take
# on a node. Booting the real thing is the lab's part.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
deb=${1:-$(find "$root/artifacts/deb" -name 'nodeagent_*_amd64.deb' -printf '%T@ %p\n' 2> /dev/null | sort -n | tail -n 1 | cut -d ' ' -f 2-)}
if [ "$(id -u)" != 0 ] || [ -z "$deb" ]; then
    echo "usage: $0 [DEB], as root; build one with packaging/pack.sh" >&2
    exit 2
fi
command -v mmdebstrap > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends mmdebstrap > /dev/null

cache=$root/artifacts/deb-try/trixie.tar
work=$(mktemp -d "${TMPDIR:-/tmp}/nodeagent-try.XXXXXX")
node=$work/node
cleanup() {
    umount "$node/var/lib/nodeagent/mounted" "$node/proc" 2> /dev/null || true
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT

if [ ! -f "$cache" ]; then
    mkdir -p "$(dirname "$cache")"
    mmdebstrap --quiet --variant=minbase --include=systemd,libssl3t64,ca-certificates,lintian,man-db,groff,mandoc,bash-completion trixie "$work/new.tar"
    mv "$work/new.tar" "$cache"
fi
mkdir "$node"
tar -xf "$cache" -C "$node"
mount -t proc proc "$node/proc"

# The next version is the same content under another name: what the scripts do is what is tried.
cp "$deb" "$node/root/this.deb"
version=$(dpkg-deb --field "$deb" Version)
for other in "$version+next" "$version~before"; do
    dpkg-deb --raw-extract "$deb" "$work/other"
    sed -i "s/^Version: .*/Version: $other/" "$work/other/DEBIAN/control"
    sed -i "s/\"$version\"/\"$other\"/; s/version $version /version $other /" "$work/other/DEBIAN/preinst" "$work/other/DEBIAN/postinst"
    dpkg-deb --root-owner-group -Zgzip --build "$work/other" "$node/root/${other##*[+~]}.deb" > /dev/null
    rm -r "$work/other"
done

checks=0
in_node() { chroot "$node" env PATH=/usr/local/bin:/usr/sbin:/usr/bin DEBIAN_FRONTEND=noninteractive "$@"; }
check() { # check WHAT COMMAND...
    local what=$1
    shift
    if ! "$@" > "$work/out" 2>&1; then
        echo "FAILED: $what: $*" >&2
        cat "$work/out" >&2
        exit 1
    fi
    checks=$((checks + 1))
    echo "ok: $what"
}
refused() { # refused WHAT TEXT COMMAND...
    local what=$1 text=$2
    shift 2
    if "$@" > "$work/out" 2>&1 || ! grep -q -- "$text" "$work/out"; then
        echo "FAILED: $what was not refused with '$text'" >&2
        cat "$work/out" >&2
        exit 1
    fi
    checks=$((checks + 1))
    echo "ok: $what is refused"
}

check "lintian of Debian 13 finds nothing" in_node lintian --allow-root --fail-on error,warning /root/this.deb
check "install" in_node dpkg --install /root/this.deb
check "the program runs" in_node nodeagent --version
if in_node nodeagent --help 2>/dev/null | grep -q '^  config '; then
    check "the installed configuration is valid" in_node nodeagent config check
else
    echo "SKIPPED: the installed configuration is valid: this build has no 'config check'"
fi
check "the unit is valid" in_node systemd-analyze verify /usr/lib/systemd/system/nodeagent.service /usr/lib/systemd/system/nodeagent.slice
check "the guard's unit is valid" in_node systemd-analyze verify /usr/lib/systemd/system/nodeagent-guard.service
check "the guard's exposure" in_node systemd-analyze security --offline=true --threshold=20 nodeagent-guard.service
check "the guard runs" in_node sh -c '/usr/lib/nodeagent/nodeagent-guard --help 2>&1 | grep -q longest-lease'
check "the guard waits until it is needed" in_node sh -c '! systemctl is-enabled nodeagent-guard.service'
check "the unit's exposure" in_node systemd-analyze security --offline=true --threshold=65 nodeagent.service
check "the unit is enabled" in_node systemctl is-enabled nodeagent.service
check "the group exists" in_node getent group nodeagent
check "the state folder is root's alone" in_node sh -c 'test "$(stat -c %a:%U /var/lib/nodeagent)" = 700:root'
check "the manual pages are clean" in_node sh -c 'test -z "$(cd /usr/share/man && for page in man8/nodeagent.8.gz man8/nodeagent-guard.8.gz man5/nodeagent.yaml.5.gz man5/nodeagent-simulate.5.gz; do zcat $page | groff -t -man -Tutf8 -ww -z 2>&1; zcat $page | mandoc -T lint -W warning 2>&1; done)"'
check "the completion loads" in_node bash -c '. /usr/share/bash-completion/completions/nodeagent && complete -p nodeagent'
check "no plugin brings the contract" in_node sh -c '! find /usr/lib/nodeagent/plugins -name NodeAgent.Contract.dll | grep .'

# From here on the package believes that the agent runs.
mkdir -p "$node/run/systemd/system" "$node/run/nodeagent"
printf '#!/bin/sh\necho "$*" >> /root/systemctl.log\n' > "$node/usr/local/bin/systemctl"
chmod 0755 "$node/usr/local/bin/systemctl"

echo 'log: { level: debug }' > "$node/etc/nodeagent/nodeagent.yaml"
check "upgrade with an edited configuration" in_node dpkg --force-confold --install /root/next.deb
check "the edited configuration stays" grep -q debug "$node/etc/nodeagent/nodeagent.yaml"
check "the flag names the version that runs" in_node sh -c "test \"\$(cat /run/nodeagent/restart-required)\" = '$version'"
check "the upgrade neither stopped nor restarted" in_node sh -c '! grep -E "stop|restart" /root/systemctl.log'
check "going back" in_node dpkg --force-confold --install /root/this.deb
check "the flag still names the version that runs" in_node sh -c "test \"\$(cat /run/nodeagent/restart-required)\" = '$version'"
echo "$version" > "$node/var/lib/nodeagent/oldest-version"
refused "a downgrade that cannot read the state" "cannot read the state" in_node dpkg --install /root/before.deb
check "the package is still whole" in_node sh -c "test \"\$(dpkg-query -W -f '\${Version} \${Status}' nodeagent)\" = '$version install ok installed'"

touch "$node/run/nodeagent/holds-resources"
refused "removal while units are held" "still serves units" in_node dpkg --remove nodeagent
check "a refused removal stopped nothing" in_node sh -c '! grep -w stop /root/systemctl.log'
rm "$node/run/nodeagent/holds-resources"
mkdir -p "$node/var/lib/nodeagent/volumes/db" "$node/var/lib/nodeagent/journal" "$node/var/lib/nodeagent/mounted" "$node/etc/nodeagent/conf.d"
echo data > "$node/var/lib/nodeagent/volumes/db/disk"
echo state > "$node/var/lib/nodeagent/journal/1"
mkdir -p "$node/var/lib/nodeagent/tune"
echo '{}' > "$node/var/lib/nodeagent/tune/kept.json"
mount -t tmpfs tmpfs "$node/var/lib/nodeagent/mounted"
echo data > "$node/var/lib/nodeagent/mounted/disk"
echo 'log: {}' > "$node/etc/nodeagent/conf.d/a.yaml"
check "removal" in_node dpkg --remove nodeagent
check "removal stopped the agent" in_node grep -w stop /root/systemctl.log
check "removal keeps configuration and state" test -e "$node/etc/nodeagent/conf.d/a.yaml" -a -e "$node/var/lib/nodeagent/journal/1"
check "purge" in_node dpkg --purge nodeagent
cp "$work/out" "$work/purge"
check "purge says what it kept" grep -q 'volumes are data and were kept' "$work/purge"
check "purge removes the configuration" test ! -e "$node/etc/nodeagent"
check "purge removes the state" test ! -e "$node/var/lib/nodeagent/journal"
check "purge removes the tuning profile that was kept" test ! -e "$node/var/lib/nodeagent/tune"
check "purge keeps volumes" grep -q data "$node/var/lib/nodeagent/volumes/db/disk"
check "purge keeps what is mounted" grep -q data "$node/var/lib/nodeagent/mounted/disk"
umount "$node/var/lib/nodeagent/mounted"
rm -r "$node/var/lib/nodeagent"
check "install again" in_node dpkg --install /root/this.deb
check "purge at once" in_node dpkg --purge nodeagent
check "purge of an unused package leaves nothing" in_node sh -c '! ls -d /etc/nodeagent /var/lib/nodeagent /run/nodeagent /usr/lib/nodeagent /etc/needrestart/conf.d/nodeagent.conf 2>/dev/null | grep .'
echo "$checks checks passed: $(basename "$deb")"
