# Shared by the build scripts: options for mmdebstrap.
common=(--mode=root --format=directory
  --aptopt='APT::Install-Recommends "false"'
  --aptopt='Acquire::Retries "3"'
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*'
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*'
  --dpkgopt='force-unsafe-io')
# A proxy that this host's apt needs is needed here too.
for kind in http https; do
  proxy=$(apt-config dump --format '%v' "Acquire::$kind::Proxy" 2>/dev/null || true)
  if [ -n "$proxy" ]; then common+=(--aptopt="Acquire::$kind::Proxy \"$proxy\""); fi
done
# ZFS from backports, and nothing else from there. Without this line apt takes from backports only what it is told to.
if [ "${NODEAGENT_LAB_ZFS:-}" = backports ]; then
  pin=$here/zfs-from-backports
  common+=(--setup-hook="install -D -m 0644 '$pin' \"\$1\"/etc/apt/preferences.d/zfs-from-backports")
fi
