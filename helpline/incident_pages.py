"""What the pages of incidents show, each read with a fixed count of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from complaints.actors import Actor
from incidents.current import LARGE, RELATED
from incidents.models import Incident, Membership, Update
from incidents.scope import IncidentQuerySet
from operations.keyset import Keyset, Page

COUNT_AT_MOST = 1000
MOST_OPEN = 100
MEMBERS = Keyset(("pk",))
NEWEST = Keyset(("pk",), descending=True)


@dataclass(frozen=True)
class Row:
    incident: Incident
    members: str
    late: bool  # the expected time has passed and nobody gave a new one


def readable(actor: Actor) -> IncidentQuerySet:
    rows = Incident.objects.visible_to(actor)
    return rows.select_related(*RELATED, "declared_by").defer(*LARGE)


def open_rows(actor: Actor, at: datetime) -> list[Row]:
    """Those whose time has passed first, then those without one, then by the time."""
    found = list(readable(actor).open().order_by("expected_at", "pk")[:MOST_OPEN])
    rows = _rows(found, at)
    last = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(
        rows,
        key=lambda row: (
            not row.late,
            row.incident.expected_at is not None,
            row.incident.expected_at or last,
        ),
    )


def restored_rows(actor: Actor, at: datetime) -> list[Row]:
    """Repaired within a day: their members are being asked."""
    rows = readable(actor).filter(state=Incident.State.RESTORED)
    return _rows(list(rows.order_by("-restored_at")[:MOST_OPEN]), at)


def over_page(actor: Actor, *, after: str, before: str) -> Page[Incident]:
    rows = readable(actor).filter(state=Incident.State.CLOSED)
    return NEWEST.page(rows, after=after, before=before)


def _rows(incidents: list[Incident], at: datetime) -> list[Row]:
    counted = counts(each.pk for each in incidents)
    return [
        Row(each, counted[each.pk], is_late(each, at)) for each in incidents
    ]  # fmt: skip


def is_late(incident: Incident, at: datetime) -> bool:
    due = incident.expected_at
    return incident.is_open and due is not None and due < at


def counts(incident_ids: Iterable[int]) -> dict[int, str]:
    """How many members each has, in one statement; none is counted past the cap."""
    ids = list(incident_ids)
    parts, params = [], []
    for pk in ids:
        rows: Any = Membership.objects.filter(incident=pk, left_at=None).values("pk")
        sql, given = rows[: COUNT_AT_MOST + 1].query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS n)")  # noqa: S608 (Django's own SQL)
        params += given
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(ids, map(_shown, cursor.fetchone()), strict=True))


def _shown(n: int) -> str:
    if n > COUNT_AT_MOST:
        return _("more than %(n)s") % {"n": f"{COUNT_AT_MOST:,}"}
    return str(n)


def news(incident: Incident) -> list[Update]:
    rows = Update.objects.filter(incident=incident).select_related("by", "cause")
    return list(rows.order_by("pk"))


def members(incident: Incident, *, after: str, before: str) -> Page[Membership]:
    rows = Membership.objects.filter(incident=incident, left_at=None).select_related(
        "complaint__area", "complaint__organisation", "complaint__office"
    )
    return MEMBERS.page(
        rows.defer("complaint__area__boundary", "complaint__office__boundary"),
        after=after,
        before=before,
    )
