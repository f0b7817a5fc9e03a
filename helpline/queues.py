"""The saved views of the queue: what each shows, how many, and one page of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Event
from complaints.models.category import Criticality, Horizon
from complaints.scope import ComplaintQuerySet
from complaints.services.guards import RANKS
from complaints.status import Status
from complaints.workflow import BY_ACTION, HEADS, L1
from escalation.ladder import levels
from helpline import choices
from helpline.keyset import BY_DUE, Page
from notices import reference
from officers.models import Officer, Role
from officers.trees import area_subtree, organisation_subtree

COUNT_AT_MOST = 100


@dataclass(frozen=True)
class Moment:
    """For whom and when a view is read."""

    officer: Officer
    actor: Actor
    at: datetime

    def end_of_day(self) -> datetime:
        postings = self.actor.postings
        zone = ZoneInfo(postings[0].organisation.timezone if postings else "UTC")
        tomorrow = self.at.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), tzinfo=zone)


@dataclass(frozen=True)
class SavedView:
    slug: str
    label: str | Promise
    empty: str | Promise  # why the list is empty and what would fill it
    narrow: Callable[[ComplaintQuerySet, Moment], ComplaintQuerySet]
    roles: frozenset[str] | None = None  # None: for everybody


def _stage(status: str) -> Callable[[ComplaintQuerySet, Moment], ComplaintQuerySet]:
    return lambda rows, _moment: rows.filter(status=status)


def _at_level_of(moment: Moment) -> Q:
    """What the ladder brought to this person, or to the level of their post."""
    ranks = {RANKS[role] for role in moment.actor.roles() & RANKS.keys()}
    mine = Q(level__in=ranks) | Q(raised_to=moment.officer)
    return Q(level__gt=1) & mine  # as the index has it


VIEWS = (
    SavedView(
        "mine", _("With me"),
        _("Nothing is with you. What an office gives you appears here."),
        lambda rows, m: rows.open().filter(owner=m.officer),
        frozenset({*L1, *HEADS}),
    ),
    SavedView(
        "triage", _("To be sorted"),
        _("Nothing waits for sorting. What no rule fits appears here."),
        _stage(Status.TRIAGE),
    ),
    SavedView(
        "emergencies", _("Emergencies"),
        _("No emergency is open. Danger words and categories bring them here."),
        lambda rows, m: rows.open().filter(criticality=Criticality.EMERGENCY),
    ),
    SavedView(
        "late", _("Late"),
        _("Nothing is late. What passes its promised time appears here."),
        lambda rows, m: rows.late(m.at),
    ),
    SavedView(
        "raised", _("Raised to your level"),
        _("Nothing is at your level. What the level below left lying climbs here."),
        lambda rows, m: rows.open().filter(_at_level_of(m)),
        frozenset(RANKS),
    ),
    SavedView(
        "longer", _("More time asked for"),
        _("No officer asks for more time. A request waits here for your word."),
        lambda rows, m: rows.filter(
            hold_asked__isnull=False, status__in=BY_ACTION["interim_reply"].sources
        ),
        frozenset(HEADS),
    ),
    SavedView(
        "today", _("Due today"),
        _("Nothing more is due today."),
        lambda rows, m: rows.open().filter(due_at__gte=m.at, due_at__lt=m.end_of_day()),
    ),
    SavedView(
        "wrote", _("Citizen wrote"),
        _("No new words from citizens. An answer or a photo brings one here."),
        lambda rows, m: rows.open().filter(citizen_wrote=True),
    ),
    SavedView(
        "unassigned", _("With no officer"),
        _("Every open complaint has an officer."),
        lambda rows, m: rows.open().filter(owner=None),
    ),
    SavedView(
        "forwarded", _("Forwarded to us"),
        _("Nothing waits for your consent. What others send you appears here."),
        _stage(Status.FORWARDED),
    ),
    SavedView(
        "reopened", _("Opened again"),
        _("No complaint is open again. A citizen's “not solved” brings it here."),
        _stage(Status.REOPENED),
    ),
    SavedView(
        "resolved", _("Solved, to be confirmed"),
        _("No citizen has still to confirm."),
        _stage(Status.RESOLVED),
    ),
    SavedView(
        "appeals", _("Appeals"),
        _("No appeal waits for a decision."),
        _stage(Status.APPEALED),
        frozenset(
            {
                Role.APPELLATE_AUTHORITY, Role.SUPERVISOR, Role.DISPATCHER,
                Role.COMMISSIONER, Role.MONITORING_TEAM,
            }
        ),
    ),
    SavedView(
        "open", _("All open"),
        _("Nothing is open. New complaints appear here."),
        lambda rows, m: rows.open(),
    ),
)  # fmt: skip
BY_SLUG = {view.slug: view for view in VIEWS}
START_VIEW = (
    (Role.DISPATCHER, "triage"),
    (Role.APPELLATE_AUTHORITY, "appeals"),
    *((role, "mine") for role in L1),
    *((role, "late") for role in HEADS),
)


def start_view(roles: frozenset[str]) -> str:
    return next((slug for role, slug in START_VIEW if role in roles), "open")


def rows_of(view: SavedView, moment: Moment) -> ComplaintQuerySet:
    return view.narrow(Complaint.objects.held_by(moment.actor), moment)


@dataclass(frozen=True)
class Filters:
    """The five filters of the queue; each empty means all."""

    horizon: str = ""
    criticality: str = ""
    group: str = ""
    office: int | None = None
    source: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filters":
        """From the address; what is not known is left out, never an error."""
        horizon, criticality = given.get("horizon", ""), given.get("criticality", "")
        return cls(
            horizon=horizon if horizon in Horizon.values else "",
            criticality=criticality if criticality in Criticality.values else "",
            group=given.get("group", "")[:20],
            office=_known(given.get("office", ""), choices.all_areas()),
            source=_known(given.get("source", ""), {s.pk for s in choices.sources()}),
        )

    def __bool__(self) -> bool:
        return self != Filters()

    def apply(
        self, rows: ComplaintQuerySet, organisations: frozenset[int], moment: Moment
    ) -> ComplaintQuerySet:
        plain = {"horizon": self.horizon, "criticality": self.criticality}
        where = Q(**{name: value for name, value in plain.items() if value})
        if self.group:
            day = moment.at.date()
            kinds = choices.categories_below(organisations, day)
            ids = [kind.pk for kind in kinds if kind.group_code == self.group]
            where &= Q(category_id__in=ids)
        if self.office:
            where &= Q(office_id__in=area_subtree(self.office))
        if self.source:
            where &= Q(source_id=self.source)
        return rows.filter(where)


def _known(typed: str, among: Any) -> int | None:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        return None
    return int(typed) if int(typed) in among else None


def organisations_of(actor: Actor) -> frozenset[int]:
    """Every organisation whose complaints the actor's postings reach."""
    return frozenset(
        pk
        for posting in actor.postings
        for pk in organisation_subtree(posting.organisation_id)
    )


