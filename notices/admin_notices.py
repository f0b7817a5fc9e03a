"""Back office: the outbox. Look only, but for what a person sends again.

The words stay on the complaint's page, behind visible_to: whoever runs the outbox need
not read them.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.phones import masked, masked_email
from notices.again import MAY_GO_AGAIN, send_again
from notices.models import Notice
from notices.paging import MOST_COUNTED, CappedPaginator
from notices.render import EMAIL
from officers.scoped_admin import READERS, WRITERS, ScopedAdmin

State = Notice.State


class StateFilter(admin.SimpleListFilter):
    """First what did not arrive: of that there is an index, and somebody to act."""

    title = _("stage")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        value = self.value()
        if value in State.values:
            return queryset.filter(state=value)
        # The error says nothing new, but that the index notice_trouble will do.
        return queryset.filter(state__in=MAY_GO_AGAIN).exclude(error="")

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Did not arrive")}
        yield from others


class NoticeAdmin(ScopedAdmin):
    """No search: the table grows for ever."""

    read_only = True
    paginator = CappedPaginator
    show_facets = ShowFacets.NEVER  # they count every stage
    list_display = (
        "id", "created_at", "state", "kind", "channel", "to", "language", "segments",
        "attempts", "sent_at", "delivered_at", "error",
    )  # fmt: skip
    list_filter = (StateFilter,)
    list_select_related = False
    ordering = ("-id",)
    actions = ("again",)
    fields = (
        "complaint", "event", "cause", "kind", "audience", "channel", "account", "to",
        "language", "segments", "priority", "state", "created_at", "not_before",
        "expires_at", "attempts", "resent", "sent_at", "delivered_at", "provider_id",
        "template_id", "error",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[models.Model]:
        rows = self.model._default_manager.all()
        return rows.filter(self._of(request, READERS))

    @admin.display(description=_("Recipient"))
    def to(self, obj: Notice) -> str:
        hide = masked_email if obj.channel == EMAIL else masked
        return hide(obj.recipient)

    @admin.action(
        description=_("Send the selected messages again"), permissions=["send_again"]
    )
    def again(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        chosen = list(queryset.filter(self._of(request, WRITERS))[:MOST_COUNTED])
        going = send_again(chosen, timezone.now())
        for notice in going:
            self.log_change(request, notice, [{"changed": {"fields": ["state"]}}])
        said = ngettext(
            "%(count)s message goes again.", "%(count)s messages go again.", len(going)
        )
        self.message_user(request, said % {"count": len(going)})
        if len(going) < len(chosen):
            self.message_user(
                request,
                _("Codes, what was erased and what did arrive stay as they are."),
                messages.WARNING,
            )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == StateFilter.parameter_name or super().lookup_allowed(
            lookup, value, request
        )

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return self._may(request, WRITERS)

    def _of(self, request: HttpRequest, roles: frozenset[str]) -> Q:
        """An answer to a stranger has no complaint, but an account."""
        if getattr(request.user, "is_superuser", False):
            return Q()
        mine = self._organisations(request, roles)
        return Q(complaint__organisation__in=mine) | Q(
            complaint=None, account__organisation__in=mine
        )
