#!/bin/bash
# build-root.sh GUEST WORK : the guest's root tree in WORK/root; prints nothing that matters.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")"); guest=$1; work=$2
. "$here/common.sh"
rm -rf "$work/root"; mkdir -p "$work"
[ -f "$work/id_lab" ] || ssh-keygen -q -t ed25519 -N '' -C nodeagent-lab -f "$work/id_lab"
bash "$here/sources.sh" > "$work/sources"
packages=$(sed 's/#.*//' "$here/packages" | tr -s ' \n' ',' | sed 's/^,//;s/,$//')
mmdebstrap "${common[@]}" --variant=minbase --include="$packages" \
  --setup-hook='mkdir -p "$1"/etc/initramfs-tools' \
  --customize-hook="bash '$here/customize.sh' \"\$1\" '$guest' '$work'" \
  trixie "$work/root" - < "$work/sources"
ls "$work/root/lib/modules" | grep cloud-amd64 | sort -V | tail -n1 > "$work/kernel"
chroot "$work/root" dpkg-query -W -f '${Version}' zfsutils-linux > "$work/zfs"
chroot "$work/root" dpkg-query -W > "$work/packages.txt"
