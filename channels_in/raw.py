"""What a dead letter says, as far as anybody can tell from its bytes."""

import json
import re
from urllib.parse import parse_qsl

from channels_in.models import Inbound
from channels_in.port import Incoming
from channels_in.wires import wire_of
from channels_in.working import envelope_of
from complaints.phones import masked
from complaints.text import clean
from notices.accounts import keys_of

LONGEST = 4000
MOST_FIELDS = 100
# How providers call the words, in forms and in JSON.
_WORDS = frozenset({"body", "text", "caption", "message"})
_PHONE = re.compile(r"(?<!\d)\+?[1-9]\d{9,14}(?!\d)")


def fields(row: Inbound) -> list[tuple[str, str]]:
    """Name and value of each, numbers of people masked; "" where it has no names."""
    found = _pairs(_decoded(row))
    return [(name[:60], _masked(value)) for name, value in found if value.strip()]


def words(row: Inbound) -> str:
    """What the person most likely wrote, for the form that makes a complaint of it."""
    read = _read(row)
    if read is not None:
        return _cut(read.text)
    pairs = _pairs(_decoded(row))
    said = [value for name, value in pairs if name.rpartition(".")[2].lower() in _WORDS]
    return _cut(said[0] if said else "\n".join(value for _name, value in pairs))


def sender(row: Inbound) -> str:
    if row.sender:
        return row.sender
    read = _read(row)
    return read.sender if read else ""


def _read(row: Inbound) -> Incoming | None:
    """By the wire itself: it may be what came after that failed."""
    wire = wire_of(row.wire)
    if wire is None:
        return None
    try:
        items = list(wire.parse(keys_of(row.account), envelope_of(row)))
    except Exception:  # noqa: BLE001  it is shown here because it cannot be read
        return None
    return next((item for item in items if isinstance(item, Incoming)), None)


def _decoded(row: Inbound) -> str:
    return bytes(row.body).decode("utf-8", "replace")


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return _flat("", json.loads(text))
    except (ValueError, RecursionError):
        pass
    try:
        pairs = parse_qsl(text, max_num_fields=MOST_FIELDS, strict_parsing=True)
    except ValueError:
        return [("", text)]
    return pairs


def _flat(name: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        items = [(f"{name}.{key}".strip("."), each) for key, each in value.items()]
    elif isinstance(value, list):
        items = [(name, each) for each in value]
    else:
        return [] if value is None else [(name, str(value))]
    return [pair for key, each in items[:MOST_FIELDS] for pair in _flat(key, each)]


def _masked(value: str) -> str:
    plain = _cut(value)
    return _PHONE.sub(lambda found: masked("+" + found[0].lstrip("+")), plain)


def _cut(value: str) -> str:
    """Ten marks on a letter grow in cleaning: cut before and after."""
    return clean(value[:LONGEST], 2 * LONGEST)[:LONGEST]
