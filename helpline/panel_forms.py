"""The three questions of the area panel, with one key for each answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import PanelSeat
from feedback.panel.answering import LONGEST_REMARK
from feedback.panel.calling import Outcome
from feedback.panel.items import ITEMS, QUESTIONS
from helpline.fields import WordsField, lines

ANSWERED = "answered"
# A row of the keyboard for each question: yes, partly, no.
KEYS = {
    "supply": {"yes": "1", "partly": "2", "no": "3"},
    "reading": {"yes": "4", "partly": "5", "no": "6"},
    "bill": {"yes": "7", "partly": "8", "no": "9"},
}
OUTCOME_KEYS: dict[str, str] = {
    ANSWERED: "y", Outcome.NO_ANSWER: "n", Outcome.BUSY: "b", Outcome.OFF: "o",
    Outcome.LATER: "l", Outcome.WRONG: "w", Outcome.REFUSED: "f",
}  # fmt: skip


class PanelCallForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How did the call go?"),
        choices=[(ANSWERED, _("Answered")), *Outcome.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the call went.")},
    )
    remark = WordsField(
        label=_("Remark or suggestion, in the citizen's words"),
        limit=LONGEST_REMARK, required=False, widget=lines(2),
    )  # fmt: skip
    suggestion = forms.BooleanField(label=_("This is a suggestion"), required=False)
    seen = forms.IntegerField(min_value=0, max_value=30000, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, seen: int = 0) -> None:
        super().__init__(data, label_suffix="", initial={"seen": seen})
        for item in ITEMS:
            self.fields[item] = forms.ChoiceField(
                label=str(QUESTIONS[item]), choices=PanelSeat.Answer.choices,
                required=False, widget=forms.RadioSelect,
            )  # fmt: skip

    @property
    def answered(self) -> bool:
        return bool(self.cleaned_data["outcome"] == ANSWERED)

    def questions(self) -> list[tuple[forms.BoundField, dict[str, str]]]:
        return [(self[item], KEYS[item]) for item in ITEMS]

    def given(self) -> dict[str, Any]:
        names = (*ITEMS, "remark", "suggestion")
        return {str(name): self.cleaned_data[name] for name in names}
