from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.text import fold, tokens
from escalation.claims.admin_claims import ClaimAdmin, CompensationAdmin
from escalation.decisions.admin_corrections import CorrectionAdmin
from escalation.decisions.admin_skills import SkillAdmin
from escalation.desk_rules.admin_rules import RoutingRuleAdmin
from escalation.language.wordforms import read
from escalation.models import (
    Claim,
    Compensation,
    Correction,
    EmergencyPhrase,
    Hashtag,
    RoutingDecision,
    RoutingRule,
    ServiceLevel,
    Skill,
    Step,
)
from escalation.reference import LEVELS
from officers.scoped_admin import Admins, ScopedAdmin
from officers.trees import REFERENCE, organisation_subtree, root_of

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[models.Model]
else:
    _ModelForm = forms.ModelForm  # subscriptable in the stubs only


class ServiceLevelForm(_ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        category, calendar = data.get("category"), data.get("calendar")
        if category and calendar:
            _same_tree(self, category.organisation_id, calendar.organisation_id)
        begin, end = data.get("valid_from"), data.get("valid_to")
        if begin and end and end < begin:
            self.add_error("valid_to", _("It must end after it begins."))
        return data


def _same_tree(form: ServiceLevelForm, one: int, other: int) -> None:
    if root_of(one) != root_of(other):
        form.add_error("calendar", _("This calendar belongs to another organisation."))


class EmergencyPhraseForm(_ModelForm):
    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not read(words):
            raise forms.ValidationError(
                _("These words stand in any text. Write what the danger is.")
            )
        return words


class HashtagForm(_ModelForm):
    def clean_tag(self) -> str:
        tag: str = self.cleaned_data["tag"]
        if not tag.startswith("#") or tokens(tag) != [fold(tag)]:
            raise forms.ValidationError(_("Write one word with its #, as #PostalSewa."))
        return tag

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        desk, target, tag = (data.get(n) for n in ("organisation", "target", "tag"))
        if desk and target and target.pk not in organisation_subtree(desk.pk):
            self.add_error("target", _("Choose that organisation or a part of it."))
        if desk and tag and self._others().filter(**_same(desk, tag)).exists():
            self.add_error("tag", _("This hashtag is in the table already."))
        return data

    def _others(self) -> models.QuerySet[Hashtag]:
        return Hashtag.objects.exclude(pk=self.instance.pk)


def _same(desk: models.Model, tag: str) -> dict[str, Any]:
    return {"organisation": desk, "folded": fold(tag)}


class ServiceLevelAdmin(ScopedAdmin):
    """A new time is a new row from its day on: old complaints keep theirs."""

    form = ServiceLevelForm
    organisation_field = "category__organisation"
    reference = LEVELS
    list_display = (
        "category", "area_kind", "hours", "calendar", "basis", "valid_from", "valid_to",
    )  # fmt: skip
    list_select_related = ("category", "calendar")
    list_filter = ("area_kind", "basis")
    search_fields = ("category__code",)
    ordering = ("category__code", "area_kind", "-valid_from")


class EmergencyPhraseAdmin(ScopedAdmin):
    form = EmergencyPhraseForm
    reference = LEVELS
    when_empty = _(
        "No emergency words yet: only the category makes an emergency. Add words that "
        "mean danger, such as “live wire”."
    )
    list_display = ("words", "language", "category", "organisation")
    list_select_related = ("category", "organisation")
    list_filter = ("language",)
    search_fields = ("words",)
    ordering = ("organisation", "language", "words")


class HashtagAdmin(ScopedAdmin):
    """Whose desk reads it, whom it is for. Ended, it is a word like any other."""

    form = HashtagForm
    reference = REFERENCE
    when_empty = _(
        "No hashtag yet: a post goes where its words and place send it. Add a hashtag "
        "to name an office or an urgency."
    )
    list_display = (
        "tag", "organisation", "target", "criticality", "horizon", "valid_to",
    )  # fmt: skip
    list_select_related = ("organisation", "target")
    search_fields = ("tag",)
    ordering = ("organisation", "tag")


class RoutingDecisionAdmin(ScopedAdmin):
    """What rules decide, in numbers and codes; the citizen's words are not shown."""

    organisation_field = "complaint__organisation"
    read_only = True
    list_display = (
        "at", "rule", "ruling", "confidence", "category", "area", "office",
    )  # fmt: skip
    list_select_related = ("ruling", "category", "area", "office")
    list_filter = ("rule",)
    fields = (
        "at", "rule", "ruling", "confidence", "inputs", "category", "area", "office",
        "department",
    )  # fmt: skip
    ordering = ("-pk",)


class StepAdmin(ScopedAdmin):
    organisation_field = "complaint__organisation"
    read_only = True
    list_display = ("name", "for_at", "at", "key")
    list_filter = ("name",)
    fields = ("name", "for_at", "at")
    ordering = ("-pk",)

    @admin.display(description=_("complaint"))
    def key(self, obj: Step) -> int:
        """Not the complaint itself: that would be read for every row."""
        return obj.complaint_id


ADMINS: Admins = [
    (ServiceLevel, ServiceLevelAdmin),
    (Compensation, CompensationAdmin),
    (Claim, ClaimAdmin),
    (EmergencyPhrase, EmergencyPhraseAdmin),
    (Hashtag, HashtagAdmin),
    (RoutingRule, RoutingRuleAdmin),
    (RoutingDecision, RoutingDecisionAdmin),
    (Correction, CorrectionAdmin),
    (Skill, SkillAdmin),
    (Step, StepAdmin),
]
