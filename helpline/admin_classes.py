from helpline.choices import WRAP_UPS
from helpline.models import Call, Reveal, WrapUpCode
from officers.scoped_admin import Admins, ScopedAdmin


class CallAdmin(ScopedAdmin):
    """Calls are written at the console; here they are read."""

    read_only = True
    list_display = ("started_at", "officer", "source", "wrap_up", "first_contact")
    list_select_related = ("officer", "wrap_up")
    list_filter = ("first_contact",)
    fields = (
        "started_at", "ended_at", "officer", "organisation", "source", "language",
        "complaint", "article", "wrap_up", "first_contact",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("-started_at",)


class WrapUpCodeAdmin(ScopedAdmin):
    organisation_field = ""
    reference = WRAP_UPS
    list_display = ("code", "__str__", "counts_as", "valid_to")
    ordering = ("code",)


class RevealAdmin(ScopedAdmin):
    """Who looked at whose number, and when: for the privacy officer's questions."""

    organisation_field = "complaint__organisation"
    read_only = True
    list_display = ("at", "officer", "complaint")
    list_select_related = ("officer", "complaint")
    fields = readonly_fields = ("at", "officer", "complaint")
    ordering = ("-pk",)


ADMINS: Admins = [
    (Call, CallAdmin),
    (WrapUpCode, WrapUpCodeAdmin),
    (Reveal, RevealAdmin),
]
