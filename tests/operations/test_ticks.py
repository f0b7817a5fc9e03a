import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.test import SimpleTestCase, TestCase, override_settings

from operations import ticks
from operations.jobs import RunningJob, enqueue
from operations.models import Job
from operations.ticks import NeverRestsError, TickLoop, TickTooLongError, drain

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HERE = __name__

calls: list[str] = []
work = {"left": 0}


def clock() -> datetime:
    return NOON


def inbox(at: datetime) -> int:
    calls.append("inbox")
    assert at == NOON
    return 0


def outbox(at: datetime) -> int:
    calls.append("outbox")
    work["left"] -= 1 if work["left"] else 0
    return 1 if work["left"] else 0


def asks_for_a_job(at: datetime) -> int:
    if Job.objects.exists():
        return 0
    enqueue("note", args={}, requested_by=None, at=at)
    return 1


def never_rests(at: datetime) -> int:
    return 1


def faulty(at: datetime) -> int:
    calls.append("faulty")
    raise ValueError("no such thing")


def cut_off(at: datetime) -> int:
    raise OperationalError("server closed\n\tIs it running?")


def hangs(at: datetime) -> int:
    # What the alarm does to a tick that hangs.
    raise TickTooLongError("took longer than 60 s")


def note(job: RunningJob) -> None:
    calls.append("job")


class TickLoopTests(TestCase):
    @pytest.fixture(autouse=True)
    def stopped_watch(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> Iterator[None]:
        self.seconds = 100.0
        self.caplog = caplog
        caplog.set_level(logging.ERROR, "operations.ticks")
        monkeypatch.setattr(ticks, "monotonic", lambda: self.seconds)
        monkeypatch.setattr(connections, "close_all", lambda: calls.append("x"))
        calls.clear()
        work["left"] = 0
        yield

    def loop(self, *names: str) -> TickLoop:
        return TickLoop([f"{HERE}.{name}" for name in names], clock=clock)

    def test_it_calls_all_in_order_and_counts_what_they_did(self) -> None:
        work["left"] = 3
        assert self.loop("inbox", "outbox").round() == 1
        assert calls == ["inbox", "outbox"]

    def test_it_goes_on_after_a_faulty_one_and_names_it(self) -> None:
        loop = self.loop("faulty", "inbox")
        loop.round()
        assert calls == ["faulty", "inbox"]
        assert loop.failing() == [f"{HERE}.faulty"]
        assert f"Tick {HERE}.faulty failed" in self.caplog.text
        assert "ValueError" in self.caplog.text

    def test_it_asks_a_faulty_one_less_and_less_often(self) -> None:
        loop = self.loop("faulty")
        tick = loop.ticks[0]
        pauses = []
        for _round in range(9):
            loop.round()
            pauses.append(tick.due_at - self.seconds)
            loop.round()  # not due: not called
            self.seconds = tick.due_at
        assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
        assert calls == ["faulty"] * 9

    def test_it_trusts_one_that_works_again(self) -> None:
        loop = self.loop("faulty")
        loop.round()
        self.seconds += 1
        loop.ticks[0].function = inbox
        loop.round()
        assert loop.failing() == []

    def test_it_says_in_one_line_that_the_database_is_away(self) -> None:
        self.loop("cut_off").round()
        assert "server closed" in self.caplog.text
        assert "Traceback" not in self.caplog.text
        assert "Is it running" not in self.caplog.text

    def test_it_drops_the_connection_of_one_that_hung(self) -> None:
        self.loop("hangs", "inbox").round()
        assert calls == ["x", "inbox"]

    def test_it_stops_between_two_when_told_to(self) -> None:
        self.loop("inbox", "outbox").round(lambda: not calls)
        assert calls == ["inbox"]


class TimeLimitTests(SimpleTestCase):
    def test_it_interrupts_a_block_that_takes_too_long(self) -> None:
        with pytest.raises(TickTooLongError), ticks.time_limit(0.05):
            while True:
                pass

    def test_it_leaves_a_running_block_less_time(self) -> None:
        with pytest.raises(TickTooLongError), ticks.time_limit(600):
            ticks.shorten_limit(0.05)
            while True:
                pass

    def test_it_does_not_ring_without_a_block(self) -> None:
        ticks.shorten_limit(0.001)
        with ticks.time_limit(600):
            pass


@override_settings(SUNWAI_JOBS={"note": f"{HERE}.note"})
class OnceTests(TestCase):
    def setUp(self) -> None:
        calls.clear()

    def test_it_goes_on_until_ticks_and_jobs_rest(self) -> None:
        work["left"] = 3
        paths = [f"{HERE}.outbox", f"{HERE}.asks_for_a_job"]
        with override_settings(SUNWAI_TICKS=paths):
            assert drain(clock=clock) == 4
        assert calls == ["outbox", "job", "outbox", "outbox"]

    def test_it_names_the_tick_that_failed(self) -> None:
        with (
            override_settings(SUNWAI_TICKS=[f"{HERE}.faulty"]),
            pytest.raises(CommandError, match="faulty"),
        ):
            call_command("worker", "--once")

    def test_it_does_not_turn_for_ever(self) -> None:
        with (
            override_settings(SUNWAI_TICKS=[f"{HERE}.never_rests"]),
            pytest.raises(NeverRestsError),
        ):
            drain(clock=clock)
