"""A process in the agent's place, for tests: guard-agent.py SOCKET LEASE_MS EVERY_MS [flood|UID].

Arms, then renews, each time for LEASE_MS from now; prints what it is answered as KIND VERDICT PHASE DEADLINE. With "flood"
it asks as fast as it can between renewals. With a UID it is that user.
"""
import os
import socket
import struct
import sys
import time
import uuid

ARM, RENEW, QUERY = 2, 3, 1
path, lease, every = sys.argv[1], int(sys.argv[2]) * 1_000_000, int(sys.argv[3]) / 1000
manner = sys.argv[4] if len(sys.argv) > 4 else ""
boot = uuid.UUID(open("/proc/sys/kernel/random/boot_id").read().strip()).bytes_le
if manner.isdigit():
    os.setgroups([])
    os.setresuid(int(manner), int(manner), int(manner))


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def ask(kind, deadline):
    guard.send(struct.pack("<IHHqq16s", 0x3147414E, 1, kind, deadline, 1, boot))
    while True:
        answer = guard.recv(256)
        if not answer:
            print("closed", flush=True)
            sys.exit(1)
        if answer[6] != 255:
            break
    if kind != QUERY:
        print(kind, answer[6], answer[7], struct.unpack_from("<q", answer, 16)[0], flush=True)


guard = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
guard.connect(path)
kind = ARM
while True:
    ask(kind, now() + lease)
    kind = RENEW
    end = now() + int(every * 1e9)
    while manner == "flood" and now() < end:
        ask(QUERY, 0)
    time.sleep(max(0, (end - now()) / 1e9))
