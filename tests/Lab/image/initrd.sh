#!/bin/bash
# initrd.sh ROOT KERNEL OUT : static busybox and virtio_blk (a module in this kernel); mounts root= and leaves.
set -euo pipefail
root=$1; kernel=$2; out=$3
w=$(mktemp -d); trap 'rm -rf "$w"' EXIT
mkdir -p "$w"/{bin,dev,proc,root}
cp "$root/bin/busybox" "$w/bin/busybox"; ln -s busybox "$w/bin/sh"
find "$root/lib/modules/$kernel" -name virtio_blk.ko -exec cp {} "$w/" \;
cat > "$w/init" <<'I'
#!/bin/sh
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
$b insmod /virtio_blk.ko
for word in $($b cat /proc/cmdline); do case $word in root=*) disk=${word#root=};; esac; done
while [ ! -b "$disk" ]; do $b usleep 20000; done
$b mount -t ext4 -o rw,noatime "$disk" /root
$b mount -o move /dev /root/dev
$b umount /proc
exec $b switch_root /root /lib/systemd/systemd
I
chmod +x "$w/init"
(cd "$w"; find . | cpio -o -H newc --quiet) > "$out"
