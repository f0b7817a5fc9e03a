"""The rating link: looking at it votes for nothing, and it works once."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from complaints.links import citizen_actor
from complaints.number import grouped
from complaints.refusals import Refused
from complaints.status import SOLVED_STATUSES, Status
from feedback.models import FollowUp, Rating, RatingRequest
from feedback.services import open_request, rate
from portal import limits
from portal.errors import too_many
from portal.fields import storable
from portal.forms import RatingForm
from portal.pages import SeeOther, personal


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def rating(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    if not limits.may_look_up(request, at):
        return too_many(request)
    asked = open_request(token)
    if asked is None:
        return render(request, "portal/rate_unknown.html", status=404)
    if asked.used_at is not None:
        return _thanks(request, asked)
    if request.method == "POST":
        return _rate(request, asked, at)
    return _page(request, asked, RatingForm(second=asked.second), at)


def _rate(request: HttpRequest, asked: RatingRequest, at: datetime) -> HttpResponse:
    form = RatingForm(storable(request.POST), second=asked.second)
    if not form.is_valid():
        return _page(request, asked, form, at)
    given = form.cleaned_data
    try:
        rate(
            asked,
            score=given["score"],
            solved=given["solved"],
            comment=given["comment"],
            took_minutes=given["took_minutes"],
            trouble=given.get("trouble"),
            channel="web",
            actor=citizen_actor(asked.complaint),
            at=at,
        )
    except Refused as refused:
        form.refuse(refused)
        return _page(request, asked, form, at)
    return SeeOther(reverse("portal:rating", args=[asked.token]))


def _page(
    request: HttpRequest, asked: RatingRequest, form: RatingForm, at: datetime
) -> HttpResponse:
    context = {
        "asked": asked,
        "complaint": asked.complaint,
        "organisation": asked.complaint.organisation,
        "number": grouped(asked.complaint.number),
        "form": form,
        "over": at > asked.expires_at,
    }
    return render(request, "portal/rate.html", context)


def _thanks(request: HttpRequest, asked: RatingRequest) -> HttpResponse:
    """What happens now, by what was said and what came of it."""
    given = Rating.objects.filter(request=asked).first()
    complaint = asked.complaint
    context = {
        "rating": given,
        "complaint": complaint,
        "organisation": complaint.organisation,
        "number": grouped(complaint.number),
        "follow_up": FollowUp.objects.filter(rating=given).first() if given else None,
        # "not solved" said too late: the stage stayed
        "stays": complaint.status in SOLVED_STATUSES,
        "appealed": complaint.status == Status.APPEALED,
    }
    return render(request, "portal/rate_thanks.html", context)
