"""What nginx is to two hosts, small: each connection to the next one that takes it."""

import select
import socket
from collections import Counter
from contextlib import suppress
from itertools import count
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Lock, Thread

BLOCK = 65536
CONNECT_SECONDS = 3.0
IDLE_SECONDS = 60.0


class Balancer(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, upstreams: list[int]) -> None:
        super().__init__(("127.0.0.1", port), _Relay)
        self.upstreams = upstreams
        self.taken: Counter[int] = Counter()  # port → connections
        self._turns = count()
        self._lock = Lock()
        self._thread = Thread(target=self.serve_forever, args=(0.1,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def connect(self) -> socket.socket | None:
        """To the host whose turn it is, else to the other one."""
        with self._lock:
            first = next(self._turns) % len(self.upstreams)
        for port in self.upstreams[first:] + self.upstreams[:first]:
            with suppress(OSError):
                line = socket.create_connection(("127.0.0.1", port), CONNECT_SECONDS)
                with self._lock:
                    self.taken[port] += 1
                return line
        return None

    def handle_error(self, request: object, client_address: object) -> None:
        """A line that broke is the client's to notice."""


class _Relay(BaseRequestHandler):
    server: Balancer

    def handle(self) -> None:
        upstream = self.server.connect()
        if upstream is None:
            return
        with upstream:
            _pass_on(self.request, upstream)


def _pass_on(client: socket.socket, upstream: socket.socket) -> None:
    """Both ways, until one of the two hangs up."""
    other = {client: upstream, upstream: client}
    while True:
        ready, _write, _error = select.select(list(other), [], [], IDLE_SECONDS)
        if not ready:
            return
        for line in ready:
            block = line.recv(BLOCK)
            if not block:
                return
            other[line].sendall(block)
