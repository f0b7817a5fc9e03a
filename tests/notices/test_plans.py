"""The looks of every half second walk an index, on both engines."""

from django.db import connection
from django.db.models import QuerySet

from notices.models import Notice
from tests.base import NOW
from tests.notices.cases import NoticesTestCase

State = Notice.State
QUEUED = Notice.objects.filter(state=State.QUEUED)


class PlanTests(NoticesTestCase):
    def uses(self, rows: QuerySet[Notice], index: str) -> None:
        if connection.vendor == "postgresql":
            # In a table of five rows it would rather read all of them.
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_bitmapscan = off")
        plan = rows.explain()
        assert index in plan, plan

    def test_what_is_due(self) -> None:
        due = QUEUED.filter(priority=3, not_before__lte=NOW, expires_at__gt=NOW)
        self.uses(due.order_by("not_before", "pk")[:50], "notice_due")
        stepped_over = due.exclude(account__in=[1, 2])
        self.uses(stepped_over.order_by("not_before", "pk")[:50], "notice_due")
        others = due.exclude(recipient__in=["+919999900001"])
        self.uses(others.order_by("not_before", "pk")[:50], "notice_due")

    def test_what_is_too_late(self) -> None:
        late = QUEUED.filter(expires_at__lte=NOW).order_by("expires_at")
        self.uses(late[:50], "notice_too_late")

    def test_leases_that_ran_out(self) -> None:
        rows = Notice.objects.filter(
            state__in=[State.SENDING, State.UNSURE], lease_until__lte=NOW
        )
        self.uses(rows.order_by("lease_until", "pk")[:50], "notice_leased")

    def test_who_is_written_to(self) -> None:
        rows = Notice.objects.filter(state=State.SENDING, lease_until__gt=NOW)
        self.uses(rows.only("recipient"), "notice_leased")

    def test_receipts(self) -> None:
        rows = Notice.objects.filter(account_id=1, provider_id="p1")
        self.uses(rows.exclude(provider_id=""), "notice_at_provider")

    def test_the_admins_list(self) -> None:
        rows = Notice.objects.filter(state__in=["failed", "unsure"])
        self.uses(rows.exclude(error="").order_by("-id")[:50], "notice_trouble")

    def test_the_count_of_doubts(self) -> None:
        self.uses(Notice.objects.filter(state="unsure")[:1000], "notice_unsure")
