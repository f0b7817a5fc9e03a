"""The door of every desk screen: who is here, with which roles, at which moment."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from complaints.actors import NO_COMPLAINTS, Actor
from complaints.workflow import DESK, HEADS, L1
from feedback.doubts import JUDGES
from officers.models import Officer, Role

P = ParamSpec("P")

# Who takes calls, and who works with the lists of complaints.
# Offices write down what people say at their counter.
CALL_TAKERS = frozenset({*DESK, *L1, *HEADS})
READERS = frozenset(Role.values) - NO_COMPLAINTS - {Role.FIELD_STAFF}
FOLLOWERS = frozenset({*DESK, Role.QA, Role.MONITORING_TEAM})
# Who is shown that a proof contradicts itself; never the hand that showed it.
DOUBT_READERS = JUDGES
# Who looks a claim to compensation up; complaints/workflow.py says who decides it.
CLAIM_READERS = frozenset({*DESK, *HEADS, Role.MONITORING_TEAM, Role.AUDITOR})
# Who may have a citizen's number before them: monitors and auditors read masked.
MAY_REVEAL = frozenset(
    {*DESK, *L1, *HEADS, Role.FIELD_STAFF, Role.QA, Role.PRIVACY_OFFICER}
)


@dataclass(frozen=True)
class Desk:
    """One officer at one moment: what every view of ours is given."""

    request: HttpRequest
    officer: Officer
    actor: Actor
    at: datetime

    @property
    def roles(self) -> frozenset[str]:
        return self.actor.roles()

    def render(
        self, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        return render(
            self.request, template, page_context(self.request) | context, status=status
        )


View = Callable[Concatenate[Desk, P], HttpResponse]


def desk(
    roles: Collection[str],
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """For these roles of today's postings; the view gets a Desk, not a request."""

    def wrap(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def opened(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            at = timezone.now()
            actor = actor_of(request, at)
            if actor.officer is None or not actor.roles() & frozenset(roles):
                raise PermissionDenied
            return view(Desk(request, actor.officer, actor, at), *args, **kwargs)

        return opened

    return wrap


def actor_of(request: HttpRequest, at: datetime) -> Actor:
    """The signed-in officer's actor, read once a request."""
    kept: Actor | None = request.__dict__.get("_desk_actor")
    if kept is None:
        user = request.user
        kept = Actor.of(user, at) if isinstance(user, Officer) else Actor("officer")
        request.__dict__["_desk_actor"] = kept
    return kept


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What admin/base.html reads, without `each_context`'s list of all models."""
    site = admin.site
    return {
        "site_title": site.site_title,
        "site_header": site.site_header,
        "site_url": site.site_url,
        "has_permission": True,
        "is_popup": False,
        "is_nav_sidebar_enabled": False,
        "available_apps": [],
    }
