from typing import Any

from complaints.models import Complaint
from complaints.status import Status
from feedback.models import FollowUp, Rating
from tests.complaints.stage import to_stage
from tests.portal.api import ApiTestCase, Program


class RateTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.desk = Program(self.w.asha)
        self.complaint = to_stage(self.w, Status.RESOLVED)

    def rate(self, **given: Any) -> Any:
        body = {"score": 2, "solved": True} | given
        return self.desk.act(self.complaint, "rate", **body)

    def test_a_desks_program_brings_the_three_questions_and_the_rating(self) -> None:
        answer = self.rate(took_minutes=90, trouble=False, comment="उशीर झाला")
        assert answer.status_code == 200, answer.content
        assert answer.json()["status"] == Status.CLOSED
        assert "rate" not in answer.json()["actions"]
        rating = Rating.objects.get()
        assert (rating.channel, rating.taken_by) == ("api", self.w.asha)
        assert (rating.took_minutes, rating.trouble) == (90, False)
        assert rating.words == "उशीर झाला"
        complaint = Complaint.objects.get(pk=self.complaint.pk)
        assert (complaint.rating, complaint.told_in_time) == (2, True)
        assert FollowUp.objects.get().rank == 1
        assert answer.json()["version"] == complaint.version

    def test_it_counts_once(self) -> None:
        assert self.rate(score=5).status_code == 200
        self.complaint.refresh_from_db()
        again = self.rate(score=1)
        assert (again.status_code, again.json()["code"]) == (409, "used")
        assert Rating.objects.get().score == 5

    def test_not_solved_opens_it_again(self) -> None:
        answer = self.rate(score=5, solved=False)
        assert answer.json()["status"] not in (Status.RESOLVED, Status.CLOSED)
        assert Complaint.objects.get(pk=self.complaint.pk).reopened == 1

    def test_values_are_strict(self) -> None:
        for wrong in (
            {"score": 0}, {"score": 6}, {"score": "5"}, {"solved": "yes"},
            {"solved": 1}, {"took_minutes": -1}, {"took_minutes": 10**8},
            {"trouble": None}, {"comment": 5}, {"stars": 5},
        ):  # fmt: skip
            answer = self.rate(**wrong)
            assert answer.status_code == 400, (wrong, answer.content)
        assert not Rating.objects.exists()

    def test_the_office_that_did_the_work_may_not(self) -> None:
        answer = Program(self.w.omkar).act(self.complaint, "rate", score=5, solved=True)
        assert answer.status_code == 403
