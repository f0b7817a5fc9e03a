"""Who is called, when again, and what ends it."""

from datetime import datetime, timedelta
from typing import Any

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, ContactPoint, Event
from complaints.models.complaint import ClosedHow
from complaints.refusals import Conflict, Invalid, NotAllowed
from complaints.services import confirm, escalate, not_solved
from complaints.status import Status
from feedback import call_backs, calls
from feedback.calls import Said
from feedback.late_calls import owe_late
from feedback.models import CallBack, ContactTry, Rating
from incidents.models import Membership
from officers.models import Posting, Role
from tests.base import NOW, WorldTestCase
from tests.feedback.calling import (
    agent,
    call_of,
    last_resolved,
    solved_again,
    solved_now,
    urgent,
)
from tests.incidents.stage import declared

TEN = NOW + timedelta(minutes=48)  # ten in the morning in Pune
YES = Said(solved=True, score=4, took_minutes=180, trouble=False, comment="Thanks")
NO = Said(solved=False, comment="The hole is back")


class OwedTests(WorldTestCase):
    def test_only_some_are_always_called(self) -> None:
        assert not CallBack.objects.filter(complaint=solved_now(self.w)).exists()
        assert call_of(urgent(self.w)).why == "emergency"
        assert call_of(solved_now(self.w, category=self.w.resurfacing)).why == "long"

    def test_what_was_opened_again_is_called_when_it_is_solved_again(self) -> None:
        complaint = solved_now(self.w)
        not_solved(complaint, text="", actor=self.w.citizen(complaint), at=NOW)
        solved_again(self.w, complaint, self.later(hours=3))
        assert call_of(complaint).why == "reopened"

    def test_it_is_owed_once_for_an_event_and_side(self) -> None:
        complaint = solved_now(self.w)
        event = last_resolved(complaint)
        first = call_backs.owe(event, why="silent", at=NOW)
        assert first is not None and first.next_at == TEN
        assert call_backs.owe(event, why="asked", at=NOW) is None
        assert call_backs.owe(event, why="late", at=NOW, side="office") is not None

    def test_nobody_without_a_phone_is_called(self) -> None:
        complaint = solved_now(self.w, phone="", email="meera@example.org")
        assert call_backs.owe(last_resolved(complaint), why="asked", at=NOW) is None

    def test_one_repair_for_many_is_one_call_for_each_citizen(self) -> None:
        events = [last_resolved(solved_now(self.w)) for _n in range(2)]
        for event in events:
            event.data["update"] = 7
        assert call_backs.owe(events[0], why="silent", at=NOW) is not None
        # kept with the event in the table, as the repair does
        CallBack.objects.filter(event=events[0]).update(event=self.of_repair(7))
        assert call_backs.owe(events[1], why="silent", at=NOW) is None

    def of_repair(self, update: int) -> Event:
        complaint = self.w.file()
        return Event.objects.create(
            complaint=complaint, seq=99, kind="resolved", at=NOW, actor_kind="system",
            to_status="resolved", data={"update": update},
        )  # fmt: skip

    def test_a_calling_that_ended_begins_again_for_who_stays_silent(self) -> None:
        complaint = urgent(self.w)
        call_backs.done(complaint, call_backs.OVER, NOW)
        event = last_resolved(complaint)
        assert call_backs.owe(event, why="long", at=NOW) is None
        assert call_backs.owe(event, why="silent", at=NOW) is not None
        assert call_of(complaint).state == "open"
        call_backs.done(complaint, "wrong", NOW)
        assert call_backs.owe(event, why="silent", at=NOW) is None
        assert call_backs.owe(event, why="asked", at=NOW) is not None

    def test_who_was_drawn_stays_drawn(self) -> None:
        complaint = solved_now(self.w)
        event = last_resolved(complaint)
        call_backs.owe(event, why="sample", at=NOW)
        calls.wanted(complaint, actor=agent(self.w), at=TEN)
        call_backs.done(complaint, call_backs.OVER, TEN)
        assert call_backs.owe(event, why="silent", at=TEN) is not None
        assert call_of(complaint).why == "sample"

    def test_it_ends_with_the_citizens_own_word(self) -> None:
        complaint = urgent(self.w)
        confirm(complaint, actor=self.w.citizen(complaint), at=NOW)
        assert call_of(complaint).state == "done"


class NoWordTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = urgent(self.w)
        self.call = call_of(self.complaint)

    def try_(self, outcome: str, at: datetime = TEN, **over: Any) -> CallBack:
        self.call.refresh_from_db()
        given: dict[str, Any] = {
            "seen": self.call.tries,
            "actor": agent(self.w),
            "at": at,
        } | over
        calls.no_word(self.call, outcome=outcome, **given)
        self.call.refresh_from_db()
        return self.call

    def test_it_opens_itself_again_after_two_hours_one_three_and_seven_days(
        self,
    ) -> None:
        waits = []
        at = TEN
        for outcome in ("no_answer", "busy", "off", "no_answer"):
            before = at
            at = self.try_(outcome, at).next_at
            waits.append((at.date() - before.date()).days)
            assert self.call.state == "open"
        assert waits[0] == 0 and waits[1] == 1 and waits[2] == 3
        assert waits[3] in (7, 8)
        assert self.call.tries == 4

    def test_each_try_is_kept_and_told_in_the_story(self) -> None:
        self.try_("busy")
        made = ContactTry.objects.get()
        assert (made.way, made.outcome) == ("call", "busy")
        assert (made.officer, made.own_office) == (self.w.asha, False)
        assert made.event == last_resolved(self.complaint)
        event = Event.objects.get(complaint=self.complaint, kind="phoned")
        assert event.data == {"outcome": "busy", "own_office": False}

    def test_the_citizens_wish_sets_the_hour(self) -> None:
        wish = self.later(days=2, hours=5)
        assert self.try_("later", next_at=wish).next_at == wish
        night = NOW.replace(hour=20) + timedelta(days=1)
        assert self.try_("later", next_at=night).next_at > night
        for odd in (NOW - timedelta(days=1), self.later(days=60)):
            with self.assertRaises(Invalid):
                self.try_("later", next_at=odd)

    def test_a_wrong_number_and_a_refusal_end_it(self) -> None:
        assert self.try_("wrong").state == "done"
        self.complaint = urgent(self.w, phone="+919999900002")
        self.call = call_of(self.complaint)
        assert self.try_("refused").outcome == "refused"
        self.complaint.refresh_from_db()
        assert self.complaint.status == Status.RESOLVED

    def test_it_ends_with_the_time_to_open_it_again(self) -> None:
        self.try_("no_answer", self.later(days=29, hours=1))
        self.try_("no_answer", self.later(days=30, hours=1))
        assert (self.call.state, self.call.outcome) == ("done", "over")
        event = last_resolved(self.complaint)
        call_backs.owe(event, why="silent", at=self.later(days=32))
        self.try_("no_answer", self.later(days=32, hours=1))
        assert self.call.state == "open"

    def test_a_second_press_logs_nothing(self) -> None:
        self.try_("busy")
        with self.assertRaises(Conflict):
            self.try_("busy", seen=0)
        assert ContactTry.objects.count() == 1

    def test_what_another_has_cannot_be_logged_until_the_lease_is_over(self) -> None:
        assert calls.take(self.call, actor=agent(self.w, self.w.sunil), at=TEN)
        assert not calls.take(self.call, actor=agent(self.w), at=TEN)
        with self.assertRaises(Conflict):
            self.try_("busy")
        self.try_("busy", TEN + calls.LEASE)
        assert self.call.taken_by is None

    def test_what_is_no_outcome_of_this_side_is_refused(self) -> None:
        for outcome in ("informed", "solved", "nonsense", "arrived"):
            with self.assertRaises(Invalid):
                self.try_(outcome)


class AnswerTests(WorldTestCase):
    def answer(self, complaint: Complaint, said: Said, **over: Any) -> None:
        call = call_of(complaint)
        given: dict[str, Any] = {
            "seen": call.tries,
            "actor": agent(self.w),
            "at": TEN,
        } | over
        calls.answered(call, said, **given)
        complaint.refresh_from_db()

    def test_yes_closes_by_the_call_and_keeps_what_was_asked(self) -> None:
        complaint = urgent(self.w)
        self.answer(complaint, YES)
        assert complaint.closed_how == ClosedHow.CALLED
        rating = Rating.objects.get()
        assert (rating.score, rating.channel) == (4, "phone")
        assert (rating.took_minutes, rating.trouble) == (180, False)
        assert rating.taken_by == self.w.asha
        assert call_of(complaint).outcome == "solved"

    def test_it_counts_when_the_link_of_the_message_is_long_over(self) -> None:
        complaint = urgent(self.w)
        self.answer(complaint, YES, at=self.later(days=45, hours=1))
        assert Rating.objects.get().score == 4
        assert complaint.status == Status.CLOSED

    def test_yes_without_a_rating_closes_too(self) -> None:
        complaint = urgent(self.w)
        self.answer(complaint, Said(solved=True))
        assert complaint.status == Status.CLOSED

    def test_a_citizen_who_rates_nothing_is_still_heard_on_the_time(self) -> None:
        complaint = urgent(self.w)
        self.answer(complaint, Said(solved=True, took_minutes=10**5, trouble=True))
        complaint.refresh_from_db()
        closed = Event.objects.get(complaint=complaint, kind="closed")
        assert (closed.data["took"], closed.data["trouble"]) == (10**5, True)
        assert complaint.told_in_time is False

    def test_no_opens_it_again_and_the_office_owes_a_call(self) -> None:
        complaint = urgent(self.w)
        self.answer(complaint, NO)
        assert complaint.reopened == 1
        assert call_of(complaint).outcome == "not_solved"
        assert call_of(complaint, "office").why == "not_solved"

    def test_only_one_of_two_answers_counts(self) -> None:
        complaint = urgent(self.w)
        self.answer(complaint, YES)
        with self.assertRaises(Conflict):
            self.answer(complaint, NO, seen=0)
        assert ContactTry.objects.count() == 1

    def test_nobody_of_the_office_takes_the_word(self) -> None:
        """Even with a posting of the desk beside the own one."""
        complaint = urgent(self.w)
        Posting.objects.create(
            officer=self.w.hema, role=Role.AGENT, organisation=self.w.pune
        )
        hema = agent(self.w, self.w.hema)
        for said in (YES, NO):
            with self.assertRaises(NotAllowed):
                self.answer(complaint, said, actor=hema)
        with self.assertRaises(NotAllowed):
            calls.told(complaint, YES, actor=hema, at=TEN)
        with self.assertRaises(NotAllowed):
            calls.take(call_of(complaint), actor=hema, at=TEN)
        assert not ContactTry.objects.exists()

    def test_a_word_that_nobody_called_for_ends_the_call(self) -> None:
        complaint = urgent(self.w)
        calls.told(complaint, YES, actor=agent(self.w), at=TEN)
        assert call_of(complaint).outcome == "solved"
        assert ContactTry.objects.get().call_back == call_of(complaint)


