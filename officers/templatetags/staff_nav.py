"""Where a member of staff may go, for the bar of the pages outside the admin."""

from collections.abc import Collection
from typing import TypedDict

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from officers.models import Role

register = template.Library()

HEADS = frozenset({Role.DEPT_HEAD, Role.ZONE_HEAD, Role.COMMISSIONER})
WATCHERS = frozenset({Role.MONITORING_TEAM, Role.AUDITOR})
DESK = frozenset({Role.AGENT, Role.SOCIAL_DESK, Role.SUPERVISOR, Role.DISPATCHER})
L1 = frozenset({Role.OFFICER, Role.PARTNER})


class Place(TypedDict):
    url: str
    name: str | Promise
    here: bool


# Address, name, who finds it on the bar; each page checks the roles itself.
PLACES: tuple[tuple[str, str | Promise, frozenset[str]], ...] = (
    ("/field/", _("Field"), frozenset({*L1, *HEADS, Role.FIELD_STAFF})),
    ("/office/", _("Office"), HEADS | WATCHERS),
    ("/reports/", _("Reports"), HEADS | WATCHERS | {Role.SUPERVISOR}),
    ("/admin/console/", _("Console"), DESK),
    (
        "/admin/queue/",
        _("Queue"),
        DESK | L1 | HEADS | WATCHERS | {Role.APPELLATE_AUTHORITY},
    ),
    ("/admin/incidents/", _("Incidents"), DESK | L1 | HEADS | WATCHERS),
    ("/admin/dead-letters/", _("Unread messages"), DESK),
)


@register.simple_tag
def staff_places(roles: Collection[str], path: str) -> list[Place]:
    return [
        {"url": url, "name": name, "here": path.startswith(url)}
        for url, name, wanted in PLACES
        if wanted & frozenset(roles or ())
    ]
