"""What the console shows beside the form while the caller speaks."""

from dataclasses import dataclass, field
from datetime import datetime

from complaints.actors import Actor
from complaints.models import Category, Complaint
from complaints.services import Intake
from escalation.decisions import routing, two_things
from escalation.decisions.routing import Preview
from escalation.decisions.two_things import TwoThings
from helpline import callers, scripts
from helpline.callers import Caller
from helpline.console_form import ConsoleForm
from incidents.models import Incident
from incidents.nearby import look_before, open_incidents
from notices import articles
from notices.models import Article
from officers.models import Officer
from officers.trees import organisation_path

LEAST_WORDS = 3
MOST_INCIDENTS = 3


@dataclass
class Sight:
    """One look: who calls, where it will go, what is known already."""

    caller: Caller
    script: scripts.Script
    preview: Preview | None = None
    safety: str = ""  # shown at once, before anything else
    incidents: list[Incident] = field(default_factory=list)
    similar: list[Complaint] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    two: TwoThings | None = None


def caller_of(form: ConsoleForm, actor: Actor) -> Caller:
    return callers.find(
        form.known("who") or "",
        actor,
        chosen=form.known("citizen"),
        connection_number=form.known("connection") or "",
        country=form.answering.country,
    )


def look(form: ConsoleForm, officer: Officer, actor: Actor) -> Sight:
    """Everything the form's present state tells, without writing anything."""
    form.is_valid()  # fills cleaned_data with what is right so far
    caller = caller_of(form, actor)
    intake = form.intake(caller)
    preview = None
    if len(intake.text) >= LEAST_WORDS or intake.category is not None:
        preview = routing.preview(intake, at=form.at)
    kind = intake.category or (preview.category if preview else None)
    script = scripts.of(form.answering, officer, intake.language, kind)
    sight = Sight(caller=caller, script=script, preview=preview)
    sight.two = two_in(intake, form.at) if preview else None
    sight.incidents = _incidents(form, caller, kind, preview)
    if sight.preview is None:
        return sight
    if sight.preview.emergency:
        sight.safety = scripts.safety(form.answering, intake.language)
    else:
        # Whoever is in danger waits for no list of others.
        sight.similar = _similar(intake, sight.preview, form, actor)
    sight.articles = articles.find(
        organisation_path(form.answering.pk),
        intake.text,
        area=sight.preview.area,
        limit=4,
        on=form.at.date(),
    )
    return sight


def two_in(intake: Intake, at: datetime) -> TwoThings | None:
    return two_things.of(intake.text, intake.organisation, at, intake.category)


def _incidents(
    form: ConsoleForm, caller: Caller, kind: Category | None, preview: Preview | None
) -> list[Incident]:
    """Already when the caller's place is known: most who call in a power cut are of
    one."""
    area = form.area_row() or (preview.area if preview else None)
    if area is None and caller.connection is not None:
        area = caller.connection.area
    if area is None and len(caller.connections) == 1:
        area = caller.connections[0].area
    organisation = preview.organisation if preview else form.answering
    found = open_incidents(organisation, kind, area, None, form.at)
    return found[:MOST_INCIDENTS]


def _similar(
    intake: Intake, preview: Preview, form: ConsoleForm, actor: Actor
) -> list[Complaint]:
    category = intake.category or preview.category
    if category is None or preview.area is None:
        return []
    found = look_before(
        organisation=preview.organisation or form.answering,
        category=category,
        area=preview.area,
        point=None,
        text=intake.text,
        at=form.at,
        limit=3,
    )
    ids = [complaint.pk for complaint in found]
    return list(
        Complaint.objects.visible_to(actor)
        .filter(pk__in=ids)
        .select_related("category", "office", "organisation", "area")
        .order_by("pk")
    )