class OfficeTests(WorldTestCase):
    def disputed(self) -> Complaint:
        complaint = urgent(self.w)
        not_solved(complaint, text="", actor=self.w.citizen(complaint), at=NOW)
        complaint.refresh_from_db()
        return complaint

    def tell(self, complaint: Complaint, outcome: str) -> CallBack:
        call = call_of(complaint, "office")
        actor = agent(self.w, self.w.hema)
        calls.no_word(call, outcome=outcome, seen=call.tries, actor=actor, at=TEN)
        call.refresh_from_db()
        return call

    def test_it_tells_how_far_it_is_and_goes_on_to(self) -> None:
        complaint = self.disputed()
        call = self.tell(complaint, "informed")
        assert call.state == "open"
        assert call.next_at >= TEN + timedelta(hours=23)
        made = ContactTry.objects.get()
        assert made.own_office
        complaint.refresh_from_db()
        assert complaint.is_open

    def test_it_can_never_confirm(self) -> None:
        complaint = self.disputed()
        with self.assertRaises(NotAllowed):
            calls.answered(
                call_of(complaint, "office"), YES, seen=0, at=TEN,
                actor=agent(self.w, self.w.hema),
            )  # fmt: skip
        with self.assertRaises(Invalid):
            self.tell(complaint, "solved")

    def test_it_ends_when_the_work_is_solved_again(self) -> None:
        complaint = self.disputed()
        solved_again(self.w, complaint, self.later(hours=3))
        assert call_of(complaint, "office").outcome == call_backs.SOLVED_AGAIN
        assert call_of(complaint, "desk").state == "open"

    def late(self) -> Complaint:
        complaint = self.w.file(category=self.w.pothole, area=self.w.kothrud)
        escalate(
            complaint, level=2, to_officer_id=None, why="due", actor=SYSTEM_ACTOR,
            at=NOW,
        )  # fmt: skip
        Complaint.objects.filter(pk=complaint.pk).update(due_at=NOW)
        return complaint

    def test_late_work_owes_a_call_once(self) -> None:
        complaint = self.late()
        assert owe_late(TEN) == 1
        assert call_of(complaint, "office").why == "late"
        assert owe_late(self.later(hours=3)) == 0

    def test_late_work_without_a_phone_or_with_a_wrong_one_owes_none(self) -> None:
        complaint = self.late()
        owe_late(TEN)
        self.tell(complaint, "wrong")
        assert owe_late(self.later(hours=3)) == 0
        mute = self.late()
        ContactPoint.objects.filter(citizen=mute.citizen_id).delete()
        assert owe_late(self.later(hours=4)) == 0

    def test_members_of_an_incident_hear_by_message_alone(self) -> None:
        complaint = self.late()
        how = {"joined_at": NOW, "how": "key"}
        part = Membership.objects.create(
            incident=declared(self.w), complaint=complaint, **how
        )
        assert owe_late(TEN) == 0
        Membership.objects.filter(pk=part.pk).update(left_at=NOW)
        assert owe_late(TEN) == 1

    def test_the_late_are_found_in_few_statements(self) -> None:
        for _n in range(5):
            self.late()
        with self.assertNumQueries(4):
            owe_late(TEN)
