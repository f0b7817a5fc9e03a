"""The door of the pages with figures: who reads, with which postings, when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from complaints.actors import Actor
from complaints.refusals import Invalid, NotAllowed
from officers.models import Officer
from reports import periods
from reports.periods import Period, zone_of

P = ParamSpec("P")
Narrow = Callable[[Actor], Actor]


@dataclass(frozen=True)
class Reader:
    """`actor` has only the postings that may see these figures."""

    request: HttpRequest
    actor: Actor
    roles: frozenset[str]  # all of today's, for the bar
    at: datetime
    zone: str

    def render(
        self, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        given = {"roles": self.roles, "at": self.at}
        return render(self.request, template, given | context, status=status)


View = Callable[Concatenate[Reader, P], HttpResponseBase]
Opened = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def readers(narrow: Narrow, *, post: bool = False) -> Callable[[View[P]], Opened[P]]:
    """The view is for whom `narrow` lets in; others are told who may."""

    def wrap(view: View[P]) -> Opened[P]:
        @(require_POST if post else require_safe)
        @never_cache
        @login_required
        @wraps(view)
        def opened(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            officer = request.user
            assert isinstance(officer, Officer)  # noqa: S101 (login_required said so)
            at = timezone.now()
            whole = Actor.of(officer, at)
            try:
                actor = narrow(whole)
            except NotAllowed as refused:
                context = {"roles": whole.roles(), "refused": str(refused)}
                return render(request, "reports/refused.html", context, status=403)
            zone = zone_of(actor)
            reader = Reader(request, actor, whole.roles(), at, zone)
            return view(reader, *args, **kwargs)

        return opened

    return wrap


OfPeriod = Callable[[Reader, Period], HttpResponseBase]
Again = Callable[[Reader, Invalid], HttpResponseBase]


def of_period(default: str, again: Again) -> Callable[[OfPeriod], View[[]]]:
    """The view gets the period asked for; one that cannot be read shows `again`."""

    def wrap(view: OfPeriod) -> View[[]]:
        @wraps(view)
        def read(reader: Reader) -> HttpResponseBase:
            asked = reader.request.GET
            try:
                period = periods.read(asked, reader.at, reader.zone, default)
            except Invalid as refused:
                return again(reader, refused)
            return view(reader, period)

        return read

    return wrap
