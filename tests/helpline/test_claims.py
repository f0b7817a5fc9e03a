"""Claims at the desk: the sums on the complaint's page, the list, the decision."""

from datetime import timedelta
from decimal import Decimal

from complaints.models import Complaint, Event
from escalation.claims import compensation
from escalation.claims.claim_number import grouped
from escalation.ladder import sweep
from escalation.models import Claim, Compensation
from officers.models import Officer
from tests.escalation.compensated import compensate, solve
from tests.helpline.desk import DeskTestCase, text_of

URL = "/admin/claims/"


class ClaimDeskCase(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()
        compensate(self.w)

    def offered(self, phone: str = "+919999900001") -> Claim:
        complaint = self.w.file(phone=phone)
        sweep.tick(self.later(hours=25))
        self.now = self.later(hours=26)
        return Claim.objects.get(complaint=complaint)

    def claimed(self, phone: str = "+919999900001") -> Claim:
        claim = self.offered(phone)
        citizen = self.w.citizen(claim.complaint)
        return compensation.claim(claim, actor=citizen, at=self.now)

    def page_of(self, complaint: Complaint) -> str:
        return text_of(self.get(f"/admin/complaint/{complaint.number}/"))

    def fresh(self, claim: Claim) -> Claim:
        return Claim.objects.get(pk=claim.pk)


class ComplaintPageTests(ClaimDeskCase):
    def test_the_sums_stand_on_the_page(self) -> None:
        claim = self.offered()
        solve(self.w, claim.complaint, self.later(hours=24, minutes=1597))
        self.sit(self.w.hema)
        page = self.page_of(claim.complaint)
        assert (
            "Promised Sun 22 Nov 09:12, solved Mon 23 Nov 11:49:"
            " 1,597 minutes (1 day 2 h 37 min) late."
        ) in page
        assert "Rs 100 for each day begun, 2 days = Rs 200." in page
        assert "S-GV" in page  # staff see the whole source
        assert f"{grouped(claim.number)}, 60 min late" in page  # in the story
        assert "The citizen claims it" not in page

    def test_an_agent_writes_the_claim_down_for_the_citizen(self) -> None:
        claim = self.offered()
        self.sit(self.w.asha)
        assert "The citizen claims it" in self.page_of(claim.complaint)
        answer = self.client.post(f"{URL}{claim.number}/ask/")
        assert answer.status_code == 302
        assert self.fresh(claim).state == "claimed"
        event = Event.objects.get(kind="claimed")
        assert (event.actor, event.data["by"]) == (self.w.asha, "phone")
        page = self.page_of(claim.complaint)
        assert "for the citizen, by phone" in page
        assert "Decide" not in page

    def test_a_page_without_a_claim_asks_for_none(self) -> None:
        other = self.w.file("no water in Kothrud")
        self.sit(self.w.asha)
        mine = self.queries(lambda: self.get(f"/admin/complaint/{other.number}/"))
        claim = self.offered("+919999900008")
        self.sit(self.w.asha)  # a day later
        with_claim = self.queries(
            lambda: self.get(f"/admin/complaint/{claim.complaint.number}/")
        )
        assert with_claim <= mine + 4  # the claim; an officer, a message more


class ListTests(ClaimDeskCase):
    def test_it_lists_what_waits_the_oldest_first(self) -> None:
        waiting = [self.claimed("+919999900001")]
        self.now += timedelta(hours=1)
        complaint = self.w.file(phone="+919999900002")
        sweep.tick(self.now)
        sweep.tick(self.later(hours=26, minutes=2))
        later = Claim.objects.get(complaint=complaint)
        compensation.claim(later, actor=self.w.citizen(complaint), at=self.now)
        waiting.append(later)
        self.offered("+919999900003")
        self.sit(self.w.hema)
        page = text_of(self.get(URL))
        places = [page.index(f'id="claim-{each.number}"') for each in waiting]
        assert places == sorted(places)
        assert page.count('id="claim-M') == 2
        assert "the sum may still grow" in page

    def test_it_counts_nothing_and_asks_little(self) -> None:
        self.claimed("+919999900001")
        self.sit(self.w.hema)
        one = self.queries(lambda: self.get(URL))
        for n in range(4):
            self.claimed(f"+91999990001{n}")
        many = self.queries(lambda: self.get(URL))
        assert one == many <= 8

    def test_only_whose_complaint_it_is_sees_it(self) -> None:
        claim = self.claimed()
        for officer, sees in (
            (self.w.hema, True), (self.w.sunil, True), (self.w.asha, True),
            (self.w.lata, False),
        ):  # fmt: skip
            self.sit(officer)
            assert (claim.number in text_of(self.get(URL))) is sees, officer
        self.sit(self.w.omkar)
        assert self.get(URL).status_code == 403

    def test_a_typed_number_finds_its_claim_in_any_state(self) -> None:
        claim = self.offered()
        self.sit(self.w.asha)
        found = text_of(self.get(URL, number=grouped(claim.number).lower()))
        assert f'id="claim-{claim.number}"' in found
        wrong = text_of(self.get(URL, number="M 123"))
        assert "Check the number" in wrong
        self.sit(self.w.lata)
        assert "open to you" in text_of(self.get(URL, number=claim.number))

    def test_it_is_on_the_bar_where_compensation_is_carried(self) -> None:
        self.sit(self.w.hema)
        assert f'href="{URL}"' in text_of(self.get("/admin/queue/"))
        self.sit(self.w.asha)
        assert f'href="{URL}"' not in text_of(self.get("/admin/queue/"))

    def test_it_is_not_where_none_is(self) -> None:
        Compensation.objects.all().delete()
        compensation.compensations.forget()
        self.sit(self.w.hema)
        assert f'href="{URL}"' not in text_of(self.get("/admin/queue/"))


class DecisionTests(ClaimDeskCase):
    def decide(self, who: Officer, claim: Claim, what: str, **typed: object) -> object:
        self.sit(who)
        return self.client.post(f"{URL}{claim.number}/{what}/", typed)

    def test_the_head_grants_it_from_the_list(self) -> None:
        claim = self.claimed()
        self.sit(self.w.hema)
        assert 'value="100.00"' in text_of(self.get(URL))
        answer = self.decide(self.w.hema, claim, "grant", amount="100.00")
        assert answer.status_code == 302  # type: ignore[attr-defined]  # a response
        found = self.fresh(claim)
        assert (found.state, found.amount) == ("granted", Decimal(100))
        assert "Granted: Rs 100, to be paid by" in self.page_of(claim.complaint)

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self) -> None:
        claim = self.claimed()
        for what, typed, told in (
            ("grant", {"amount": "100000"}, "not above 100.00"),
            ("grant", {"amount": "much"}, "Enter a number"),
            ("grant", {"amount": "-1"}, "greater than or equal"),
            ("refuse", {"reason": "No."}, "at least 10 characters"),
        ):  # fmt: skip
            answer = self.decide(self.w.hema, claim, what, **typed)
            assert answer.status_code == 422  # type: ignore[attr-defined]  # a response
            page = text_of(answer)
            assert told in page
            assert next(iter(typed.values())) in page
        assert self.fresh(claim).state == "claimed"

    def test_who_comes_second_keeps_the_words_and_hears_who_was_first(self) -> None:
        claim = self.claimed()
        self.decide(self.w.sunil, claim, "grant", amount="50")
        answer = self.decide(
            self.w.hema, claim, "refuse", reason="It is not our road at all"
        )
        assert answer.status_code == 409  # type: ignore[attr-defined]  # a response
        page = text_of(answer)
        assert "Sunil was first" in page
        assert "It is not our road at all" in page
        assert self.fresh(claim).amount == 50

    def test_agents_and_other_houses_decide_nothing(self) -> None:
        claim = self.claimed()
        answer = self.decide(self.w.asha, claim, "grant", amount="100")
        assert answer.status_code == 422  # type: ignore[attr-defined]  # a response
        for who, status in ((self.w.lata, 404), (self.w.omkar, 403)):
            answer = self.decide(who, claim, "grant", amount="100")
            assert answer.status_code == status  # type: ignore[attr-defined]  # a response
        assert self.fresh(claim).state == "claimed"
