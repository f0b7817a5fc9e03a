"""The form, the check page and sending: `go` says which button was pressed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from math import isfinite

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from complaints.links import open_complaint
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.services import Intake
from escalation.decisions.routing import Preview, preview
from incidents.models import Incident
from officers.models import Organisation
from portal import known, limits, offers, photos, sending
from portal.draft import Draft
from portal.fields import storable
from portal.maps import Point, map_of
from portal.pages import SeeOther, keep_language, personal, speak


# Our upload handler must stand before the CSRF check reads the form; hence the
# exempt outer view and the protected inner one (as Django's documentation has it).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    too_large = photos.TooLargeHandler(request, settings.MAX_PHOTO_BYTES)
    if request.method == "POST":
        request.upload_handlers.insert(0, too_large)
    return _new(request, code, too_large.skipped)


@csrf_protect
def _new(request: HttpRequest, code: str, too_large: list[str]) -> HttpResponse:
    at = timezone.now()
    organisation = offers.organisation(code, at.date())
    if organisation is None:
        raise Http404
    if request.method != "POST":
        return form_page(request, Draft(organisation, QueryDict(), at))
    return take(request, organisation, too_large, at)


@personal
def take(
    request: HttpRequest, organisation: Organisation, too_large: list[str], at: datetime
) -> HttpResponse:
    posted = storable(request.POST)
    before = photos.kept(posted.getlist("photos"))
    draft = Draft(organisation, posted, at)
    draft.photos, draft.wrong_photos = photos.store_new(request, before, at)
    if too_large:
        draft.wrong_photos.append(
            _("This photo is too large. Please send one of at most %(mb)s MB.")
            % {"mb": settings.MAX_PHOTO_BYTES // (1024 * 1024)}
        )
    go, _dash, what = posted.get("go", "check").partition("-")
    if any(name.startswith("map.") for name in posted):
        go = "map"
    return _STEPS.get(go, _check)(request, draft, what)


@personal
def again(request: HttpRequest, code: str) -> HttpResponse:
    """After an expired page: the same words, a fresh key, nothing stored."""
    at = timezone.now()
    organisation = offers.organisation(code, at.date())
    if organisation is None:
        raise Http404
    posted = storable(request.POST)
    draft = Draft(organisation, posted, at, photos.kept(posted.getlist("photos")))
    return form_page(request, draft, expired=True)


def form_page(
    request: HttpRequest, draft: Draft, *, expired: bool = False
) -> HttpResponse:
    for sentence in draft.wrong_photos:
        draft.form.add_error("photo", sentence)
    point = _point(draft.posted)
    zoom = draft.posted.get("zoom", "")
    shown = map_of(draft.organisation, zoom) if "zoom" in draft.posted else None
    context = {
        "organisation": draft.organisation,
        "form": draft.form,
        "photos": draft.photos,
        "key": draft.key,
        "point": point,
        "map": shown,
        "picture": shown.picture(point) if shown else "",
        "has_map": shown is not None or map_of(draft.organisation) is not None,
        "most_photos": photos.MOST,
        "expired": expired,
    }
    return _spoken(draft, render(request, "portal/form.html", context))


def check_page(request: HttpRequest, draft: Draft, seen: Preview) -> HttpResponse:
    data = draft.form.cleaned_data
    intake = draft.intake()
    context = {
        "organisation": draft.organisation,
        "form": draft.form,
        "data": data,
        "intake": intake,
        "values": [(n, v) for n, v in draft.values() if n != "category" or v],
        "photos": draft.photos,
        "key": draft.key,
        "seen": seen,
        "at": draft.at,
        "unplaced": seen.area is None and _said_where(intake),
        "guesses": [] if intake.category or seen.category else seen.guesses,
        "incidents": [
            (sending.incident_mark(each), each)
            for each in known.incidents(draft, intake, seen)
        ],
        "similar": [
            (sending.follow_mark(each), each)
            for each in known.similar(draft, intake, seen)
        ],
    }
    return _spoken(draft, render(request, "portal/check.html", context))


def _check(request: HttpRequest, draft: Draft, _what: str) -> HttpResponse:
    """Danger goes first: it is registered with what is valid, and nothing is asked."""
    valid = draft.check() and not draft.wrong_photos
    if "text" not in draft.form.cleaned_data:
        return form_page(request, draft)
    seen = preview(draft.intake(), at=draft.at)
    if seen.emergency:
        before = sending.sent_before(draft.key, draft.print_())
        if before is not None:
            return _sent(request, before)
        return _register(request, draft, danger=True)
    if not valid:
        return form_page(request, draft)
    return check_page(request, draft, seen)


def _send(request: HttpRequest, draft: Draft, _what: str) -> HttpResponse:
    before = sending.sent_before(draft.key, draft.print_())
    if before is not None:
        return _sent(request, before)
    valid = draft.check()
    if not valid and not _danger(draft):
        return form_page(request, draft)
    return _register(request, draft, danger=not valid)


def _join(request: HttpRequest, draft: Draft, mark: str) -> HttpResponse:
    """ "It is this one": one press registers it as part of the incident."""
    before = sending.sent_before(draft.key, draft.print_())
    if before is not None:
        return _sent(request, before)
    if not draft.check():
        return form_page(request, draft)
    incident = sending.marked_incident(draft.organisation, mark)
    return _register(request, draft, danger=False, incident=incident)


def _register(
    request: HttpRequest,
    draft: Draft,
    *,
    danger: bool,
    incident: Incident | None = None,
) -> HttpResponse:
    try:
        files = photos.claim(draft.photos, all_or_none=not danger)
        complaint = sending.send(
            _within_limits(request, draft, draft.intake(files)),
            key=draft.key,
            print_=draft.print_(),
            follow=None
            if incident
            else sending.followed(draft.posted.get("follow", "")),
            at=draft.at,
            incident=incident,
        )
    except Refused as refused:
        draft.form.refuse(refused)
        return form_page(request, draft)
    return _sent(request, complaint)


def _within_limits(request: HttpRequest, draft: Draft, intake: Intake) -> Intake:
    """Past the limit a danger is still taken in, but nobody is written to."""
    if limits.may_send(request, (intake.phone, intake.email), draft.at):
        return intake
    if not _danger(draft):
        raise Refused(
            _("Many complaints were just sent so. Please call, or wait an hour.")
        )
    return replace(intake, name="", phone="", email="")


def _sent(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    open_complaint(request, complaint)
    return SeeOther(reverse("portal:sent", args=[complaint.number]))


def _danger(draft: Draft) -> bool:
    if "text" not in draft.form.cleaned_data:
        return False
    return preview(draft.intake(), at=draft.at).emergency


def _edit(request: HttpRequest, draft: Draft, _what: str) -> HttpResponse:
    return form_page(request, draft)


def _language(request: HttpRequest, draft: Draft, what: str) -> HttpResponse:
    if speak(request, what):
        draft.language = what
        draft.posted["language"] = what
    if draft.posted.get("page") == "check":
        return _check(request, draft, "")
    return form_page(request, draft)


def _map(request: HttpRequest, draft: Draft, what: str) -> HttpResponse:
    """Open it, press on it, zoom, or take the pin away."""
    if what == "forget":
        draft.posted["latitude"] = draft.posted["longitude"] = ""
    elif what == "all":
        draft.posted["zoom"] = ""
    elif what == "open":
        draft.posted["zoom"] = draft.posted.get("area", "")
    else:
        _press(draft)
    return form_page(request, draft)


def _press(draft: Draft) -> None:
    shown = map_of(draft.organisation, draft.posted.get("zoom", ""))
    draft.posted.setdefault("zoom", "")
    try:
        x, y = (int(str(draft.posted.get(name))) for name in ("map.x", "map.y"))
    except ValueError:
        return
    # The keyboard's Enter on a picture says 0, 0: nobody meant that corner.
    if shown is None or not (0 < x <= shown.width and 0 < y <= shown.height):
        return
    point = shown.locate(x, y)
    draft.posted["latitude"] = str(point.latitude)
    draft.posted["longitude"] = str(point.longitude)
    draft.posted["zoom"] = shown.holding(point) or shown.zoom


def _remove(request: HttpRequest, draft: Draft, what: str) -> HttpResponse:
    draft.photos = [each for each in draft.photos if each.token != what]
    return form_page(request, draft)


_STEPS: dict[str, Callable[[HttpRequest, Draft, str], HttpResponse]] = {
    "check": _check,
    "send": _send,
    "join": _join,
    "edit": _edit,
    "language": _language,
    "map": _map,
    "remove": _remove,
}


def _point(posted: QueryDict) -> Point | None:
    try:
        point = Point(
            float(str(posted.get("latitude"))), float(str(posted.get("longitude")))
        )
    except ValueError:
        return None
    return point if all(map(isfinite, point)) else None


def _said_where(intake: Intake) -> bool:
    return bool(intake.place or intake.pin or intake.latitude is not None)


def _spoken(draft: Draft, response: HttpResponse) -> HttpResponse:
    if draft.language:
        keep_language(response, draft.language)
    return response
