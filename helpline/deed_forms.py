"""What each action on a complaint asks for. Plain validators; services decide."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Category, Complaint
from complaints.models.category import Criticality, Horizon
from complaints.number import WrongNumber, check
from complaints.services.false_closing import false_closers
from complaints.services.guards import may
from complaints.services.longer import words_of_request
from complaints.times import evening, local
from escalation.decisions import duty, two_things
from escalation.decisions.duty import Candidate
from escalation.decisions.two_things import TwoThings
from feedback.calls import Said
from helpline import choices
from helpline.answers import (
    TOOK_UNITS,
    TROUBLE,
    CallAtField,
    over_there,
    said_on_phone,
    took_minutes,
)
from helpline.fields import PickField, WordsField, lines
from incidents.current import incident_of, open_at
from incidents.models import Incident
from incidents.nearby import open_incidents
from officers.models import Area, Department, Officer, Organisation
from officers.names import localised
from officers.trees import organisation_path

NONE = ("", "—")
LEAST_WORK = _("Whoever is on duty with the least work")


@dataclass(frozen=True)
class Case:
    """The complaint before somebody; what its forms may offer."""

    complaint: Complaint
    officer: Officer
    actor: Actor
    at: datetime

    @cached_property
    def offices(self) -> list[Area]:
        root = organisation_path(self.complaint.organisation_id)[-1]
        return choices.offices_of(root, self.at.date())

    @cached_property
    def departments(self) -> list[Department]:
        return choices.departments_of(self.complaint.organisation_id)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Who could take it at its present office, least load first."""
        return self.candidates_at(self.complaint.office, self.complaint.department)

    @cached_property
    def incident(self) -> Incident | None:
        """The open one that it is part of."""
        return incident_of(self.complaint)

    @cached_property
    def incidents(self) -> list[Incident]:
        """Open ones it could be part of: the likeliest, then the others."""
        now = self.complaint
        house, kind, area = now.organisation, now.category, now.area
        likely = open_incidents(house, kind, area, None, self.at)
        others = [each for each in open_at(house.pk) if each not in likely]
        return [*likely, *others]

    @cached_property
    def two_things(self) -> TwoThings | None:
        """What its words speak of, if that seems to be two things."""
        now = self.complaint
        if not may(now, "split", self.actor):
            return None
        return two_things.of(now.text, now.organisation, self.at, now.category)

    def candidates_at(
        self, office: Area | None, department: Department | None
    ) -> list[Candidate]:
        if office is None:
            return []
        organisation = self.organisation_of(office)
        return duty.candidates(
            organisation, office, department, self.at, category=self.complaint.category,
            but=false_closers(self.complaint),
        )  # fmt: skip

    def organisation_of(self, office: Area) -> Organisation:
        """An office below or beside answers itself; one it shares from above, we do."""
        if office.organisation_id in organisation_path(self.complaint.organisation_id):
            return self.complaint.organisation
        return choices.organisations()[office.organisation_id]


def candidate_label(candidate: Candidate) -> str:
    state = _("on duty") if candidate.on_duty else _("off duty")
    load = _("%(n)s open") % {"n": candidate.open_work}
    return f"{candidate.officer} · {state} · {load}"


class DeedForm(forms.Form):
    """Fields of one action. `fill()` offers rows of this case."""

    def __init__(
        self, data: Any = None, files: Any = None, *, case: Case, auto_id: str
    ) -> None:
        super().__init__(data, files, auto_id=auto_id, label_suffix="")
        self.case = case
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")
        self.fill(case)

    def fill(self, case: Case) -> None:
        pass

    def offer(self, name: str, offered: list[Any], initial: Any = None) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type only)
        field.choices = offered
        if initial is not None:
            field.initial = initial

    def offer_owners(self, empty: Any, found: list[Candidate]) -> None:
        self.people = {candidate.officer.pk: candidate.officer for candidate in found}
        rows = [(c.officer.pk, candidate_label(c)) for c in found]
        self.offer("owner", [("", empty), *rows])

    def owner_row(self) -> Officer | None:
        return self.people.get(self.cleaned_data.get("owner") or 0)


class EmptyForm(DeedForm):
    pass


class TextForm(DeedForm):
    text = WordsField(label=_("Words"), widget=lines())


