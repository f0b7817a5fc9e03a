"""HTTP to the simulator: who is asked, what is written down, what goes wrong."""

import json
import socket
import struct
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote, urlsplit

from channels_in.simulator import control
from channels_in.simulator.here import is_loopback
from channels_in.simulator.knobs import FAULTS, Knobs
from channels_in.simulator.port import Answer, Provider, Request

if TYPE_CHECKING:
    from channels_in.simulator.server import Simulator

_LONGEST = 32 * 1024 * 1024  # photos come in base64 by the control address
_GARBAGE = Answer(
    200, b"<html><body><h1>It works!</h1>" + b"." * 512, "text/html; charset=utf-8"
)
_PIECE = 16
_RESET = struct.pack("ii", 1, 0)  # close by RST, as a broken line does


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], simulator: "Simulator") -> None:
        self.simulator = simulator
        self._open: set[Any] = set()
        super().__init__(address, _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A desk that was killed hangs up in the middle: no news."""

    def hang_up(self) -> None:
        for each in [*self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        until = time.monotonic() + 2
        while self._open and time.monotonic() < until:
            time.sleep(0.01)


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "SunwaiSimulator"
    sys_version = ""
    _METHODS: ClassVar[tuple[str, ...]] = ("GET", "POST", "PUT", "DELETE")

    def do_GET(self) -> None:
        body = self._body()
        if body is None:
            self._write(Answer.of(413, {"error": "too large"}))
            return
        slug, _, path = urlsplit(self.path).path.lstrip("/").partition("/")
        if slug == "control":
            self._control(f"/{path}", body)
        elif provider := self.server.simulator.providers.get(slug):
            self._provider(provider, f"/{unquote(path)}", body)
        else:
            self._write(Answer.of(404, {"error": "no such provider"}))

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  as http.server calls them

    def _body(self) -> bytes | None:
        given = self.headers.get("Content-Length", "0")
        size = int(given) if given.isascii() and given.isdigit() else _LONGEST + 1
        if size > _LONGEST:
            self.close_connection = True
            return None
        return self.rfile.read(size)

    # the control address ----------------------------------------------------------
    def _control(self, path: str, body: bytes) -> None:
        if not self._from_here():
            self._write(Answer.of(403, {"error": "from this machine only"}))
            return
        query = urlsplit(self.path).query
        try:
            given = json.loads(body) if body else {}
            data = control.answer(
                self.server.simulator, self.command, path, query, given
            )
        except control.Refused as refused:
            self._write(Answer.of(refused.status, {"error": str(refused)}))
        except ValueError as error:
            self._write(Answer.of(400, {"error": type(error).__name__}))
        else:
            self._write(Answer.of(200, data))

    def _from_here(self) -> bool:
        """No page of a browser may turn our knobs, whatever name it gave 127.0.0.1."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        json_sent = self.command == "GET" or (
            self.headers.get_content_type() == "application/json"
        )
        return is_loopback(host) and json_sent and "Origin" not in self.headers

    # a provider --------------------------------------------------------------------
    def _provider(self, provider: Provider, path: str, body: bytes) -> None:
        simulator = self.server.simulator
        request = Request(
            method=self.command,
            path=path,
            query=urlsplit(self.path).query,
            body=body,
            base=f"{simulator.url}/{provider.slug}",
            headers={name.lower(): value for name, value in self.headers.items()},
        )
        sends = provider.sends(request)
        fault = simulator.board.next_fault(provider.slug, sends=sends)
        knobs = simulator.knobs(provider.slug)
        entry = self._noted(provider.slug, body, fault)
        answer = _answered(simulator, provider, request, fault, knobs)
        simulator.stopping.wait(knobs.latency_ms / 1000)
        simulator.store.run(
            "UPDATE requests SET status = ?, answer = ? WHERE id = ?",
            0 if fault == "cut" else answer.status, answer.body, entry,
        )  # fmt: skip
        if fault == "cut":
            self._cut()
        else:
            self._write(answer, drip_seconds=knobs.drip_ms / 1000)

    def _noted(self, slug: str, body: bytes, fault: str) -> int:
        headers = dict(self.headers.items())
        if "Authorization" in headers:
            headers["Authorization"] = "(given)"
        row = {
            "at": time.time(), "slug": slug, "method": self.command, "path": self.path,
            "headers": json.dumps(headers), "body": body, "fault": fault,
        }  # fmt: skip
        return self.server.simulator.store.insert("requests", row)

    def _cut(self) -> None:
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.close_connection = True

    def _write(self, answer: Answer, *, drip_seconds: float = 0) -> None:
        try:
            self._write_now(answer, drip_seconds)
        except OSError:  # it did not wait for the answer
            self.close_connection = True

    def _write_now(self, answer: Answer, drip_seconds: float) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if not drip_seconds:
            self.wfile.write(answer.body)
            return
        for start in range(0, len(answer.body), _PIECE):
            if self.server.simulator.stopping.wait(drip_seconds):
                return
            self.wfile.write(answer.body[start : start + _PIECE])

    def log_message(self, format: str, *args: Any) -> None:
        """Everything is in the file; standard error is for what is wrong."""


def _answered(
    simulator: "Simulator",
    provider: Provider,
    request: Request,
    fault: str,
    knobs: Knobs,
) -> Answer:
    """What it says; with a message taken or not, as the fault has it."""
    status, taken = FAULTS.get(fault, (0, True))
    if not taken:
        return provider.refusal(status, knobs.retry_after)
    answer = provider.answer(simulator.store, request, knobs)
    if answer.made:
        simulator.courier.receipts(answer.made)
    if answer.rings:
        simulator.exchange.ring(answer.rings)
    if fault == "garbage":
        return _GARBAGE
    if fault == "taken_500":
        return provider.refusal(status, knobs.retry_after)
    return answer
