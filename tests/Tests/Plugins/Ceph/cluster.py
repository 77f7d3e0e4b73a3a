#!/usr/bin/python3
"""
A real Ceph on loopback: three monitors, a manager, three OSDs in three CRUSH hosts. Everything lives in one folder.

    cluster.py FOLDER [patient]
                          starts it, prints "ready" with its figures as JSON, then obeys lines on standard input:
                          kill|freeze|thaw|start NAME, where NAME is mon.m1 to m3, mgr.x, osd.0 to 2, mirror.x (rbd-mirror, not begun by itself);
                          heal NAME: thawed and started, whatever was done to it
                          stop, or the end of the input: stops everything and deletes FOLDER

"patient" leaves Ceph's own patience with a daemon that is only slow; without it a dead one is noticed in seconds.
It is the parent of all daemons and they die with it, however it dies. Needs ceph-mon, ceph-mgr, ceph-osd, ceph-common; rbd-mirror for mirror.x.
"""
import ctypes, errno, json, os, random, shutil, signal, socket, subprocess, sys, time, uuid

FOLDER = os.path.abspath(sys.argv[1])
PATIENT = sys.argv[2:] == ["patient"]
COUNT = 3
CONF = FOLDER + "/ceph.conf"
DISK = 3 << 30
BEGAN = time.monotonic()
MIRROR = [
    "--rbd-mirror-pool-replayers-refresh-interval", "1", "--rbd-mirror-image-state-check-interval", "2", "--rbd-mirror-leader-heartbeat-interval", "1",
    "--rbd-mirror-sync-point-update-age", "1", "--rbd-mirror-memory-autotune", "false"]
libc = ctypes.CDLL(None)
running = {}


def die_with_parent():
    os.setsid()
    libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def free_net():
    """Three addresses whose ports nobody has; random, so that two runs do not meet."""
    for _ in range(200):
        net = "127.%d.%d" % (random.randrange(64, 255), random.randrange(1, 255))
        try:
            for host in range(1, COUNT + 1):
                with socket.socket() as probe:
                    probe.bind(("%s.%d" % (net, 10 + host), 3300))
            return net
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE:
                raise
    raise SystemExit("no free loopback addresses")


NET = free_net()


def address(host):
    return "%s.%d" % (NET, 10 + host)


def configuration(fsid):
    hosts = ",".join("[v2:%s:3300]" % address(h) for h in range(1, COUNT + 1))
    sections = {
        "global": {
            "fsid": fsid, "mon host": hosts, "keyring": FOLDER + "/keyring",
            "auth cluster required": "cephx", "auth service required": "cephx", "auth client required": "cephx",
            "auth allow insecure global id reclaim": "false",
            # OSDs answer "tell" on its thread.
            "admin socket": FOLDER + "/run/$name.asok", "run dir": FOLDER + "/run", "crash dir": FOLDER + "/run",
            "log file": FOLDER + "/log/$name.log", "log to stderr": "false", "err to stderr": "true",
            "log max recent": 50, "mon cluster log to file": "false",
            "ms bind msgr1": "false", "ms bind ipv6": "false", "ms async op threads": 1,
            "osd pool default size": 3, "osd pool default min size": 2, "osd pool default pg autoscale mode": "off",
            "osd pool default pg num": 8, "osd crush chooseleaf type": 1, "mon max pg per osd": 1000,
            "mon allow pool delete": "true", "mon data avail warn": 1, "mon data avail crit": 1,
            "mgr initial modules": "", "mgr module path": FOLDER + "/modules",
            # Minutes of Ceph's patience would be minutes of every test run.
            "paxos propose interval": 0.05, "paxos min wait": 0.01,
            "mon tick interval": 1, "mon lease": 5 if PATIENT else 2, "mon election timeout": 0.5, "mon timecheck interval": 300,
            "mon mgr digest period": 1, "mon mgr beacon grace": 10, "mgr tick period": 1, "mgr stats period": 1,
            "osd heartbeat interval": 1, "osd heartbeat grace": 60 if PATIENT else 4, "mon osd adjust heartbeat grace": "false",
            "osd beacon report interval": 10, "osd mon heartbeat interval": 5,
            "mon pg warn max object skew": 0,
            "debug rocksdb": 0, "debug bluefs": 0, "debug bluestore": 0, "debug bdev": 0,
        },
        "client": {"admin socket": "", "log file": "", "err to stderr": "false"},
        "mon": {"mon data": FOLDER + "/mon.$id", "mon cpu threads": 1, "rocksdb cache size": 16 << 20},
        "mgr": {"mgr data": FOLDER + "/mgr.$id"},
        "osd": {
            "osd data": FOLDER + "/osd.$id", "osd objectstore": "bluestore", "osd class update on start": "false",
            "osd op num shards": 1, "osd op num threads per shard": 2, "osd memory target": 939524096,
            "bluestore cache autotune": "false", "bluestore cache size": 64 << 20, "bluestore min alloc size": 4096,
            "bluestore block size": DISK, "bluestore block create": "true",
            "bluestore block wal create": "false", "bluestore block db create": "false",
            "bluestore fsck on mount": "false", "bluestore fsck on umount": "false",
            # Files look like spinning disks to it, and it would be gentle with those.
            "osd recovery sleep hdd": 0, "osd recovery max active hdd": 10, "osd delete sleep hdd": 0,
            "osd snap trim sleep hdd": 0, "osd numa auto affinity": "false", "osd mclock skip benchmark": "true",
        },
    }
    for host in range(1, COUNT + 1):
        sections["mon.m%d" % host] = {"public addr": address(host), "host": "node%d" % host}
        sections["osd.%d" % (host - 1)] = {
            "public addr": address(host), "cluster addr": address(host), "host": "node%d" % host,
            "crush location": "root=default host=node%d" % host}
    sections["mgr.x"] = {"public addr": address(1), "host": "node1"}
    with open(CONF, "w") as out:
        for name, values in sections.items():
            out.write("[%s]\n" % name)
            out.writelines("%s = %s\n" % pair for pair in values.items())


