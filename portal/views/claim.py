"""The citizen asks for the compensation that a missed promise gives them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.links import citizen_actor
from complaints.refusals import Refused
from escalation.claims import compensation
from portal import access
from portal.pages import SeeOther, personal


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Only a form does it, and only for whoever has opened the secret link."""
    complaint = access.by_number(number)
    if (
        request.method != "POST"
        or complaint is None
        or not access.is_open(request, complaint)
    ):
        return redirect("portal:status", number)
    offered = compensation.claim_of(complaint)
    if offered is not None:
        try:
            compensation.claim(
                offered, actor=citizen_actor(complaint), at=timezone.now()
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            done = _("You have claimed compensation. The office decides and tells you.")
            messages.success(request, done, extra_tags="done")
    address = reverse("portal:status", args=[complaint.number])
    return SeeOther(f"{address}#claim")
