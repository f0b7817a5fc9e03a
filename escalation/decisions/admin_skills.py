"""Who has learned what: each administrator sees and writes those of the own people."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from officers.models import Posting
from officers.scoped_admin import READERS, ScopedAdmin
from officers.trees import REFERENCE, root_of

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[models.Model]
else:
    _ModelForm = forms.ModelForm  # subscriptable in the stubs only


class SkillForm(_ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        officer, category = data.get("officer"), data.get("category")
        if officer and category:
            houses = Posting.objects.filter(officer=officer).values_list(
                "organisation", flat=True
            )
            if root_of(category.organisation_id) not in {root_of(pk) for pk in houses}:
                self.add_error(
                    "category", _("This category belongs to another organisation.")
                )
        return data


class SkillAdmin(ScopedAdmin):
    """Asked before the others of the same office; ended by taking the mark away."""

    form = SkillForm
    organisation_field = "officer__postings__organisation"
    reference = REFERENCE
    when_empty = _(
        "No skill yet: whoever has the least work is asked. Add who has learned a kind "
        "of work, and they are asked first."
    )
    list_display = ("officer", "category", "active")
    list_select_related = ("officer", "category")
    list_filter = ("active",)
    search_fields = ("officer__username", "officer__first_name", "category__code")
    ordering = ("officer__username", "category__code")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[models.Model]:
        """An officer has several postings, a skill stands once."""
        rows = super(ScopedAdmin, self).get_queryset(request)
        if getattr(request.user, "is_superuser", False):
            return rows
        mine = self._organisations(request, READERS)
        posted = Posting.objects.filter(organisation__in=mine).values("officer")
        return rows.filter(officer__in=posted)
