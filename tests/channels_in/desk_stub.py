"""A desk that only listens: what it was told, and an answer of the test's choice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Told:
    path: str
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Desk:
    url: str
    told: list[Told] = field(default_factory=list)
    status: int = 200

    def sids(self) -> list[str]:
        return [each.form["MessageSid"] for each in self.told]


@contextmanager
def listening_desk() -> Iterator[Desk]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            form = parse_qs(body.decode(), keep_blank_values=True)
            headers = {name.lower(): value for name, value in self.headers.items()}
            one = {name: values[0] for name, values in form.items()}
            desk.told.append(Told(self.path, headers, one))
            self.send_response(desk.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk = Desk(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
