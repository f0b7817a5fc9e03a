from django.utils.translation import gettext_lazy as _

from feedback.models import FollowUp, Rating, SampleDraw
from officers.scoped_admin import Admins, ScopedAdmin


class RatingAdmin(ScopedAdmin):
    organisation_field = "complaint__organisation"
    read_only = True
    list_display = ("score", "solved", "second", "channel", "at")
    list_filter = ("score", "solved", "second")
    list_select_related = ()
    fields = (
        "score", "solved", "took_minutes", "trouble", "second", "channel", "at",
    )  # fmt: skip
    ordering = ("-pk",)


class FollowUpAdmin(ScopedAdmin):
    organisation_field = "complaint__organisation"
    read_only = True
    list_display = (
        "complaint", "rank", "state", "reason", "due_at", "owner", "second_score",
    )  # fmt: skip
    list_filter = ("state", "rank", "reason")
    list_select_related = ("complaint", "owner")
    fields = (
        "complaint", "rank", "state", "reason", "due_at", "owner", "second_score",
    )  # fmt: skip
    ordering = ("-pk",)


class SampleDrawAdmin(ScopedAdmin):
    """For who checks that nobody chose: `manage.py check_sample`."""

    read_only = True
    when_empty = _(
        "The system draws once a day which solved complaints are called back."
        " Nothing was drawn yet."
    )
    list_display = ("day", "organisation", "drawn", "population", "percent", "at")
    list_filter = ("organisation",)
    list_select_related = ("organisation",)
    fields = ("day", "organisation", "seed", "percent", "population", "drawn", "at")
    ordering = ("-pk",)


ADMINS: Admins = [
    (Rating, RatingAdmin),
    (FollowUp, FollowUpAdmin),
    (SampleDraw, SampleDrawAdmin),
]
