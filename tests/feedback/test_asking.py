"""Every resolved complaint is asked by message; nobody chooses who."""

from complaints.models import Complaint, Event
from complaints.status import Status
from feedback.models import RatingRequest
from feedback.services import ask
from notices.models import Notice
from tests.complaints.stage import to_stage
from tests.incidents.stage import member, work
from tests.incidents.test_telling import TellingTestCase

ASKING = ("resolved_feedback", "incident_restored")


class AskingTests(TellingTestCase):
    def asked(self) -> dict[int, str]:
        """The link of each message that asks, by complaint."""
        rows = Notice.objects.filter(kind__in=ASKING)
        return {row.complaint_id or 0: row.text for row in rows}

    def test_none_is_missed_members_of_an_incident_neither(self) -> None:
        members = [member(self.w, self.incident, n) for n in range(4)]
        single = to_stage(self.w, Status.RESOLVED)
        self.restore()
        work()
        resolved = Complaint.objects.filter(status=Status.RESOLVED)
        assert {each.pk for each in [*members, single]} == {r.pk for r in resolved}
        asked = self.asked()
        for request in RatingRequest.objects.all():
            assert request.token in asked[request.complaint_id]
            assert not request.second
        assert RatingRequest.objects.count() == len(asked) == 5

    def test_two_of_one_phone_are_one_message_and_two_questions(self) -> None:
        for n in (1, 1):
            member(self.w, self.incident, n)
        self.restore()
        work()
        assert len(self.asked()) == 1
        assert RatingRequest.objects.count() == 2

    def test_asked_again_it_is_the_same_question(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        event = Event.objects.get(complaint=complaint, kind="resolved")
        assert ask(event) == ask(event) == RatingRequest.objects.get()
