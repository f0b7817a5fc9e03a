"""/field/phone/: a call to a citizen who waits, logged by one press."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.refusals import Refused
from feedback import office_calls
from fieldwork import jobs
from fieldwork.access import Staff, field_page
from fieldwork.views import SeeOther


@require_POST
@field_page
def phoned(staff: Staff, pk: int) -> HttpResponse:
    posted = staff.request.POST
    try:
        office_calls.log(
            jobs.mine(staff),
            pk,
            outcome=posted.get("outcome", ""),
            seen=posted.get("seen", ""),
            actor=staff.actor,
            at=staff.at,
        )
    except Refused as refused:
        messages.error(staff.request, str(refused), extra_tags="late")
    else:
        messages.success(staff.request, _("The call is written down."), "done")
    return SeeOther(reverse("fieldwork:jobs"))
