"""Claims, tries, dead letters: nothing is lost, nothing is done twice."""

from datetime import timedelta
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from channels_in import claims, conversation, inbox, working
from channels_in.models import Conversation, Inbound
from channels_in.port import Envelope
from complaints.models import Complaint, Message
from notices.models import Notice
from operations.ticks import TickTooLongError
from tests.base import MEERA, NOW
from tests.channels_in.stage import RAVI, SmsTestCase, account_of, fixture

KIND = "application/x-www-form-urlencoded"


class AcceptTests(SmsTestCase):
    def accept(self, provider_id: str, body: bytes = b"x") -> bool:
        envelope = Envelope("https://desk.example.org/", body, {"content-type": KIND})
        return inbox.accept(
            self.account, "sms_twilio", envelope,
            what="message", provider_id=provider_id, at=NOW,
        )  # fmt: skip

    def test_it_stores_once(self) -> None:
        assert self.accept("SM1")
        assert not self.accept("SM1", b"y")
        assert bytes(Inbound.objects.get().body) == b"x"

    def test_it_is_one_statement(self) -> None:
        with self.assertNumQueries(1):
            self.accept("SM1")

    def test_it_takes_any_id(self) -> None:
        for given in ("", "\x00", "a" * 500, "é", "a b", "\ud800"):
            assert self.accept(given, given.encode("utf-8", "replace"))
            assert not self.accept(given, given.encode("utf-8", "replace"))

    def test_it_keeps_messages_and_receipts_apart(self) -> None:
        assert self.accept("SM1")
        envelope = Envelope("https://desk.example.org/", b"x")
        assert inbox.accept(
            self.account, "sms_twilio", envelope,
            what="receipt", provider_id="SM1", at=NOW,
        )  # fmt: skip

    def test_it_stores_headers_without_controls(self) -> None:
        envelope = Envelope("https://desk.example.org/", b"", {"a": "b\x00\r\nc" * 500})
        inbox.accept(
            self.account, "sms_twilio", envelope,
            what="message", provider_id="SM1", at=NOW,
        )  # fmt: skip
        kept = Inbound.objects.get().headers["a"]
        assert kept.startswith("bcbc") and len(kept) == 500


