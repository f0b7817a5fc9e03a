"""The door of the field pages: who is here, with which postings, at which moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from complaints.actors import NO_COMPLAINTS, Actor
from complaints.workflow import HEADS, L1
from officers.models import Officer, Role

P = ParamSpec("P")
OFFICE = frozenset({*L1, *HEADS})
FIELD_ROLES = OFFICE | {Role.FIELD_STAFF}


@dataclass(frozen=True)
class Staff:
    """One officer at one moment: what every view here is given."""

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
        given = {"roles": self.roles, "at": self.at}
        return render(self.request, template, given | context, status=status)


View = Callable[Concatenate[Staff, P], HttpResponse]


def field_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For officers, heads and field engineers; other staff are shown their own way."""

    @never_cache
    @login_required
    @wraps(view)
    def opened(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        officer = request.user
        assert isinstance(officer, Officer)  # noqa: S101 (login_required said so)
        at = timezone.now()
        staff = Staff(request, officer, Actor.of(officer, at), at)
        if staff.roles & FIELD_ROLES:
            return view(staff, *args, **kwargs)
        if "number" in kwargs and staff.roles - NO_COMPLAINTS:
            # messages to all staff carry the address of the field page
            return redirect(f"/admin/complaint/{kwargs['number']}/")
        refused = _("These pages are for field engineers, officers and their heads.")
        return staff.render("fieldwork/refused.html", {"refused": refused}, status=403)

    return opened
