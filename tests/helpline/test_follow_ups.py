from io import BytesIO

from complaints.attachments import store
from complaints.services import resolve, start
from feedback.models import FollowUp
from feedback.services import latest_request, rate
from officers.models import Officer
from tests.base import NOW
from tests.builders import photo_bytes
from tests.helpline.desk import DeskTestCase, text_of

URL = "/admin/follow-ups/"


class FollowUpTests(DeskTestCase):
    def rated(
        self,
        score: int,
        phone: str,
        *,
        solved: bool = True,
        owner: Officer | None = None,
    ) -> FollowUp:
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
        follow_up = FollowUp.objects.get(complaint=complaint)
        FollowUp.objects.filter(pk=follow_up.pk).update(owner=owner)
        return follow_up

    def press(self, follow_up: FollowUp, deed: str, **typed: str) -> int:
        answer = self.client.post(f"{URL}{follow_up.pk}/{deed}/", typed)
        follow_up.refresh_from_db()
        return answer.status_code

    def test_it_lists_every_low_rating_worst_first(self) -> None:
        """Check 11: every rating below the reference mean; none is lost."""
        middling = self.rated(2, "+919999900007", owner=self.w.asha)
        worst = self.rated(1, "+919999900008", solved=False, owner=self.w.asha)
        FollowUp.objects.filter(pk=middling.pk).update(rank=2)
        self.sit(self.w.sunil)
        page = text_of(self.get(URL, show="all"))
        assert "The hole is back" in page
        assert page.index(f"follow-{worst.pk}") < page.index(f"follow-{middling.pk}")

    def test_it_tells_the_mean_its_number_and_how_to_reach_them(self) -> None:
        self.rated(1, "+919999900007", owner=self.w.asha)
        self.sit(self.w.asha)
        page = text_of(self.get(URL))
        assert "average 3.0, of the whole organisation" in page
        assert "••••" in page
        assert "9999900007" not in page
        assert "overdue" not in page
        self.now = self.later(days=3)
        self.sit(self.w.asha)
        assert "overdue" in text_of(self.get(URL))

    def test_everybody_sees_their_own_and_above_them_what_nobody_has(self) -> None:
        mine = self.rated(1, "+919999900007", owner=self.w.asha)
        hers = self.rated(1, "+919999900008", solved=False, owner=self.w.sunil)
        free = self.rated(1, "+919999900009", solved=False)
        self.sit(self.w.asha)
        page = text_of(self.get(URL))
        assert f"follow-{hers.pk}" not in page
        assert page.index(f"follow-{free.pk}") < page.index(f"follow-{mine.pk}")
        page = text_of(self.get(URL, show="all"))
        assert f"follow-{hers.pk}" in page
        page = text_of(self.get(URL, show="free"))
        assert f"follow-{free.pk}" in page
        assert f"follow-{mine.pk}" not in page

    def test_one_takes_it_and_closes_it_with_reason_and_outcome(self) -> None:
        follow_up = self.rated(1, "+919999900007")
        self.sit(self.w.asha)
        self.press(follow_up, "take")
        assert follow_up.owner == self.w.asha
        said = "Sent a second team, citizen thanked"
        self.press(follow_up, "close", reason="temporary", outcome=said)
        assert follow_up.state == FollowUp.State.DONE
        assert "No rating waits for you" in text_of(self.get(URL))
        FollowUp.objects.update(second_score=4)
        page = text_of(self.get(URL, show="done"))
        assert said in page
        assert "then 4" in page
        file = text_of(self.get(f"/admin/complaint/{follow_up.complaint.number}/"))
        assert "rated 1, then 4" in file
        assert "Low rating followed up" in file

    def test_the_second_to_take_it_is_told(self) -> None:
        follow_up = self.rated(1, "+919999900007")
        self.sit(self.w.sunil)
        self.press(follow_up, "take")
        self.sit(self.w.asha)
        self.press(follow_up, "take")
        assert "Somebody else took this follow-up." in text_of(self.get(URL))
        assert follow_up.owner == self.w.sunil

    def test_it_keeps_what_was_typed_when_a_reason_is_missing(self) -> None:
        follow_up = self.rated(1, "+919999900007", owner=self.w.asha)
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
        assert self.press(follow_up, "take") == 403

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        def seen() -> list[int]:
            return [
                self.queries(lambda show=show: self.get(URL, show=show))  # type: ignore[misc]  # bound at once
                for show in ("mine", "all", "free", "done")
            ]

        self.sit(self.w.sunil)
        for n, owner in enumerate((self.w.sunil, None)):
            self.rated(1, f"+91999990001{n}", solved=False, owner=owner)
        few = seen()
        for n, owner in enumerate((self.w.sunil, None, self.w.asha, None, None)):
            self.rated(1, f"+91999990002{n}", solved=False, owner=owner)
        assert seen() == few
        assert max(few) <= 10
