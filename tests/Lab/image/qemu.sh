#!/bin/bash
# qemu.sh OUT : QEMU as the guest's release has it, with its libraries, in a tree of its own. A host's older one emulates AES ten
# times slower (the host's AES instructions are used since QEMU 8.1) and starts programs three times slower.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")"); out=$1
. "$here/apart.sh" "$here/sources.sh"
apt-get -q -y "${apt[@]}" -o Debug::NoLocking=1 --no-install-recommends --download-only install qemu-system-x86
for deb in "$work"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$work/tree"; done
cd "$work/tree"
rm -rf etc var usr/share/{doc,man,locale,lintian,bash-completion} usr/sbin
find usr/bin -type f ! -name qemu-system-x86_64 -delete
cat > run <<'RUN'
#!/bin/sh
tree=$(dirname "$(readlink -f "$0")")
libraries=$tree/usr/lib/x86_64-linux-gnu
export QEMU_MODULE_DIR="$libraries/qemu"
exec "$tree/usr/lib64/ld-linux-x86-64.so.2" --library-path "$libraries" --argv0 qemu-system-x86_64 "$tree/usr/bin/qemu-system-x86_64" \
  -L "$tree/usr/share/qemu" -L "$tree/usr/share/seabios" "$@"
RUN
chmod 0755 run
./run --version
rm -rf "$out"; mkdir -p "$(dirname "$out")"
cp -a "$work/tree" "$out"
