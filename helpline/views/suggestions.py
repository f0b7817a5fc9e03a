"""What the console's fields offer while one types, as JSON."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from complaints.models.category import Criticality
from escalation.language import suggest
from helpline.access import CALL_TAKERS, Desk, desk
from helpline.console_form import organisations_for
from officers.models import Organisation

LOUD = frozenset({Criticality.EMERGENCY, Criticality.HIGH})


@require_GET
@desk(CALL_TAKERS)
def categories(at: Desk) -> JsonResponse:
    organisation = _organisation(at)
    found = suggest.categories(organisation, at.request.GET.get("q", "")[:80])
    return JsonResponse(
        {
            "options": [
                {
                    "value": row.pk,
                    "label": row.name,
                    "also": row.name_in(_other(at.request)),
                    "note": row.get_criticality_display()
                    if row.criticality in LOUD
                    else "",
                }
                for row in found
            ]
        }
    )


@require_GET
@desk(CALL_TAKERS)
def places(at: Desk) -> JsonResponse:
    found = suggest.areas(_organisation(at), at.request.GET.get("q", "")[:80])
    return JsonResponse(
        {
            "options": [
                {
                    "value": row.pk,
                    "label": row.name,
                    "also": row.office_name(),
                    "note": "",
                }
                for row in found
            ]
        }
    )


def _other(request: HttpRequest) -> str:
    """The caller's language, beside the agent's own."""
    return request.GET.get("language", "")[:5] or "hi"


def _organisation(at: Desk) -> Organisation:
    offered = organisations_for(at.actor)
    typed = at.request.GET.get("organisation", "")
    return next((row for row in offered if str(row.pk) == typed), offered[0])
