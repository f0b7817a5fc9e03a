"""What "Mark solved" asks for; the proof is what the category demands."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.services import closing_code
from complaints.services.proof import Unreachable, needed_for
from complaints.times import moment
from helpline import choices
from helpline.deed_forms import NONE, Case, DeedForm
from helpline.fields import PickField, WordsField, lines


class ResolveForm(DeedForm):
    action_taken = WordsField(
        label=_("What was done (the citizen reads this)"), widget=lines()
    )
    cause = PickField(label=_("Cause found"), required=True)
    photo = forms.FileField(label=_("Photo of the result"), required=False)
    reading = forms.CharField(
        label=_("Meter reading"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Closing code of the citizen"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    unreachable = forms.ChoiceField(
        label=_("Citizen could not be met"),
        required=False,
        choices=[NONE, *Unreachable.choices],
    )

    def fill(self, case: Case) -> None:
        needs = needed_for(case.complaint)
        if not needs.reading:
            del self.fields["reading"]
        if needs.code and not self.is_bound:
            self.fields["code"].help_text = self._where_the_code_is(case)
        rows = choices.causes_of(
            case.complaint.organisation_id, case.complaint.department_id
        )
        self.causes = {row.pk: row for row in rows}
        self.offer("cause", [NONE, *((row.pk, str(row)) for row in rows)])

    def _where_the_code_is(self, case: Case) -> str:
        if not closing_code.reachable(case.complaint):
            return gettext(
                "No phone or e-mail of the citizen is known: no code is needed."
            )
        sent = closing_code.waiting(case.complaint, case.at)
        if sent is None:
            return gettext("This kind of work needs it. Send it first.")
        return gettext("Sent %(when)s.") % {
            "when": moment(sent.sent_at, case.complaint.organisation)
        }

    @property
    def proof(self) -> dict[str, Any]:
        names = ("reading", "code", "unreachable")
        return {name: self.cleaned_data.get(name, "") for name in names}