class OptionalTextForm(DeedForm):
    text = WordsField(label=_("Words"), widget=lines(2), required=False)


class NoteForm(DeedForm):
    text = WordsField(label=_("Note, for staff only"), widget=lines())


class ReplyForm(DeedForm):
    text = WordsField(
        label=_("Reply to the citizen"), limit=1000,
        widget=lines(3, **{"data-segments": ""}),
    )  # fmt: skip


class ReasonForm(DeedForm):
    reason = WordsField(label=_("Why"), widget=lines(2))


class AssignForm(DeedForm):
    office = PickField(label=_("Office"), required=True)
    department = PickField(label=_("Department"))
    owner = PickField(label=_("Officer"))

    def fill(self, case: Case) -> None:
        now = case.complaint
        self.offer("office", [NONE, *_named(case.offices)], now.office_id)
        self.offer(
            "department", [NONE, *((d.pk, str(d)) for d in case.departments)],
            now.department_id or (now.category and now.category.department_id),
        )  # fmt: skip
        self.offer_owners(LEAST_WORK, self._candidates(case))

    def _candidates(self, case: Case) -> list[Candidate]:
        """Of the office that is being chosen, not of the one that holds it."""
        if not self.is_bound:
            return case.candidates
        typed = str(self.data.get("office", ""))
        office = next((o for o in case.offices if str(o.pk) == typed), None)
        typed = str(self.data.get("department", ""))
        departments = case.departments
        named = next((d for d in departments if str(d.pk) == typed), None)
        return case.candidates_at(office, named)

    def office_row(self) -> Area:
        return choices.all_areas()[self.cleaned_data["office"]]

    def department_row(self) -> Department | None:
        return choices.department(self.cleaned_data["department"])


class OwnerForm(DeedForm):
    owner = PickField(label=_("Officer"), required=True)

    def fill(self, case: Case) -> None:
        self.offer_owners("—", case.candidates)


class AcceptForm(DeedForm):
    owner = PickField(label=_("Officer"))

    def fill(self, case: Case) -> None:
        self.offer_owners(LEAST_WORK, case.candidates)


class ForwardForm(DeedForm):
    to = forms.ChoiceField(label=_("Send to"))
    department = PickField(label=_("Department"))
    reason = WordsField(label=_("Why (the citizen reads this)"), widget=lines(2))

    def fill(self, case: Case) -> None:
        own = [(f"a{a.pk}", a.office_name()) for a in case.offices]
        others = choices.other_roots(case.complaint.organisation_id)
        groups: list[Any] = [NONE, (_("Our offices"), own)]
        if others:
            rows = [(f"o{row.pk}", str(row)) for row in others]
            groups.append((_("Other organisations"), rows))
        self.offer("to", groups)
        departments = [(d.pk, str(d)) for d in case.departments]
        self.offer("department", [NONE, *departments], case.complaint.department_id)

    def target(self) -> tuple[Organisation, Area | None, Department | None]:
        kind, pk = self.cleaned_data["to"][0], int(self.cleaned_data["to"][1:])
        if kind == "o":
            return choices.organisations()[pk], None, None
        office = choices.all_areas()[pk]
        department = choices.department(self.cleaned_data["department"])
        return self.case.organisation_of(office), office, department


class QuestionForm(DeedForm):
    question = WordsField(
        label=_("Question to the citizen"), limit=500, widget=lines(2)
    )


