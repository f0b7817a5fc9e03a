"""A new message: whose it is, and what Twilio refuses."""

import re
from urllib.parse import parse_qsl, urlsplit

from channels_in.simulator.messages import OUT, keep
from channels_in.simulator.port import Answer, Request
from channels_in.simulator.store import Row, Store
from channels_in.simulator.twilio_shapes import error, shown

_LONGEST_BODY = 1600
_E164 = re.compile(r"\+[1-9]\d{6,14}")
# A registered header: letters, or the six digits of Indian advertising.
_HEADER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|\d{6}")


def create(store: Store, request: Request, accounts: list[Row]) -> Answer:
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    account = _sender(form, accounts)
    for wrong, code, words in _checks(form, account):
        if wrong:
            return error(400, code, words)
    assert account is not None  # noqa: S101  one of the checks
    message = keep(
        store,
        account,
        direction=OUT,
        sender=form.get("From") or account["number"],
        recipient=form["To"],
        body=form.get("Body", ""),
        callback=form.get("StatusCallback", ""),
    )
    return Answer.of(201, shown(store, message), made=message["sid"])


def _sender(form: dict[str, str], accounts: list[Row]) -> Row | None:
    """The account of that number; a header or a service leaves from the first."""
    given = form.get("From", "")
    if _HEADER.fullmatch(given) or (not given and "MessagingServiceSid" in form):
        return accounts[0]
    return next((each for each in accounts if each["number"] == given), None)


def _checks(form: dict[str, str], account: Row | None) -> list[tuple[bool, int, str]]:
    to, body, callback = (form.get(n, "") for n in ("To", "Body", "StatusCallback"))
    sender = form.get("From", "") or form.get("MessagingServiceSid", "")
    address = urlsplit(callback).scheme in ("", "http", "https")
    return [
        (not to, 21604, "A 'To' phone number is required."),
        (not sender, 21603, "A 'From' phone number is required."),
        (not body and "MediaUrl" not in form, 21602, "Message body is required."),
        (not _E164.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
        (
            account is None,
            21606,
            f"The 'From' phone number {sender} is not one of this account.",
        ),
        (len(body) > _LONGEST_BODY, 21617, "The body exceeds 1600 characters."),
        (not address, 21609, f"The StatusCallback URL {callback} is not a valid URL."),
    ]
