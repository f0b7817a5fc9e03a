"""What each action in the field asks for. Plain validators; services decide."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Cause, Complaint
from complaints.refusals import Refused
from complaints.services.false_closing import false_closers
from complaints.services.longer import words_of_request
from complaints.services.proof import Unreachable, needed_for
from complaints.times import evening, local
from complaints.wording import LONGEST_TEXT
from complaints.workflow import L1
from escalation.decisions import duty
from fieldwork.access import Staff
from fieldwork.fields import PickField, WordsField
from officers.models import Officer
from officers.trees import organisation_path

# What the citizen has a part in; shown together, with the button that sends the code.
BY_CITIZEN = ("code", "unreachable")
_DIGITS = {"inputmode": "numeric", "autocomplete": "off", "class": "short"}


class DeedForm(forms.Form):
    """Fields of one action; `fill()` offers the rows of this job."""

    use_required_attribute = False
    takes_photo = False
    proves = False  # its photos are the proof of finished work
    words_field = ""  # what a citizen or a colleague would read of it

    def __init__(self, data: Any, *, complaint: Complaint, staff: Staff) -> None:
        super().__init__(data, label_suffix="")
        self.complaint = complaint
        self.staff = staff
        self.quiet = False
        self.photo_errors: list[str] = []
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")
        self.fill()

    def fill(self) -> None:
        pass

    def full_clean(self) -> None:
        if self.quiet:  # shown again as typed, between two steps
            self._errors = ErrorDict()
            self.cleaned_data = {}
            return
        super().full_clean()

    def refuse(self, refused: Refused) -> None:
        """A service's refusal, next to the field it names."""
        if refused.field == "photo":
            self.refuse_photo(str(refused))
        else:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(refused))

    def refuse_photo(self, sentence: str) -> None:
        """The photo is no field of the form: it is stored before the form is."""
        self.photo_errors.append(sentence)

    def offer(
        self, name: str, offered: Sequence[tuple[Any, Any]], initial: Any = None
    ) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type only)
        field.choices = list(offered)
        field.initial = initial


class QuestionForm(DeedForm):
    words_field = "question"
    question = WordsField(
        limit=500,
        label=_("What do you need to know?"),
        help_text=_(
            "The citizen gets your question as a message. The time stands still until "
            "the answer, at most seven days, and only once."
        ),
    )


class SolvedForm(DeedForm):
    takes_photo = proves = True
    words_field = "action_taken"
    action_taken = WordsField(
        limit=LONGEST_TEXT,
        label=_("What was done?"),
        help_text=_("The citizen reads this. For example: hole filled and rolled."),
    )
    cause = PickField(label=_("What was the cause?"))
    reading = forms.CharField(
        label=_("Meter reading"),
        required=False,
        max_length=40,
        widget=forms.TextInput(_DIGITS | {"inputmode": "decimal"}),
    )
    code = forms.CharField(
        label=_("Closing code of the citizen"),
        help_text=_("Six digits that we send to the citizen when you ask for it."),
        required=False,
        max_length=40,
        widget=forms.TextInput(_DIGITS),
    )
    unreachable = forms.ChoiceField(
        label=_("Citizen could not be met"),
        help_text=_("Only without a code. The call centre phones the citizen."),
        required=False,
        choices=[("", _("Choose why")), *Unreachable.choices],
    )

    def fill(self) -> None:
        self.causes = {cause.pk: cause for cause in causes_for(self.complaint)}
        rows = [(pk, cause.name) for pk, cause in self.causes.items()]
        self.offer("cause", [("", _("Choose one")), *rows])
        self.needs = needed_for(self.complaint)
        if not self.needs.reading:
            del self.fields["reading"]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in BY_CITIZEN]

    @property
    def citizen_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in BY_CITIZEN]

    @property
    def about_citizen(self) -> bool:
        """Is the part about the code open from the start?"""
        typed = [self[name].value() or self[name].errors for name in BY_CITIZEN]
        return self.needs.code or any(typed)

    @property
    def proof(self) -> dict[str, Any]:
        names = ("reading", *BY_CITIZEN)
        return {name: self.cleaned_data.get(name, "") for name in names}

    @property
    def found(self) -> Cause | None:
        return self.causes.get(self.cleaned_data["cause"] or 0)


