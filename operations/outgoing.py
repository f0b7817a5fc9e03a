"""Requests to addresses that somebody else wrote: photos, partners' hooks.

    client = Client(allow=lambda host: host in HOSTS, timeout=20.0, longest=MAX)
    answer = client.get(url, auth=("user", "password"))

The host is resolved once, every address of it must be a public one, and the connection
goes to that very address: a name that answers differently the second time reaches
nothing of ours. No redirect is followed; the caller sees it and asks anew.
"""

import base64
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from ssl import SSLContext
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

Allow = Callable[[str], bool]
CONNECT_SECONDS = 5.0
# IPv4 behind a translator (RFC 6052): what it leads to is not in the address alone.
_TRANSLATED = ip_network("64:ff9b::/96")


class OutgoingError(Exception):
    """Nothing came back. `code` is stored and shown: no address, no words.

    `sent` is True where the other side may have got the request.
    """

    def __init__(self, code: str, *, sent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.sent = sent


class RefusedAddressError(OutgoingError):
    """We do not go there, now or later."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # lower-case
    body: bytes


class Client:
    """`allow` is asked for each host name; `timeout` is for the whole exchange."""

    def __init__(self, *, allow: Allow, timeout: float, longest: int) -> None:
        self._allow = allow
        self._timeout = timeout
        self._longest = longest

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        return self._exchange("GET", url, b"", _with_auth(headers, auth))

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        return self._exchange("POST", url, body, dict(headers or {}))

    def _exchange(
        self, method: str, url: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        ends = monotonic() + self._timeout
        backend = _PinnedBackend(self._address(url))
        times = {
            "connect": min(CONNECT_SECONDS, self._timeout),
            "read": self._timeout,
            "write": self._timeout,
            "pool": self._timeout,
        }
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=_tls(), network_backend=backend
                ) as pool,
                pool.stream(
                    method,
                    url,
                    headers=_complete(headers, url, body, method),
                    content=body or None,
                    extensions={"timeout": times},
                ) as response,
            ):
                return self._answer(response, ends)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise OutgoingError("no_connection") from error
        except httpcore.TimeoutException as error:
            raise OutgoingError("timeout", sent=True) from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            UnicodeError,
            ValueError,
        ) as error:
            raise OutgoingError("broken_off", sent=True) from error

    def _address(self, url: str) -> str:
        """The one that we connect to; raises RefusedAddressError."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError as error:
            raise RefusedAddressError("no_address") from error
        plain = url.isascii() and url.isprintable() and " " not in url
        if not plain or not host or parts.username or parts.password:
            raise RefusedAddressError("no_address")
        if _may_be_local(host, port) and parts.scheme in ("http", "https"):
            return _resolved(host)[0]
        if parts.scheme != "https" or port not in (None, 443):
            raise RefusedAddressError("not_https")
        if not self._allow(host.lower()):
            raise RefusedAddressError("host_not_allowed")
        found = _resolved(host)
        if not all(map(is_public, found)):
            raise RefusedAddressError("private_address")
        return found[0]

    def _answer(self, response: httpcore.Response, ends: float) -> Answer:
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_stream():
            size += len(piece)
            if size > self._longest:
                raise RefusedAddressError("too_long")
            if monotonic() > ends:
                raise OutgoingError("timeout", sent=True)
            pieces.append(piece)
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        return Answer(response.status, headers, b"".join(pieces))


def is_public(address: str) -> bool:
    """An address of the open Internet, also where it is dressed as IPv6."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        if parsed.teredo is not None or parsed in _TRANSLATED:
            return False
        parsed = parsed.ipv4_mapped or parsed.sixtofour or parsed
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _may_be_local(host: str, port: int | None) -> bool:
    """The simulator's own address; in the demo and in tests all of this machine."""
    simulator = urlsplit(settings.SUNWAI_SIMULATOR_URL)
    if simulator.hostname and (host, port) == (simulator.hostname, simulator.port):
        return True
    return bool(settings.OUTGOING_LOOPBACK) and host in ("127.0.0.1", "::1")


def _resolved(host: str) -> list[str]:
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass  # a name
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutgoingError("no_such_host") from error
    if not found:
        raise OutgoingError("no_such_host")
    return [str(each[4][0]).partition("%")[0] for each in found]


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to the address that was looked at, whatever the name says now."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return self._real.connect_tcp(
            self._address, port, timeout, local_address, socket_options
        )

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise RefusedAddressError("no_address")


def _tls() -> SSLContext:
    """Certificates are checked against the name, with the bundle httpx brings."""
    import httpx  # 4 MB that a web process, which seldom calls out, does without

    return httpx.create_ssl_context()


def _complete(
    headers: dict[str, str], url: str, body: bytes, method: str
) -> list[tuple[str, str]]:
    given = {"host": urlsplit(url).netloc, "user-agent": "Sunwai"}
    given |= {name.lower(): value for name, value in headers.items()}
    # What was packed small would grow past `longest` only after it was read.
    given |= {"accept-encoding": "identity", "connection": "close"}
    if method == "POST":
        given["content-length"] = str(len(body))
    return list(given.items())


def _with_auth(
    headers: Mapping[str, str] | None, auth: tuple[str, str] | None
) -> dict[str, str]:
    found = dict(headers or {})
    if auth is not None:
        plain = f"{auth[0]}:{auth[1]}".encode()
        found["authorization"] = "Basic " + base64.b64encode(plain).decode()
    return found
