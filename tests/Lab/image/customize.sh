#!/bin/bash
# customize.sh ROOT GUEST WORK : runs on the host while the root tree is still a tree.
set -euo pipefail
root=$1; guest=$2; work=$3
cp -r "$guest/etc" "$root/"
install -m 0755 -D -t "$root/usr/local/sbin" "$guest"/sbin/*
chroot "$root" systemctl set-default multi-user.target
chroot "$root" systemctl enable lab-init.service lab-ready.service ssh.service
# Units that a scenario turns on when it wants them.
chroot "$root" systemctl disable drbd nvmf-autoconnect.service nvmefc-boot-connections.service lvm2-monitor.service lvm2-lvmpolld.socket nftables.service 2>/dev/null || true
for unit in etcd postgresql corosync corosync-notifyd pacemaker sbd pcsd; do chroot "$root" systemctl disable "$unit" 2>/dev/null || true; done
# PostgreSQL runs from a unit's dataset, never from a cluster of Debian's own.
rm -rf "$root"/etc/postgresql/*/main "$root"/var/lib/postgresql/*/main "$root"/var/lib/etcd/*
# Nothing here is needed in a node without seat, clock server or updates; each costs boot time under emulation.
xargs -a "$(dirname "$(readlink -f "$0")")/masked-units" chroot "$root" systemctl mask 2>/dev/null
# Manual pages and the like are left out of the image, but a package installed later keeps its own.
rm -f "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
echo lab > "$root/etc/hostname"
# The machine id comes from the kernel command line, one per node.
: > "$root/etc/machine-id"
: > "$root/etc/fstab"
{ echo '127.0.0.1 localhost'; for n in 1 2 3 4 5 6; do echo "10.77.0.1$n node$n"; done; } > "$root/etc/hosts"
install -d -m 0700 "$root/root/.ssh"
install -m 0600 "$work/id_lab.pub" "$root/root/.ssh/authorized_keys"
install -m 0600 "$work/id_lab" "$root/root/.ssh/id_ed25519"
printf 'Host *\n StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n' > "$root/root/.ssh/config"
rm -f "$root"/etc/ssh/ssh_host_*
ssh-keygen -q -t ed25519 -N '' -C lab -f "$root/etc/ssh/ssh_host_ed25519_key"
chroot "$root" passwd -d root
