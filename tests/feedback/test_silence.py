"""Silence is closed as unconfirmed only after three true tries, and counted apart."""

from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from complaints.models import Complaint, Event
from complaints.models.complaint import ClosedHow
from complaints.services import Repair, add, not_solved, reply, resolve
from complaints.status import Status
from feedback import call_backs, silence
from feedback.asked import asked_of
from feedback.models import CallBack, ContactTry
from notices.models import ChannelAccount, Notice
from notices.senders.console import ConsoleSender
from operations.generation import bump
from tests.base import NOW
from tests.complaints.stage import solved
from tests.notices.cases import NoticesTestCase

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EMAIL = "meera@example.org"
Way, Outcome = ContactTry.Way, ContactTry.Outcome


class SilenceCase(NoticesTestCase):
    def setUp(self) -> None:
        super().setUp()
        silence.forget()

    def silent(self, **over: Any) -> Complaint:
        """Called solved at 09:12; nobody says a word."""
        complaint = self.assigned(**({"phone": "+919999900001"} | over))
        solved(self.w, complaint)
        complaint.refresh_from_db()
        return complaint

    def look(self, at: datetime) -> int:
        silence.forget()
        return silence.tick(at)

    def asks(self, complaint: Complaint, kind: str = "resolved_again") -> list[Notice]:
        rows = Notice.objects.filter(complaint=complaint, kind=kind)
        return list(rows.order_by("pk"))

    def arrives(self, notice: Notice, at: datetime) -> None:
        Notice.objects.filter(pk=notice.pk).update(
            state="delivered", sent_at=at, delivered_at=at
        )

    def lost(self, notice: Notice) -> None:
        Notice.objects.filter(pk=notice.pk).update(state="failed", error="30003")

    def rung(self, complaint: Complaint, at: datetime, outcome: str) -> None:
        ContactTry.objects.create(
            complaint=complaint, event=self.resolution(complaint), way=Way.CALL,
            outcome=outcome, at=at, officer=self.w.asha,
        )  # fmt: skip

    def resolution(self, complaint: Complaint) -> Event:
        return complaint.events.filter(kind="resolved").latest("seq")

    def tried_enough(self, complaint: Complaint) -> None:
        """Two SMS and a call, on three days and at three hours."""
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        self.look(NOW + DAY + 5 * HOUR)
        self.arrives(self.asks(complaint)[0], NOW + DAY + 5 * HOUR)
        self.rung(complaint, NOW + 2 * DAY + 8 * HOUR, Outcome.NO_ANSWER)

    def fresh(self, complaint: Complaint) -> Complaint:
        complaint.refresh_from_db()
        return complaint


class ArrivalTests(SilenceCase):
    def test_a_message_that_arrived_is_one_try_and_only_one(self) -> None:
        complaint = self.silent()
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        self.look(NOW + DAY)
        self.look(NOW + DAY)
        made = ContactTry.objects.get(complaint=complaint)
        assert (made.way, made.outcome) == (Way.SMS, Outcome.ARRIVED)
        assert made.at == NOW + HOUR

    def test_an_undelivered_message_is_no_try(self) -> None:
        complaint = self.silent()
        self.lost(self.asks(complaint, "resolved_feedback")[0])
        self.look(NOW + 2 * DAY)
        assert not ContactTry.objects.exists()

    def test_where_no_receipt_comes_a_day_without_bad_news_counts(self) -> None:
        complaint = self.silent(phone="", email=EMAIL)
        sent = NOW + HOUR
        Notice.objects.filter(complaint=complaint).update(state="sent", sent_at=sent)
        self.look(NOW + DAY)
        assert not ContactTry.objects.exists()
        self.look(sent + DAY)
        assert ContactTry.objects.get().way == Way.EMAIL


