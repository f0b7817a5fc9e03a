"""Who asks, and how often they may."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

from operations import counters

LOOK_UPS = (20, timedelta(minutes=1))  # per address
SECRETS = (5, timedelta(days=1))  # wrong or right, per complaint
CODE_TRIES = (10, timedelta(days=1))  # per complaint
CODES = (3, timedelta(days=1))  # sent, per complaint
PHOTOS = (60, timedelta(hours=1))  # stored, per address
# Complaints, per address: half a town may share one.
SENT_FROM = (100, timedelta(hours=1))
# Complaints that name one contact: each sends messages to somebody we have not asked.
SENT_TO = ((10, timedelta(hours=1)), (30, timedelta(days=1)))


def client_address(request: HttpRequest) -> str:
    """The visitor's address, believing only what our own proxies wrote.

    Each proxy of ours appends the address it saw to X-Forwarded-For, so with n of
    them the visitor is the n-th from the right; what stands left of it is hearsay.
    """
    chain = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES > 0:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        chain = [part.strip() for part in forwarded if part.strip()] + chain
        chain = chain[-(settings.TRUSTED_PROXIES + 1) :]
    return _household(chain[0])


def _household(address: str) -> str:
    """One IPv6 home owns a /64 and may use any address of it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)


def may_look_up(request: HttpRequest, at: datetime) -> bool:
    limit, window = LOOK_UPS
    key = f"look-up:{client_address(request)}"
    return counters.allowed(key, limit=limit, window=window, at=at)


def may_store_photo(request: HttpRequest, at: datetime) -> bool:
    limit, window = PHOTOS
    key = f"photo:{client_address(request)}"
    return counters.allowed(key, limit=limit, window=window, at=at)


def may_send(request: HttpRequest, contacts: Iterable[str], at: datetime) -> bool:
    limit, window = SENT_FROM
    key = f"send:{client_address(request)}"
    fine = counters.allowed(key, limit=limit, window=window, at=at)
    for contact in filter(None, contacts):
        for limit, window in SENT_TO:
            key = f"send-to:{contact}"
            fine &= counters.allowed(key, limit=limit, window=window, at=at)
    return fine


def may_try_secret(number: str, at: datetime) -> bool:
    """Counted by number, existing or not, so that both answer alike."""
    limit, window = SECRETS
    return counters.allowed(f"secret:{number}", limit=limit, window=window, at=at)


def may_try_code(number: str, at: datetime) -> bool:
    """Apart from the last digits, so that a stranger's guesses do not use these up."""
    limit, window = CODE_TRIES
    return counters.allowed(f"code-try:{number}", limit=limit, window=window, at=at)


def may_send_code(number: str, at: datetime) -> bool:
    limit, window = CODES
    return counters.allowed(f"code:{number}", limit=limit, window=window, at=at)
