#!/bin/bash
# build-modules.sh KERNEL OUT.tar WORK
# Compiles the ZFS kernel modules for KERNEL in a throw-away chroot. No kernel runs here: dkms only needs the headers.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")"); kernel=$1; out=$2; work=$3
. "$here/common.sh"
root=$work/builder
rm -rf "$root"; mkdir -p "$work"
# Whoever looks through the host's files keeps the chroot's /proc busy: that must neither fail the build nor be deleted into.
trap 'umount -q --lazy "$root/proc" || true; rm -rf --one-file-system "$root" || true' EXIT
bash "$here/sources.sh" > "$work/sources"
# zfs-dkms builds in its own postinst. It comes after the headers are configured, or it would find none.
# Never run apt-get with $MMDEBSTRAP_APT_CONFIG outside the chroot: it would run dpkg on this host.
mmdebstrap "${common[@]}" --variant=apt \
  --include="linux-headers-$kernel,dkms,libc6-dev,gcc,make,file,lsb-release,libpython3-stdlib,xz-utils" \
  --customize-hook='chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -o APT::Install-Recommends=false install -y zfs-dkms' \
  trixie "$root" - < "$work/sources"
strip --strip-debug "$root/lib/modules/$kernel"/updates/dkms/*.ko* 2>/dev/null || true
find "$root/lib/modules/$kernel/updates" -name '*.ko.xz' -exec xz -d {} +
tar -C "$root/lib/modules/$kernel" -cf "$out.part" updates/dkms
tar -tf "$out.part" | grep -q 'zfs\.ko$' || { echo "dkms left no zfs.ko" >&2; exit 1; }
mv "$out.part" "$out"
