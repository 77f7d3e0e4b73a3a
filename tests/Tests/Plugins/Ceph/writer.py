#!/usr/bin/python3
"""A service that writes: opens an image with its lock for good, then writes a block for every line it reads, and says how that went."""
import sys, rados, rbd

conf, pool, image = sys.argv[1:4]
cluster = rados.Rados(conffile=conf, name="client.admin", conf={"rados_osd_op_timeout": "20", "rbd_cache": "false"})
cluster.connect()
with cluster.open_ioctx(pool) as door, rbd.Image(door, image) as opened:
    if len(sys.argv) > 4:
        opened.lock_acquire(rbd.RBD_LOCK_MODE_EXCLUSIVE)
    print("open", flush=True)
    for line in sys.stdin:
        try:
            opened.write(line.strip().encode() * 512, 0)
            opened.flush()
            print("wrote", flush=True)
        except Exception as refused:
            print("refused %r" % refused, flush=True)
