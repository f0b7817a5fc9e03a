from django.utils.translation import gettext_lazy as _

from complaints.models import (
    Category,
    Cause,
    Connection,
    FailedReaction,
    RejectReason,
    Source,
)
from complaints.reference import REFERENCE
from officers.scoped_admin import Admins, ScopedAdmin


class CategoryAdmin(ScopedAdmin):
    reference = REFERENCE
    list_display = ("code", "__str__", "department", "criticality", "horizon")
    list_select_related = ("department",)
    list_filter = ("criticality", "horizon", "safety", "burst")
    search_fields = ("code",)
    ordering = ("organisation", "code")


class CauseAdmin(ScopedAdmin):
    reference = REFERENCE
    list_display = ("code", "__str__", "department")
    list_select_related = ("department",)
    ordering = ("organisation", "code")


class SharedAdmin(ScopedAdmin):
    """Rows that all organisations share: a superuser changes them."""

    organisation_field = ""
    reference = REFERENCE
    list_display = ("code", "__str__")
    ordering = ("code",)


class ConnectionAdmin(ScopedAdmin):
    """Looked up by number; who holds it is shown in the console, not here."""

    list_display = ("number", "organisation", "area", "kind")
    list_select_related = ("organisation", "area")
    search_fields = ("number__exact",)  # a prefix search would list consumers
    fields = ("organisation", "number", "area", "kind")
    autocomplete_fields = ("area",)
    ordering = ("-pk",)


class FailedReactionAdmin(ScopedAdmin):
    organisation_field = "event__complaint__organisation"
    read_only = True
    when_empty = _("Nothing failed. What a change sets off and went wrong stands here.")
    list_display = ("reaction", "error", "attempts", "next_at", "done_at")
    fields = ("reaction", "error", "attempts", "next_at", "done_at")
    ordering = ("-pk",)


ADMINS: Admins = [
    (Category, CategoryAdmin),
    (Cause, CauseAdmin),
    (Source, SharedAdmin),
    (RejectReason, SharedAdmin),
    (Connection, ConnectionAdmin),
    (FailedReaction, FailedReactionAdmin),
]
