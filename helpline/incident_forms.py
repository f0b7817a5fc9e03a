"""What is asked about an incident. Plain validators; incidents/services.py decides."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.attachments import store
from complaints.models import Attachment, Category, Cause
from helpline import choices
from helpline.fields import PickField, WordsField
from incidents.models import NOTE_LIMIT, Incident
from incidents.scope import MANAGERS, near
from officers.models import Area, Organisation
from officers.names import localised
from officers.trees import organisation_subtree

NONE = ("", "—")


@dataclass(frozen=True)
class There:
    organisation: Organisation
    area: Area
    category: Category

    @property
    def mark(self) -> str:
        """For which place and kind the page has shown what is there."""
        return f"{self.area.pk}-{self.category.pk}"


class MomentField(forms.DateTimeField):
    """A day and hour as people there say them, in the organisation's zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(
            {"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        )
        super().__init__(widget=widget, **kwargs)
        self.zone = ZoneInfo("UTC")

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)


class IncidentForm(forms.Form):
    """The fields that all of them share, in this order, as far as each has them."""

    expected_at = MomentField(label=_("Expected to be repaired"), required=False)
    cause = PickField(label=_("Cause"))
    note = WordsField(
        label=_("More words (citizens read this)"), limit=NOTE_LIMIT, required=False
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, label_suffix="", **kwargs)

    def offer(self, name: str, offered: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type only)
        field.choices = [NONE, *offered]

    def offer_causes(self, rows: Iterable[Cause], zone: str) -> None:
        self.causes = {row.pk: row for row in rows}
        self.offer("cause", [(pk, str(row)) for pk, row in self.causes.items()])
        field = self.fields.get("expected_at")
        if isinstance(field, MomentField):
            field.zone = ZoneInfo(zone)

    def cause_row(self) -> Cause | None:
        return self.causes.get(self.cleaned_data["cause"] or 0)


class UpdateForm(IncidentForm):
    def __init__(self, incident: Incident, data: Any = None) -> None:
        first = {
            "expected_at": incident.expected_at,
            "cause": incident.cause_id,
            "note": incident.note,
        }
        super().__init__(data, initial=first, auto_id="update_%s")
        self.offer_causes(_causes(incident), incident.organisation.timezone)


class RestoreForm(IncidentForm):
    photo = forms.FileField(label=_("Photo of the result"), required=False)

    def __init__(self, incident: Incident, data: Any = None, files: Any = None) -> None:
        first = {"cause": incident.cause_id, "note": incident.note}
        super().__init__(data, files, initial=first, auto_id="restore_%s")
        self.offer_causes(_causes(incident), incident.organisation.timezone)
        self.fields["cause"].required = True
        del self.fields["expected_at"]
        if not incident.category.photo_required:
            del self.fields["photo"]

    def files_at(self, at: datetime) -> tuple[Attachment, ...]:
        photo = self.cleaned_data.get("photo")
        return (store(photo, at=at),) if photo else ()


def _causes(incident: Incident) -> list[Cause]:
    organisation = incident.organisation_id
    return choices.causes_of(organisation, incident.category.department_id)


class DeclareForm(IncidentForm):
    """The places and kinds that this manager may declare something for."""

    area = PickField(label=_("Where"), required=True)
    category = PickField(label=_("What"), required=True)
    join_open = forms.BooleanField(label=_("Join these now"), required=False)

    field_order = ("area", "category", "expected_at", "cause", "note", "join_open")

    def __init__(self, actor: Actor, at: datetime, data: Any = None) -> None:
        super().__init__(data)
        self.houses = houses_of(actor)
        day = at.date()
        self.areas: dict[int, Area] = {}
        self.kinds: dict[int, Category] = {}
        causes: dict[int, Cause] = {}
        for house in self.houses:
            self.areas |= {a.pk: a for a in choices.areas_of(house.pk, day)}
            self.kinds |= {c.pk: c for c in _bursting(house, at)}
            causes |= {c.pk: c for c in choices.causes_of(house.pk, None)}
        self.offer("area", [(pk, row.name) for pk, row in self.areas.items()])
        self.offer("category", _by_group(self.kinds.values()))
        self.offer_causes(causes.values(), self.houses[0].timezone)

    def there(self) -> There:
        """Of a valid form. The place's own company, where the manager is above it."""
        area = self.areas[self.cleaned_data["area"]]
        kind = self.kinds[self.cleaned_data["category"]]
        for house in self.houses:
            if area.organisation_id in organisation_subtree(house.pk):
                own = choices.organisations()[area.organisation_id]
                return There(own, area, kind)
        shared = (h for h in self.houses if area.organisation_id in near(h.pk))
        return There(next(shared), area, kind)


def houses_of(actor: Actor) -> list[Organisation]:
    """Where the actor is a manager; the first names the clock."""
    found = {
        p.organisation_id: p.organisation for p in actor.postings if p.role in MANAGERS
    }
    return list(found.values())


def _bursting(house: Organisation, at: datetime) -> list[Category]:
    """Kinds that many have at once; where none is marked so, all."""
    rows = [
        row
        for row in choices.categories_of(house.pk, at.date())
        if not row.confidential
    ]
    return [row for row in rows if row.burst] or rows


def _by_group(rows: Iterable[Category]) -> list[Any]:
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        group = localised(row.group_names) or row.group_code
        groups[group].append((row.pk, row.name))
    return list(groups.items())
