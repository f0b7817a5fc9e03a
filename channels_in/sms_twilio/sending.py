"""Talking to Twilio: its own client, our time-outs, and a plain word on what we know.

Runs in threads beside other sends: nothing here touches the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any

import requests
from django.conf import settings
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
)

from notices.port import DeliveryError, Keys, OutboundMessage

if TYPE_CHECKING:
    from twilio.rest import Client

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 5.0, 10.0, 15.0
LONGEST_ANSWER = 4 * 1024 * 1024
API = "https://api.twilio.com"
SLUG = "sms_twilio"
# Our mistake or Twilio's, mended sooner than the message is too old: a password that
# was changed, an account that is stopped, a time-out, a conflict, too many requests.
NOT_NOW = frozenset({401, 403, 408, 409, 425, 429})
# Clocks differ, and Twilio's dates are exact to a second.
CLOCKS_DIFFER = timedelta(seconds=5)
MOST_LOOKED_AT = 50
MOST_RECEIVED = 5000


@dataclass(frozen=True, slots=True)
class Received:
    sid: str
    sender: str
    recipient: str
    text: str
    media: tuple[tuple[str, str], ...] = ()  # address, type


@contextmanager
def faults() -> Iterator[None]:
    """What goes wrong at Twilio, as every sender of ours tells it."""
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield
    except TwilioRestException as error:
        raise refusal(error.status, error.code) from error
    except (TwilioException, ValueError, KeyError) as error:
        # An answer in no shape of Twilio's: some proxy's page, perhaps.
        raise DeliveryError("strange_answer", unknown=True) from error


def send(message: OutboundMessage, *, callback: str) -> str:
    keys = message.keys
    with faults():
        made = client(keys).messages.create(
            to=message.recipient,
            from_=keys.header or keys.address or message.sender_address,
            body=message.text,
            status_callback=callback,
        )
        return str(made.sid)


def look_up(message: OutboundMessage) -> str | None:
    """By the recipient alone: what still waits at Twilio has no DateSent to ask for."""
    from twilio.base.exceptions import TwilioException

    keys, since = message.keys, message.claimed_at
    if since is None:
        return None
    try:
        found = client(keys).messages.list(to=message.recipient, limit=MOST_LOOKED_AT)
    except (TwilioException, DeliveryError, ValueError, KeyError):
        return None
    sender = keys.header or keys.address or message.sender_address
    for each in found:
        made = each.date_created
        if made is None or made < since - CLOCKS_DIFFER:
            continue
        # A trial account puts a sentence of Twilio's before ours.
        if each.from_ == sender and str(each.body).endswith(message.text):
            return str(each.sid)
    return ""


def received(keys: Keys, since: datetime) -> Iterator[Received]:
    """What people sent to our number, by Twilio's own list."""
    twilio = client(keys)
    for each in twilio.messages.stream(
        to=keys.address, date_sent_after=since, limit=MOST_RECEIVED
    ):
        if each.direction != "inbound":
            continue
        yield Received(
            sid=str(each.sid),
            sender=str(each.from_),
            recipient=str(each.to),
            text=str(each.body or ""),
            media=_media_of(twilio, each),
        )


def _media_of(twilio: "Client", message: Any) -> tuple[tuple[str, str], ...]:
    if not int(message.num_media or 0):
        return ()
    base = settings.SUNWAI_SIMULATOR_URL
    host = f"{base}/{SLUG}" if base else API
    return tuple(
        (host + str(each.uri).removesuffix(".json"), str(each.content_type))
        for each in message.media.list(limit=10)
    )


def refusal(status: int, code: int | None) -> DeliveryError:
    reason = f"twilio_{code or status}"
    if status >= 500 and status != 503:
        # Twilio's own words on 20500: sending is not idempotent, it may have gone out.
        return DeliveryError(reason, unknown=True)
    if status in NOT_NOW or status == 503:
        return DeliveryError(reason)
    # 21610: the person has told Twilio STOP; nothing of ours arrives any more.
    return DeliveryError(reason, permanent=True)


# The client ------------------------------------------------------------------------


def client(keys: Keys, slug: str = SLUG) -> "Client":
    base = settings.SUNWAI_SIMULATOR_URL
    if not base and not settings.REAL_PROVIDERS:
        raise DeliveryError("no real sending here", permanent=True)
    token = keys.secrets.get("auth_token", "")
    if not keys.provider_account or not token:
        raise DeliveryError("no_credentials")
    return _made(keys.provider_account, token, f"{base}/{slug}" if base else API)


@lru_cache(maxsize=200)
def _made(account: str, token: str, base: str) -> "Client":
    from twilio.rest import Client

    from channels_in.sms_twilio.http import TimedHttpClient

    # An empty environment: what another tool left in ours must not steer this one.
    return Client(
        account, token, http_client=TimedHttpClient(base), environment={"-": "-"}
    )


def exchange(session: requests.Session, request: requests.Request) -> tuple[Any, bytes]:
    """Send it and read the answer within the time; says what is known of a failure."""
    ends = monotonic() + TOTAL_SECONDS
    try:
        response = session.send(
            session.prepare_request(request),
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        )
    except requests.RequestException as error:
        raise _failure(error) from error
    with response:
        return response, _read(response, ends)


def _failure(error: requests.RequestException) -> DeliveryError:
    """Before the connection stood nothing has left; after it nobody can tell."""
    inner = error.args[0] if error.args else None
    cause = inner.reason if isinstance(inner, MaxRetryError) else inner
    never_left = (
        isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError)
        or isinstance(cause, NewConnectionError | ConnectTimeoutError)
        or not isinstance(error, requests.ConnectionError | requests.Timeout)
    )
    return DeliveryError(type(cause or error).__name__, unknown=not never_left)


def _read(response: requests.Response, ends: float) -> bytes:
    """Piece by piece: a provider that drips must not hold us longer."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := response.raw.read1(65536, decode_content=True):
            size += len(piece)
            if monotonic() > ends or size > LONGEST_ANSWER:
                raise DeliveryError("slow_answer", unknown=True)
            pieces.append(piece)
    except ReadTimeoutError as error:
        raise DeliveryError("ReadTimeout", unknown=True) from error
    except (HTTPError, OSError) as error:
        raise DeliveryError(type(error).__name__, unknown=True) from error
    return b"".join(pieces)
