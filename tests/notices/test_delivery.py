from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.test import override_settings

from complaints.services import cancel, reassign
from notices import delivery, due, outcomes
from notices.delivery import tick
from notices.due import LEASE
from notices.flights import Flights
from notices.models import ChannelAccount, Notice
from notices.outbox import tell_citizen, tell_officer
from notices.outcomes import MOST_ATTEMPTS, pause_after
from notices.port import DeliveryError
from notices.wires import message_of
from operations import switches
from operations.switches import MESSAGES
from tests.base import NOW, WorldTransactionTestCase
from tests.notices.cases import NoticesTestCase
from tests.notices.provider import WIRED, DeliveryTestCase, Provider

NIGHT = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # 23:00 in India
MORNING = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)  # 08:00


class TickTests(DeliveryTestCase):
    def test_it_sends_once_and_keeps_the_providers_id(self) -> None:
        notice = self.owed()
        assert tick(NOW) == 1
        assert tick(NOW) == 0
        after = self.now(notice)
        assert (after.state, after.provider_id, after.sent_at) == ("sent", "p1", NOW)
        assert (after.attempts, after.lease_until) == (1, None)
        assert [m.recipient for m in Provider.sent] == ["+919999900001"]

    def test_it_waits_for_its_hour(self) -> None:
        self.owed(not_before=NOW + timedelta(seconds=1))
        assert tick(NOW) == 0
        assert tick(NOW + timedelta(seconds=1)) == 1

    def test_what_is_too_late_is_dropped(self) -> None:
        notice = self.owed(expires_at=NOW)
        assert tick(NOW) == 1
        assert self.now(notice).state == "expired"
        assert Provider.sent == []

    def test_emergencies_go_first(self) -> None:
        for _n in range(3):
            self.owed()
        last = self.w.file()
        tell_citizen(last.events.get(), "emergency")
        tick(NOW)
        assert [m.kind for m in Provider.sent][:2] == ["emergency", "registered"]

    def test_it_takes_a_batch_at_a_time(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(due, "BATCH", 2)
            for _n in range(3):
                self.owed()
            assert [tick(NOW), tick(NOW), tick(NOW)] == [2, 1, 0]

    def test_an_idle_round_is_a_few_small_looks(self) -> None:
        switches.frozen(MESSAGES)  # warms its cache
        # breakers, what is too late, doubts, and one look per priority
        with self.assertNumQueries(3 + len(due.PRIORITIES)):
            assert tick(NOW) == 0

    def test_another_workers_claim_is_left_alone(self) -> None:
        notice = self.owed()
        Notice.objects.filter(pk=notice.pk).update(
            state="sending", claim="theirs", lease_until=NOW + LEASE
        )
        row = due.Due(notice.pk, "console", "console:-", due.line_of(notice))
        assert due.claim([row], NOW) == []
        assert tick(NOW) == 0
        assert Provider.sent == []


class FailureTests(DeliveryTestCase):
    def test_a_passing_failure_is_tried_later_and_later(self) -> None:
        notice = self.owed()
        at, pauses = NOW, []
        for attempt in range(1, MOST_ATTEMPTS + 1):
            Provider.does = [DeliveryError("busy")]
            assert tick(at) == 1
            after = self.now(notice)
            assert after.attempts == attempt
            if after.state == "queued":
                pauses.append(after.not_before - at)
                at = after.not_before
        assert self.now(notice).state == "failed"
        assert self.now(notice).error == "busy"
        assert pauses == sorted(pauses)
        assert pauses[0] >= timedelta(seconds=30)
        assert pauses[-1] <= timedelta(hours=1.25)

    def test_the_pause_is_the_same_each_time_it_is_asked(self) -> None:
        notice = self.owed(attempts=2)
        assert pause_after(notice) == pause_after(self.now(notice))

    def test_what_can_never_go_fails_at_once(self) -> None:
        notice = self.owed()
        Provider.does = [DeliveryError("no such number", permanent=True)]
        tick(NOW)
        assert self.now(notice).state == "failed"
        assert tick(NOW + timedelta(days=1)) == 0

    def test_one_bad_row_does_not_stop_the_others(self) -> None:
        self.owed()
        good = self.owed()
        Provider.does = [ValueError("+919999900001 is in this message")]
        assert tick(NOW) == 2
        assert self.now(good).state == "sent"
        bad = Notice.objects.exclude(pk=good.pk).get()
        assert (bad.state, bad.error) == ("unsure", "ValueError")

    def test_what_a_lost_database_kept_from_being_written_is_written_later(
        self,
    ) -> None:
        notice = self.owed()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(outcomes, "_finish", _lost)
            with pytest.raises(OperationalError):
                tick(NOW)
        assert self.now(notice).state == "sending"
        tick(NOW + timedelta(seconds=1))
        assert self.now(notice).state == "sent"
        assert len(Provider.sent) == 1

    def test_the_provider_says_when_to_come_back(self) -> None:
        notice = self.owed()
        Provider.does = [DeliveryError("HTTP 429", after=3000)]
        tick(NOW)
        assert self.now(notice).not_before == NOW + timedelta(seconds=3000)

    def test_a_short_wait_that_is_asked_for_does_not_hurry_us(self) -> None:
        notice = self.owed()
        Provider.does = [DeliveryError("HTTP 429", after=1)]
        tick(NOW)
        assert self.now(notice).not_before >= NOW + timedelta(seconds=30)

    def test_odd_signs_of_a_provider_are_stored_all_the_same(self) -> None:
        notice = self.owed()
        Provider.does = [lambda: "id\x00\ud800" + "9" * 200]
        tick(NOW)
        after = self.now(notice)
        assert (after.state, after.provider_id[:4]) == ("sent", "id?9")

    def test_a_provider_without_an_id_leaves_us_in_doubt(self) -> None:
        def nothing() -> str:
            return None  # type: ignore[return-value]  # a wire's mistake

        notice = self.owed()
        Provider.does = [nothing]
        tick(NOW)
        assert self.now(notice).state == "unsure"

    def test_an_unwired_sender_is_waited_for(self) -> None:
        notice = self.owed()
        with override_settings(SUNWAI_CHANNELS={}):
            tick(NOW)
        after = self.now(notice)
        assert (after.state, after.error) == ("queued", "no sender console")
        assert tick(after.not_before) == 1
        assert self.now(notice).state == "sent"


def _lost(*args: object, **fields: object) -> None:
    raise OperationalError("the server closed the connection")


class FrozenTests(DeliveryTestCase):
    def test_a_restored_desk_sends_nothing_until_it_is_told(self) -> None:
        notice = self.owed()
        switches.freeze(MESSAGES, why="restored", at=NOW)
        assert tick(NOW) == 0
        assert Provider.sent == []
        switches.thaw(MESSAGES, at=NOW)
        tick(NOW)
        assert self.now(notice).state == "sent"

    def test_what_came_back_meanwhile_is_written_down(self) -> None:
        notice = self.owed()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivery, "TURN_SECONDS", 0.0)
            patch.setattr(Flights, "landed", lambda *args: None)
            tick(NOW)
        switches.freeze(MESSAGES, why="by_hand", at=NOW)
        for _round in range(100):
            if not tick(NOW):
                break
        assert self.now(notice).state == "sent"


