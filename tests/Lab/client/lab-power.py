#!/usr/bin/python3
"""lab-power ADDRESS PORT NODE=PIDFILE...: a power switch for the nodes' fence agent, over HTTP.
GET /off/NODE pulls the node's plug, GET /status/NODE says on or off. A socket named stuck-NODE says ok to everything and
switches nothing; its status is true. Prints a line for each request."""
import http.server
import os
import signal
import sys

files = dict(word.split("=", 1) for word in sys.argv[3:])


def process(node):
    """The machine's process, if it is alive and still the one that was recorded."""
    try:
        with open(files[node]) as file:
            pid = int(file.read())
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return pid if files[node].encode() in file.read() else None
    except (OSError, ValueError):
        return None


class Switch(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        action, _, socket = self.path.strip("/").partition("/")
        node = socket.removeprefix("stuck-")
        if node not in files or action not in ("off", "status"):
            self.send_error(404)
            return
        pid = process(node)
        print(action, socket, "on" if pid else "off", flush=True)
        if action == "off" and pid and socket == node:
            os.kill(pid, signal.SIGKILL)
        text = b"ok" if action == "off" else b"on" if pid else b"off"
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Switch).serve_forever()
