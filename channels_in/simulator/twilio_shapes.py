"""How Twilio writes a message, a photo and a page of messages in JSON."""

from calendar import timegm
from datetime import date, datetime
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, urlencode

from channels_in.simulator.messages import OUT, media_of
from channels_in.simulator.port import Answer
from channels_in.simulator.store import Row, Store

ROOT = "/2010-04-01/Accounts/"
_UNREACHABLE = "Unreachable destination handset"
_DAY = 24 * 3600
_USUAL, _LONGEST = 50, 1000


def error(status: int, code: int, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Answer.of(
        status, {"code": code, "message": message, "more_info": more, "status": status}
    )


def _date(seconds: float | None) -> str | None:
    return None if seconds is None else formatdate(seconds)


def shown(store: Store, message: Row) -> dict[str, Any]:
    account = f"{ROOT}{message['account_sid']}"
    uri = f"{account}/Messages/{message['sid']}"
    return {
        "account_sid": message["account_sid"],
        "api_version": "2010-04-01",
        "body": message["body"],
        "date_created": _date(message["created"]),
        "date_sent": _date(message["sent"]),
        "date_updated": _date(message["updated"]),
        "direction": "outbound-api" if message["direction"] == OUT else "inbound",
        "error_code": message["error"],
        "error_message": _UNREACHABLE if message["error"] else None,
        "from": message["sender"],
        "messaging_service_sid": None,
        "num_media": str(len(media_of(store, message["sid"]))),
        "num_segments": str(message["segments"]),
        "price": None,
        "price_unit": "USD",
        "sid": message["sid"],
        "status": message["status"],
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message["recipient"],
        "uri": f"{uri}.json",
    }


def media_path(media: Row) -> str:
    return f"/Messages/{media['message_sid']}/Media/{media['sid']}"


def media_shown(account: str, media: Row) -> dict[str, Any]:
    return {
        "account_sid": account,
        "content_type": media["content_type"],
        "parent_sid": media["message_sid"],
        "sid": media["sid"],
        "uri": f"{ROOT}{account}{media_path(media)}.json",
    }


def media_list(store: Store, message: Row) -> dict[str, Any]:
    account = message["account_sid"]
    found = media_of(store, message["sid"])
    uri = f"{ROOT}{account}/Messages/{message['sid']}/Media.json?PageSize=50&Page=0"
    return {
        "media_list": [media_shown(account, each) for each in found],
        "page": 0, "page_size": 50, "start": 0, "end": max(len(found) - 1, 0),
        "uri": uri, "first_page_uri": uri, "next_page_uri": None,
        "previous_page_uri": None,
    }  # fmt: skip


# a page of the list --------------------------------------------------------------
def page(store: Store, account: str, query: str) -> dict[str, Any]:
    """Newest first; a token names the last message of the page before."""
    asked = {name: found[-1] for name, found in parse_qs(query).items()}
    size = min(max(_whole(asked.pop("PageSize", ""), _USUAL), 1), _LONGEST)
    number = _whole(asked.pop("Page", ""), 0)
    after = asked.pop("PageToken", "").removeprefix("PA")
    conditions, values = _filters(asked)
    if after:
        conditions.append("id < (SELECT id FROM messages WHERE sid = ?)")
        values.append(after)
    where = "".join(f" AND {each}" for each in conditions)
    rows = store.all(
        f"SELECT * FROM messages WHERE account_sid = ?{where}"  # noqa: S608  ours
        " ORDER BY id DESC LIMIT ?",
        account, *values, size + 1,
    )  # fmt: skip
    rows, more = rows[:size], len(rows) > size

    def uri(at: int, token: str = "") -> str:
        rest = {"PageSize": size, "Page": at} | ({"PageToken": token} if token else {})
        return f"{ROOT}{account}/Messages.json?{urlencode(asked | rest)}"

    start = number * size
    return {
        "messages": [shown(store, row) for row in rows],
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(len(rows) - 1, 0),
        "uri": uri(number, f"PA{after}" if after else ""),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1, "PA" + rows[-1]["sid"]) if more else None,
        "previous_page_uri": None,
    }


def _filters(asked: dict[str, str]) -> tuple[list[str], list[Any]]:
    """A message without DateSent, for it has not left yet, is in no such list."""
    conditions: list[str] = []
    values: list[Any] = []
    for name, column in (("To", "recipient"), ("From", "sender")):
        if asked.get(name):
            conditions.append(f"{column} = ?")
            values.append(asked[name])
    for name, sign in (("DateSent", "="), ("DateSent>", ">="), ("DateSent<", "<=")):
        if not asked.get(name):
            continue
        first, last = _span(asked[name])
        if sign in ("=", ">="):
            conditions.append("sent >= ?")
            values.append(first)
        if sign in ("=", "<="):
            conditions.append("sent < ?")
            values.append(last)
    return conditions, values


def _span(typed: str) -> tuple[float, float]:
    """A day, or the one second that Twilio's dates are exact to."""
    if len(typed) == len("2026-11-21"):
        first = timegm(date.fromisoformat(typed).timetuple())
        return first, first + _DAY
    # "+00:00" arrives as a space where a client did not escape it.
    at = datetime.fromisoformat(typed.replace(" ", "+").replace("Z", "+00:00"))
    first = timegm(at.utctimetuple())
    return first, first + 1


def _whole(typed: str, otherwise: int) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() else otherwise
