"""Roads by which an office could end its own work; none of them is open."""

from typing import Any

import pytest

from complaints.models import Complaint
from complaints.refusals import NotAllowed, Refused
from complaints.services import allow, cancel, not_solved, reject
from complaints.services.guards import may
from complaints.status import Status
from feedback.doubts import doubts_for
from feedback.models import Doubt
from feedback.panel.calling import seats_of
from officers.models import Posting
from tests.base import NOW, WorldTestCase
from tests.complaints.stage import assigned, to_stage
from tests.feedback import panels

S = Status


class OwnClosingTests(WorldTestCase):
    def test_an_agent_who_works_in_the_office_withdraws_nothing_of_it(self) -> None:
        Posting.objects.create(
            officer=self.w.asha, role="officer", organisation=self.w.pune,
            area=self.w.kothrud, department=self.w.roads,
        )  # fmt: skip
        complaint = to_stage(self.w, S.IN_PROGRESS)
        asha = self.w.actor(self.w.asha)
        assert not may(complaint, "withdraw", asha)
        with pytest.raises(NotAllowed, match="Somebody outside it"):
            cancel(complaint, actor=asha, at=NOW)
        complaint.refresh_from_db()
        assert complaint.status == S.IN_PROGRESS

    def test_what_an_appeal_opened_again_is_rejected_by_nobody(self) -> None:
        """There is no second appeal: the citizen would have no word left."""
        complaint = to_stage(self.w, S.APPEALED)
        allow(
            complaint,
            order="It is a real hole, and the ward has to fill it.",
            actor=self.w.actor(self.w.anand),
            at=NOW,
        )
        assigned(self.w, complaint)
        with pytest.raises(Refused):
            hema = self.w.actor(self.w.hema)
            reject(complaint, reason=self.w.abuse, text="", actor=hema, at=NOW)
        complaint.refresh_from_db()
        assert complaint.status == S.ASSIGNED

    def test_a_head_does_not_reject_what_the_same_head_called_solved_falsely(
        self,
    ) -> None:
        complaint = to_stage(self.w, S.RESOLVED)
        Complaint.objects.filter(pk=complaint.pk).update(resolved_by=self.w.hema)
        complaint.refresh_from_db()
        not_solved(complaint, text="", actor=self.w.citizen(complaint), at=NOW)
        assigned(self.w, complaint)
        hema = self.w.actor(self.w.hema)
        with pytest.raises(NotAllowed, match="did not hold"):
            reject(complaint, reason=self.w.abuse, text="", actor=hema, at=NOW)


class TwoHatsTests(WorldTestCase):
    """A role counts where it is held, not wherever its holder works as well."""

    def also(self, officer: Any, role: str, area: Any) -> None:
        Posting.objects.create(
            officer=officer, role=role, organisation=self.w.pune, area=area
        )

    def test_a_head_elsewhere_is_not_shown_the_doubts_of_the_own_work(self) -> None:
        complaint = to_stage(self.w, S.RESOLVED)
        event = complaint.events.get(kind="resolved")
        Doubt.objects.create(
            complaint=complaint, event=event, kind="far", metres=9000, at=NOW,
            attachment=complaint.attachments.get(),
        )  # fmt: skip
        self.also(self.w.omkar, "dept_head", self.w.aundh)
        assert doubts_for(self.w.actor(self.w.hema)).count() == 1
        assert not doubts_for(self.w.actor(self.w.omkar)).exists()

    def test_an_agent_elsewhere_asks_no_consumer_of_the_own_office(self) -> None:
        panels.questions(self.w)
        panels.consumers(self.w, self.w.kothrud, 3)
        panels.drawn(self.w)
        self.also(self.w.omkar, "agent", self.w.aundh)
        assert seats_of(self.w.actor(self.w.asha)).exists()
        assert not seats_of(self.w.actor(self.w.omkar)).exists()
        self.also(self.w.omkar, "agent", None)
        assert not seats_of(self.w.actor(self.w.omkar)).exists()
