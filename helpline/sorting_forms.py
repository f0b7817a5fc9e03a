"""What is asked when one decides whose it is, and when one text is two things."""

from django.utils.translation import gettext_lazy as _

from complaints.models import Category
from complaints.status import Status
from helpline import choices
from helpline.deed_forms import NONE, AssignForm, Case, DeedForm
from helpline.fields import PickField, WordsField, lines
from officers.models import Area
from officers.names import localised


class DecideForm(AssignForm):
    reason = WordsField(label=_("Why (the citizen reads this)"), widget=lines(2))


class SplitForm(DeedForm):
    """The second of two things, as the text seems to say it."""

    own = PickField(label=_("What the first is about"))
    text = WordsField(label=_("Words about the second"), widget=lines(2))
    category = PickField(label=_("What the second is about"), required=True)
    area = PickField(label=_("Place of the second, if it is another"))

    def fill(self, case: Case) -> None:
        now, day, two = case.complaint, case.at.date(), case.two_things
        kinds = choices.categories_of(now.organisation_id, day)
        areas = choices.areas_of(now.organisation_id, day)
        self.kinds: dict[int, Category] = {row.pk: row for row in kinds}
        self.areas: dict[int, Area] = {row.pk: row for row in areas}
        rows = [(row.pk, f"{row.name} ({localised(row.group_names)})") for row in kinds]
        if two is not None:
            self.fields["text"].initial = two.second.text
        self.offer("category", [NONE, *rows], two.second.category.pk if two else None)
        self.offer("area", [NONE, *((area.pk, area.name) for area in areas)])
        if now.status == Status.TRIAGE:
            first = two.first.category if two else now.category
            self.offer("own", [NONE, *rows], first.pk if first else None)
        else:
            del self.fields["own"]

    def area_row(self) -> Area | None:
        return self.areas.get(self.cleaned_data["area"] or 0)
