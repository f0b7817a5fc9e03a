"""The lists of the field page: whose they are, in which order, one page of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.scope import ComplaintQuerySet
from complaints.status import Status
from fieldwork import nearness
from fieldwork.access import OFFICE, Staff
from fieldwork.nearness import Point
from incidents.current import incidents_of
from incidents.models import Incident
from operations.keyset import Keyset, Page

# Routing promises a date to every complaint, so that the order has no gaps.
BY_DUE = Keyset(("due_at", "pk"))
LAST_DONE = Keyset(("resolved_at", "pk"), descending=True)
PAGE = 25
MOST_NEAR = 200
_NO_POINT = inf  # behind those whose place is known
DONE_WITHIN = timedelta(days=7)
RELATED = ("category", "area", "organisation", "owner")
LARGE = ("search_text", "due_reason", "area__boundary", "area__words")
WAITING = Q(status=Status.NEED_INFO)


@dataclass(frozen=True)
class Tab:
    slug: str
    label: str | Promise
    empty: str | Promise  # why the list is empty and what would fill it
    rows: Callable[[Staff], ComplaintQuerySet]
    roles: frozenset[str] | None = None  # None: for everybody
    keyset: Keyset = BY_DUE


def _held(staff: Staff) -> ComplaintQuerySet:
    return Complaint.objects.held_by(staff.actor).open().filter(due_at__isnull=False)


def mine(staff: Staff) -> ComplaintQuerySet:
    return _held(staff).filter(owner=staff.officer)


def _office(staff: Staff) -> ComplaintQuerySet:
    """What the office holds, whoever of it does the work."""
    postings = tuple(p for p in staff.actor.postings if p.role in OFFICE)
    office = Actor(kind="officer", officer=staff.officer, postings=postings)
    rows = Complaint.objects.held_by(office).open()
    return rows.filter(due_at__isnull=False)


def _done(staff: Staff) -> ComplaintQuerySet:
    return Complaint.objects.visible_to(staff.actor).filter(
        resolved_by=staff.officer, resolved_at__gte=staff.at - DONE_WITHIN
    )


TABS = (
    Tab(
        "mine", _("My jobs"),
        _("Nothing is waiting for you. What your office gives you appears here."),
        lambda staff: mine(staff).exclude(WAITING),
    ),
    Tab(
        "office", _("My office's"),
        _("Your office has no open work. What routing sends to it appears here."),
        _office, OFFICE,
    ),
    Tab(
        "waiting", _("Waiting for citizen"),
        _("You have asked nobody. A job comes here while its citizen owes an answer."),
        lambda staff: mine(staff).filter(WAITING),
    ),
    Tab(
        "done", _("Done this week"),
        _("You marked nothing solved in the last seven days."),
        _done, keyset=LAST_DONE,
    ),
)  # fmt: skip


def tabs_for(staff: Staff) -> list[Tab]:
    return [tab for tab in TABS if tab.roles is None or staff.roles & tab.roles]


def counts(staff: Staff) -> dict[str, int]:
    """Of the own jobs only: the office's may be many, and nobody needs their sum."""
    own: dict[str, int] = mine(staff).aggregate(
        mine=Count("pk", filter=~WAITING), waiting=Count("pk", filter=WAITING)
    )
    return own


@dataclass(frozen=True)
class Job:
    complaint: Complaint
    distance: str = ""
    incident: Incident | None = None  # one repair for many


@dataclass(frozen=True)
class JobList:
    jobs: list[Job]
    after: str = ""
    before: str = ""
    cut: bool = False  # there are more than can be put in order of distance


def by_time(staff: Staff, tab: Tab, after: str, before: str) -> JobList:
    page: Page[Complaint] = tab.keyset.page(
        _shown(tab.rows(staff)), after=after, before=before, size=PAGE
    )
    part_of = incidents_of(page.rows)
    jobs = [Job(row, incident=part_of.get(row.pk)) for row in page.rows]
    return JobList(jobs, page.after, page.before)


def by_distance(staff: Staff, tab: Tab, here: Point) -> JobList:
    """The late ones first, the nearest first among them; then the others so."""
    page: Page[Complaint] = tab.keyset.page(_shown(tab.rows(staff)), size=MOST_NEAR)
    far = [(row, nearness.kilometres(here, row)) for row in page.rows]
    far.sort(
        key=lambda pair: (
            not _late(pair[0], staff.at),
            _NO_POINT if pair[1] is None else pair[1],
        )
    )
    part_of = incidents_of(page.rows)
    jobs = [
        Job(row, "" if km is None else nearness.said(km), part_of.get(row.pk))
        for row, km in far
    ]
    return JobList(jobs, cut=bool(page.after))


def _late(complaint: Complaint, at: datetime) -> bool:
    waits = complaint.status == Status.NEED_INFO
    return not waits and complaint.due_at is not None and complaint.due_at < at


def _shown(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    return rows.select_related(*RELATED).defer(*LARGE)
