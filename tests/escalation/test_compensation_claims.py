"""Claiming and deciding: who may, once, and with which sum."""

from decimal import Decimal

import pytest

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.number import WrongNumber
from complaints.number import check as check_complaint
from complaints.refusals import Conflict, Invalid, NotAllowed, WrongStage
from escalation.claims import claim_number, compensation
from escalation.claims.claim_words import shown
from escalation.models import Claim
from notices import segments
from tests.escalation.compensated import CompensationTestCase


class NumberTests:
    def test_it_cannot_be_taken_for_a_complaints(self) -> None:
        number = claim_number.new_number(lambda most: most - 1)
        assert len(number) == 10 and number.startswith("M99999999")
        for typed in (number, number[1:], claim_number.grouped(number)):
            with pytest.raises(WrongNumber):
                check_complaint(typed)
        with pytest.raises(WrongNumber):
            claim_number.check("148302975116")

    def test_it_is_read_however_it_is_typed(self) -> None:
        number = claim_number.new_number(lambda most: 48219307)
        digits = number[1:]
        hindi = digits.translate({ord(str(n)): chr(0x966 + n) for n in range(10)})
        for typed in (
            number, digits, number.lower(), f" {claim_number.grouped(number)} ",
            f"M-{digits[:3]}-{digits[3:]}", f"म {hindi}", f"No. {number}",
        ):  # fmt: skip
            assert claim_number.check(typed) == number

    def test_one_wrong_digit_or_two_swapped_are_seen(self) -> None:
        number = claim_number.new_number(lambda most: 48219307)
        swapped = number[:3] + number[4] + number[3] + number[5:]
        wrong = number[:5] + str((int(number[5]) + 1) % 10) + number[6:]
        for typed, reason in (
            (swapped, "check_digit"), (wrong, "check_digit"), (number[:-1], "length"),
            ("", "length"), ("M48219307x", "characters"), ("<b>", "characters"),
        ):  # fmt: skip
            with pytest.raises(WrongNumber) as caught:
                claim_number.check(typed)
            assert caught.value.reason == reason


class ClaimTests(CompensationTestCase):
    def test_the_citizen_claims_and_the_minutes_are_counted_anew(self) -> None:
        claim = self.claimed(hours=30)
        assert (claim.state, claim.claimed_at) == ("claimed", self.later(hours=30))
        assert claim.minutes_late == 360
        assert self.kinds(claim.complaint)[-1] == "claimed"

    def test_claimed_twice_it_is_claimed_once(self) -> None:
        claim = self.late()
        for hours in (26, 27):
            compensation.claim(
                claim, actor=self.w.citizen(claim.complaint),
                at=self.later(hours=hours),
            )  # fmt: skip
        found = self.claim_of(claim.complaint)
        assert found.claimed_at == self.later(hours=26)
        assert self.kinds(claim.complaint).count("claimed") == 1

    def test_an_agent_claims_on_the_citizens_word(self) -> None:
        claim = self.late()
        compensation.claim(
            claim, actor=self.w.actor(self.w.asha), at=self.later(hours=26)
        )
        assert self.claim_of(claim.complaint).state == "claimed"

    def test_the_office_that_was_late_claims_for_nobody(self) -> None:
        claim = self.late()
        for actor in (
            self.w.actor(self.w.omkar), self.w.actor(self.w.hema),
            self.w.actor(self.w.lata), self.w.actor(self.w.admin), SYSTEM_ACTOR,
        ):  # fmt: skip
            with self.assertRaises(NotAllowed):
                compensation.claim(claim, actor=actor, at=self.later(hours=26))
        assert self.claim_of(claim.complaint).state == "offered"

    def test_nobody_had_changed_the_complaint_for_the_citizens_copy_to_be_old(
        self,
    ) -> None:
        claim, old = self.late(), self.late()
        self.solved(claim.complaint, hours=26)
        compensation.claim(
            old, actor=self.w.citizen(old.complaint), at=self.later(hours=27)
        )
        assert self.claim_of(old.complaint).state == "claimed"


