#!/bin/bash
# lab-ceph-tree.sh SOURCES OUT.tar : what a node needs of Ceph, unpacked from the packages of its release. Runs on the host,
# beside its own apt. Not installed as packages: an emulated processor would compile Python for minutes.
set -euo pipefail
sources=$1; out=$2
. "$(dirname "$sources")/apart.sh" "$sources"
cd "$work/debs"
# The image has the other libraries that these need.
apt-get -q "${apt[@]}" download python3-ceph-argparse python3-ceph-common libcephfs2 python3-rados python3-cephfs python3-rbd libdw1t64 \
  libbabeltrace1 libboost-context1.83.0 libboost-filesystem1.83.0 libboost-program-options1.83.0 libtcmalloc-minimal4t64 \
  libgoogle-perftools4t64 liblua5.3-0 liboath0t64 librabbitmq4 libradosstriper1 ceph-common libsnappy1v5 liburing2 ceph-base \
  libfuse3-4 ceph-osd ceph-mon ceph-mgr ceph-mgr-modules-core libboost-python1.83.0 libpython3.13 libsqlite3-mod-ceph
for deb in *.deb; do dpkg-deb -x "$deb" "$work/tree"; done
cd "$work/tree"
rm -rf usr/share/{doc,man,lintian} etc usr/lib/systemd usr/lib/tmpfiles.d
find usr/bin -type f ! -name ceph ! -name ceph-mon ! -name ceph-osd ! -name ceph-mgr ! -name ceph-authtool ! -name monmaptool ! -name rados ! -name rbd ! -name ceph-rbdnamer -delete
# The manager insists on its always-on modules; empty ones take a third of the memory, as in tests/Tests/Plugins/Ceph/cluster.py.
cd usr/share/ceph/mgr
find . -mindepth 1 -maxdepth 1 ! -name mgr_module.py ! -name mgr_util.py ! -name object_format.py ! -name status -exec rm -rf {} +
for module in balancer crash devicehealth orchestrator pg_autoscaler progress rbd_support telemetry volumes; do
  mkdir "$module"
  echo 'from .module import Module' > "$module/__init__.py"
  printf 'from mgr_module import MgrModule\nclass Module(MgrModule):\n    NOTIFY_TYPES = []\n' > "$module/module.py"
done
cd "$work/tree"
tar -cf "$out.part" .
mv "$out.part" "$out"
