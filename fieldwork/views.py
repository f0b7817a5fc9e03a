"""/field/: my jobs, one job, and what is done to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from complaints import services
from complaints.labels import staff_stage
from complaints.models import Complaint
from complaints.people import masked_contact
from complaints.refusals import Conflict, Invalid, Refused
from complaints.services import closing_code
from complaints.services.proof import needed_for
from escalation.promise import clock
from fieldwork import deeds, job, jobs, nearness, phone, photos
from fieldwork.access import OFFICE, Staff, field_page
from fieldwork.deeds import Deed
from fieldwork.forms import DeedForm
from fieldwork.photos import Photo

KEEP_AS_NOTE = "keep"


class SeeOther(HttpResponseRedirect):
    """After a form: the next page is fetched with GET, so a reload sends nothing."""

    status_code = 303


@require_safe
@field_page
def listed(staff: Staff) -> HttpResponse:
    query = staff.request.GET
    tabs = jobs.tabs_for(staff)
    tab = next((each for each in tabs if each.slug == query.get("tab")), tabs[0])
    try:
        here, wrong = nearness.read(query.get("near", "")), ""
    except Invalid as refused:
        here, wrong = None, str(refused)
    if here is not None:
        found = jobs.by_distance(staff, tab, here)
    else:
        after, before = query.get("after", ""), query.get("before", "")
        found = jobs.by_time(staff, tab, after, before)
    counts = jobs.counts(staff)
    return staff.render(
        "fieldwork/jobs.html",
        {
            "tabs": [(each, counts.get(each.slug)) for each in tabs],
            "tab": tab,
            "found": found,
            "calls": phone.today(staff) if tab is tabs[0] else None,
            "near": query.get("near", "") if here else "",
            "wrong": wrong,
        },
    )


@require_safe
@field_page
def one(staff: Staff, number: str) -> HttpResponse:
    try:
        complaint = job.find(staff, number)
    except job.UnknownError as unknown:
        return _unknown(staff, unknown)
    return _page(staff, complaint)


def _page(
    staff: Staff, complaint: Complaint, *, refused: str = "", status: int = 200
) -> HttpResponse:
    done = deeds.BY_NAME.get(staff.request.GET.get("done", ""))
    gathered = job.gather(complaint, staff)
    context = {
        "job": gathered,
        "main": gathered.main,
        "whole_file": bool(staff.roles & OFFICE),
        "complaint": complaint,
        "organisation": complaint.organisation,
        "why_date": clock.explain(complaint) if complaint.due_at else [],
        "refused": refused,
        "forget": done.name if done else "",
    }
    return staff.render("fieldwork/job.html", context, status=status)


def _unknown(staff: Staff, unknown: job.UnknownError) -> HttpResponse:
    context = {"mistyped": unknown.mistyped}
    return staff.render("fieldwork/unknown.html", context, status=404)


@require_http_methods(["GET", "HEAD", "POST"])
@field_page
def act(staff: Staff, number: str, name: str) -> HttpResponse:
    try:
        complaint = job.find(staff, number)
    except job.UnknownError as unknown:
        return _unknown(staff, unknown)
    deed = deeds.BY_NAME.get(name)
    if deed is None:
        return _unknown(staff, job.UnknownError(mistyped=False))
    if staff.request.method == "POST":
        return _post(staff, complaint, deed)
    if deed.instant or not deed.allowed(complaint, staff):
        return SeeOther(reverse("fieldwork:job", args=[complaint.number]))
    return _ask_for(staff, complaint, deed, _form(deed, complaint, staff, None), [])


def _form(deed: Deed, complaint: Complaint, staff: Staff, data: Any) -> DeedForm:
    return deed.form(data, complaint=complaint, staff=staff)


def _post(staff: Staff, complaint: Complaint, deed: Deed) -> HttpResponse:
    posted = staff.request.POST
    form = _form(deed, complaint, staff, _words(posted, deed))
    kept, wrong = _photos(staff, complaint, form)
    if "drop" in posted:
        kept = [photo for photo in kept if photo.token != posted["drop"]]
        form.quiet = True
        return _ask_for(staff, complaint, deed, form, kept)
    form.photo_errors = wrong
    if "send_code" in posted and form.proves:
        return _send_code(staff, complaint, deed, form, kept)
    if not form.is_valid() or wrong:
        return _ask_for(staff, complaint, deed, form, kept, status=422)
    return _run(staff, complaint, deed, form, kept)


def _words(posted: Any, deed: Deed) -> Any:
    """Words of an action that came too late may be kept as a note."""
    source = posted.get(KEEP_AS_NOTE, "")
    if deed.name != "note" or source not in posted:
        return posted
    words = posted.copy()
    words["text"] = posted[source]
    return words


def _photos(
    staff: Staff, complaint: Complaint, form: DeedForm
) -> tuple[list[Photo], list[str]]:
    if not form.takes_photo:
        return [], []
    signed = staff.request.POST.getlist("photos")
    before = photos.kept(signed, complaint, staff)
    return photos.store_new(before, complaint, staff, proof=form.proves)


def _send_code(
    staff: Staff, complaint: Complaint, deed: Deed, form: DeedForm, kept: list[Photo]
) -> HttpResponse:
    """The code goes to the citizen; what was typed and the photos stay."""
    form.quiet = True
    version, refused = _version(staff), None
    if not deeds.code_sent_since(complaint, staff, version):
        try:
            services.send_closing_code(
                complaint, actor=staff.actor, at=staff.at, version=version
            )
        except Refused as error:
            refused = error
    fresh = job.find(staff, complaint.number)
    if refused is None or deeds.code_sent_since(fresh, staff, version):
        return _ask_for(staff, fresh, deed, form, kept)
    form.full_clean()
    form.refuse(refused)
    status = 409 if isinstance(refused, Conflict) else 422
    return _ask_for(staff, fresh, deed, form, kept, status=status)


def _run(
    staff: Staff, complaint: Complaint, deed: Deed, form: DeedForm, kept: list[Photo]
) -> HttpResponse:
    version = _version(staff)
    moved = version != complaint.version
    if moved and deeds.done_before(deed, complaint, staff, version, form):
        return _done(staff, complaint, deed)
    given = {"actor": staff.actor, "at": staff.at, "version": version}
    try:
        deed.run(complaint, form, photos.claim(kept), given)
    except Refused as refused:
        again = isinstance(refused, Conflict)
        if again and deeds.done_before(deed, complaint, staff, version, form):
            return _done(staff, complaint, deed)
        return _refused(staff, complaint, deed, form, kept, refused)
    return _done(staff, complaint, deed)


def _version(staff: Staff) -> int:
    """What the page showed; a broken one fits no complaint and is a conflict."""
    typed = staff.request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _done(staff: Staff, complaint: Complaint, deed: Deed) -> HttpResponse:
    messages.success(staff.request, str(deed.done), extra_tags="done")
    seen = Complaint.objects.visible_to(staff.actor).filter(pk=complaint.pk).exists()
    if not seen:
        return SeeOther(reverse("fieldwork:jobs"))
    address = reverse("fieldwork:job", args=[complaint.number])
    return SeeOther(f"{address}?done={deed.name}")


def _refused(
    staff: Staff,
    complaint: Complaint,
    deed: Deed,
    form: DeedForm,
    kept: list[Photo],
    refused: Refused,
) -> HttpResponse:
    """The job as it is now, what was typed, and why it was not taken."""
    status = 409 if isinstance(refused, Conflict) else 422
    fresh = job.find(staff, complaint.number)
    if deed.instant:
        return _page(staff, fresh, refused=str(refused), status=status)
    form.refuse(refused)
    return _ask_for(staff, fresh, deed, form, kept, status=status)


def _ask_for(
    staff: Staff,
    complaint: Complaint,
    deed: Deed,
    form: DeedForm,
    kept: list[Photo],
    status: int = 200,
) -> HttpResponse:
    allowed = deed.allowed(complaint, staff)
    return staff.render(
        "fieldwork/deed.html",
        {
            "complaint": complaint,
            "organisation": complaint.organisation,
            "deed": deed,
            "form": form,
            "kept": kept,
            "more_photos": len(kept) < photos.MOST,
            "needs_photo": needed_for(complaint).photo,
            "code": closing_code.waiting(complaint, staff.at) if form.proves else None,
            "reachable": form.proves and closing_code.reachable(complaint),
            "contact": masked_contact(complaint.citizen) if form.proves else "",
            "allowed": allowed,
            "stage": staff_stage(complaint.status),
            "words": "" if allowed else form.words_field,
        },
        status=status,
    )