class AskingTests(SilenceCase):
    def test_it_asks_again_on_another_day_at_another_hour(self) -> None:
        complaint = self.silent()
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + 2 * HOUR)
        self.look(NOW + 20 * HOUR)
        self.look(NOW + DAY + 3 * HOUR)  # 12:12, and it arrived at 11:12
        assert self.asks(complaint) == []
        self.look(NOW + DAY + 4 * HOUR)
        (again,) = self.asks(complaint)
        assert again.channel == "sms"
        assert "once more" in again.text
        self.look(NOW + DAY + 6 * HOUR)
        assert len(self.asks(complaint)) == 1

    def test_it_never_asks_at_night(self) -> None:
        complaint = self.silent()
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        self.look(NOW + DAY + 14 * HOUR)  # 23:12
        assert self.asks(complaint) == []

    def test_it_takes_another_way_where_there_is_one(self) -> None:
        complaint = self.silent(email=EMAIL)
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        self.look(NOW + DAY + 5 * HOUR)
        (again,) = self.asks(complaint)
        assert (again.channel, again.recipient) == ("email", EMAIL)

    def test_it_asks_in_the_citizens_language(self) -> None:
        for language, words in {
            "en": "We ask once more", "hi": "फिर पूछते हैं",
            "mr": "पुन्हा विचारत आहोत", "it": "te lo chiediamo ancora",
        }.items():  # fmt: skip
            complaint = self.silent(language=language)
            self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
            self.look(NOW + DAY + 5 * HOUR)
            (again,) = self.asks(complaint)
            assert words in again.text
            assert again.segments <= 2

    def test_it_waits_for_a_message_that_is_on_its_way(self) -> None:
        complaint = self.silent()
        self.look(NOW + DAY + 5 * HOUR)
        assert self.asks(complaint) == []

    def test_it_gives_up_a_message_that_nobody_hears_of_any_more(self) -> None:
        complaint = self.silent()
        with mock.patch.object(ConsoleSender, "tells_arrival", new=True):
            Notice.objects.filter(complaint=complaint).update(state="sent", sent_at=NOW)
            self.look(NOW + 2 * DAY - HOUR)
            assert not ContactTry.objects.exists()
            assert self.asks(complaint) == []
            self.look(NOW + 2 * DAY + 5 * HOUR)
        assert not ContactTry.objects.exists()
        assert len(self.asks(complaint)) == 1

    def test_after_two_lost_messages_only_calls_are_left(self) -> None:
        complaint = self.silent()
        self.lost(self.asks(complaint, "resolved_feedback")[0])
        self.look(NOW + DAY + 5 * HOUR)
        (again,) = self.asks(complaint)
        assert again.channel == "sms"
        self.lost(again)
        self.look(NOW + 2 * DAY + 8 * HOUR)
        assert CallBack.objects.get().why == "silent"
        (asked,) = asked_of([complaint], NOW + 3 * DAY)
        assert asked.ways == {"call"}

    def test_a_way_that_failed_once_is_tried_once_more(self) -> None:
        complaint = self.silent(email=EMAIL)
        self.lost(self.asks(complaint, "resolved_feedback")[0])
        self.look(NOW + DAY + 5 * HOUR)
        self.arrives(self.asks(complaint)[0], NOW + DAY + 5 * HOUR)
        self.look(NOW + 2 * DAY + 8 * HOUR)
        assert [each.channel for each in self.asks(complaint)] == ["email", "sms"]

    def test_who_asked_us_to_stop_is_called(self) -> None:
        complaint = self.silent()
        Notice.objects.filter(complaint=complaint).update(state="stopped")
        self.look(NOW + DAY + 5 * HOUR)
        assert self.asks(complaint) == []
        assert CallBack.objects.get().why == "silent"

    def test_then_a_call_is_owed_once(self) -> None:
        complaint = self.silent()
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        self.look(NOW + DAY + 5 * HOUR)
        self.arrives(self.asks(complaint)[0], NOW + DAY + 5 * HOUR)
        self.look(NOW + 2 * DAY)
        assert not CallBack.objects.exists()
        for _twice in range(2):
            self.look(NOW + 2 * DAY + 6 * HOUR)
        owed = CallBack.objects.get()
        assert (owed.why, owed.side, owed.state) == ("silent", "desk", "open")
        assert owed.event == self.resolution(complaint)


