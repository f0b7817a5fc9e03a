"""No water in Kothrud, declared by Devika; Meera and her neighbours are without."""

from datetime import datetime, timedelta
from typing import Any

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Category, Cause, Complaint
from incidents.models import Incident, Membership
from incidents.services import declare, join
from notices.models import Template
from operations.generation import bump
from operations.running import run_waiting
from tests.base import NOW, World, names

# As short as those of the presets; these stand where a preset has none yet.
TEXTS = {
    "incident_update": "{org}: {no}, {area}. Expected back {eta}. {why}",
    "incident_restored": "{org}: {no}, {area} is repaired. Still off? {url}",
}
BACK_AT = NOW + timedelta(hours=5)


def prepare(w: World) -> None:
    """What a preset brings: texts, a cause, kinds that come in bursts."""
    for organisation in (w.pune, w.upp):
        for key, text in TEXTS.items():
            for language in ("en", "hi", "mr"):
                Template.objects.get_or_create(
                    organisation=organisation, key=key, language=language,
                    channel="any", defaults={"audience": "citizen", "text": text},
                )  # fmt: skip
    bump("notices")
    Category.objects.filter(pk__in=[w.no_water.pk, w.pothole.pk]).update(burst=True)
    w.no_water.refresh_from_db()
    bump("complaints")


def burst_pipe(w: World) -> Cause:
    found, _made = Cause.objects.get_or_create(
        organisation=w.pune, code="PIPE",
        defaults={"names": names("A pipe burst", "पाइप फटा", "पाईप फुटला")},
    )  # fmt: skip
    return found


def declared(w: World, **over: Any) -> Incident:
    given: dict[str, Any] = {
        "organisation": w.pune,
        "area": w.kothrud,
        "category": w.no_water,
        "expected_at": BACK_AT,
        "actor": w.actor(w.devika),
        "at": NOW,
    } | over
    return declare(**given)


def dry(w: World, n: int = 1, at: datetime = NOW, **over: Any) -> Complaint:
    """The n-th house without water."""
    given: dict[str, Any] = {
        "category": w.no_water,
        "area": w.kothrud,
        "phone": f"+9199999{10000 + n:05d}",
        "name": f"House {n}",
    } | over
    return w.file(f"No water at house {n} in Kothrud", at, **given)


def member(
    w: World, incident: Incident, n: int = 1, at: datetime = NOW, **over: Any
) -> Complaint:
    complaint = dry(w, n, at, **over)
    join(complaint, incident, actor=SYSTEM_ACTOR, at=at, by=Membership.How.WORD)
    complaint.refresh_from_db()
    return complaint


def work(at: datetime = NOW) -> int:
    """Let the jobs run that wait."""
    return run_waiting(clock=lambda: at)
