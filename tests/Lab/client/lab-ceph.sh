#!/bin/bash
# lab-ceph.sh prepare | keys | mkfs | osds | osd | pools : makes a Ceph of three nodes, each a monitor and a disk. Runs on a node.
set -euo pipefail
n=$(hostname | tr -dc 0-9)
conf() {
  fsid=5a1d7b52-7d0f-4c07-9b6f-1f0c8a4f9e11
  cat > /etc/ceph/ceph.conf <<C
[global]
fsid = $fsid
mon host = [v2:10.77.1.11:3300,v1:10.77.1.11:6789],[v2:10.77.1.12:3300,v1:10.77.1.12:6789],[v2:10.77.1.13:3300,v1:10.77.1.13:6789]
public network = 10.77.1.0/24
keyring = /etc/ceph/keyring
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
ms bind ipv6 = false
ms async op threads = 1
log file = /var/log/ceph/\$name.log
log max recent = 50
mon cluster log to file = false
osd pool default size = 3
osd pool default min size = 2
osd pool default pg autoscale mode = off
osd pool default pg num = 8
mon data avail warn = 1
mon data avail crit = 1
mon warn on pool no redundancy = false
debug rocksdb = 0
debug bluefs = 0
debug bluestore = 0
debug bdev = 0
[mgr]
mgr data = /var/lib/ceph/mgr.\$id
mgr initial modules =
[mon]
mon data = /var/lib/ceph/mon.\$id
mon cpu threads = 1
rocksdb cache size = 16777216
[osd]
osd data = /var/lib/ceph/osd.\$id
osd class update on start = false
osd op num shards = 1
osd op num threads per shard = 2
osd memory target = 939524096
bluestore cache autotune = false
bluestore cache size = 33554432
bluestore fsck on mount = false
bluestore fsck on umount = false
osd numa auto affinity = false
osd mclock skip benchmark = true
osd crush initial weight = 1
C
  for i in 1 2 3; do
    printf '[mon.node%d]\nhost = node%d\npublic addr = 10.77.1.1%d\n[osd.%d]\nhost = node%d\npublic addr = 10.77.1.1%d\ncluster addr = 10.77.1.1%d\ncrush location = root=default host=node%d\n' $i $i $i $((i-1)) $i $i $i $i >> /etc/ceph/ceph.conf
  done
}
case $1 in
prepare)
  tar -C / --keep-directory-symlink -xf /root/ceph.tar
  rm /root/ceph.tar
  ldconfig
  mkdir -p /etc/ceph /var/lib/ceph /var/log/ceph /var/run/ceph
  udevadm control --reload
  systemctl unmask sys-kernel-debug.mount; systemctl daemon-reload; systemctl start sys-kernel-debug.mount
  conf
  for k in mon mgr osd; do
    id=node$n; [ $k != osd ] || id=$((n-1))
    cat > /etc/systemd/system/lab-ceph-$k.service <<U
[Unit]
Description=Ceph $k of the lab
Wants=network-online.target
After=network-online.target lab-init.service
Before=nodeagent.service
[Service]
ExecStartPre=/bin/mkdir -p /var/run/ceph
ExecStart=/usr/bin/ceph-$k -f -i $id
Restart=on-failure
RestartSec=2
LimitNOFILE=65536
[Install]
WantedBy=multi-user.target
U
  done
  systemctl daemon-reload
  ;;
keys)
  cd /etc/ceph; rm -f keyring monmap
  ceph-authtool --create-keyring keyring --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  for i in 1 2 3; do ceph-authtool keyring --gen-key -n mgr.node$i --cap mon 'allow profile mgr' --cap osd 'allow *'; done
  for o in 0 1 2; do ceph-authtool keyring --gen-key -n osd.$o --cap mon 'allow profile osd' --cap mgr 'allow profile osd' --cap osd 'allow *'; done
  monmaptool --create --fsid 5a1d7b52-7d0f-4c07-9b6f-1f0c8a4f9e11 --enable-all-features --set-min-mon-release 18 \
    --addv node1 '[v2:10.77.1.11:3300,v1:10.77.1.11:6789]' --addv node2 '[v2:10.77.1.12:3300,v1:10.77.1.12:6789]' --addv node3 '[v2:10.77.1.13:3300,v1:10.77.1.13:6789]' monmap
  for i in 2 3; do scp -q keyring monmap root@10.77.0.1$i:/etc/ceph/; done
  ;;
mkfs)
  o=$((n-1)); mkdir -p /var/lib/ceph/mon.node$n /var/lib/ceph/mgr.node$n /var/lib/ceph/osd.$o
  ceph-mon --mkfs -i node$n --monmap /etc/ceph/monmap --keyring /etc/ceph/keyring
  ln -sfn /dev/disk/by-id/virtio-n${n}d3 /var/lib/ceph/osd.$o/block
  ceph-osd --mkfs -i $o --osd-uuid 0000000$o-7d0f-4c07-9b6f-1f0c8a4f9e11 --no-mon-config
  systemctl enable -q --now lab-ceph-mon
  ;;
osds)
  timeout 120 ceph -s
  for o in 0 1 2; do ceph osd new 0000000$o-7d0f-4c07-9b6f-1f0c8a4f9e11 $o; done
  ;;
osd)
  systemctl enable -q --now lab-ceph-osd
  # One is enough, and each costs an emulated processor much: on the node that no scenario cuts first.
  if [ $n = 3 ]; then systemctl enable -q --now lab-ceph-mgr; fi
  ;;
pools)
  for t in $(seq 60); do [ "$(ceph osd stat -f json | jq .num_up_osds)" = 3 ] && break; sleep 2; done
  ceph osd pool create hot 8 8 replicated
  ceph osd pool application enable hot rbd
  timeout 120 rados -p hot put probe /etc/hostname && rados -p hot rm probe
  ceph -s
  ;;
esac
