from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from officers.calendar_admin import CalendarAdmin
from officers.models import (
    ApiToken,
    Area,
    AreaPin,
    Calendar,
    Department,
    Leave,
    Officer,
    Organisation,
    Posting,
    Shift,
)
from officers.scoped_admin import WRITERS, Admins, Inline, ScopedAdmin
from officers.token_admin import TokenAdmin
from officers.trees import REFERENCE, area_subtree, organisation_subtree

if TYPE_CHECKING:
    _Form = forms.ModelForm[Model]
else:
    _Form = forms.ModelForm  # subscriptable in the stubs only


class TreeForm(_Form):
    """Of rows with a parent: none may hang below itself."""

    below: Callable[[int], frozenset[int]]

    def clean_parent(self) -> Model | None:
        parent: Model | None = self.cleaned_data["parent"]
        pk = self.instance.pk
        if parent is not None and pk and parent.pk in type(self).below(pk):
            raise forms.ValidationError(_("This would hang below itself."))
        return parent


class OrganisationForm(TreeForm):
    below = staticmethod(organisation_subtree)

    def clean_timezone(self) -> str:
        name: str = self.cleaned_data["timezone"]
        if name not in available_timezones():
            raise forms.ValidationError(_("No time zone has this name."))
        return name


class AreaForm(TreeForm):
    below = staticmethod(area_subtree)


class OrganisationAdmin(ScopedAdmin):
    """Which organisations there are, and below which, a superuser says."""

    form = OrganisationForm
    organisation_field = "pk"
    reference = REFERENCE
    list_display = ("code", "__str__", "kind", "parent", "phone", "public")
    list_select_related = ("parent",)
    ordering = ("code",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        superuser = getattr(request.user, "is_superuser", False)
        return () if superuser else ("code", "parent")


class DepartmentAdmin(ScopedAdmin):
    reference = REFERENCE
    list_display = ("code", "__str__", "organisation")
    list_select_related = ("organisation",)
    ordering = ("organisation", "code")


class PinInline(Inline):
    model = AreaPin


class AreaAdmin(ScopedAdmin):
    form = AreaForm
    reference = REFERENCE
    list_display = ("code", "__str__", "level", "kind", "office", "valid_to")
    list_filter = ("kind", "office")
    search_fields = ("code",)
    inlines = (PinInline,)
    readonly_fields = ("boundary_source",)
    exclude = ("boundary",)
    autocomplete_fields = ("parent", "replaced_by")
    ordering = ("organisation", "code")


class ShiftInline(Inline):
    model = Shift


class LeaveInline(Inline):
    model = Leave


class OfficerAdmin(ScopedAdmin):
    """Logins. Rights are postings; nobody here makes anybody a superuser."""

    organisation_field = "postings__organisation"
    reference = REFERENCE
    list_display = ("username", "first_name", "last_name", "language", "is_active")
    list_filter = ("is_active", "language")
    search_fields = ("username", "first_name", "last_name")
    fields = (
        "username",
        "first_name",
        "last_name",
        "email",
        "phone",
        "language",
        "is_active",
        "away",
    )
    inlines = (ShiftInline, LeaveInline)
    ordering = ("username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Those posted here, and fresh logins that are posted nowhere yet."""
        everybody = super(ScopedAdmin, self).get_queryset(request)
        mine = super().get_queryset(request)
        fresh = everybody.filter(postings=None, is_superuser=False)
        return (mine | fresh).distinct()

    def _mine(self, request: HttpRequest, obj: Model) -> bool:
        """Whoever may change the e-mail can take the login over by a new password."""
        assert isinstance(obj, Officer)  # noqa: S101 (as below)
        if getattr(request.user, "is_superuser", False):
            return True
        if obj.is_superuser:
            return False
        if not Posting.objects.filter(officer=obj).exists():
            return True
        if not super()._mine(request, obj):
            return False
        own = self._organisations(request, WRITERS)
        held = Posting.objects.filter(officer=obj).exclude(organisation__in=own)
        today = timezone.localdate()
        return not held.filter(Q(valid_to=None) | Q(valid_to__gte=today)).exists()

    def save_model(
        self, request: HttpRequest, obj: Model, form: Any, change: bool
    ) -> None:
        assert isinstance(obj, Officer)  # noqa: S101 (tells mypy what the base calls Model)
        if not change:
            obj.is_staff = True
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


class PostingAdmin(ScopedAdmin):
    reference = REFERENCE
    list_display = ("officer", "role", "organisation", "area", "department", "valid_to")
    list_select_related = ("officer", "organisation", "area", "department")
    list_filter = ("role",)
    search_fields = ("officer__username",)
    autocomplete_fields = ("officer", "area")
    ordering = ("-pk",)


ADMINS: Admins = [
    (Organisation, OrganisationAdmin),
    (Department, DepartmentAdmin),
    (Area, AreaAdmin),
    (Calendar, CalendarAdmin),
    (Officer, OfficerAdmin),
    (Posting, PostingAdmin),
    (ApiToken, TokenAdmin),
]