class HoldForm(DeedForm):
    reason = WordsField(
        label=_("Why it needs longer (the citizen reads this)"), limit=500,
        widget=lines(2),
    )  # fmt: skip
    new_date = forms.DateField(
        label=_("New date"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def until(self) -> datetime:
        return evening(self.cleaned_data["new_date"], self.case.complaint.organisation)


class AgreeForm(HoldForm):
    """The second level's own word, or its consent to what the officer asked for."""

    def fill(self, case: Case) -> None:
        asked = case.complaint.hold_asked
        if asked is not None:
            self.fields["reason"].initial = words_of_request(case.complaint)
            self.fields["new_date"].initial = local(asked, case.complaint.organisation)


class TakeUpForm(DeedForm):
    plan = WordsField(
        label=_("What you will do now (the citizen reads this)"), limit=500,
        widget=lines(2),
    )  # fmt: skip
    until = forms.DateField(
        label=_("By when"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class RejectForm(DeedForm):
    reason = PickField(label=_("Reason"), required=True)
    text = WordsField(
        label=_("Explanation (the citizen reads this)"), limit=500,
        widget=lines(2), required=False,
    )  # fmt: skip

    def fill(self, case: Case) -> None:
        self.reasons = {row.pk: row for row in choices.reject_reasons()}
        rows = [(pk, str(row)) for pk, row in self.reasons.items()]
        self.offer("reason", [NONE, *rows])


class AnswerForm(DeedForm):
    """What the citizen said on the phone: a rating too, when one is asked for."""

    took = WordsField(label=_("How long did it take?"), limit=20, required=False)
    took_unit = forms.ChoiceField(
        label=_("Unit"), choices=TOOK_UNITS, required=False, initial="hours"
    )
    trouble = forms.ChoiceField(
        label=_("Did it cause any trouble?"), choices=[NONE, *TROUBLE], required=False
    )
    score = forms.TypedChoiceField(
        label=_("Rating, 1 is lowest and 5 is best"), required=False, coerce=int,
        empty_value=None, choices=[NONE, *((n, str(n)) for n in range(1, 6))],
    )  # fmt: skip
    text = WordsField(label=_("Words of the citizen"), widget=lines(2), required=False)

    def clean(self) -> dict[str, Any]:
        self.minutes = took_minutes(self)
        return self.cleaned_data

    def said(self, *, solved: bool) -> Said:
        return said_on_phone(self, self.minutes, solved=solved)


class CallForm(DeedForm):
    """The citizen wants to be called: at once, or at a time of theirs."""

    call_at = CallAtField()

    def wish(self) -> datetime | None:
        typed = self.cleaned_data["call_at"]
        return over_there(typed, self.case.complaint.organisation)


class OrderForm(DeedForm):
    order = WordsField(
        label=_("Order, with its reasons (the citizen reads this)"), widget=lines(4)
    )


class MergeForm(DeedForm):
    number = WordsField(label=_("Number of the other complaint"), limit=40)

    def clean_number(self) -> str:
        try:
            return check(self.cleaned_data["number"])
        except WrongNumber:
            raise forms.ValidationError(
                _("Check the number: it has 12 digits, and one may be wrong.")
            ) from None


class PriorityForm(DeedForm):
    criticality = forms.ChoiceField(label=_("How bad"), choices=Criticality.choices)
    horizon = forms.ChoiceField(label=_("How long it takes"), choices=Horizon.choices)
    reason = WordsField(label=_("Why"), limit=500, widget=lines(2))

    def fill(self, case: Case) -> None:
        self.fields["criticality"].initial = case.complaint.criticality
        self.fields["horizon"].initial = case.complaint.horizon


class CategoryForm(DeedForm):
    category = PickField(label=_("What it is about"), required=True)
    area = PickField(label=_("Area"))

    def fill(self, case: Case) -> None:
        now, day = case.complaint, case.at.date()
        kinds = choices.categories_of(now.organisation_id, day)
        self.kinds: dict[int, Category] = {row.pk: row for row in kinds}
        rows = [(row.pk, f"{row.name} ({localised(row.group_names)})") for row in kinds]
        self.offer("category", [NONE, *rows], now.category_id)
        places = choices.areas_of(now.organisation_id, day)
        self.offer("area", [NONE, *((a.pk, a.name) for a in places)], now.area_id)


class JoinForm(DeedForm):
    incident = PickField(label=_("Which incident"), required=True)

    def fill(self, case: Case) -> None:
        self.found = {each.pk: each for each in case.incidents}
        rows = [(pk, str(each)) for pk, each in self.found.items()]
        self.offer("incident", [NONE, *rows])


class AddForm(DeedForm):
    text = WordsField(label=_("Words of the citizen"), widget=lines(2), required=False)
    photo = forms.FileField(label=_("Photo"), required=False)


class EraseForm(DeedForm):
    sure = forms.BooleanField(
        label=_("Remove words, photos and the person for ever. Figures stay.")
    )


def _named(offices: list[Area]) -> list[tuple[int, str]]:
    return [(office.pk, office.office_name()) for office in offices]
