"""A pothole of Pune that carries Rs 100 for each day begun, missed and claimed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from complaints import attachments
from complaints.models import Complaint, Event
from complaints.services import resolve
from escalation.claims import compensation
from escalation.ladder import sweep
from escalation.models import Claim, Compensation
from notices.models import Notice
from operations.generation import forget_all
from tests.base import World, WorldTestCase
from tests.builders import photo

SOURCE = "UP draft list (S-GV = voice.example.org; please check)"


def compensate(w: World, **over: Any) -> Compensation:
    given: dict[str, Any] = {
        "category": w.pothole, "amount": Decimal(100), "per": "day",
        "source": SOURCE, "valid_from": date(2020, 1, 1),
    }  # fmt: skip
    row = Compensation.objects.create(**(given | over))
    forget_all()
    return row


def solve(w: World, complaint: Complaint, at: datetime) -> Complaint:
    complaint.refresh_from_db()
    by = w.zoya if complaint.reopened else w.hema
    resolve(
        complaint, action_taken="Filled with asphalt", cause=w.wear, at=at,
        files=(attachments.store(photo(), at=at),),
        actor=w.actor(by),
    )  # fmt: skip
    complaint.refresh_from_db()
    return complaint


class CompensationTestCase(WorldTestCase):
    """Promised for a day after NOW."""

    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()
        self.row = compensate(self.w)

    def sweep_at(self, **delta: float) -> int:
        return sweep.tick(self.later(**delta))

    def solved(self, complaint: Complaint, **delta: float) -> Complaint:
        return solve(self.w, complaint, self.later(**delta))

    def claim_of(self, complaint: Complaint) -> Claim:
        complaint.refresh_from_db()
        found = compensation.claim_of(complaint)
        assert found is not None
        return found

    def late(self, **delta: float) -> Claim:
        """Filed, missed and offered."""
        complaint = self.w.file()
        self.sweep_at(**(delta or {"hours": 25}))
        return self.claim_of(complaint)

    def claimed(self, **delta: float) -> Claim:
        claim = self.late()
        compensation.claim(
            claim, actor=self.w.citizen(claim.complaint),
            at=self.later(**(delta or {"hours": 26})),
        )  # fmt: skip
        return self.claim_of(claim.complaint)

    def kinds(self, complaint: Complaint) -> list[str]:
        events = Event.objects.filter(complaint=complaint).order_by("seq")
        return list(events.values_list("kind", flat=True))

    def told(self, key: str) -> list[str]:
        rows = Notice.objects.filter(kind=key).order_by("pk")
        return list(rows.values_list("text", flat=True))