class ClosingTests(SilenceCase):
    def test_three_true_tries_and_seven_days_close_it_as_unconfirmed(self) -> None:
        complaint = self.silent()
        self.tried_enough(complaint)
        self.look(NOW + 6 * DAY)
        assert self.fresh(complaint).status == Status.RESOLVED
        self.look(NOW + 7 * DAY)
        assert self.fresh(complaint).status == Status.CLOSED
        assert complaint.closed_how == ClosedHow.UNCONFIRMED
        closed = complaint.events.get(kind="closed")
        assert [way for _at, way in closed.data["tries"]] == ["sms", "sms", "call"]
        assert self.asks(complaint, "unconfirmed")

    def test_long_work_waits_fifteen_days(self) -> None:
        complaint = self.silent(category=self.w.resurfacing)
        self.tried_enough(complaint)
        self.look(NOW + 14 * DAY)
        assert self.fresh(complaint).status == Status.RESOLVED
        self.look(NOW + 15 * DAY)
        assert self.fresh(complaint).status == Status.CLOSED

    def test_without_a_call_it_stays_open_for_ever(self) -> None:
        complaint = self.silent()
        self.tried_enough(complaint)
        ContactTry.objects.filter(way=Way.CALL).delete()
        self.look(NOW + 90 * DAY)
        assert self.fresh(complaint).status == Status.RESOLVED
        (asked,) = asked_of([complaint], NOW + 90 * DAY)
        assert asked.lacks == ("tries", "days", "hours", "voice", "ways")

    def test_the_offices_own_call_is_no_try(self) -> None:
        complaint = self.silent()
        self.tried_enough(complaint)
        ContactTry.objects.filter(way=Way.CALL).update(own_office=True)
        self.look(NOW + 30 * DAY)
        assert self.fresh(complaint).status == Status.RESOLVED

    def test_who_answered_the_phone_is_not_silent(self) -> None:
        complaint = self.silent()
        self.tried_enough(complaint)
        self.rung(complaint, NOW + 3 * DAY, Outcome.NOT_SOLVED)
        self.look(NOW + 30 * DAY)
        assert self.fresh(complaint).status == Status.RESOLVED

    def test_who_wrote_meanwhile_is_not_silent(self) -> None:
        complaint = self.silent()
        self.tried_enough(complaint)
        actor = self.w.citizen(self.fresh(complaint))
        add(complaint, text="Is it really done?", actor=actor, at=NOW + 3 * DAY)
        self.look(NOW + 30 * DAY)
        assert self.fresh(complaint).status == Status.RESOLVED

    def test_a_reply_of_the_office_makes_nobody_silent(self) -> None:
        complaint = self.silent()
        self.tried_enough(complaint)
        actor = self.w.citizen(self.fresh(complaint))
        add(complaint, text="It is not done at all", actor=actor, at=NOW + 3 * DAY)
        omkar = self.w.actor(self.w.omkar)
        reply(complaint, text="We will see", actor=omkar, at=NOW + 3 * DAY)
        self.look(NOW + 30 * DAY)
        assert self.fresh(complaint).status == Status.RESOLVED
        asha = self.w.actor(self.w.asha)
        reply(complaint, text="Is it done?", actor=asha, at=NOW + 31 * DAY)
        assert not self.fresh(complaint).citizen_wrote

    def test_who_said_not_solved_is_not_silent(self) -> None:
        complaint = self.silent()
        self.tried_enough(complaint)
        actor = self.w.citizen(self.fresh(complaint))
        not_solved(complaint, text="", actor=actor, at=NOW + 3 * DAY)
        self.look(NOW + 30 * DAY)
        assert self.fresh(complaint).status == Status.REOPENED


class FewWaysTests(SilenceCase):
    def test_who_has_no_phone_is_asked_three_times_in_writing(self) -> None:
        complaint = self.silent(phone="", email=EMAIL)
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW)
        for day in (1, 2):
            when = NOW + day * (DAY + 3 * HOUR)
            self.look(when)
            self.arrives(self.asks(complaint)[-1], when)
        self.look(NOW + 7 * DAY)
        assert self.fresh(complaint).status == Status.CLOSED
        assert len(self.asks(complaint)) == 2
        assert not CallBack.objects.exists()

    def test_a_number_that_is_somebody_elses_makes_no_try(self) -> None:
        complaint = self.silent(email=EMAIL)
        self.tried_enough(complaint)
        self.rung(complaint, NOW + 3 * DAY, Outcome.WRONG)
        (asked,) = asked_of([complaint], NOW + 8 * DAY)
        assert asked.ways == {"email"}
        assert {one.way for one in asked.tries} == {"email"}

    def test_who_can_be_asked_by_nothing_keeps_the_link_for_the_whole_time(
        self,
    ) -> None:
        complaint = self.silent(phone="", name="")
        self.look(NOW + 29 * DAY)
        assert self.fresh(complaint).status == Status.RESOLVED
        self.look(NOW + 31 * DAY)
        assert self.fresh(complaint).closed_how == ClosedHow.UNCONFIRMED
        assert complaint.events.get(kind="closed").data["why"] == "no_contact"

    def test_a_call_that_ended_too_soon_begins_again(self) -> None:
        complaint = self.silent()
        call_backs.owe(self.resolution(complaint), why="sample", at=NOW)
        call_backs.done(complaint, call_backs.OVER, NOW + DAY)
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        self.look(NOW + DAY + 5 * HOUR)
        self.arrives(self.asks(complaint)[0], NOW + DAY + 5 * HOUR)
        self.look(NOW + 3 * DAY)
        assert CallBack.objects.get().state == CallBack.State.OPEN


