"""What routing and the clock found out, written with the event that uses it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from complaints.models import Category, Complaint
from complaints.models.category import Criticality, Horizon
from officers.models import Area


@dataclass(frozen=True)
class Found:
    """One event instead of four: a registered complaint is sorted in one write.

    `emergency` raises criticality whatever the category says; so do `criticality` and
    `horizon`, which a hashtag or a rule of the desk asks for. `flags` are added.
    """

    category: Category | None = None
    area: Area | None = None
    emergency: bool = False
    criticality: str = ""
    horizon: str = ""
    flags: tuple[str, ...] = ()
    due_at: datetime | None = None
    due_reason: dict[str, Any] = field(default_factory=dict)
    step_due_at: datetime | None = None
    step_reason: str = ""

    def fields(self, complaint: Complaint) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "step_due_at": self.step_due_at,
            "step_reason": self.step_reason,
        }
        if self.area is not None:
            fields["area"] = self.area
        if self.category is not None:
            fields["category"] = self.category
            fields["criticality"] = self.category.criticality
            fields["horizon"] = self.category.horizon
        fields |= {"criticality": self.criticality} if self.criticality else {}
        fields |= {"horizon": self.horizon} if self.horizon else {}
        if self.emergency or complaint.emergency:
            fields["criticality"] = Criticality.EMERGENCY
            fields["horizon"] = Horizon.IMMEDIATE
        if self.flags:
            fields["flags"] = list(dict.fromkeys([*complaint.flags, *self.flags]))
        if self.due_at is not None:
            fields["due_at"] = self.due_at
            fields["due_reason"] = self.due_reason
        return fields

    def data(self) -> dict[str, Any]:
        found = {
            "category": self.category and self.category.pk,
            "area": self.area and self.area.pk,
            "flags": list(self.flags) or None,
            "due_at": self.due_at and self.due_at.isoformat(),
            "step_due_at": self.step_due_at and self.step_due_at.isoformat(),
        }
        return {name: value for name, value in found.items() if value is not None}


NOTHING_FOUND = Found()
