"""Who calls: a bearer token, its officer and the officer's postings of today."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from complaints.actors import Actor
from officers import tokens
from officers.models import ApiToken, Officer
from officers.trees import organisation_subtree

SCHEME = "bearer"


@dataclass(frozen=True)
class Caller:
    """One program at one moment: `request.auth` of every view here."""

    token: ApiToken
    officer: Officer
    actor: Actor
    at: datetime


class BearerToken(BaseAuthentication):
    """Two queries a request: the token with its officer, and the postings.

    Neither is kept in the process: what was taken away is gone on the next request.
    """

    def authenticate(self, request: Request) -> tuple[Officer, Caller] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        at = timezone.now()
        token = tokens.find(secret.strip(), at)
        if token is None:
            raise AuthenticationFailed
        tokens.note_use(token, at)
        actor = acting(token.officer, token.organisation_id, at)
        return token.officer, Caller(token, token.officer, actor, at)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def acting(officer: Officer, organisation_id: int, at: datetime) -> Actor:
    """The officer with the postings of today at this organisation or below it."""
    reach = organisation_subtree(organisation_id)
    held = Actor.of(officer, at).postings
    inside = tuple(each for each in held if each.organisation_id in reach)
    return Actor(kind="officer", officer=officer, postings=inside)


def caller_of(request: Request) -> Caller:
    caller = request.auth
    if not isinstance(caller, Caller):
        raise TypeError("a view without BearerToken")
    return caller