def tool(*arguments):
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    if done.returncode != 0:
        raise SystemExit("%s: %s" % (" ".join(arguments), done.stdout.decode(errors="replace")[-2000:]))


def keys():
    ring = FOLDER + "/keyring"
    tool("ceph-authtool", "--create-keyring", ring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    owners = {"client.admin": "mon=allow *|osd=allow *|mgr=allow *|mds=allow *", "mgr.x": "mon=allow profile mgr|osd=allow *"}
    owners.update({"osd.%d" % o: "mon=allow profile osd|mgr=allow profile osd|osd=allow *" for o in range(COUNT)})
    for owner, caps in owners.items():
        pairs = [part for cap in caps.split("|") for part in ["--cap"] + cap.split("=")]
        tool("ceph-authtool", ring, "--gen-key", "-n", owner, *pairs)
    members = [part for h in range(1, COUNT + 1) for part in ("--addv", "m%d" % h, "[v2:%s:3300]" % address(h))]
    return members


def modules():
    """The manager insists on its always-on modules; empty ones start faster and take a third of the memory."""
    os.makedirs(FOLDER + "/modules")
    for real in ("mgr_module.py", "mgr_util.py", "status"):
        os.symlink("/usr/share/ceph/mgr/" + real, FOLDER + "/modules/" + real)
    always = "balancer crash devicehealth orchestrator pg_autoscaler progress rbd_support telemetry volumes"
    for name in always.split():
        os.makedirs(FOLDER + "/modules/" + name)
        with open("%s/modules/%s/__init__.py" % (FOLDER, name), "w") as out:
            out.write("from .module import Module\n")
        with open("%s/modules/%s/module.py" % (FOLDER, name), "w") as out:
            out.write("from mgr_module import MgrModule\nclass Module(MgrModule):\n    NOTIFY_TYPES = []\n")


def begin(name, *extra):
    kind, _, instance = name.partition(".")
    out = open("%s/log/%s.out" % (FOLDER, name), "ab")
    words = ["rbd-mirror", "-f", "--id", "admin", *MIRROR] if kind == "mirror" else ["ceph-" + kind, "-f", "-i", instance]
    # rbd-mirror takes its own cluster's configuration from there, whatever it is told.
    process = subprocess.Popen(
        [*words, "-c", CONF, *extra], env=dict(os.environ, CEPH_CONF=CONF),
        stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=die_with_parent)
    out.close()
    return process


def spawn(name):
    running[name] = begin(name)


def finish(name, process):
    if process.wait(timeout=120) != 0:
        raise SystemExit("making %s failed: %s" % (name, open("%s/log/%s.out" % (FOLDER, name)).read()[-2000:]))


def command(cluster, prefix, **arguments):
    code, out, text = cluster.mon_command(json.dumps(dict(arguments, prefix=prefix, format="json")), b"", timeout=30)
    if code != 0:
        raise SystemExit("%s: %d %s" % (prefix, code, text))
    return json.loads(out) if out.strip() else None


def until(what, look, limit=90):
    end = time.monotonic() + limit
    while not look():
        dead = [name for name, process in running.items() if process.poll() is not None]
        if dead or time.monotonic() > end:
            raise SystemExit("%s: not so after %d s; dead: %s" % (what, limit, dead))
        time.sleep(0.05)


def pools(cluster):
    profile = ["k=2", "m=1", "plugin=jerasure", "technique=reed_sol_van", "crush-failure-domain=host"]
    command(cluster, "osd erasure-code-profile set", name="ec21", profile=profile)
    command(cluster, "osd pool create", pool="cold-data", pg_num=8, pool_type="erasure", erasure_code_profile="ec21")
    command(cluster, "osd pool set", pool="cold-data", var="allow_ec_overwrites", val="true")
    for name in ("hot", "cold"):
        command(cluster, "osd pool create", pool=name, pg_num=8, pool_type="replicated")
    for name in ("hot", "cold", "cold-data"):
        command(cluster, "osd pool application enable", pool=name, app="rbd")


def probe(cluster):
    """The status can be the one of before a restart; what was written and read back is not."""
    for pool in ("hot", "cold", "cold-data"):
        with cluster.open_ioctx(pool) as door:
            for number in range(8):
                door.write_full("probe%d" % number, b"x" * 4096)
            for number in range(8):
                if door.read("probe%d" % number) != b"x" * 4096:
                    raise SystemExit("%s gave back something else" % pool)
                door.remove_object("probe%d" % number)


def start():
    import rados
    os.makedirs(FOLDER)
    for sub in ("log", "run"):
        os.makedirs(FOLDER + "/" + sub)
    fsid = str(uuid.uuid4())
    configuration(fsid)
    members = keys()
    tool("monmaptool", "--create", "--fsid", fsid, "--enable-all-features", "--set-min-mon-release", "16", *members, FOLDER + "/monmap")
    modules()
    os.makedirs(FOLDER + "/mgr.x")
    disks = {"osd.%d" % o: str(uuid.uuid4()) for o in range(COUNT)}
    making = {}
    for host in range(1, COUNT + 1):
        os.makedirs("%s/mon.m%d" % (FOLDER, host))
        making["mon.m%d" % host] = begin("mon.m%d" % host, "--mkfs", "--monmap", FOLDER + "/monmap", "--keyring", FOLDER + "/keyring")
    for name, disk in disks.items():
        os.makedirs("%s/%s" % (FOLDER, name))
        making[name] = begin(name, "--mkfs", "--osd-uuid", disk, "--no-mon-config")
    for name in [n for n in making if n.startswith("mon.")]:
        finish(name, making.pop(name))
        spawn(name)
    spawn("mgr.x")
    for name, process in making.items():
        finish(name, process)
    cluster = rados.Rados(conffile=CONF, name="client.admin", conf={"client_mount_timeout": "60"})
    cluster.connect()
    for name, disk in disks.items():
        command(cluster, "osd new", uuid=disk, id=int(name[4:]))
        spawn(name)
    until("OSDs up", lambda: sum(o["up"] for o in command(cluster, "osd dump")["osds"]) == COUNT)
    pools(cluster)
    until("placement groups active", lambda: active(cluster))
    probe(cluster)
    cluster.shutdown()
    told = {"conf": CONF, "fsid": fsid, "net": NET, "seconds": round(time.monotonic() - BEGAN, 1),
            "pids": {name: process.pid for name, process in running.items()}}
    print("ready " + json.dumps(told), flush=True)


def active(cluster):
    state = command(cluster, "status")
    groups = state["pgmap"].get("pgs_by_state", [])
    return state["mgrmap"]["available"] and sum(g["count"] for g in groups) == 24 and all("active" in g["state_name"] for g in groups)


def obey(verb, name):
    if verb == "start" and name.startswith("mirror.") and name not in running:
        spawn(name)
    process = running[name]
    if verb == "kill":
        process.kill()
        process.wait()
    elif verb == "freeze":
        process.send_signal(signal.SIGSTOP)
        stopped(process.pid)
    elif verb == "thaw":
        process.send_signal(signal.SIGCONT)
    elif verb == "heal":
        process.send_signal(signal.SIGCONT)
        obey("start", name)
    elif verb == "start" and process.poll() is not None:
        spawn(name)
    elif verb not in ("start",):
        raise KeyError(verb)


def stopped(pid):
    """The signal is sent to one thread, and until that gets a processor the others go on."""
    while any(open("/proc/%d/task/%s/stat" % (pid, task)).read().rsplit(")", 1)[1].split()[0] != "T" for task in os.listdir("/proc/%d/task" % pid)):
        time.sleep(0.01)


def stop():
    for process in running.values():
        process.kill()
    for process in running.values():
        process.wait()
    shutil.rmtree(FOLDER, ignore_errors=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        start()
        for line in sys.stdin:
            words = line.split()
            if words == ["stop"]:
                break
            try:
                obey(*words)
                print("done %d" % running[words[1]].pid, flush=True)
            except (KeyError, TypeError) as wrong:
                print("error %r" % wrong, flush=True)
    finally:
        stop()


if __name__ == "__main__":
    main()
