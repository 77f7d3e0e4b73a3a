#!/bin/bash
# Prints the apt lines for the guest's release, from the mirrors that this host's apt uses.
# NODEAGENT_LAB_MIRROR and NODEAGENT_LAB_SECURITY_MIRROR override them (needed on a host that is not Debian).
set -euo pipefail
release=trixie
uris() {
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' \
    | awk -F'|' -v label="$1" '$1 == "Debian" && $2 == label { sub(/\/$/, "", $3); print $3 }' | sort -u | head -n1
}
# Before the first `apt-get update` there are no origins to ask for; then the files themselves are read.
written() {
  { sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | tr ' ' '\n'
    sed -n 's/^deb  *\(\[[^]]*\] *\)\?\([^ ]*\).*/\2/p' /etc/apt/sources.list 2>/dev/null
  } | grep -E '/debian(-security)?/?$' | sed 's#/$##' | sort -u || true
}
main=${NODEAGENT_LAB_MIRROR:-$(uris Debian)}
main=${main:-$(written | grep -v security | head -n1)}
security=${NODEAGENT_LAB_SECURITY_MIRROR:-$(uris Debian-Security)}
security=${security:-$(written | grep security | head -n1)}
if [ -z "$main" ]; then
  echo "No Debian mirror in this host's apt sources. Set NODEAGENT_LAB_MIRROR to one." >&2
  exit 1
fi
key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
echo "deb $key $main $release main contrib"
echo "deb $key $main $release-updates main contrib"
if [ -n "$security" ]; then echo "deb $key $security $release-security main contrib"; fi
if [ "${NODEAGENT_LAB_ZFS:-}" = backports ]; then echo "deb $key $main $release-backports main contrib"; fi