class DecisionTests(CompensationTestCase):
    def head(self) -> Actor:
        return self.w.actor(self.w.hema)

    def grant(self, claim: Claim, amount: object = 100, **who: Actor) -> Claim:
        return compensation.grant(
            claim, amount=Decimal(str(amount)), actor=who.get("actor", self.head()),
            at=self.later(hours=28),
        )  # fmt: skip

    def refuse(
        self, claim: Claim, reason: str = "The meter was not reachable"
    ) -> Claim:
        return compensation.refuse(
            claim, reason=reason, actor=self.head(), at=self.later(hours=28)
        )

    def test_the_head_grants_and_the_citizen_is_told(self) -> None:
        claim = self.claimed()
        self.grant(claim)

        found = self.claim_of(claim.complaint)
        assert (found.state, found.amount) == ("granted", Decimal(100))
        assert found.decided_by == self.w.hema
        assert self.kinds(claim.complaint)[-1] == "claim_granted"
        (text,) = self.told("claim_granted")
        assert "Rs 100" in text and "21 Jan 2027" in text

    def test_a_supervisor_refuses_with_a_reason_that_the_citizen_reads(self) -> None:
        claim = self.claimed()
        compensation.refuse(
            claim, reason="The road belongs to the railway",
            actor=self.w.actor(self.w.sunil), at=self.later(hours=28),
        )  # fmt: skip
        found = self.claim_of(claim.complaint)
        assert (found.state, found.amount) == ("refused", None)
        (text,) = self.told("claim_refused")
        assert "The road belongs to the railway" in text

    def test_nobody_decides_what_was_not_claimed(self) -> None:
        claim = self.late()
        for decide in (self.grant, self.refuse):
            with self.assertRaises(WrongStage) as caught:
                decide(claim)
            assert caught.exception.code == "not_claimed"
        assert self.claim_of(claim.complaint).state == "offered"

    def test_officers_agents_and_citizens_decide_nothing(self) -> None:
        claim = self.claimed()
        for actor in (
            self.w.actor(self.w.omkar), self.w.actor(self.w.asha),
            self.w.actor(self.w.nitin), self.w.citizen(claim.complaint),
        ):  # fmt: skip
            with self.assertRaises(NotAllowed):
                self.grant(claim, actor=actor)

    def test_the_sum_is_not_above_what_the_sums_say(self) -> None:
        claim = self.claimed()
        for amount in (0, -5, 100.01, 200, 33.333):
            with self.assertRaises(Invalid) as caught:
                self.grant(claim, amount)
            assert caught.exception.field == "amount"
        assert self.grant(claim, 99.5).amount == Decimal("99.50")

    def test_a_refusal_needs_a_reason(self) -> None:
        claim = self.claimed()
        for reason in ("", "no", "x" * 501):
            with self.assertRaises(Invalid):
                self.refuse(claim, reason)

    def test_pressed_twice_it_is_decided_once(self) -> None:
        claim = self.claimed()
        self.grant(claim)
        self.grant(claim, 50)
        assert self.claim_of(claim.complaint).amount == 100
        assert self.kinds(claim.complaint).count("claim_granted") == 1

    def test_who_comes_second_hears_who_was_first(self) -> None:
        claim = self.claimed()
        self.refuse(claim)
        with self.assertRaises(Conflict) as caught:
            self.grant(claim, actor=self.w.actor(self.w.sunil))
        assert "Hema" in str(caught.exception)
        assert self.claim_of(claim.complaint).state == "refused"

    def test_what_was_decided_stands_still(self) -> None:
        claim = self.claimed()
        self.grant(claim)
        self.solved(claim.complaint, hours=90)
        found = self.claim_of(claim.complaint)
        assert (found.minutes_late, found.amount) == (240, Decimal(100))
        assert shown(found, self.later(days=9)).minutes == 240


class WordsTests(CompensationTestCase):
    def test_the_sums_can_be_read_out(self) -> None:
        claim = self.late()
        self.solved(claim.complaint, hours=50, minutes=37)
        told = shown(self.claim_of(claim.complaint), self.later(days=9))
        assert told.lines == [
            "Promised Sun 22 Nov 09:12, solved Mon 23 Nov 11:49:"
            " 1,597 minutes (1 day 2 h 37 min) late.",
            "Rs 100 for each day begun, 2 days = Rs 200.",
        ]
        assert (told.money, told.source) == ("Rs 200", "UP draft list")

    def test_what_is_not_solved_is_late_so_far(self) -> None:
        told = shown(self.late(), self.later(hours=24, minutes=59))
        assert told.lines[0] == (
            "Promised Sun 22 Nov 09:12, not solved yet: 59 minutes late so far."
        )

    def test_limits_and_other_money_are_named(self) -> None:
        claim = self.late()
        row, house = claim.compensation, claim.complaint.organisation
        row.most = Decimal(150)
        assert shown(claim, self.later(days=4)).lines[-1] == (
            "Rs 100 for each day begun, 3 days = Rs 150 (never more than Rs 150)."
        )
        row.per, row.most, row.amount = "once", Decimal("99.5"), Decimal("99.5")
        house.currency = "EUR"
        assert shown(claim, self.later(days=4)).lines[-1] == "EUR 99.50 at most, once."


class MessageTests(CompensationTestCase):
    def test_each_language_has_its_text_of_two_parts(self) -> None:
        self.w.pune.names["hi"] = "पुणे महानगरपालिका शिकायत निवारण केंद्र"
        self.w.pune.save()
        texts = {}
        for place, language in enumerate(("en", "hi", "mr", "it")):
            self.w.file(language=language, phone=f"+91999990001{place}")
        self.sweep_at(hours=30)
        for text in self.told("compensation"):
            assert segments.count(text).segments <= 2, text
            assert "360" in text
            texts[text.split(":")[1]] = text
        assert len(texts) == 4
        assert any("मुआवज़ा" in text for text in texts.values())
        assert any("भरपाई" in text for text in texts.values())
        assert any("Indennizzo" in text for text in texts.values())

    def test_decisions_are_of_two_parts_in_hindi(self) -> None:
        for granted in (True, False):
            complaint = self.w.file(language="hi")
            self.sweep_at(hours=25)
            claim = self.claim_of(complaint)
            compensation.claim(
                claim, actor=self.w.citizen(complaint), at=self.later(hours=26)
            )
            hema, at = self.w.actor(self.w.hema), self.later(hours=27)
            if granted:
                compensation.grant(claim, amount=Decimal(100), actor=hema, at=at)
            else:
                compensation.refuse(
                    claim, reason="सड़क रेलवे की है, नगर निगम की नहीं है",
                    actor=hema, at=at,
                )  # fmt: skip
        for key, word in (("claim_granted", "मंज़ूर"), ("claim_refused", "रेलवे")):
            (text,) = self.told(key)
            assert word in text
            assert segments.count(text).segments <= 2, text
