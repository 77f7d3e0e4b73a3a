#!/bin/bash
# kernel.sh VMLINUZ OUT : the kernel without its compression. QEMU boots it by the PVH entry, which saves the
# emulated decompression (3.5 s of 18 s under TCG). A kernel packed in an unknown way is copied as it is.
set -euo pipefail
in=$1; out=$2
try() { # MAGIC(grep -P) COMMAND...
  local magic=$1 at; shift
  command -v "$1" > /dev/null || return 1
  for at in $(LC_ALL=C grep -abo -P "$magic" "$in" | cut -d: -f1 | head -n 8); do
    # Data follows the packed part: the tool complains about it after writing everything.
    tail -c "+$((at + 1))" "$in" | "$@" > "$out.part" 2>/dev/null || true
    if [ "$(head -c 4 "$out.part" | tail -c 3)" = ELF ]; then mv "$out.part" "$out"; return 0; fi
  done
  return 1
}
try '\x28\xb5\x2f\xfd' zstd -dc || try '\xfd7zXZ\x00' xz -dc || try '\x1f\x8b\x08' gzip -dc || cp "$in" "$out"
rm -f "$out.part"