class OneRepairTests(SilenceCase):
    def of_one_repair(self) -> tuple[Complaint, Complaint]:
        repair = Repair(incident=3, update=7)
        made = (self.assigned(), self.assigned())
        for complaint in made:
            resolve(
                complaint, action_taken="Mended the main", cause=self.w.wear,
                actor=self.w.actor(self.w.devika), at=NOW, repair=repair,
            )  # fmt: skip
        first, second = made
        return first, second

    def test_one_person_is_asked_once_for_all_that_it_solved(self) -> None:
        first, second = self.of_one_repair()
        (told,) = Notice.objects.filter(kind="incident_restored")
        assert told.complaint == first
        self.arrives(told, NOW + HOUR)
        self.look(NOW + DAY + 5 * HOUR)
        self.arrives(self.asks(first)[0], NOW + DAY + 5 * HOUR)
        self.rung(first, NOW + 2 * DAY + 8 * HOUR, Outcome.NO_ANSWER)
        assert self.asks(second) == []
        self.look(NOW + 7 * DAY)
        for complaint in (first, second):
            assert self.fresh(complaint).closed_how == ClosedHow.UNCONFIRMED
        assert ContactTry.objects.count() == 3


class VoiceTests(SilenceCase):
    def setUp(self) -> None:
        super().setUp()
        ChannelAccount.objects.create(
            organisation=self.w.pune, channel="voice", address="+912000000001",
            sender="console",
        )  # fmt: skip
        bump("notices")

    def test_a_voice_account_rings_before_a_person_does(self) -> None:
        complaint = self.silent()
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        self.look(NOW + DAY + 5 * HOUR)
        self.arrives(self.asks(complaint)[0], NOW + DAY + 5 * HOUR)
        self.look(NOW + 2 * DAY + 8 * HOUR)
        (rung,) = self.asks(complaint, "rating_call")
        assert (rung.channel, rung.recipient) == ("voice", "+919999900001")
        assert not CallBack.objects.exists()
        # nobody took it up, which is a try; a third way is there, a person's call
        Notice.objects.filter(pk=rung.pk).update(state="failed", error="no_answer")
        self.look(NOW + 3 * DAY + 9 * HOUR)
        assert ContactTry.objects.get(way=Way.VOICE).outcome == Outcome.NO_ANSWER
        (asked,) = asked_of([complaint], NOW + 4 * DAY)
        assert asked.lacks == ("ways",)
        assert CallBack.objects.get().why == "silent"


class RoundTests(SilenceCase):
    def test_it_looks_twice_an_hour(self) -> None:
        complaint = self.silent()
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        silence.forget()
        assert silence.tick(NOW + DAY) == 1
        while silence.tick(NOW + DAY):
            pass
        with self.assertNumQueries(0):
            silence.tick(NOW + DAY + timedelta(minutes=29))

    def test_many_waiting_ones_are_read_together(self) -> None:
        for n in range(10):
            self.silent(phone=f"+9199999001{n:02}")
        silence.forget()
        at = NOW + DAY + 14 * HOUR  # all messages are on their way: nothing to do
        with self.assertNumQueries(3 + 5):  # a batch of each horizon, and what was done
            silence.tick(at)
        for n in range(10, 20):
            self.silent(phone=f"+9199999001{n:02}")
        silence.forget()
        with self.assertNumQueries(3 + 5):
            silence.tick(at)
