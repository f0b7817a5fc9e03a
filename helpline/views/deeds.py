"""One action on one complaint: validate, call the service, go back to the page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.refusals import Conflict, Refused
from helpline import deeds
from helpline.access import READERS, Desk, desk
from helpline.deed_forms import Case, DeedForm
from helpline.deeds import Deed
from helpline.views.complaint import find, page

FIELDS = {"parent": "number", "score": "score", "next_at": "call_at"}


@require_POST
@desk(READERS)
def do(at: Desk, number: str, name: str) -> HttpResponse:
    complaint = find(at, number)
    deed = deeds.BY_NAME.get(name)
    if deed is None:
        raise Http404
    case = Case(complaint, at.officer, at.actor, at.at)
    form = deeds.form_of(deed, case, at.request.POST, at.request.FILES)
    if not form.is_valid():
        return page(at, complaint, tried=(deed, form), status=422)
    try:
        deed.run(complaint, form, _given(at))
    except Refused as refused:
        return _refused(at, number, deed, form, refused)
    messages.success(at.request, _("Done: %(what)s.") % {"what": deed.label})
    return _after(at, number)


def _given(at: Desk) -> dict[str, Any]:
    typed = at.request.POST.get("version", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise PermissionDenied
    return {"actor": at.actor, "at": at.at, "version": int(typed)}


def _after(at: Desk, number: str) -> HttpResponse:
    """Back to the page, or to the queue where the complaint is out of sight now."""
    from helpline.casefile import readable

    if readable(at.actor).filter(number=number).exists():
        return redirect("helpline:complaint", number=number)
    return redirect("helpline:queue")


def _refused(
    at: Desk, number: str, deed: Deed, form: DeedForm, refused: Refused
) -> HttpResponse:
    """The page as it is now, with what was typed and why it was not taken."""
    field = FIELDS.get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, str(refused))
    fresh = find(at, number)
    status = 409 if isinstance(refused, Conflict) else 422
    return page(at, fresh, tried=(deed, form), status=status)
