"""What the citizen does on the status page, and the code that opens it."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.links import citizen_actor, opened_surely
from complaints.models import Complaint
from complaints.number import WrongNumber, check
from complaints.refusals import Refused
from portal import access, limits, photos
from portal.actions import ACTIONS, ENDING, Action
from portal.errors import too_many
from portal.fields import storable
from portal.forms import WordsForm
from portal.pages import SeeOther, personal
from portal.views.status import opened_page, unknown


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    row = ACTIONS.get(action)
    if row is None:
        raise Http404
    complaint = access.by_number(number)
    if (
        request.method != "POST"
        or complaint is None
        or not access.is_open(request, complaint)
        or (action in ENDING and not opened_surely(request, complaint))
    ):
        return redirect("portal:status", number)
    return _take(request, complaint, row, timezone.now())


def _take(
    request: HttpRequest, complaint: Complaint, row: Action, at: datetime
) -> HttpResponse:
    posted = storable(request.POST)
    form = WordsForm(posted)
    kept, wrong = photos.store_new(request, photos.kept(posted.getlist("photos")), at)
    for sentence in wrong:
        form.add_error("photo", sentence)
    if form.is_valid():
        try:
            row.run(
                complaint,
                form.cleaned_data["text"],
                photos.claim(kept),
                citizen_actor(complaint),
                at,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, str(row.done), extra_tags="done")
            return SeeOther(reverse("portal:status", args=[complaint.number]))
    fresh = access.by_number(complaint.number) or complaint
    return opened_page(request, fresh, at, form=form, action=row.name, kept=kept)


@require_POST
@personal
def code(request: HttpRequest, number: str) -> HttpResponse:
    """Send a code to the registered contact."""
    at = timezone.now()
    try:
        number = check(number)
    except WrongNumber as wrong:
        return unknown(request, number, wrong_number=wrong.reason)
    if not limits.may_look_up(request, at):
        return too_many(request)
    complaint = access.by_number(number)
    if complaint is None:
        return unknown(request, number)
    if not limits.may_send_code(number, at):
        return too_many(request, _("Too many codes were sent for it today."))
    access.issue_code(request, complaint, at)
    messages.info(
        request,
        _("If we know how to reach you, a code is on its way. It works 15 minutes."),
    )
    return SeeOther(reverse("portal:status", args=[number]))
