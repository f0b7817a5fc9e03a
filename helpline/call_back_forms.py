"""What is asked in a call that is owed, with one key for each answer."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.call_backs import Side
from feedback.calls import NO_WORD, Outcome, Said
from helpline.answers import (
    TOOK_UNITS,
    TROUBLE,
    CallAtField,
    over_there,
    said_on_phone,
    took_minutes,
)
from helpline.fields import WordsField, lines
from officers.models import Organisation

HEARD = (Outcome.SOLVED, Outcome.NOT_SOLVED)
# Letters as on the complaint page where the deed is the same.
KEYS: dict[str, str] = {
    Outcome.SOLVED: "y", Outcome.NOT_SOLVED: "x", Outcome.INFORMED: "y",
    Outcome.LATER: "l", Outcome.NO_ANSWER: "n", Outcome.BUSY: "b", Outcome.OFF: "o",
    Outcome.WRONG: "w", Outcome.REFUSED: "f",
}  # fmt: skip
SCORES = [(str(n), str(n)) for n in range(1, 6)]


class CallForm(forms.Form):
    """The office's side has the outcomes of a call that asks nothing."""

    outcome = forms.ChoiceField(
        label=_("How did the call go?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the call went.")},
    )
    took = WordsField(label=_("How long did it take?"), limit=20, required=False)
    took_unit = forms.ChoiceField(label=_("Unit"), choices=TOOK_UNITS, required=False)
    trouble = forms.ChoiceField(
        label=_("Did it cause any trouble?"), choices=TROUBLE, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    score = forms.TypedChoiceField(
        label=_("Rating, 1 is lowest and 5 is best"), choices=SCORES, coerce=int,
        empty_value=None, required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    text = WordsField(
        label=_("Words of the citizen"), limit=2000, required=False, widget=lines(2)
    )
    call_at = CallAtField()
    seen = forms.IntegerField(min_value=0, max_value=30000, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, side: str, organisation: Organisation, seen: int = 0
    ) -> None:
        super().__init__(data, label_suffix="", initial={"seen": seen})
        self.organisation = organisation
        heard = HEARD if side == Side.DESK else ()
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type only)
        field.choices = [
            (code, Outcome(code).label) for code in (*heard, *NO_WORD[side])
        ]

    def clean_call_at(self) -> datetime | None:
        return over_there(self.cleaned_data["call_at"], self.organisation)

    def clean(self) -> dict[str, Any]:
        self.minutes = took_minutes(self)
        return self.cleaned_data

    @property
    def heard(self) -> bool:
        return self.cleaned_data["outcome"] in HEARD

    def said(self) -> Said:
        solved = self.cleaned_data["outcome"] == Outcome.SOLVED
        return said_on_phone(self, self.minutes, solved=solved)
