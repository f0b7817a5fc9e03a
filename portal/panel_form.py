"""What a consumer answers on the page of the area panel."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import PanelSeat
from feedback.panel.answering import LONGEST_REMARK
from feedback.panel.items import ITEMS, QUESTIONS
from portal.fields import Words
from portal.forms import KeptForm

CHOOSE = _("Choose yes, partly or no.")


class PanelForm(KeptForm):
    remark = Words(
        limit=LONGEST_REMARK,
        required=False,
        label=_("What should we do better?"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    suggestion = forms.BooleanField(
        required=False, label=_("This is a suggestion: send it on, with a number")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in ITEMS:
            self.fields[item] = forms.ChoiceField(
                label=str(QUESTIONS[item]),
                choices=PanelSeat.Answer.choices,
                widget=forms.RadioSelect,
                error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
            )

        self.order_fields([*ITEMS, "remark", "suggestion"])

    def questions(self) -> list[forms.BoundField]:
        return [self[item] for item in ITEMS]
