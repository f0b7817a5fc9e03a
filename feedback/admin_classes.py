from feedback.models import FollowUp, Rating
from officers.scoped_admin import Admins, ScopedAdmin


class RatingAdmin(ScopedAdmin):
    organisation_field = "complaint__organisation"
    read_only = True
    list_display = ("score", "solved", "channel", "at")
    list_filter = ("score", "solved")
    list_select_related = ()
    fields = ("score", "solved", "channel", "at")
    ordering = ("-pk",)


class FollowUpAdmin(ScopedAdmin):
    organisation_field = "complaint__organisation"
    read_only = True
    list_display = ("complaint", "rank", "state", "reason", "due_at", "owner")
    list_filter = ("state", "rank", "reason")
    list_select_related = ("complaint", "owner")
    fields = ("complaint", "rank", "state", "reason", "due_at", "owner")
    ordering = ("-pk",)


ADMINS: Admins = [
    (Rating, RatingAdmin),
    (FollowUp, FollowUpAdmin),
]
