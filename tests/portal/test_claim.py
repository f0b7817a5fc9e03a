"""The citizen's page of a missed promise: sums, one button, then what became of it."""

from datetime import datetime, timedelta
from decimal import Decimal
from unittest import mock

from django.test import Client

from complaints.models import Complaint, Event
from escalation.claims import compensation
from escalation.claims.claim_number import grouped
from escalation.ladder import sweep
from escalation.models import Claim
from tests.base import NOW
from tests.checks.words import latin, pretended, read
from tests.escalation.compensated import compensate, solve
from tests.portal.api import Program
from tests.portal.base import PortalTestCase


class ClaimCase(PortalTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()
        compensate(self.w)
        self.complaint = self.w.file()
        self.page = f"/c/{self.complaint.number}/"
        sweep.tick(self.later(hours=25))
        self.claim = Claim.objects.get()

    def at(self, **delta: float) -> None:
        self.clock.return_value = self.later(**delta)

    def seen(self) -> str:
        """The opened page."""
        self.opened(self.complaint)
        answer = self.client.get(self.page)
        assert answer.status_code == 200
        assert len(answer.content) <= 50_000
        return str(answer.content.decode())

    def press(self, client: Client | None = None) -> str:  # type: ignore[override]  # another button
        answer = (client or self.client).post(f"{self.page}claim/")
        return f"{answer.status_code} {answer.headers['Location']}"

    def decide(self, when: datetime) -> None:
        compensation.grant(
            self.claim, amount=Decimal(100), actor=self.w.actor(self.w.hema), at=when
        )


class ClaimPageTests(ClaimCase):
    def test_it_shows_number_minutes_sum_and_source(self) -> None:
        self.at(hours=24, minutes=1597)
        page = self.seen()
        assert "You may claim compensation" in page
        assert grouped(self.claim.number) in page
        assert "1,597 minutes (1 day 2 h 37 min) late so far" in page
        assert "Rs 100 for each day begun, 2 days = Rs 200." in page
        assert "UP draft list" in page and "S-GV" not in page
        assert "We offered you compensation" in page

    def test_the_minutes_are_those_of_now_until_it_is_solved(self) -> None:
        self.at(hours=27, minutes=3)
        assert "183 minutes" in self.seen()
        solve(self.w, self.complaint, self.later(hours=28))
        for days in (2, 20):
            self.at(days=days)
            assert "240 minutes" in self.seen()

    def test_one_press_claims_and_the_page_says_what_comes(self) -> None:
        self.at(hours=26)
        self.seen()
        assert self.press() == f"303 {self.page}#claim"
        assert self.press() == f"303 {self.page}#claim"
        page = self.seen()
        assert "You have claimed compensation" in page
        assert "21 Jan 2027" in page  # sixty days after
        assert "Claim compensation" not in page
        kinds = Event.objects.filter(complaint=self.complaint, kind="claimed")
        assert kinds.count() == 1

    def test_the_decision_stands_there(self) -> None:
        self.at(hours=26)
        self.seen()
        self.press()
        self.decide(self.later(hours=27))
        page = self.seen()
        assert "Compensation granted" in page and "Rs 100" in page
        assert "To be paid by" in page

    def test_a_refusal_gives_its_reason(self) -> None:
        self.at(hours=26)
        self.seen()
        self.press()
        compensation.refuse(
            self.claim, reason="The road is the railway's",
            actor=self.w.actor(self.w.sunil), at=self.later(hours=27),
        )  # fmt: skip
        page = self.seen()
        assert "Compensation not granted" in page
        assert "The road is the railway&#x27;s" in page

    def test_a_bare_number_shows_nothing_and_claims_nothing(self) -> None:
        stranger = Client(headers={"accept-language": "en"})
        page = stranger.get(self.page).content.decode()
        for words in ("ompensation", self.claim.number, grouped(self.claim.number)):
            assert words not in page
        assert self.press(stranger) == f"302 {self.page}"
        self.claim.refresh_from_db()
        assert self.claim.state == "offered"

    def test_looking_claims_nothing(self) -> None:
        self.seen()
        assert self.client.get(f"{self.page}claim/").status_code == 302
        self.claim.refresh_from_db()
        assert self.claim.state == "offered"

    def test_who_has_none_to_claim_comes_back_to_the_page(self) -> None:
        other = self.w.file("no water in Kothrud")
        self.opened(other)
        answer = self.client.post(f"/c/{other.number}/claim/")
        assert answer.status_code == 303
        assert "ompensation" not in str(self.client.get(f"/c/{other.number}/").content)

    def test_a_page_without_a_claim_asks_for_none(self) -> None:
        other = self.w.file("no water in Kothrud")
        self.opened(other)
        with mock.patch("portal.views.status.claim_of") as asked:
            self.client.get(f"/c/{other.number}/")
        asked.assert_not_called()

    def test_no_word_of_it_is_left_untranslated(self) -> None:
        for step in (None, self.press, lambda: self.decide(self.later(hours=27))):
            if step is not None:
                step()
            self.opened(self.complaint)
            with pretended():
                html = self.client.get(self.page, headers={"accept-language": "hi"})
            text = html.content.decode()
            block = text[text.index('id="claim"') :].partition("</section>")[0]
            left = latin(" ".join(read(f'<html lang="hi"><p {block}').found))
            assert not left, left


class ClaimApiTests(ClaimCase):
    def detail(self, complaint: Complaint) -> object:
        answer = Program(self.w.asha).get(f"/complaints/{complaint.number}/")
        assert answer.status_code == 200, answer.content
        return answer.json()["claim"]

    def test_the_detail_tells_it(self) -> None:
        self.at(hours=24, minutes=1597)
        assert self.detail(self.complaint) == {
            "number": self.claim.number, "state": "offered", "minutes_late": 1597,
            "amount": "200.00", "currency": "INR",
        }  # fmt: skip

    def test_where_there_is_none_it_is_null(self) -> None:
        assert self.detail(self.w.file("no water", at=NOW + timedelta(hours=1))) is None
