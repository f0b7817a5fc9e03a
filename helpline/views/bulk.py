"""The bar under the queue, and the one-key sorting of the triage view."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.number import grouped
from complaints.refusals import Refused
from helpline import bulk_deeds, choices, queues, triage
from helpline.access import READERS, Desk, desk
from helpline.bulk_deeds import BulkForm, Hand
from helpline.views.complaint import find


def back_to(at: Desk) -> str:
    """The queue as it stood, from the page's own hidden field."""
    url = at.request.POST.get("back", "")
    if url.startswith("/admin/queue/") and url_has_allowed_host_and_scheme(url, None):
        return url
    return "helpline:queue"


@require_POST
@desk(READERS)
def bulk(at: Desk) -> HttpResponse:
    deed = bulk_deeds.BULK.get(at.request.POST.get("do", ""))
    if deed is None:
        raise Http404
    marked = _marked(at.request.POST.getlist("row"))
    if not marked:
        messages.warning(at.request, _("Mark some rows first."))
        return redirect(back_to(at))
    organisations = queues.organisations_of(at.actor)
    offices = [
        area
        for area in choices.all_areas().values()
        if area.office and area.organisation_id in organisations
    ]
    form = BulkForm(at.request.POST, offices)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(at.request, str(problems[0]))
        return redirect(back_to(at))
    said = form.cleaned_data
    office = form.offices.get(said["office"] or 0)
    hand = Hand(at.officer, at.actor, at.at, said, office)
    outcomes = bulk_deeds.run(deed, marked, hand)
    return at.render(
        "helpline/bulk_done.html",
        {
            "title": str(deed.label),
            "outcomes": outcomes,
            "done": sum(not outcome.refused for outcome in outcomes),
            "back": back_to(at),
        },
    )


def _marked(rows: list[str]) -> dict[str, int]:
    """ "148302975116:7" is a number and the version that was on the screen."""
    marked = {}
    for row in rows[: bulk_deeds.MOST_AT_ONCE]:
        number, _sep, version = row.partition(":")
        if number.isascii() and version.isascii() and version.isdigit():
            marked[number[:12]] = int(version[:9])
    return marked


@require_POST
@desk(READERS)
def sort(at: Desk, number: str) -> HttpResponse:
    """A guess taken by one key: category, place, and off to the office."""
    complaint = find(at, number)
    typed = at.request.POST.get("category", "")
    category = choices.category(int(typed[:18])) if typed.isdecimal() else None
    place = at.request.POST.get("area", "")
    areas = choices.areas_of(complaint.organisation_id, at.at.date())
    area = next((row for row in areas if str(row.pk) == place), None)
    version = at.request.POST.get("version", "")
    try:
        triage.sort_out(
            complaint,
            category=category,
            area=area,
            actor=at.actor,
            at=at.at,
            version=int(version[:9]) if version.isdecimal() else None,
        )
    except Refused as refused:
        told = {"number": grouped(number), "why": str(refused)}
        messages.error(at.request, _("%(number)s: %(why)s") % told)
        return redirect(back_to(at))
    complaint.refresh_from_db()
    told = {
        "number": grouped(number),
        "office": complaint.office.office_name() if complaint.office else "",
    }
    messages.success(at.request, _("%(number)s went to %(office)s.") % told)
    return redirect(back_to(at))
