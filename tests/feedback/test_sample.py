"""The lot that decides who is called: nobody can choose, everybody can check."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any
from unittest import mock

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import Complaint
from complaints.services import confirm
from feedback import call_round, sample
from feedback.models import CallBack, SampleDraw
from feedback.sample import MOST_DAYS, choose, draw, draw_missing, drawn_again, share
from officers.models import Organisation
from operations import hourly
from tests.base import NOW, WorldTestCase
from tests.feedback.calling import DAY, call_of, drawn, solved_now, urgent

PHONES = (f"+9199999{n:05d}" for n in range(100, 10_000))
TOMORROW = NOW + DAY
FRAMES = st.dictionaries(
    st.integers(0, 50), st.lists(st.integers(1, 10**6), unique=True, max_size=60)
)


class LotTests(SimpleTestCase):
    @given(FRAMES, st.integers(1, 100), st.text(max_size=20))
    def test_it_is_the_same_again_and_takes_some_of_each_office(
        self, frame: dict[int, list[int]], percent: int, seed: str
    ) -> None:
        chosen = choose(frame, percent, seed)
        turned = {office: frame[office][::-1] for office in sorted(frame, reverse=True)}
        assert choose(turned, percent, seed) == chosen
        for ids in frame.values():
            assert bool(ids) <= bool(set(ids) & set(chosen))

    def test_it_is_fifteen_of_a_hundred_and_one_at_least(self) -> None:
        assert [share(n, 15) for n in (0, 1, 6, 10, 20, 100)] == [0, 1, 1, 2, 3, 15]
        assert share(100, 0) == 0

    def test_the_order_of_the_lot_never_changes(self) -> None:
        """Whoever checks it in ten years must find the same."""
        frame = {1: list(range(1, 21)), 2: [30, 40]}
        assert choose(frame, 15, "sunwai") == choose(frame, 15, "sunwai")
        assert len(choose(frame, 15, "sunwai")) == 4


class SampleTests(WorldTestCase):
    def solved(self, n: int, at: datetime = NOW, **over: Any) -> list[Complaint]:
        return [
            solved_now(self.w, at, **({"phone": next(PHONES)} | over))
            for _n in range(n)
        ]

    def drawn(self, at: datetime = TOMORROW, seed: str = "seed") -> set[int]:
        row = drawn(self.w, at, seed)
        calls = CallBack.objects.filter(why="sample", created_at=at)
        found = set(calls.values_list("complaint_id", flat=True))
        assert sorted(found) == drawn_again(row)
        return found

    def test_it_draws_a_share_of_yesterdays_solved(self) -> None:
        found = self.solved(10)
        drawn = self.drawn()
        assert len(drawn) == 2
        assert drawn < {each.pk for each in found}
        row = SampleDraw.objects.get()
        assert (row.population, row.drawn, row.percent) == (10, 2, 15)
        call = CallBack.objects.filter(why="sample")[0]
        assert call.event == call.complaint.events.get(kind="resolved")
        assert call.next_at == TOMORROW + timedelta(minutes=48)

    def test_every_office_that_solved_something_is_there(self) -> None:
        self.solved(8)
        aundh = self.solved(1)[0]
        Complaint.objects.filter(pk=aundh.pk).update(office=self.w.aundh)
        none = self.solved(1)[0]
        Complaint.objects.filter(pk=none.pk).update(office=None)
        drawn = self.drawn()
        assert {aundh.pk, none.pk} < drawn
        assert len(drawn) == 3

    def test_who_is_called_anyhow_or_answered_is_not_drawn(self) -> None:
        urgent(self.w, phone=next(PHONES))
        self.solved(1, category=self.w.resurfacing)
        answered = self.solved(1)[0]
        confirm(answered, actor=self.w.citizen(answered), at=NOW)
        self.solved(1, phone="", email="meera@example.org")
        self.solved(1, NOW - DAY)
        self.solved(1, NOW + DAY)
        assert self.drawn() == set()

    def test_nobody_is_drawn_twice_in_thirty_days(self) -> None:
        phone = next(PHONES)
        first = self.solved(1, phone=phone)[0]
        assert self.drawn() == {first.pk}
        for days, again in ((5, False), (29, False), (31, True)):
            at = NOW + timedelta(days=days)
            second = self.solved(1, at, phone=phone)[0]
            assert (second.pk in self.drawn(at + DAY)) is again, days

    def test_a_person_with_two_complaints_is_in_the_lot_once(self) -> None:
        phone = next(PHONES)
        first, _second = self.solved(2, phone=phone)
        assert self.drawn() == {first.pk}

    def test_two_workers_draw_once(self) -> None:
        self.solved(3)
        assert draw(self.w.pune, NOW.date(), TOMORROW) is not None
        calls = CallBack.objects.count()
        assert draw(self.w.pune, NOW.date(), TOMORROW) is None
        assert CallBack.objects.count() == calls
        assert SampleDraw.objects.count() == 1

    def test_an_office_has_no_hand_in_it(self) -> None:
        """What an office can change (words, owners, the order of its work, who is
        solved when) leaves the seed alone: that is made when the day is over."""
        found = self.solved(10)
        with mock.patch("feedback.sample.secrets.token_hex", return_value="5") as made:
            row = draw(self.w.pune, NOW.date(), TOMORROW)
        made.assert_called_once()
        assert row is not None and row.seed == "5"
        Complaint.objects.filter(pk__in=[c.pk for c in found]).update(
            office=self.w.aundh, owner=self.w.nitin, status="closed",
            closed_at=NOW, closed_how="confirmed",
        )  # fmt: skip
        row.refresh_from_db()
        calls = CallBack.objects.filter(why="sample").values_list("complaint_id")
        assert sorted(pk for (pk,) in calls) == drawn_again(row)

    def test_a_share_of_none_draws_nobody_and_is_written_down(self) -> None:
        self.solved(3)
        Organisation.objects.filter(pk=self.w.pune.pk).update(sample_percent=0)
        self.w.pune.refresh_from_db()
        assert self.drawn() == set()
        assert SampleDraw.objects.get().population == 3


class RoundTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        Organisation.objects.exclude(pk=self.w.pune.pk).update(
            valid_to=date(2020, 1, 1)
        )
        hourly.forget()

    def days(self) -> Iterator[date]:
        yield from SampleDraw.objects.order_by("day").values_list("day", flat=True)

    def test_it_waits_for_the_morning_there(self) -> None:
        solved_now(self.w)
        night = NOW.replace(hour=20)  # half past one in Pune, of the next day
        draw_missing(night)
        assert NOW.date() not in self.days()
        draw_missing(NOW + timedelta(hours=22))
        assert NOW.date() in self.days()
        assert call_of(Complaint.objects.get()).why == "sample"

    def test_it_catches_up_at_most_seven_days_and_only_once(self) -> None:
        assert draw_missing(NOW) == MOST_DAYS
        assert list(self.days()) == [
            NOW.date() - timedelta(days=back) for back in range(7, 0, -1)
        ]
        assert draw_missing(NOW) == 0
        assert draw_missing(NOW + 2 * DAY) == 2

    def test_one_that_fails_keeps_no_other_from_its_lot(self) -> None:
        Organisation.objects.filter(code="MVV").update(valid_to=None)
        real = sample.draw

        def broken(organisation: Organisation, *given: Any) -> SampleDraw | None:
            if organisation.code == "PUNE":
                raise ValueError("no lot today")
            return real(organisation, *given)

        with mock.patch.object(sample, "draw", broken), self.assertLogs(sample.log):
            assert draw_missing(NOW) == MOST_DAYS
        assert set(SampleDraw.objects.values_list("organisation__code")) == {("MVV",)}

    def test_it_is_looked_at_once_an_hour(self) -> None:
        assert call_round.tick(NOW) == MOST_DAYS
        with self.assertNumQueries(0):
            call_round.tick(NOW + timedelta(minutes=5))


class CheckTests(WorldTestCase):
    def check(self, *given: str) -> str:
        out = StringIO()
        call_command("check_sample", *given, stdout=out)
        return out.getvalue()

    def test_it_draws_again_and_compares(self) -> None:
        complaint = solved_now(self.w)
        drawn(self.w, TOMORROW)
        said = self.check("PUNE", "2026-11-21")
        assert "1 of 1 drawn, seed seed" in said
        assert "the same again" in said
        CallBack.objects.filter(complaint=complaint).update(why="asked")
        with self.assertRaisesMessage(CommandError, "differs"):
            self.check("PUNE", "2026-11-21")

    def test_it_says_when_nothing_was_drawn(self) -> None:
        for code, day in (
            ("PUNE", "2026-11-20"),
            ("NOWHERE", "2026-11-21"),
            ("PUNE", "x"),
        ):
            with self.assertRaises(CommandError):
                self.check(code, day)