def counts(views: list[SavedView], moment: Moment) -> dict[str, int]:
    """How many rows each view has, in one statement; none is counted past the cap."""
    parts: dict[str, str] = {}
    params: list[Any] = []
    for view in views:
        rows: QuerySet[Any, Any] = rows_of(view, moment).order_by().values("pk")
        try:
            sql, given = rows[: COUNT_AT_MOST + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts[view.slug] = f"(SELECT COUNT(*) FROM ({sql}) AS n)"  # noqa: S608 (Django's own SQL)
        params += given
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts.values())}", params)
        return dict(zip(parts, cursor.fetchone(), strict=True))


def passed_over(rows: list[Complaint]) -> list[tuple[Complaint, str]]:
    """Levels that nobody could answer for when these were raised last."""
    told: dict[int, str] = {}
    raised = Event.objects.filter(complaint__in=rows, kind="escalated")
    for event in raised.order_by("seq"):
        told[event.complaint_id] = levels.sentence(event.data.get("skipped", []))
    return [(row, told[row.pk]) for row in rows if told.get(row.pk)]


def views_for(roles: frozenset[str]) -> list[SavedView]:
    return [view for view in VIEWS if view.roles is None or view.roles & roles]


def shown(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    """What a row of any list shows; the names come from the process's caches.

    Joined, PostgreSQL would plan seven tables for each page and carry outlines along.
    """
    return rows.select_related("owner").defer("search_text", "due_reason")


def page(
    rows: ComplaintQuerySet, *, after: str = "", before: str = ""
) -> Page[Complaint]:
    """One page by due date: the keys from an index that holds all filters, and only
    then fifty rows."""
    read = shown(Complaint.objects.all())
    found = BY_DUE.page(rows, after=after, before=before, read=read)
    with_names(found.rows)
    return found


def with_names(rows: list[Complaint]) -> list[Complaint]:
    return [reference.with_names(row) for row in rows]