class HoldForm(DeedForm):
    words_field = "reason"
    reason = WordsField(
        limit=500,
        label=_("Why does it need longer?"),
        help_text=_("The citizen reads this."),
    )
    new_date = forms.DateField(
        label=_("Until when?"),
        help_text=_("The office head agrees to it, or not."),
        widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )

    def until(self) -> datetime:
        return evening(self.cleaned_data["new_date"], self.complaint.organisation)


class AgreeForm(HoldForm):
    """The second level's own word, or its consent to what was asked for."""

    def fill(self) -> None:
        self.fields["new_date"].help_text = _("The promise to the citizen runs on.")
        asked = self.complaint.hold_asked
        if asked is not None:
            self.fields["reason"].initial = words_of_request(self.complaint)
            self.fields["new_date"].initial = local(asked, self.complaint.organisation)


class RefuseForm(DeedForm):
    words_field = "reason"
    reason = WordsField(
        limit=500,
        label=_("Why is there no more time?"),
        help_text=_("The officer reads this."),
    )


class TakeUpForm(DeedForm):
    words_field = "plan"
    plan = WordsField(
        limit=500,
        label=_("What will you do now?"),
        help_text=_("The citizen reads this."),
    )
    until = forms.DateField(
        label=_("By when?"),
        widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )


class NoteForm(DeedForm):
    takes_photo = True
    words_field = "text"
    text = WordsField(
        limit=LONGEST_TEXT, label=_("Note"), help_text=_("For staff only.")
    )


class BackForm(DeedForm):
    words_field = "reason"
    reason = WordsField(
        limit=500,
        label=_("Why is it not yours?"),
        help_text=_("It goes back for sorting. Say who should have it, if you know."),
    )


class OwnerForm(DeedForm):
    owner = PickField(label=_("Who does it?"))

    def fill(self) -> None:
        self.people: dict[int, Officer] = {}
        rows: list[tuple[Any, str | Promise]] = [("", _("Choose one"))]
        for candidate in self._candidates():
            self.people[candidate.officer.pk] = candidate.officer
            rows.append((candidate.officer.pk, _label(candidate)))
        self.offer("owner", rows, self.start_with())

    def _candidates(self) -> list[duty.Candidate]:
        now = self.complaint
        if now.office is None:
            return []
        found = duty.candidates(
            now.organisation, now.office, now.department, self.staff.at,
            but=false_closers(now),
        )  # fmt: skip
        return [each for each in found if each.officer.pk != now.owner_id]

    def start_with(self) -> int | None:
        return None

    @property
    def chosen(self) -> Officer:
        return self.people[self.cleaned_data["owner"]]


class TakeForm(OwnerForm):
    """Whoever takes it up does it, unless it is the head who hands it on."""

    def start_with(self) -> int | None:
        own = self.staff.actor.roles_on(self.complaint) & frozenset(L1)
        return self.staff.officer.pk if own else next(iter(self.people), None)


class EmptyForm(DeedForm):
    """For what one press does."""


def _label(candidate: duty.Candidate) -> str:
    state = _("on duty") if candidate.on_duty else _("off duty")
    load = _("%(n)s open") % {"n": candidate.open_work}
    return f"{candidate.officer} · {state} · {load}"


def causes_for(complaint: Complaint) -> list[Cause]:
    """The organisation's causes that fit the department that did the work."""
    return list(
        Cause.objects.filter(
            Q(department=None) | Q(department_id=complaint.department_id),
            organisation_id__in=organisation_path(complaint.organisation_id),
        ).order_by("department_id", "code")
    )
