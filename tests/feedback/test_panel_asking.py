"""Messages first, then calls at three times of day, then the next of the lot."""

from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest

from complaints.models import Citizen, Connection, ContactPoint
from complaints.refusals import Conflict, Invalid, NotAllowed
from feedback.models import PanelArea, PanelSeat
from feedback.panel import asking
from feedback.panel.calling import Outcome, is_mine, no_word, take, take_next
from feedback.panel.hours import first_call_at, is_new, next_call_at
from notices.answers import tell_person
from notices.models import Notice, Template
from notices.texts import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase
from tests.feedback.panels import consumers, drawn, questions, seats

ZONE = "Asia/Kolkata"
State = PanelSeat.State


def india(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00+05:30")


class HoursTests:
    def test_the_first_calls_share_the_day(self) -> None:
        hours = [first_call_at(NOW, place, ZONE) for place in range(3)]
        assert hours == [india("22T10:00"), india("22T13:00"), india("22T16:00")]

    def test_each_try_is_on_another_day_at_another_time(self) -> None:
        assert next_call_at(india("22T10:30"), [10], ZONE) == india("23T13:00")
        assert next_call_at(india("23T15:59"), [10, 15], ZONE) == india("24T16:00")
        assert next_call_at(india("22T18:10"), [18], ZONE) == india("23T10:00")
        assert next_call_at(india("23T10:00"), [18, 10], ZONE) == india("24T13:00")

    def test_it_knows_a_time_of_day_that_was_tried(self) -> None:
        assert is_new(india("22T12:59"), [13], ZONE)
        assert not is_new(india("22T15:00"), [13], ZONE)
        assert not is_new(india("22T09:59"), [], ZONE)
        assert not is_new(india("22T19:00"), [], ZONE)


class AskingTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)

    def test_one_whose_message_cannot_be_made_stands_in_nobodys_way(self) -> None:
        consumers(self.w, self.w.kothrud, 3)
        panel = drawn(self.w)
        first = seats(panel)[0].citizen_id

        def fails(citizen: Citizen, *args: Any, **given: Any) -> None:
            if citizen.pk == first:
                raise KeyError("no such blank")
            tell_person(citizen, *args, **given)

        with mock.patch.object(asking, "tell_person", fails):
            assert asking.tick(NOW) == 3
            assert asking.tick(NOW) == 0
        assert Notice.objects.filter(kind="panel_survey").count() == 2
        assert all(seat.asked_at for seat in seats(panel))  # the call asks

    def test_each_gets_one_message_with_a_link_in_their_language(self) -> None:
        consumers(self.w, self.w.kothrud, 2, language="hi")
        panel = drawn(self.w)
        assert asking.tick(NOW) == 2
        assert asking.tick(NOW) == 0
        for seat in seats(panel):
            notice = Notice.objects.get(cause=f"panel:{seat.pk}")
            assert notice.kind == "panel_survey" and notice.language == "hi"
            assert f"/p/{seat.token}" in notice.text
            assert notice.complaint_id is None and notice.citizen_id == seat.citizen_id
            # Saturday, 09:12 in India: surveys from ten on
            assert notice.not_before == india("21T10:00")
            assert notice.segments <= 2
            assert seat.asked_at == NOW

    def test_a_letter_has_its_own_subject(self) -> None:
        (row,) = consumers(self.w, self.w.kothrud, 1)
        assert row.citizen
        row.citizen.contacts.update(channel="email", address="one@example.org")
        panel = drawn(self.w)
        asking.tick(NOW)
        notice = Notice.objects.get(kind="panel_survey")
        assert notice.subject == "Pune city: three short questions"
        (seat,) = seats(panel)
        assert seat.next_at == panel.closes_at  # nobody can call

    def test_nobody_in_reserve_is_asked(self) -> None:
        consumers(self.w, self.w.kothrud, 300)
        panel = drawn(self.w)
        while asking.tick(NOW):
            pass
        assert Notice.objects.count() == len(seats(panel)) < 300

    def test_without_a_text_the_call_asks(self) -> None:
        consumers(self.w, self.w.kothrud, 1)
        Template.objects.filter(key="panel_survey").delete()
        bump(REFERENCE)
        panel = drawn(self.w)
        assert asking.tick(NOW) == 1
        assert not Notice.objects.exists()
        assert seats(panel)[0].asked_at == NOW

    def test_at_the_end_the_silent_are_not_reached(self) -> None:
        consumers(self.w, self.w.kothrud, 3)
        panel = drawn(self.w)
        first = seats(panel)[0]
        PanelSeat.objects.filter(pk=first.pk).update(next_at=panel.closes_at)
        assert asking.tick(NOW) == 2
        assert asking.end_over(NOW) == 0
        assert asking.end_over(panel.closes_at) == 3
        assert seats(panel, "reserve") == [first]  # was never asked
        assert len(seats(panel, "unreached")) == 2

    def test_it_asks_nobody_after_the_end(self) -> None:
        consumers(self.w, self.w.kothrud, 1)
        panel = drawn(self.w)
        assert asking.tick(panel.closes_at) == 0


class CallingTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)
        consumers(self.w, self.w.kothrud, 3)
        self.panel = drawn(self.w)
        # of three, one is asked first
        rows = PanelSeat.objects.filter(place__gt=0)
        rows.update(state=State.RESERVE)
        asking.tick(NOW)
        self.agent = self.w.actor(self.w.asha)
        self.at = india("22T10:15")

    def seat(self) -> PanelSeat:
        (seat,) = seats(self.panel)
        return seat

    def call(self, outcome: str, at: datetime) -> PanelSeat:
        seat = take_next(self.agent, at)
        assert seat is not None, at
        no_word(seat, outcome=outcome, seen=seat.tries, actor=self.agent, at=at)
        return PanelSeat.objects.get(pk=seat.pk)

    def test_three_tries_at_three_times_of_day_then_the_next_of_the_lot(self) -> None:
        assert take_next(self.agent, india("21T18:00")) is None  # the message first
        seat = self.call(Outcome.NO_ANSWER, self.at)
        assert (seat.tries, seat.hours) == (1, [10])
        assert take_next(self.agent, india("22T17:00")) is None  # another day
        self.call(Outcome.BUSY, india("23T13:05"))
        last = self.call(Outcome.OFF, india("24T16:00"))
        assert (last.state, last.tries, last.hours) == ("unreached", 3, [10, 13, 16])
        assert (self.seat().place, self.seat().asked_at) == (1, None)
        assert asking.tick(india("24T16:01")) == 1  # and gets the message, too

    def test_the_same_time_of_day_counts_nothing(self) -> None:
        self.call(Outcome.NO_ANSWER, self.at)
        tried = self.seat()
        assert take_next(self.agent, india("24T11:00")) is None
        take(tried, actor=self.agent, at=india("24T11:00"))
        no_word(
            tried, outcome=Outcome.NO_ANSWER, seen=1, actor=self.agent,
            at=india("24T11:00"),
        )  # fmt: skip
        assert (self.seat().tries, self.seat().next_at) == (1, india("25T13:00"))

    def test_a_second_press_counts_nothing(self) -> None:
        seat = take_next(self.agent, self.at)
        assert seat
        given: dict[str, Any] = {
            "outcome": "no_answer",
            "seen": 0,
            "actor": self.agent,
            "at": self.at,
        }
        no_word(seat, **given)
        with pytest.raises(Conflict):
            no_word(seat, **given)
        assert self.seat().tries == 1

    def test_who_asks_for_another_time_is_no_try(self) -> None:
        seat = self.call(Outcome.LATER, self.at)
        assert (seat.tries, seat.next_at) == (0, india("23T13:00"))

    def test_a_refusal_is_counted_and_replaced(self) -> None:
        assert self.call(Outcome.REFUSED, self.at).state == "refused"
        assert self.seat().place == 1

    def test_a_wrong_number_cleans_the_register(self) -> None:
        seat = self.call(Outcome.WRONG, self.at)
        assert seat.state == "wrong"
        assert ContactPoint.objects.get(citizen=seat.citizen_id).verified_at is None
        assert Connection.objects.get(pk=seat.connection_id).citizen_id is None
        assert Citizen.objects.filter(pk=seat.citizen_id).exists()
        assert self.seat().place == 1

    def test_one_takes_it_and_only_they_see_the_number(self) -> None:
        other = self.w.actor(self.w.devika)
        seat = take_next(self.agent, self.at)
        assert seat
        seat.refresh_from_db()
        assert take_next(other, self.at) is None
        assert not take(seat, actor=other, at=self.at)
        assert is_mine(seat, self.agent, self.at)
        assert not is_mine(seat, other, self.at)
        later = self.at + timedelta(minutes=16)
        assert not is_mine(seat, self.agent, later)
        assert take(seat, actor=other, at=later)

    def test_the_desk_calls_and_of_its_own_house_only(self) -> None:
        with pytest.raises(NotAllowed):
            take_next(self.w.actor(self.w.hema), self.at)
        assert take_next(self.w.actor(self.w.lata), self.at) is None
        with pytest.raises(Invalid):
            no_word(
                self.seat(), outcome="?", seen=0, actor=self.agent, at=self.at
            )  # fmt: skip

    def test_an_area_with_its_answers_is_left_in_peace(self) -> None:
        PanelArea.objects.update(wanted=0)
        asking.leave_in_peace(self.seat().panel_area, self.panel.closes_at)
        assert take_next(self.agent, self.at) is None
        assert asking.seat_next(self.seat().panel_area, self.at) is None
