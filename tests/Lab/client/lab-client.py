#!/usr/bin/python3
"""lab-client NODE ADDRESS [SECONDS_BETWEEN]: stands outside the nodes and commits numbered rows to the PostgreSQL at
ADDRESS, for as long as one answers there. Prints `ack NUMBER SENT HEARD` once the server said that a row is committed.
A number whose answer never came is not used again: nobody knows whether it is there."""
import socket
import struct
import sys
import time

node, address = sys.argv[1], sys.argv[2]
pause = float(sys.argv[3]) if len(sys.argv) > 3 else 0.02
number = 0


def read(server, count):
    got = b""
    while len(got) < count:
        more = server.recv(count - len(got))
        if not more:
            raise OSError("the server closed the connection")
        got += more
    return got


def ready(server):
    """Reads answers until the server is ready for the next question; raises what it complained about."""
    complaint = None
    while True:
        kind, length = struct.unpack("!cI", read(server, 5))
        body = read(server, length - 4)
        if kind == b"E":
            complaint = b" ".join(field[1:] for field in body.split(b"\0") if field[:1] == b"M").decode(errors="replace")
        if kind == b"Z":
            if complaint:
                raise OSError(complaint)
            return


def connect():
    server = socket.create_connection((address, 5432), timeout=1)
    # An answer may come late from a node that was frozen: it has to be heard, for it would be the proof of a second writer.
    server.settimeout(90)
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    words = b"user\0postgres\0database\0postgres\0\0"
    server.sendall(struct.pack("!II", len(words) + 8, 196608) + words)
    ready(server)
    return server


said = None
while True:
    try:
        server = connect()
        print("connected", "%.3f" % time.time(), flush=True)
        said = None
        while True:
            number += 1
            text = b"INSERT INTO log VALUES ('%s', %d, repeat('x', 200))\0" % (node.encode(), number)
            sent = time.time()
            server.sendall(b"Q" + struct.pack("!I", len(text) + 4) + text)
            ready(server)
            print("ack %d %.3f %.3f" % (number, sent, time.time()), flush=True)
            time.sleep(pause)
    except OSError as failure:
        if str(failure) != said:
            said = str(failure)
            print("lost", "%.3f" % time.time(), said, flush=True)
        time.sleep(0.05)
