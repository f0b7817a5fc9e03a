"""/admin/queue/: saved views, filters, search, one page of rows by key."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.models import Complaint
from complaints.models.category import Criticality, Horizon
from complaints.number import WrongNumber, check
from complaints.search import search
from escalation.learning.shown import suggested_for
from helpline import choices, queues, triage
from helpline.access import READERS, Desk, desk
from helpline.keyset import NEWEST, PAGE_SIZE, Page
from helpline.queues import Filters, Moment, SavedView
from incidents.current import incidents_of
from officers.names import localised


def moment_of(at: Desk) -> Moment:
    return Moment(at.officer, at.actor, at.at)


@require_GET
@desk(READERS)
def queue(at: Desk) -> HttpResponse:
    if at.request.GET.get("q", "").strip():
        return _found(at)
    moment, view = moment_of(at), _view(at)
    filters = Filters.read(at.request.GET.dict())
    page = _page(at, view, filters, moment)
    views = queues.views_for(at.roles)
    return at.render(
        "helpline/queue.html",
        _common(at, filters)
        | {
            "title": str(view.label),
            "view": view,
            "views": [
                {"view": each, "count": count}
                for each, count in _counted(views, moment)
            ],
            "page": page,
            "part_of": incidents_of(page.rows),
            "sorting": _sorting(at, view, page.rows),
            "passed_over": queues.passed_over(page.rows)
            if view.slug == "raised"
            else [],
        },
    )


def _view(at: Desk) -> SavedView:
    asked = queues.BY_SLUG.get(at.request.GET.get("view", ""))
    return asked or queues.BY_SLUG[queues.start_view(at.roles)]


def _page(
    at: Desk, view: SavedView, filters: Filters, moment: Moment
) -> Page[Complaint]:
    rows = queues.rows_of(view, moment).filter(due_at__isnull=False)
    rows = filters.apply(rows, queues.organisations_of(at.actor), moment)
    return queues.page(
        rows,
        after=at.request.GET.get("after", ""),
        before=at.request.GET.get("before", ""),
    )


def _counted(views: list[SavedView], moment: Moment) -> list[tuple[SavedView, str]]:
    found = queues.counts(views, moment)
    most = queues.COUNT_AT_MOST
    return [
        (
            view,
            f"{most:,}+"
            if found.get(view.slug, 0) > most
            else str(found.get(view.slug, 0)),
        )
        for view in views
    ]


def _sorting(at: Desk, view: SavedView, rows: list[Complaint]) -> dict[str, Any] | None:
    """The triage view's three guesses and the places to choose from."""
    if view.slug != "triage":
        return None
    day = at.at.date()
    organisations = {row.organisation_id for row in rows}
    return {
        "guesses": triage.guesses_for(rows),
        "learned": suggested_for(row.pk for row in rows),
        "places": {pk: triage.place_options(pk, day) for pk in organisations},
    }


def _common(at: Desk, filters: Filters) -> dict[str, Any]:
    organisations, day = queues.organisations_of(at.actor), at.at.date()
    kept = {
        name: value
        for name, value in at.request.GET.items()
        if name not in {"after", "before"} and value
    }
    return {
        "at": at.at,
        "filters": filters,
        "kept": urlencode(kept),
        "horizons": Horizon.choices,
        "criticalities": Criticality.choices,
        "groups": _groups(organisations, day),
        "offices": _offices(organisations, day),
        "sources": choices.sources(),
        "bulk_offices": _offices(organisations, day),
    }


def _groups(organisations: frozenset[int], day: Any) -> list[tuple[str, str]]:
    found = {
        row.group_code: localised(row.group_names) or row.group_code
        for row in choices.categories_below(organisations, day)
    }
    return sorted(found.items(), key=lambda pair: pair[1])


def _offices(organisations: frozenset[int], day: Any) -> list[Any]:
    return [
        area
        for area in choices.all_areas().values()
        if area.office and area.organisation_id in organisations
    ]


@require_GET
@desk(READERS)
def fresh(at: Desk) -> JsonResponse:
    """The numbers this page would hold now: the page says how many are new."""
    view, filters = _view(at), Filters.read(at.request.GET.dict())
    page = _page(at, view, filters, moment_of(at))
    return JsonResponse({"numbers": [row.number for row in page.rows]})


def _found(at: Desk) -> HttpResponse:
    """Search: a number goes straight to its complaint, else a list, newest first."""
    typed = at.request.GET["q"].strip()[:200]
    after, before = (at.request.GET.get(name, "") for name in ("after", "before"))
    rows = search(
        Complaint.objects.visible_to(at.actor),
        typed,
        below=NEWEST.start(after),
        most=None if before else PAGE_SIZE + 1,
    )
    warning = ""
    try:
        number = check(typed)
        if rows.exists():
            return redirect("helpline:complaint", number=number)
        warning = _("No complaint with this number is open to you.")
    except WrongNumber as wrong:
        if wrong.reason == "check_digit":
            warning = _("Check the number: one digit may be wrong.")
    page = NEWEST.page(queues.shown(rows), after=after, before=before)
    queues.with_names(page.rows)
    return at.render(
        "helpline/search.html",
        _common(at, Filters())
        | {
            "title": _("Search"),
            "typed": typed,
            "warning": warning,
            "page": page,
            "part_of": incidents_of(page.rows),
        },
    )
