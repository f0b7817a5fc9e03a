from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from officers.models import (
    Area,
    AreaPin,
    Calendar,
    Department,
    Holiday,
    Leave,
    Officer,
    Organisation,
    Posting,
    Shift,
)
from officers.scoped_admin import Admins, Inline, ScopedAdmin
from officers.trees import REFERENCE


class OrganisationAdmin(ScopedAdmin):
    organisation_field = "pk"
    reference = REFERENCE
    list_display = ("code", "__str__", "kind", "parent", "phone", "public")
    list_select_related = ("parent",)
    ordering = ("code",)


class DepartmentAdmin(ScopedAdmin):
    reference = REFERENCE
    list_display = ("code", "__str__", "organisation")
    list_select_related = ("organisation",)
    ordering = ("organisation", "code")


class PinInline(Inline):
    model = AreaPin
    extra = 0


class AreaAdmin(ScopedAdmin):
    reference = REFERENCE
    list_display = ("code", "__str__", "level", "kind", "office", "valid_to")
    list_filter = ("kind", "office")
    search_fields = ("code",)
    inlines = (PinInline,)
    readonly_fields = ("boundary_source",)
    exclude = ("boundary",)
    autocomplete_fields = ("parent", "replaced_by")
    ordering = ("organisation", "code")


class HolidayInline(Inline):
    model = Holiday
    extra = 0


class CalendarAdmin(ScopedAdmin):
    reference = REFERENCE
    list_display = ("code", "__str__", "organisation", "kind", "hours")
    list_select_related = ("organisation",)
    inlines = (HolidayInline,)
    ordering = ("organisation", "code")


class ShiftInline(Inline):
    model = Shift
    extra = 0


class LeaveInline(Inline):
    model = Leave
    extra = 0


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
        return super().get_queryset(request).distinct()

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
]