class OvertakenTests(DeliveryTestCase):
    """ "The time is running out", written at night and owed in the morning."""

    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.assigned()
        tick(NOW)
        event = self.complaint.events.order_by("-seq")[0]
        tell_officer(event, self.w.omkar, "staff_due_soon", at=NIGHT, n=1)
        self.notice = Notice.objects.get(kind="staff_due_soon")
        self.supervisor = self.w.actor(self.w.sunil)

    def outcome(self) -> tuple[str, str]:
        tick(MORNING)
        notice = self.now(self.notice)
        return notice.state, notice.error

    def test_it_goes_while_the_work_is_to_be_done(self) -> None:
        assert self.outcome() == ("sent", "")

    def test_it_is_dropped_once_the_work_is_over(self) -> None:
        cancel(self.complaint, text="", actor=self.supervisor, at=NIGHT)
        assert self.outcome() == ("expired", "overtaken")

    def test_it_is_dropped_once_somebody_else_has_the_work(self) -> None:
        reassign(self.complaint, owner=self.w.hema, actor=self.supervisor, at=NIGHT)
        assert self.outcome() == ("expired", "overtaken")

    def test_no_other_news_is_overtaken(self) -> None:
        Notice.objects.filter(pk=self.notice.pk).update(kind="staff_citizen_wrote")
        cancel(self.complaint, text="", actor=self.supervisor, at=NIGHT)
        assert self.outcome() == ("sent", "")


class OutsideTests(WorldTransactionTestCase):
    @override_settings(
        SUNWAI_REACTIONS=["notices.reactions.REACTIONS"], SUNWAI_CHANNELS=WIRED
    )
    def test_no_transaction_is_open_while_it_sends(self) -> None:
        ours = connections[DEFAULT_DB_ALIAS]
        seen: list[bool] = []

        def look() -> str:
            seen.append(ours.in_atomic_block)
            return "p1"

        Provider.does = [look]
        self.w.file()
        tick(NOW)
        assert seen == [False]
        assert Notice.objects.get().state == "sent"


class ConsoleTests(NoticesTestCase):
    def test_it_logs_a_masked_line(self) -> None:
        self.w.file()
        with self.assertLogs("notices.senders.console", "INFO") as logs:
            tick(NOW)
        assert "registered" in logs.output[0]
        assert "99999" not in logs.output[0]
        assert Notice.objects.get().provider_id.startswith("console-")

    def test_the_demonstration_keeps_the_text(self) -> None:
        with override_settings(DEMO=True):
            complaint = self.w.file()
            tick(NOW)
        lines = (Path(settings.DATA_ROOT) / "outbox.log").read_text().splitlines()
        assert complaint.token in lines[-1]
        assert "•0001" in lines[-1]
        assert "+919999900001" not in lines[-1]

    def test_it_shows_the_account_to_the_sender(self) -> None:
        account = ChannelAccount.objects.create(
            organisation=self.w.pune, channel="sms", address="PMCIND", sender="console"
        )
        notice = Notice(account=account, channel="sms", language="mr", recipient="x")
        message = message_of(notice)
        assert message.sender_address == "PMCIND"
        assert message.sender_name == "पुणे शहर"
