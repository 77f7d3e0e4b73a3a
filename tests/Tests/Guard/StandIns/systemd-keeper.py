"""In systemd's place, for tests: keeps the descriptors of a guard and starts it again with them: systemd-keeper.py COMMAND...

Prints "pid N" at each start, "ready" when the guard says so, "ended N" when it ends by itself.
"""
import array
import os
import select
import signal
import socket
import sys
import tempfile

folder = tempfile.mkdtemp()
address = os.path.join(folder, "notify")
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(address)
os.environ["NOTIFY_SOCKET"] = address
kept = {}
child = 0
wake, woken = os.pipe()
os.set_blocking(woken, False)
signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
signal.signal(signal.SIGCHLD, lambda *_: None)


def start():
    global child
    child = os.fork()
    if child == 0:
        aside = [os.dup2(fd, 100 + i) for i, fd in enumerate(kept.values())]
        for i, fd in enumerate(aside):
            os.dup2(fd, 3 + i, inheritable=True)
        os.closerange(3 + len(aside), 200)
        if kept:
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(kept)), LISTEN_FDNAMES=":".join(kept))
        os.execv(sys.argv[1], sys.argv[1:])
    print("pid", child, flush=True)


def hear():
    text, control, _, _ = notify.recvmsg(4096, socket.CMSG_SPACE(16))
    fields = dict(line.split("=", 1) for line in text.decode().splitlines())
    for _, _, rights in control:
        kept[fields["FDNAME"]] = array.array("i", rights)[0]
    if "FDSTOREREMOVE" in fields and fields["FDNAME"] in kept:
        os.close(kept.pop(fields["FDNAME"]))
    if "READY" in fields:
        print("ready", flush=True)


start()
while True:
    ready, _, _ = select.select([notify, wake], [], [])
    if notify in ready:
        hear()
        continue
    os.read(wake, 64)
    while (ended := os.waitpid(-1, os.WNOHANG) if child else (0, 0))[0]:
        child = 0
        if not os.WIFSIGNALED(ended[1]):
            print("ended", os.WEXITSTATUS(ended[1]), flush=True)
            sys.exit(0)
        start()
        break
