#!/bin/bash
# pack.sh WORK MODULES.tar OUT : root tree + modules -> OUT/base.ext4 (read-only base of every node's disk), OUT/vmlinux, OUT/initrd
set -euo pipefail
here=$(dirname "$(readlink -f "$0")"); work=$1; modules=$2; out=$3
root=$work/root; kernel=$(cat "$work/kernel"); tree=$root/lib/modules/$kernel
mkdir -p "$out"
tar -C "$tree" -xf "$modules"
# Decompressing modules one by one is slow under emulation; drivers of hardware that no node has go.
find "$tree" -name '*.ko.xz' -print0 | xargs -0 -r -P4 -n50 xz -d
for d in drivers/gpu drivers/media sound drivers/infiniband drivers/net/wireless drivers/iio drivers/hid drivers/input \
  net/bluetooth net/mac80211 fs/btrfs fs/ceph fs/smb fs/ocfs2 fs/bcachefs drivers/net/ethernet drivers/accel; do
  rm -rf "${tree:?}/kernel/$d"
done
chroot "$root" depmod "$kernel"
bash "$here/kernel.sh" "$root/boot/vmlinuz-$kernel" "$out/vmlinux"
bash "$here/initrd.sh" "$root" "$kernel" "$out/initrd"
rm -rf "$root"/boot/* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
rm -f "$out/base.ext4"
truncate -s 8G "$out/base.ext4"
# The journal stays: a power cut must find the file system that real nodes have.
mkfs.ext4 -q -L root -O ^metadata_csum -E lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0 -J size=16 -m 0 -d "$root" "$out/base.ext4"
chmod 0444 "$out/base.ext4"
cp "$work/id_lab" "$work/kernel" "$work/zfs" "$work/packages.txt" "$out/"
rm -rf "$root"