class TriesTests(SmsTestCase):
    def failing(self, error: Exception) -> Any:
        return mock.patch.object(conversation, "take", side_effect=error)

    def test_it_tries_five_times_and_further_and_further_apart(self) -> None:
        row = self.store("Big pothole in Kothrud")
        pauses = []
        with self.failing(RuntimeError("+919999900001 said words")):
            for _n in range(5):
                inbox.tick(self.at)
                row.refresh_from_db()
                pauses.append((row.not_before - self.at).total_seconds())
                self.at = max(row.not_before, self.at)
        assert (row.state, row.attempts) == ("dead", 5)
        for least, given in zip((5, 30, 120, 600), pauses, strict=False):
            assert least <= given <= least * 1.25
        assert "RuntimeError" in row.error
        assert "9999900001" not in row.error and "words" not in row.error
        assert Complaint.objects.count() == 0

    def test_it_leaves_nothing_of_a_try_that_failed(self) -> None:
        row = self.store("Big pothole in Kothrud")
        with mock.patch.object(working, "_finish", side_effect=RuntimeError):
            inbox.tick(self.at)
        assert not Complaint.objects.exists() and not Notice.objects.exists()
        assert not Conversation.objects.exists()
        row.refresh_from_db()
        inbox.tick(row.not_before)
        assert Complaint.objects.count() == 1

    def test_it_lets_others_pass_a_bad_one(self) -> None:
        real = conversation.take

        def poison(*args: object, **kwargs: object) -> object:
            if "poison" in str(args[3].text):  # type: ignore[attr-defined]  # Incoming
                raise ValueError
            return real(*args, **kwargs)  # type: ignore[arg-type]  # as it was called

        rows = [
            self.store(
                "poison" if n % 4 == 0 else f"pothole {n} in Kothrud",
                f"+9199999{n:05d}",
            )
            for n in range(20)
        ]
        with mock.patch.object(conversation, "take", side_effect=poison):
            inbox.tick(self.at)
        assert Complaint.objects.count() == 15
        states = {row.pk for row in Inbound.objects.filter(state="waiting")}
        assert states == {row.pk for n, row in enumerate(rows) if n % 4 == 0}

    def test_it_gives_what_it_did_not_come_to_back_uncounted(self) -> None:
        for n in range(4):
            self.store(f"pothole {n} in Kothrud", f"+9199999{n:05d}")
        with mock.patch.object(working, "TURN_SECONDS", -1):
            assert inbox.tick(self.at) == 0
        assert set(Inbound.objects.values_list("state", "attempts")) == {("waiting", 0)}

    def test_it_is_brought_back_when_its_worker_died(self) -> None:
        row = self.store("Big pothole in Kothrud")
        list(claims.claim(claims.due("message", self.at), self.at))
        inbox.tick(self.at + timedelta(seconds=44))
        row.refresh_from_db()
        assert row.state == "working"
        inbox.tick(self.at + timedelta(seconds=46))
        row.refresh_from_db()
        assert (row.state, row.attempts) == ("done", 2)
        assert Complaint.objects.count() == 1

    def test_it_waits_for_no_lease_once_the_database_is_back(self) -> None:
        for n in range(3):
            self.store(f"pothole {n} in Kothrud", f"+9199999{n:05d}")
        (rows,) = claims.claim(claims.due("message", self.at), self.at)
        away = mock.patch.object(QuerySet, "update", side_effect=OperationalError)
        with away, self.assertRaises(OperationalError):
            claims.release(rows[:1], counted=True)
        with away, self.assertRaises(OperationalError):
            claims.release(rows[1:])
        inbox.tick(self.at)
        assert sorted(Inbound.objects.values_list("state", "attempts")) == [
            ("done", 1), ("done", 1), ("done", 2),
        ]  # fmt: skip

    def test_it_is_given_up_when_it_kills_its_worker(self) -> None:
        """Those that were claimed beside it are claimed alone the next time."""
        poison = self.store("poison")
        good = self.store("Big pothole in Kothrud", RAVI)
        for _n in range(6):
            for rows in claims.claim(claims.due("message", self.at), self.at):
                if any(row.pk == poison.pk for row in rows):
                    continue  # the worker is gone
                for row in rows:
                    working._one(row, {}, self.at)
            self.later(minutes=3)
            claims.reclaim(self.at)
        poison.refresh_from_db()
        good.refresh_from_db()
        assert (poison.state, poison.error) == ("dead", "worker_died")
        assert (good.state, good.attempts) == ("done", 2)

    def test_it_takes_its_work_back_when_the_row_was_lost(self) -> None:
        row = self.store("Big pothole in Kothrud")
        (mine,) = next(claims.claim(claims.due("message", self.at), self.at))
        Inbound.objects.filter(pk=row.pk).update(claim="another")
        working._one(mine, {}, self.at)
        assert not Complaint.objects.exists()

    def test_it_stops_with_the_tick(self) -> None:
        self.store("Big pothole in Kothrud")
        with self.failing(TickTooLongError()), pytest.raises(TickTooLongError):
            inbox.tick(self.at)
        assert Inbound.objects.get().state == "working"

    def test_it_stops_when_the_database_is_away(self) -> None:
        self.store("Big pothole in Kothrud")
        other = self.store("Big pothole in Kothrud", RAVI)
        away = mock.patch.object(working, "usable", return_value=False)
        with self.failing(OperationalError()), away, pytest.raises(OperationalError):
            inbox.tick(self.at)
        other.refresh_from_db()
        assert (other.state, other.attempts) == ("waiting", 0)

    def test_it_goes_on_after_a_deadlock(self) -> None:
        row = self.store("Big pothole in Kothrud")
        with self.failing(OperationalError("deadlock detected")):
            inbox.tick(self.at)
        row.refresh_from_db()
        assert row.state == "waiting"

    def test_it_keeps_a_network_senders_message_for_staff(self) -> None:
        row = self.say("Your recharge was successful", sender="AX-BANK")
        assert (row.state, row.error) == ("dead", "unreadable: sender_is_no_phone")
        assert row.sender == "AX-BANK"


