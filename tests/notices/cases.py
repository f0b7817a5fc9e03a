"""A world whose changes are told by notices and feedback, and routed by nobody."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.test import override_settings

from complaints import unit
from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, FailedReaction
from complaints.services import assign, set_deadline
from notices.models import Notice
from officers.models import Officer
from operations.generation import forget_all
from tests.base import NOW, WorldTestCase

REACTIONS = ["notices.reactions.REACTIONS", "feedback.reactions.REACTIONS"]
CHANNELS = {
    "console": "notices.senders.console.ConsoleSender",
    "email": "notices.senders.email.EmailSender",
}
DUE = NOW + timedelta(hours=24)


class NoticesTestCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        wired = override_settings(
            SUNWAI_REACTIONS=REACTIONS,
            SUNWAI_CHANNELS=CHANNELS,
            PUBLIC_URL="https://s.example.in",
        )
        wired.enable()
        self.addCleanup(unit._all_reactions.cache_clear)
        self.addCleanup(wired.disable)
        unit._all_reactions.cache_clear()
        self.addCleanup(forget_all)

    def speaks(self, language: str, *officers: Officer) -> None:
        for officer in officers:
            officer.language = language
            officer.save(update_fields=["language"])

    def promised(self, at: datetime = NOW, **over: object) -> Complaint:
        """Meera's pothole with its date, not yet sent anywhere."""
        complaint = self.w.file(
            **{"category": self.w.pothole, "area": self.w.kothrud, "at": at} | over  # type: ignore[arg-type]  # the fields of Intake
        )
        return set_deadline(
            complaint, actor=SYSTEM_ACTOR, at=at, why="test", due_at=DUE, due_reason={}
        )

    def assigned(self, at: datetime = NOW, **over: object) -> Complaint:
        """… and put before Omkar by the dispatcher."""
        return assign(
            self.promised(at, **over),
            organisation=self.w.pune,
            office=self.w.kothrud,
            department=self.w.roads,
            owner=self.w.omkar,
            actor=self.w.actor(self.w.devika),
            at=at,
        )

    def told(self, complaint: Complaint) -> list[Notice]:
        """What the last event of the complaint made us owe, without failures."""
        assert not FailedReaction.objects.exists(), list(FailedReaction.objects.all())
        last = complaint.events.order_by("-seq")[0]
        return list(Notice.objects.filter(event=last).order_by("audience", "pk"))

    def kinds(self, notices: Iterable[Notice]) -> list[str]:
        return [notice.kind for notice in notices]
