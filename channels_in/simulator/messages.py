"""Messages as the simulator keeps them, whichever way they went."""

import time
import uuid
from dataclasses import dataclass

from channels_in.simulator.store import Row, Store
from notices.segments import count

IN, OUT = "in", "out"  # as the desk sees it
# An outbound message only moves forward: status → the one right before it.
_BEFORE = {"sent": "queued", "delivered": "sent", "undelivered": "sent"}
UNREACHABLE = 30003  # Twilio's "unreachable destination handset"


class BadPhone(ValueError):
    """No telephone of the simulation: those are 99999-00000 to 99999-99999."""


class UnknownNumber(ValueError):
    """No account has it."""


@dataclass(frozen=True, slots=True)
class Photo:
    name: str
    content_type: str
    body: bytes


def phone_number(typed: str) -> str:
    """ "99999-00001" in E.164; raises BadPhone for numbers that could be anybody's."""
    digits = "".join(each for each in typed if each.isascii() and each.isdigit())
    if len(digits) == 12 and digits.startswith("91"):
        digits = digits[2:]
    if len(digits) != 10 or not digits.startswith("99999"):
        raise BadPhone
    return f"+91{digits}"


def keep(
    store: Store,
    account: Row,
    *,
    direction: str,
    sender: str,
    recipient: str,
    body: str,
    callback: str = "",
    photos: tuple[Photo, ...] = (),
) -> Row:
    now = time.time()
    inbound = direction == IN
    sid = ("MM" if photos else "SM") + uuid.uuid4().hex
    row: Row = {
        "sid": sid,
        "slug": account["slug"],
        "account_sid": account["sid"],
        "code": account["code"],
        "direction": direction,
        "sender": sender,
        "recipient": recipient,
        "body": body,
        "segments": max(count(body).segments, 1),
        "status": "received" if inbound else "queued",
        "error": None,
        "callback": callback,
        "created": now,
        "sent": now if inbound else None,
        "updated": now,
    }
    for photo in photos:
        _keep_photo(store, sid, photo)
    row["id"] = store.insert("messages", row)
    return row


def _keep_photo(store: Store, message_sid: str, photo: Photo) -> None:
    row: Row = {
        "sid": "ME" + uuid.uuid4().hex,
        "message_sid": message_sid,
        "name": photo.name,
        "content_type": photo.content_type,
        "body": photo.body,
    }
    store.insert("media", row)


def by_sid(store: Store, sid: str) -> Row | None:
    return store.one("SELECT * FROM messages WHERE sid = ?", sid)


def move(store: Store, sid: str, status: str) -> Row | None:
    """The message in its new status; None if it is already there or further."""
    now = time.time()
    moved = store.run(
        "UPDATE messages SET status = ?, updated = ?, sent = coalesce(sent, ?),"
        " error = ? WHERE sid = ? AND status IN ('queued', ?)",
        status, now, now, UNREACHABLE if status == "undelivered" else None, sid,
        _BEFORE[status],
    )  # fmt: skip
    return by_sid(store, sid) if moved else None


def media_of(store: Store, message_sid: str) -> list[Row]:
    return store.all(
        "SELECT sid, message_sid, name, content_type FROM media"
        " WHERE message_sid = ? ORDER BY rowid",
        message_sid,
    )


def of_phone(store: Store, number: str, *, most: int = 200) -> list[Row]:
    """Both directions, oldest first."""
    rows = store.all(
        "SELECT * FROM (SELECT * FROM messages WHERE sender = ? ORDER BY id DESC"
        " LIMIT ?) UNION ALL SELECT * FROM (SELECT * FROM messages WHERE recipient = ?"
        " ORDER BY id DESC LIMIT ?) ORDER BY id DESC LIMIT ?",
        number, most, number, most, most,
    )  # fmt: skip
    return rows[::-1]
