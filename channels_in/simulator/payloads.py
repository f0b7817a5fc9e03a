"""Recorded webhooks, read from files for `manage.py replay`.

    {"wire": "sms_twilio", "account": "pune-sms", "form": {"MessageSid": "SM…", …}}

is one, `"body": "…"` the same as it came; `path` and `headers` may be given, several
may stand in one list. A file that ends in .form is a body alone. What is no webhook is
told with a reason: a folder of mixed samples may be given as it is.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from channels_in.simulator.port import Provider

RAW = (".form", ".txt", ".body")
# Digests of what providers sign, as in the test suites of their libraries.
_VECTORS = "vectors"


@dataclass(frozen=True, slots=True)
class Payload:
    origin: str
    wire: str
    kind: str  # "message" or "receipt"
    account: str = ""
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Skipped:
    origin: str
    reason: str


Found = Iterator[Payload | Skipped]


def read(path: Path, providers: Mapping[str, Provider]) -> Found:
    """Every payload below that path, by name; raises OSError for what is not there."""
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file():
                yield from _file(each, each.relative_to(path).as_posix(), providers)
        return
    yield from _file(path, path.name, providers)


def _file(path: Path, origin: str, providers: Mapping[str, Provider]) -> Found:
    if path.suffix in RAW:
        yield _raw(path.read_bytes().strip(), origin, providers)
    elif path.suffix != ".json":
        yield Skipped(origin, f"a {path.suffix or 'nameless'} file is no payload")
    else:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            yield Skipped(origin, "not JSON")
            return
        yield from _json(found, origin, providers)


def _json(found: Any, origin: str, providers: Mapping[str, Provider]) -> Found:
    if isinstance(found, dict) and isinstance(found.get(_VECTORS), list):
        found = found[_VECTORS]
    if not isinstance(found, list):
        yield _one(found, origin, providers)
        return
    for place, each in enumerate(found, 1):
        yield _one(each, f"{origin}#{place}", providers)


def _one(
    given: Any, origin: str, providers: Mapping[str, Provider]
) -> Payload | Skipped:
    if not isinstance(given, dict):
        return Skipped(origin, "no object")
    if "wire" not in given:
        if isinstance(given.get("params"), dict):
            return _raw(_encoded(given["params"]), origin, providers)
        return Skipped(origin, "names no wire, and has no form")
    provider = providers.get(given["wire"])
    if provider is None:
        return Skipped(origin, f"no wire is called {given['wire']}")
    body = _encoded(given["form"]) if "form" in given else _bytes(given.get("body"))
    if not body:
        return Skipped(origin, "has neither form nor body")
    return Payload(
        origin=origin,
        wire=provider.slug,
        kind=provider.recognise(body) or "message",
        account=str(given.get("account", "")),
        path=str(given.get("path", "")),
        headers=given.get("headers", {}),
        body=body,
    )


def _raw(
    body: bytes, origin: str, providers: Mapping[str, Provider]
) -> Payload | Skipped:
    for slug, provider in providers.items():
        if kind := provider.recognise(body):
            return Payload(origin=origin, wire=slug, kind=kind, body=body)
    return Skipped(origin, "no message of a provider we know")


def _encoded(form: Mapping[str, Any]) -> bytes:
    return urlencode(form, doseq=True).encode()


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else b""
