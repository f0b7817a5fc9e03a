"""Stands in for Twilio's Programmable Voice: makes calls and tells how they went."""

import re
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from channels_in.simulator.exchange import keep_call
from channels_in.simulator.knobs import Knobs
from channels_in.simulator.port import Answer, Hook, Provider, Request
from channels_in.simulator.sms_twilio import authenticated, of_status, refused, sign
from channels_in.simulator.store import Row, Store
from channels_in.simulator.twilio_shapes import ROOT, error

_PATH = re.compile(
    r"/2010-04-01/Accounts/(?P<account>\w+)/Calls(?:/(?P<call>\w+?))?(?:\.json)?"
)
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_LONGEST_TWIML = 4000
_MOST = 50
_ENDS = ("completed", "no-answer", "busy", "failed", "canceled")


class TwilioVoice(Provider):
    slug = "voice_twilio"
    secret = "auth_token"  # noqa: S105  a name
    takes_messages = False

    def sends(self, request: Request) -> bool:
        return request.method == "POST"

    def refusal(self, status: int, retry_after: int) -> Answer:
        return refused(status, retry_after)

    def answer(self, store: Store, request: Request, knobs: Knobs) -> Answer:
        match = _PATH.fullmatch(request.path)
        if match is None:
            return of_status(404)
        accounts = authenticated(store, request, self.slug, match["account"])
        if not accounts:
            return error(401, 20003, "Authenticate")
        if request.method == "POST" and not match["call"]:
            return _create(store, request, accounts)
        if request.method != "GET":
            return of_status(405)
        if not match["call"]:
            return Answer.of(200, _page(store, match["account"], request.query))
        found = store.one(
            "SELECT * FROM calls WHERE sid = ? AND account_sid = ?",
            match["call"], match["account"],
        )  # fmt: skip
        return Answer.of(200, _shown(found)) if found else of_status(404)

    # what it tells the desk -----------------------------------------------------
    def message_hook(self, store: Store, account: Row, message: Row, base: str) -> Hook:
        raise NotImplementedError("nobody writes to a number that only calls")

    def receipt_hook(self, account: Row, message: Row) -> Hook | None:
        if not message["callback"]:
            return None
        form = [
            *_about(message),
            ("CallDuration", str(_seconds(message))),
            ("SequenceNumber", "0"),
            ("CallbackSource", "call-progress-events"),
            ("Timestamp", formatdate(message["updated"])),
        ]
        return _hook(account, message["callback"], form)

    def key_hook(self, account: Row, call: Row, url: str, key: str) -> Hook:
        form = [*_about(call), ("msg", "Gather End"), ("Digits", key)]
        return _hook(account, url, form)

    def recognise(self, body: bytes) -> str:
        """Only how a call of ours went: which question a key answers stands in the
        address, so that a body alone is nothing."""
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        ours = form.get("CallSid") and form.get("Direction", "").startswith("outbound")
        return "receipt" if ours and form.get("CallStatus") in _ENDS else ""

    def readdress(self, body: bytes, provider_account: str) -> bytes:
        form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        own = {"AccountSid": provider_account}
        return urlencode(
            [(name, own.get(name, value)) for name, value in form]
        ).encode()

    def sign(self, secret: str, url: str, body: bytes) -> dict[str, str]:
        return sign(secret, url, body)


def _hook(account: Row, url: str, form: list[tuple[str, str]]) -> Hook:
    url, body = url.partition("#")[0], urlencode(form).encode()
    return Hook(url, body, sign(account["secret"], url, body))


def _about(call: Row) -> list[tuple[str, str]]:
    return [
        ("CallSid", call["sid"]),
        ("AccountSid", call["account_sid"]),
        ("From", call["sender"]),
        ("To", call["recipient"]),
        ("CallStatus", call["status"]),
        ("Direction", "outbound-api"),
        ("ApiVersion", "2010-04-01"),
    ]


def _seconds(call: Row) -> int:
    return int(call["updated"] - call["answered"]) if call["answered"] else 0


# a new call ------------------------------------------------------------------------
def _create(store: Store, request: Request, accounts: list[Row]) -> Answer:
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    ours = [each for each in accounts if each["number"] == form.get("From", "")]
    for wrong, code, words in _checks(form, ours):
        if wrong:
            return error(400, code, words)
    call = keep_call(
        store,
        ours[0],
        recipient=form["To"],
        callback=form.get("StatusCallback", ""),
        twiml=form["Twiml"],
    )
    return Answer.of(201, _shown(call), rings=call["sid"])


def _checks(form: dict[str, str], ours: list[Row]) -> list[tuple[bool, int, str]]:
    to, twiml = form.get("To", ""), form.get("Twiml", "")
    callback = urlsplit(form.get("StatusCallback", "")).scheme in ("", "http", "https")
    return [
        (not to, 21201, "No 'To' number is specified"),
        (not form.get("From"), 21213, "No 'From' number is specified"),
        (not _E164.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
        (not ours, 21212, "The 'From' number is not one of this account."),
        (not twiml, 21205, "Url or Twiml is required."),
        (len(twiml) > _LONGEST_TWIML, 21218, "Twiml exceeds 4000 characters."),
        (not callback, 21609, "The StatusCallback URL is not a valid URL."),
    ]


# how Twilio writes calls -----------------------------------------------------------
def _shown(call: Row) -> dict[str, Any]:
    ended = call["status"] not in ("queued", "ringing", "in-progress")
    uri = f"{ROOT}{call['account_sid']}/Calls/{call['sid']}.json"
    return {
        "account_sid": call["account_sid"],
        "annotation": None,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": formatdate(call["created"]),
        "date_updated": formatdate(call["updated"]),
        "direction": "outbound-api",
        "duration": str(_seconds(call)) if ended else None,
        "end_time": formatdate(call["updated"]) if ended else None,
        "forwarded_from": None,
        "from": call["sender"],
        "from_formatted": call["sender"],
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call["sid"],
        "start_time": formatdate(call["answered"]) if call["answered"] else None,
        "status": call["status"],
        "subresource_uris": {},
        "to": call["recipient"],
        "to_formatted": call["recipient"],
        "trunk_sid": None,
        "uri": uri,
    }


def _page(store: Store, account: str, query: str) -> dict[str, Any]:
    """Newest first, one page: nobody has more calls on this machine."""
    asked = {name: found[-1] for name, found in parse_qs(query).items()}
    rows = store.all(
        "SELECT * FROM calls WHERE account_sid = ?"
        " AND recipient = coalesce(?, recipient)"
        " AND sender = coalesce(?, sender) AND status = coalesce(?, status)"
        " ORDER BY id DESC LIMIT ?",
        account, asked.get("To"), asked.get("From"), asked.get("Status"), _MOST,
    )  # fmt: skip
    uri = f"{ROOT}{account}/Calls.json?PageSize={_MOST}&Page=0"
    return {
        "calls": [_shown(row) for row in rows],
        "page": 0, "page_size": _MOST, "start": 0, "end": max(len(rows) - 1, 0),
        "uri": uri, "first_page_uri": uri, "next_page_uri": None,
        "previous_page_uri": None,
    }  # fmt: skip
