"""Requests to addresses that somebody else wrote end at a public host or nowhere."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from typing import Any
from unittest import mock

import pytest
from django.test import override_settings

from operations.outgoing import (
    Client,
    OutgoingError,
    RefusedAddressError,
    is_public,
)


class Listener:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b"hello"
        self.drip = 0.0
        self.url = ""


class _Handler(BaseHTTPRequestHandler):
    listener: Listener

    def do_GET(self) -> None:
        there = self.listener
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        there.seen.append((self.command, self.path, headers, body))
        self.send_response(there.status)
        for name, value in there.headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # the client had enough
            self._write(there)

    def do_POST(self) -> None:
        self.do_GET()

    def _write(self, there: Listener) -> None:
        step = 1 if there.drip else len(there.body)
        for start in range(0, len(there.body), step):
            self.wfile.write(there.body[start : start + step])
            self.wfile.flush()
            sleep(there.drip)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    handler = type("Handler", (_Handler,), {"listener": listener})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    listener.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client(**over: Any) -> Client:
    given: dict[str, Any] = {
        "allow": lambda host: True,
        "timeout": 5.0,
        "longest": 1000,
    } | over
    return Client(**given)


def resolves_to(*addresses: str) -> Any:
    found = [(0, 0, 0, "", (address, 0)) for address in addresses]
    return mock.patch("socket.getaddrinfo", return_value=found)


@pytest.fixture
def outside(settings: Any) -> None:
    settings.OUTGOING_LOOPBACK = False


@pytest.mark.usefixtures("outside")
class RefusalTests:
    @pytest.mark.parametrize(
        "url",
        [
            "http://169.254.169.254/latest/", "https://169.254.169.254/latest/",
            "https://127.0.0.1/", "http://127.0.0.1:5432/", "https://[::1]/",
            "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/",
            "https://10.0.0.1/", "https://192.168.1.1/", "https://0.0.0.0/",
            "https://[64:ff9b::7f00:1]/", "https://[fd00::1]/", "https://[fe80::1]/",
            "https://100.64.0.1/", "https://224.0.0.1/", "https://255.255.255.255/",
        ],
    )  # fmt: skip
    def test_it_goes_to_no_private_address(self, url: str) -> None:
        with pytest.raises(RefusedAddressError):
            client().get(url)

    def test_it_goes_to_no_name_that_means_one(self) -> None:
        for address in ("127.0.0.1", "10.1.2.3", "::1", "fd00::1", "0.0.0.0"):  # noqa: S104  never bound
            with resolves_to(address), pytest.raises(RefusedAddressError) as error:
                client().get("https://photos.example.org/a.jpg")
            assert error.value.code == "private_address"
        with resolves_to("93.184.216.34", "127.0.0.1"), pytest.raises(OutgoingError):
            client().get("https://photos.example.org/a.jpg")

    def test_it_asks_for_the_name_once(self) -> None:
        """A name that answers differently the second time is not asked again."""
        with (
            resolves_to("93.184.216.34") as asked,
            mock.patch("httpcore.SyncBackend.connect_tcp") as connect,
        ):
            connect.side_effect = ConnectionRefusedError
            with pytest.raises(Exception):  # noqa: B017  refused by our mock
                client().get("https://photos.example.org/a.jpg")
        assert asked.call_count == 1
        assert connect.call_args.args[0] == "93.184.216.34"

    @pytest.mark.parametrize(
        "url",
        [
            "", "photo.jpg", "//example.org/a", "ftp://example.org/a",
            "file:///etc/passwd", "gopher://example.org/", "http://example.org/",
            "https://example.org:8443/", "https://user:pass@example.org/",
            "https://exa mple.org/", "https://example.org/\r\nX: 1", "https://",
            "https://ex\u0430mple.org/", "https://example.org:x/", "https://[::1",
        ],
    )  # fmt: skip
    def test_it_takes_no_other_kind_of_address(self, url: str) -> None:
        with pytest.raises(RefusedAddressError):
            client().get(url)

    def test_it_asks_who_may_be_called(self) -> None:
        with pytest.raises(RefusedAddressError) as error:
            client(allow=lambda host: host == "a.example").get("https://b.example/")
        assert error.value.code == "host_not_allowed"

    def test_it_knows_public_addresses(self) -> None:
        assert is_public("93.184.216.34") and is_public("2606:2800:220:1::1")
        assert not is_public("2002:7f00:1::1")  # 6to4 of 127.0.0.1


@pytest.fixture
def on_loopback(settings: Any) -> None:
    settings.OUTGOING_LOOPBACK = True


@pytest.mark.usefixtures("on_loopback")
class ExchangeTests:
    def test_it_brings_the_answer(self) -> None:
        with listening() as there:
            there.headers = {"X-Kind": "photo"}
            answer = client().get(there.url + "/a?b=c", auth=("user", "pass"))
        assert (answer.status, answer.body) == (200, b"hello")
        assert answer.headers["x-kind"] == "photo"
        method, path, headers, _body = there.seen[0]
        assert (method, path) == ("GET", "/a?b=c")
        assert headers["authorization"] == "Basic dXNlcjpwYXNz"
        assert headers["accept-encoding"] == "identity"

    def test_it_posts(self) -> None:
        with listening() as there:
            client().post(there.url, b"{}", headers={"Content-Type": "a/b"})
        method, _path, headers, body = there.seen[0]
        assert (method, body, headers["content-type"]) == ("POST", b"{}", "a/b")

    def test_it_follows_nobody(self) -> None:
        with listening() as there:
            there.status, there.headers = 302, {"Location": "http://127.0.0.1:1/"}
            assert client().get(there.url).status == 302
        assert len(there.seen) == 1

    def test_it_reads_no_more_than_it_may(self) -> None:
        with listening() as there:
            there.body = b"x" * 2000
            with pytest.raises(RefusedAddressError) as error:
                client().get(there.url)
        assert error.value.code == "too_long"

    def test_it_ends_in_time_however_slow_the_other_is(self) -> None:
        with listening() as there:
            there.body, there.drip = b"x" * 900, 0.05
            began = monotonic()
            with pytest.raises(OutgoingError) as error:
                client(timeout=0.5).get(there.url)
        assert error.value.code == "timeout" and error.value.sent
        assert monotonic() - began < 3

    def test_it_says_that_nothing_was_sent(self) -> None:
        with pytest.raises(OutgoingError) as error:
            client().get("http://127.0.0.1:1/")
        assert error.value.code == "no_connection" and not error.value.sent


class LoopbackTests:
    @override_settings(OUTGOING_LOOPBACK=False)
    def test_it_is_closed_outside_the_demo(self) -> None:
        with listening() as there:
            with pytest.raises(RefusedAddressError):
                client().get(there.url)
            assert not there.seen

    @override_settings(OUTGOING_LOOPBACK=False)
    def test_it_is_open_to_the_simulator_alone(self) -> None:
        with listening() as there, listening() as other:
            with override_settings(SUNWAI_SIMULATOR_URL=there.url):
                assert client().get(there.url).status == 200
                with pytest.raises(RefusedAddressError):
                    client().get(other.url)


class StartTests:
    def test_it_loads_no_httpx_before_somebody_calls_out(self) -> None:
        """A web process seldom does, and the 4 MB are in each of them."""
        looked = "import sys, operations.outgoing; sys.exit('httpx' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", looked], check=False)
        assert done.returncode == 0