class FairTests(SmsTestCase):
    def test_it_gives_each_account_its_share(self) -> None:
        other = account_of(self.w.kes, "kes-sms", address="+919999980002")
        flood = [self.store(f"pothole {n}", f"+9199998{n:05d}") for n in range(100)]
        late = self.store("no power", RAVI)
        Inbound.objects.filter(pk=late.pk).update(account=other)
        keys = [pk for pk, _tries in claims.due("message", self.at)]
        assert late.pk in keys and len(keys) == claims.BATCH
        assert {row.pk for row in flood[:59]} < {*keys}

    def test_it_takes_the_oldest_first(self) -> None:
        late = self.store("pothole", at=NOW)
        early = self.store("pothole", RAVI, at=NOW - timedelta(hours=1))
        assert [pk for pk, _n in claims.due("message", NOW)] == [early.pk, late.pk]

    def test_it_reads_the_index_and_no_more(self) -> None:
        """However many wait: each look begins at the right place of `inbound_due`."""
        rows = Inbound.objects.filter(
            state="waiting", what="message", not_before__lte=NOW, account=self.account
        )
        plan = rows.order_by("not_before", "pk")[:60].explain()
        assert "inbound_due" in plan
        if connection.vendor == "sqlite":
            assert "TEMP B-TREE" not in plan

    def test_it_asks_little_when_nothing_waits(self) -> None:
        inbox.tick(NOW)
        with self.assertNumQueries(3):
            inbox.tick(NOW)

    def test_it_asks_little_for_each_message(self) -> None:
        for n in range(21):
            self.store(f"Pothole {n} near the school in Kothrud", f"+9199999{n:05d}")
        self.say("Big pothole near the school in Kothrud")
        self.at = NOW + timedelta(minutes=1)
        for n in range(20):
            self.store(f"Pothole {n} near the temple in Kothrud", f"+9199998{n:05d}")
        with CaptureQueriesContext(connection) as seen:
            inbox.tick(self.at)
        assert len(seen) / 20 <= 30


class ReceiptTests(SmsTestCase):
    def receipt(self, stage: str = "delivered") -> Inbound:
        form = fixture("receipt") | {"MessageStatus": stage}
        return Inbound.objects.create(
            account=self.account, wire="sms_twilio", what="receipt",
            provider_id=f"SM9:{stage}", body=urlencode(form).encode(),
            headers={"content-type": KIND}, received_at=self.at, not_before=self.at,
        )  # fmt: skip

    def sent(self) -> Notice:
        self.say("Big pothole near the school in Kothrud")
        notice = Notice.objects.filter(recipient=MEERA).first()
        assert notice is not None
        Notice.objects.filter(pk=notice.pk).update(
            state="sent", provider_id="SM00000000000000000000000000000009"
        )
        return notice

    def test_it_moves_the_notice(self) -> None:
        notice = self.sent()
        row = self.receipt()
        inbox.tick(self.at)
        notice.refresh_from_db()
        row.refresh_from_db()
        assert notice.state == "delivered"
        assert (row.state, row.error) == ("done", "")

    def test_it_waits_for_a_notice_that_is_slower(self) -> None:
        row = self.receipt()
        inbox.tick(self.at)
        row.refresh_from_db()
        assert (row.state, row.error) == ("waiting", "unknown receipt")
        notice = self.sent()
        inbox.tick(row.not_before)
        notice.refresh_from_db()
        assert notice.state == "delivered"

    def test_it_gives_up_quietly(self) -> None:
        row = self.receipt()
        for _n in range(6):
            self.at = max(row.not_before, self.at)
            inbox.tick(self.at)
            row.refresh_from_db()
        assert (row.state, row.error) == ("done", "unknown receipt")

    def test_it_touches_no_other_accounts_notice(self) -> None:
        notice = self.sent()
        other = account_of(self.w.kes, "kes-sms", address="+919999980002")
        row = self.receipt("failed")
        Inbound.objects.filter(pk=row.pk).update(account=other)
        inbox.tick(self.at)
        notice.refresh_from_db()
        assert notice.state == "sent"

    def test_it_does_not_stand_before_messages(self) -> None:
        for n in range(200):
            Inbound.objects.create(
                account=self.account, wire="sms_twilio", what="receipt",
                provider_id=f"r{n}", body=b"", received_at=NOW, not_before=NOW,
            )  # fmt: skip
        row = self.say("Big pothole near the school in Kothrud")
        assert row.state == "done"


class TogetherTests(SmsTestCase):
    def test_it_says_the_same_to_the_same_messages_in_one_batch(self) -> None:
        """A double click of a phone: two ids, one text."""
        self.store("No water in Aundh since morning")
        self.store("No water in Aundh since morning")
        inbox.tick(self.at)
        assert Complaint.objects.count() == 1
        assert Message.objects.filter(kind="citizen").count() == 1
