#!/bin/bash
# pack.sh [--version VERSION] [--output DIR] [--no-lintian]: builds nodeagent_VERSION_amd64.deb.
#
# The build runs in a copy of the tree, so that it neither sees nor disturbs other builds.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
output=$root/artifacts/deb
version=
lint=yes
while [ $# -gt 0 ]; do
    case $1 in
        --version) version=${2:?--version needs a value}; shift 2 ;;
        --output) output=${2:?--output needs a folder}; shift 2 ;;
        --no-lintian) lint=no; shift ;;
        *) echo "usage: $0 [--version VERSION] [--output DIR] [--no-lintian]" >&2; exit 2 ;;
    esac
done

missing=()
# gcc links the guard; strip-nondeterminism sees to the times in the packages for authors.
for package in debhelper dpkg-dev fakeroot lintian gcc libc6-dev strip-nondeterminism; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "error: ${missing[*]} must be installed: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends "${missing[@]}" >/dev/null
fi

house=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props" | head -n 1)
packaged=$(dpkg-parsechangelog -l "$root/packaging/debian/changelog" -S Version)
if [ "$house" != "$packaged" ]; then
    echo "error: Directory.Build.props says version $house, packaging/debian/changelog $packaged: make them agree" >&2
    exit 1
fi
version=${version:-$house}

work=$(mktemp -d "${TMPDIR:-/tmp}/nodeagent-pack.XXXXXX")
trap 'rm -rf "$work"' EXIT
source=$work/nodeagent
mkdir "$source"
(cd "$root" && git ls-files -z --cached --others --exclude-standard -- . ':!tests' |
    while IFS= read -r -d '' file; do [ -e "$file" ] && printf '%s\0' "$file"; done |
    tar --create --null --files-from=- | tar --extract --directory "$source")
cp -r "$source/packaging/debian" "$source/debian"
for unit in service sysusers tmpfiles; do
    cp "$source/systemd/nodeagent.$unit" "$source/debian/nodeagent.$unit"
done
sed -i "1s/([^)]*)/($version)/" "$source/debian/changelog"
sed -i "s/@VERSION@/$version/g" "$source"/debian/{preinst,postinst}

SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$source/debian/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH
# '~' sorts before everything in Debian and is not allowed in .NET.
export NODEAGENT_VERSION=${version//\~/-}
export NUGET_PACKAGES=${NUGET_PACKAGES:-$HOME/.nuget/packages}
export TZ=UTC LC_ALL=C.UTF-8
umask 022
if ! (cd "$source" && dpkg-buildpackage --build=binary --unsigned-changes --no-check-builddeps -rfakeroot) > "$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "error: the package was not built" >&2
    exit 1
fi
# dpkg-shlibdeps talks at length about the runtime's own libraries; nothing of that can be mended here.
grep -E '^(dh[a-z_]*|warning|error):' "$work/log" || true

mkdir -p "$output"
deb=nodeagent_${version}_amd64.deb
cp "$work/$deb" "$output/$deb"
if [ "$lint" = yes ]; then
    lintian --allow-root --fail-on error,warning "$output/$deb"
fi
(cd "$output" && sha256sum "$deb" && stat -c '%s bytes' "$deb")
