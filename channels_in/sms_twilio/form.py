"""What Twilio posts, for messages and calls alike: a signed form."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

from channels_in.port import Envelope, UnreadableError, UnverifiedError
from notices.port import Keys

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
SIGNATURE = "x-twilio-signature"
HEADERS = frozenset({"content-type", SIGNATURE})


def check_signature(keys: Keys, envelope: Envelope) -> None:
    """Raises UnverifiedError."""
    token = keys.secrets.get("auth_token", "")
    signature = envelope.headers.get(SIGNATURE, "")
    if not token or not signature:
        raise UnverifiedError
    try:
        signed = _signed(envelope)
        fits = RequestValidator(token).validate(envelope.url, signed, signature)
    except ValueError as error:
        raise UnverifiedError from error
    if not fits:
        raise UnverifiedError
    account = fields_of(envelope).get("AccountSid", keys.provider_account)
    if keys.provider_account and account != keys.provider_account:
        raise UnverifiedError


def fields_of(envelope: Envelope) -> Mapping[str, str]:
    if not _is_form(envelope):
        return {}
    try:
        # The first of repeated fields: one that is put behind it changes nothing.
        return dict(reversed(_pairs(envelope)))
    except ValueError as error:
        raise UnreadableError("too_many_fields") from error


def _is_form(envelope: Envelope) -> bool:
    kind = envelope.headers.get("content-type", FORM)
    return kind.partition(";")[0].strip().lower() == FORM


def _signed(envelope: Envelope) -> dict[str, list[str]] | str:
    """What Twilio signs beside the address: a form's fields, or a digest of the rest.

    A body that is no form and has no digest in the address is signed by nobody.
    """
    if _is_form(envelope):
        return _Fields(_pairs(envelope))
    if "bodySHA256" not in parse_qs(urlsplit(envelope.url).query):
        raise UnverifiedError
    return envelope.body.decode("utf-8", "replace")


class _Fields(dict[str, list[str]]):
    """Repeated fields as the validator asks for them."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getlist(self, name: str) -> list[str]:
        return self[name]


def _pairs(envelope: Envelope) -> list[tuple[str, str]]:
    return parse_qsl(
        envelope.body.decode("utf-8", "replace"),
        keep_blank_values=True,
        errors="replace",
        max_num_fields=MOST_FIELDS,
    )
