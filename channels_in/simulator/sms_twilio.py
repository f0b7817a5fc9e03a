"""Twilio's Messages resource, as far as a desk uses it, and its webhooks.

Names and shapes after Twilio's own documentation: REST API 2010-04-01, "Message
resource", "Media subresource", "Webhooks security", errors 20xxx and 21xxx.
"""

import base64
import hashlib
import hmac
import re
from binascii import Error
from urllib.parse import parse_qs, parse_qsl, urlencode

from channels_in.simulator.knobs import Knobs
from channels_in.simulator.messages import by_sid, media_of
from channels_in.simulator.port import Answer, Hook, Provider, Request
from channels_in.simulator.store import Row, Store
from channels_in.simulator.twilio_create import create
from channels_in.simulator.twilio_shapes import (
    ROOT,
    error,
    media_list,
    media_path,
    media_shown,
    page,
    shown,
)

_PATH = re.compile(
    r"/2010-04-01/Accounts/(?P<account>\w+)/Messages"
    r"(?:/(?P<message>\w+?)(?P<media>/Media(?:/(?P<file>\w+))?)?)?(?P<json>\.json)?"
)
_CDN = "/media/"  # stands for mms.twiliocdn.com
_WORDS = {
    400: (21614, "'To' number is not a valid mobile number"),
    404: (20404, "The requested resource was not found"),
    405: (20004, "Method not allowed"),
    429: (20429, "Too Many Requests"),
    500: (20500, "Internal Server Error"),
    503: (20503, "Service Unavailable"),
}


def of_status(status: int) -> Answer:
    return error(status, *_WORDS[status])


def refused(status: int, retry_after: int) -> Answer:
    said = of_status(status)
    if not retry_after:
        return said
    headers = {"Retry-After": str(retry_after)}
    return Answer(said.status, said.body, said.content_type, headers)


def sign(secret: str, url: str, body: bytes) -> dict[str, str]:
    """HMAC-SHA1 over the address and every field's name and value, sorted."""
    fields = parse_qs(body.decode(), keep_blank_values=True)
    signed = url + "".join(
        name + value for name in sorted(fields) for value in sorted({*fields[name]})
    )
    mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha1)
    return {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": base64.b64encode(mac.digest()).decode(),
        # The same for each try of one request.
        "I-Twilio-Idempotency-Token": hashlib.sha256(body).hexdigest()[:36],
    }


class Twilio(Provider):
    slug = "sms_twilio"
    secret = "auth_token"  # noqa: S105  a name

    def sends(self, request: Request) -> bool:
        return request.method == "POST"

    def refusal(self, status: int, retry_after: int) -> Answer:
        return refused(status, retry_after)

    def answer(self, store: Store, request: Request, knobs: Knobs) -> Answer:
        if request.method == "GET" and request.path.startswith(_CDN):
            return _file(store, request.path.removeprefix(_CDN))
        match = _PATH.fullmatch(request.path)
        if match is None:
            return of_status(404)
        accounts = authenticated(store, request, self.slug, match["account"])
        if not accounts:
            return error(401, 20003, "Authenticate")
        if request.method == "POST" and not match["message"]:
            return create(store, request, accounts)
        if request.method != "GET":
            return of_status(405)
        return self._read(store, request, match, knobs)

    def _read(
        self, store: Store, request: Request, match: re.Match[str], knobs: Knobs
    ) -> Answer:
        account, sid = match["account"], match["message"]
        if not sid:
            try:
                return Answer.of(200, page(store, account, request.query))
            except ValueError:
                return error(400, 20001, "Invalid date")
        message = by_sid(store, sid)
        if message is None or message["account_sid"] != account:
            return of_status(404)
        if match["file"]:
            return self._media(store, request, match, knobs)
        if match["media"]:
            return Answer.of(200, media_list(store, message))
        return Answer.of(200, shown(store, message))

    def _media(
        self, store: Store, request: Request, match: re.Match[str], knobs: Knobs
    ) -> Answer:
        media = {each["sid"]: each for each in media_of(store, match["message"])}
        if match["file"] not in media:
            return of_status(404)
        if match["json"]:
            return Answer.of(200, media_shown(match["account"], media[match["file"]]))
        if knobs.media_redirect:
            there = f"{request.base}{_CDN}{match['file']}"
            return Answer(307, content_type="text/plain", headers={"Location": there})
        return _file(store, match["file"])

    # what it tells the desk -----------------------------------------------------
    def message_hook(self, store: Store, account: Row, message: Row, base: str) -> Hook:
        media = media_of(store, message["sid"])
        form = [
            ("ToCountry", "IN"),
            ("FromCountry", "IN"),
            ("SmsMessageSid", message["sid"]),
            ("NumMedia", str(len(media))),
            ("SmsSid", message["sid"]),
            ("SmsStatus", "received"),
            ("Body", message["body"]),
            ("To", message["recipient"]),
            ("NumSegments", str(message["segments"])),
            ("MessageSid", message["sid"]),
            ("AccountSid", message["account_sid"]),
            ("From", message["sender"]),
            ("ApiVersion", "2010-04-01"),
        ]
        for place, each in enumerate(media):
            url = f"{base}{ROOT}{message['account_sid']}{media_path(each)}"
            form += [
                (f"MediaContentType{place}", each["content_type"]),
                (f"MediaUrl{place}", url),
            ]
        url = f"{account['public']}/hooks/{self.slug}/{account['code']}/"
        return self._hook(account, url, form)

    def receipt_hook(self, account: Row, message: Row) -> Hook | None:
        if not message["callback"]:
            return None
        form = [
            ("SmsSid", message["sid"]),
            ("SmsStatus", message["status"]),
            ("MessageStatus", message["status"]),
            ("To", message["recipient"]),
            ("MessageSid", message["sid"]),
            ("AccountSid", message["account_sid"]),
            ("From", message["sender"]),
            ("ApiVersion", "2010-04-01"),
        ]
        if message["error"]:
            form.append(("ErrorCode", str(message["error"])))
        return self._hook(account, message["callback"], form)

    def _hook(self, account: Row, url: str, form: list[tuple[str, str]]) -> Hook:
        url, body = url.partition("#")[0], urlencode(form).encode()
        return Hook(url, body, self.sign(account["secret"], url, body))

    def recognise(self, body: bytes) -> str:
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        if not (form.get("MessageSid") or form.get("SmsSid")):
            return ""
        stage = form.get("MessageStatus", "")
        return "receipt" if stage and stage != "received" else "message"

    def readdress(self, body: bytes, provider_account: str) -> bytes:
        form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        own = {"AccountSid": provider_account}
        return urlencode(
            [(name, own.get(name, value)) for name, value in form]
        ).encode()

    def sign(self, secret: str, url: str, body: bytes) -> dict[str, str]:
        return sign(secret, url, body)


def authenticated(store: Store, request: Request, slug: str, sid: str) -> list[Row]:
    """The numbers of the account in the path, if its own secret was given."""
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, given = (
            base64.b64decode(encoded, validate=True).decode().partition(":")
        )
    except (Error, UnicodeDecodeError):
        return []
    if kind.lower() != "basic" or user != sid:
        return []
    rows = store.all("SELECT * FROM accounts WHERE slug = ? AND sid = ?", slug, sid)
    return [
        r for r in rows if hmac.compare_digest(r["secret"].encode(), given.encode())
    ]


def _file(store: Store, sid: str) -> Answer:
    media = store.one("SELECT content_type, body FROM media WHERE sid = ?", sid)
    if media is None:
        return of_status(404)
    return Answer(200, media["body"], media["content_type"])
