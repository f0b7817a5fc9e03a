"""Look-only pages. Not registered here: the desk's own admin site does that."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from operations.models import Heartbeat, Job

if TYPE_CHECKING:
    JobModelAdmin = admin.ModelAdmin[Job]
    HeartbeatModelAdmin = admin.ModelAdmin[Heartbeat]
else:
    JobModelAdmin = HeartbeatModelAdmin = admin.ModelAdmin


class LookOnly:
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


class JobAdmin(LookOnly, JobModelAdmin):
    list_display = (
        "id",
        "kind",
        "state",
        "progress",
        "total",
        "attempts",
        "error",
        "runner",
        "created_at",
        "finished_at",
    )
    list_filter = ("state",)
    ordering = ("-id",)
    show_full_result_count = False
    # The token opens the result to its requester, so it is shown to nobody else.
    exclude = ("token", "result_file", "result_name", "queue_row")


class HeartbeatAdmin(LookOnly, HeartbeatModelAdmin):
    list_display = ("name", "host", "pid", "started_at", "beat_at", "progress_at")
    ordering = ("name",)


ADMINS: list[tuple[type[Model], type["admin.ModelAdmin[Any]"]]] = [
    (Job, JobAdmin),
    (Heartbeat, HeartbeatAdmin),
]
