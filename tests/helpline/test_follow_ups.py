from io import BytesIO

from complaints.attachments import store
from complaints.services import resolve, start
from feedback.models import FollowUp
from feedback.services import latest_request, rate
from tests.base import NOW
from tests.builders import photo_bytes
from tests.helpline.desk import DeskTestCase, text_of

URL = "/admin/follow-ups/"


class FollowUpTests(DeskTestCase):
    def rated(self, score: int, phone: str, *, solved: bool = True) -> FollowUp:
        complaint = self.w.file(phone=phone)
        omkar = self.w.actor(self.w.omkar)
        start(complaint, actor=omkar, at=NOW)
        resolve(
            complaint, action_taken="Filled with tar.", cause=self.w.wear,
            files=(store(BytesIO(photo_bytes()), at=NOW),), actor=omkar, at=NOW,
        )  # fmt: skip
        request = latest_request(complaint)
        assert request is not None
        rate(
            request, score=score, solved=solved, comment="The hole is back",
            channel="web", actor=self.w.citizen(complaint), at=NOW,
        )  # fmt: skip
        return FollowUp.objects.get(complaint=complaint)

    def test_it_lists_every_low_rating_worst_first(self) -> None:
        """Check 11: every rating below the reference mean; none is lost."""
        middling = self.rated(2, "+919999900007")
        worst = self.rated(1, "+919999900008", solved=False)
        FollowUp.objects.filter(pk=middling.pk).update(rank=2)
        self.sit(self.w.sunil)
        page = text_of(self.get(URL))
        assert "The hole is back" in page
        assert page.index(f"follow-{worst.pk}") < page.index(f"follow-{middling.pk}")

    def test_one_takes_it_and_closes_it_with_reason_and_outcome(self) -> None:
        follow_up = self.rated(1, "+919999900007")
        self.sit(self.w.asha)
        self.client.post(f"{URL}{follow_up.pk}/take/")
        follow_up.refresh_from_db()
        assert follow_up.owner == self.w.asha
        self.client.post(
            f"{URL}{follow_up.pk}/close/",
            {"reason": "temporary", "outcome": "Sent a second team, citizen thanked"},
        )
        follow_up.refresh_from_db()
        assert follow_up.state == FollowUp.State.DONE
        assert "No rating waits" in text_of(self.get(URL))

    def test_the_second_to_take_it_is_told(self) -> None:
        follow_up = self.rated(1, "+919999900007")
        self.sit(self.w.asha)
        self.client.post(f"{URL}{follow_up.pk}/take/")
        self.sit(self.w.sunil)
        self.client.post(f"{URL}{follow_up.pk}/take/")
        assert "Somebody else took this follow-up." in text_of(self.get(URL))

    def test_it_keeps_what_was_typed_when_a_reason_is_missing(self) -> None:
        follow_up = self.rated(1, "+919999900007")
        self.sit(self.w.asha)
        response = self.client.post(
            f"{URL}{follow_up.pk}/close/", {"reason": "", "outcome": "Phoned twice"}
        )
        assert response.status_code == 422
        assert "Phoned twice" in text_of(response)

    def test_the_office_rated_reads_and_does_not_act(self) -> None:
        follow_up = self.rated(1, "+919999900007")
        self.sit(self.w.hema)
        page = text_of(self.get(URL))
        assert "The hole is back" in page
        assert "Take it" not in page
        assert self.client.post(f"{URL}{follow_up.pk}/take/").status_code == 403

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        self.sit(self.w.sunil)
        few = self.queries(lambda: self.get(URL))
        for n in range(3):
            self.rated(1, f"+91999990001{n}", solved=False)
        assert self.queries(lambda: self.get(URL)) == few <= 8
