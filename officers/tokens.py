"""API tokens: made once, shown once, found by digest."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from officers.models import ApiToken, Officer, Organisation

MARK = "sw_"  # so that scanners of repositories know one when they see it
_SHOWN = 9
_LONGEST = 100
NOTED_EVERY = timedelta(hours=1)


def make_token(
    officer: Officer,
    *,
    organisation: Organisation,
    name: str,
    expires_at: datetime,
    at: datetime,
    made_by: Officer | None = None,
    requests_per_minute: int = 600,
) -> tuple[ApiToken, str]:
    """The row, and the secret that is never seen again."""
    secret = new_secret()
    row = ApiToken(
        officer=officer,
        organisation=organisation,
        name=name,
        requests_per_minute=requests_per_minute,
        expires_at=expires_at,
    )
    give(row, secret, at=at, made_by=made_by)
    row.save()
    return row, secret


def give(row: ApiToken, secret: str, *, at: datetime, made_by: Officer | None) -> None:
    row.prefix = secret[:_SHOWN]
    row.digest = digest_of(secret)
    row.created_at = at
    row.made_by = made_by


def new_secret() -> str:
    return MARK + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """One round is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str, at: datetime) -> ApiToken | None:
    """The token that works now. One query; a revoked one fails on its next request."""
    if not secret.startswith(MARK) or len(secret) > _LONGEST:
        return None
    digest = digest_of(secret)
    found = ApiToken.objects.select_related("officer").filter(digest=digest).first()
    if found is None or not constant_time_compare(found.digest, digest):
        return None
    return found if found.works(at) else None


def note_use(token: ApiToken, at: datetime) -> None:
    if token.last_used_on is None or at - token.last_used_on >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=at)


def revoke(token: ApiToken, at: datetime) -> None:
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
