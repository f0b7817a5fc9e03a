"""Attacks on the way in by message. The numbers are those of the attack list."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from time import process_time
from typing import Any, TypeVar
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client, override_settings

from channels_in import inbox, tidy
from channels_in.models import Inbound, InboundMedia
from channels_in.wires import wires
from complaints.models import Complaint
from feedback.models import Rating
from notices.credentials import seal
from notices.models import Notice
from operations.running import run_waiting
from tests.base import MEERA, NOW, WorldTransactionTestCase
from tests.channels_in.stage import (
    RAVI,
    SID,
    TOKEN,
    SmsTestCase,
    account_of,
    answers_for,
    fixture,
    hook_path,
    post_signed,
    signed,
)
from tests.operations.test_outgoing import listening

pytestmark = pytest.mark.long

T = TypeVar("T")


def together(deed: Callable[[], T], times: int) -> list[T]:
    """At the same moment, each with a connection of its own."""
    gate = Barrier(times)

    def one(_n: int) -> T:
        gate.wait(timeout=60)
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


class TextAttackTests(SmsTestCase):
    """A17 to A20: what a text can do to whoever reads it."""

    def test_it_takes_no_time_over_long_sameness(self) -> None:
        for text in (
            "a" * 50_000 + "!", "[" * 100_000, "&#" * 50_000, "1 " * 50_000,
            "e" + "\u0301" * 100_000, "a\u200d" * 50_000, "#" * 100_000,
            "STOP " * 20_000, "http://" * 10_000, "0" * 100_000,
        ):  # fmt: skip
            row = self.store(text)
            began = process_time()
            inbox.tick(self.at)
            # Seconds where what grows by the square takes minutes.
            assert process_time() - began < 10
            row.refresh_from_db()
            assert row.state == "done", text[:20]

    def test_it_strips_what_reads_backwards_and_keeps_joiners(self) -> None:
        self.say("Pothole\u202e in \u200bKothrud क्\u200dष near the school")
        text = self.complaint().text
        assert "\u202e" not in text and "\u200b" not in text
        assert "क्\u200dष" in text

    def test_it_reads_a_number_with_marks_between_its_digits(self) -> None:
        complaint = self.w.file()
        hidden = "\u200b".join(complaint.number)
        self.say(f"STATUS {hidden}")
        assert self.told()[-1] == "status_reply"

    def test_it_never_fails_and_never_loses(self) -> None:
        for body in (
            b"MessageSid=SM1&From=%2B919999900001&Body=a%00b+pothole",
            b"MessageSid=SM2&From=%2B919999900001&Body=%ed%a0%80+pothole",
            b"MessageSid=SM3&From=%2B919999900001&Body=%ff%fe+pothole",
            b"MessageSid=SM4&From=%00&Body=pothole",
            b"MessageSid=%00&From=%2B919999900001&Body=pothole",
            b"MessageSid=SM6&From=%2B919999900001&Body=" + b"%F0%9F%9A%B0" * 900,
        ):
            row = self.store("")
            Inbound.objects.filter(pk=row.pk).update(body=body)
            inbox.tick(self.at)
            row.refresh_from_db()
            assert row.state in ("done", "dead")
            assert row.state == "dead" or Complaint.objects.exists()


class SsrfTests(SmsTestCase):
    """A27: a signed message may name any address as its photo."""

    def test_it_reaches_nothing_of_ours(self) -> None:
        with listening() as canary, override_settings(OUTGOING_LOOPBACK=False):
            port = canary.url.rpartition(":")[2]
            urls = [
                canary.url, f"https://127.0.0.1:{port}/", f"http://2130706433:{port}/",
                f"http://[::ffff:127.0.0.1]:{port}/", f"http://localhost:{port}/",
                "http://169.254.169.254/latest/meta-data/",
                f"https://api.twilio.com@127.0.0.1:{port}/",
                f"https://api.twilio.com.example.org:{port}/",
                "file:///etc/passwd",
            ]  # fmt: skip
            given = {"NumMedia": str(len(urls))}
            given |= {f"MediaUrl{n}": url for n, url in enumerate(urls)}
            self.say("Big pothole in Kothrud", **given)
            run_waiting(clock=lambda: self.at)
        assert canary.seen == []
        states = set(InboundMedia.objects.values_list("state", flat=True))
        assert states == {"gone"}


class SignatureTests(SmsTestCase):
    """A29 to A32 and A36, beside tests/channel_contract.py, which every wire passes."""

    def test_it_has_the_contract_for_every_wire(self) -> None:
        for wire in wires():
            path = Path(__file__).parents[1] / f"channels_in/test_{wire.slug}.py"
            assert "(ChannelContract)" in path.read_text()

    def test_it_stands_behind_a_proxy(self) -> None:
        """A30: the public address is signed, whatever the proxy passes on."""
        with override_settings(PUBLIC_URL="https://desk.example.org"):
            form = self.form("Big pothole in Kothrud")
            signature = signed(hook_path(), form)
            changes: list[dict[str, Any]] = [
                {}, {"HTTP_X_FORWARDED_PROTO": "http"},
                {"HTTP_X_FORWARDED_HOST": "evil.example.org"},
                {"SERVER_PORT": "443"}, {"HTTP_HOST": "127.0.0.1:8000"},
            ]  # fmt: skip
            for extra in changes:
                response = Client().post(
                    hook_path(), urlencode(form),
                    content_type="application/x-www-form-urlencoded",
                    headers={"X-Twilio-Signature": signature}, **extra,
                )  # fmt: skip
                assert response.status_code == 200

    def test_it_is_not_bypassed_by_repeated_fields(self) -> None:
        form = self.form("Big pothole in Kothrud")
        signature = signed(hook_path(), form)
        for extra in ("&Body=other", "&From=%2B919999900077", "&Body="):
            response = Client().post(
                hook_path(), urlencode(form) + extra,
                content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": signature},
            )  # fmt: skip
            assert response.status_code in (200, 403)
        inbox.tick(NOW + timedelta(days=3650))
        assert not Inbound.objects.exclude(sender__in=["", MEERA]).exists()
        assert not Complaint.objects.filter(text="other").exists()

    def test_it_bears_a_replay_a_month_later(self) -> None:
        """A31: the signature has no date; the id does not come round again."""
        form = self.form("Big pothole in Kothrud")
        for days in (0, 0.05, 30, 36, 400):
            assert post_signed(form).status_code == 200
            row = Inbound.objects.get()
            inbox.tick(row.received_at + timedelta(minutes=1))
            tidy.tidy(row.received_at + timedelta(days=days))
        assert Inbound.objects.count() == Complaint.objects.count() == 1

    def test_it_reads_no_body_that_is_announced_too_long(self) -> None:
        """A32"""
        read = mock.patch.object(HttpRequest, "body", new_callable=mock.PropertyMock)
        with read as body:
            response = Client().post(
                hook_path(), b"x" * 200_000, content_type="application/octet-stream"
            )
        assert response.status_code == 413
        body.assert_not_called()

    def test_it_takes_a_receipt_for_its_own_messages_only(self) -> None:
        """A36: another house's account, rightly signed, names our message."""
        self.say("Big pothole in Kothrud")
        notice = Notice.objects.filter(recipient=MEERA).order_by("pk")[0]
        Notice.objects.filter(pk=notice.pk).update(state="sent", provider_id="SM1")
        account_of(
            self.w.upp, "upp-sms", address="+919999980007",
            provider_account=SID[:-1] + "2", sealed=seal({"auth_token": "other"}),
        )  # fmt: skip
        form = fixture("receipt") | {"MessageSid": "SM1", "MessageStatus": "failed"}
        path = hook_path("upp-sms", "status/")
        assert post_signed(form, path=path, token="other").status_code == 403
        form["AccountSid"] = SID[:-1] + "2"
        assert post_signed(form, path=path, token="other").status_code == 200
        assert post_signed(form, path=path, token=TOKEN).status_code == 403
        for minutes in (1, 2, 5, 20, 60):
            row = Inbound.objects.get(what="receipt")
            inbox.tick(row.received_at + timedelta(minutes=minutes))
        notice.refresh_from_db()
        assert notice.state == "sent"


class FloodTests(SmsTestCase):
    """A40: somebody writes a thousand times, or makes us write to a victim."""

    def test_it_writes_back_no_more_than_thirty_times_an_hour(self) -> None:
        rude = "BUY NOW http://evil.example.org pothole number"
        for number in range(60):
            self.store(f"{rude} {number} in Kothrud", at=self.at)
        for _n in range(5):
            inbox.tick(self.at)
        assert Complaint.objects.count() == 60
        owed = Notice.objects.filter(recipient=MEERA, state="queued")
        assert len({row.complaint_id for row in owed}) <= 30
        assert not owed.filter(text__contains="evil").exists()

    def test_it_ends_a_talk_of_two_machines(self) -> None:
        for number in range(100):
            self.say(f"STATUS, your message {number} was received", sender=RAVI)
            self.say("STATUS", sender=RAVI)
        owed = Notice.objects.filter(recipient=RAVI, state="queued")
        assert owed.count() <= 3 * 30


class CallerTests(SmsTestCase):
    """A45: a number is all that a stranger needs to know of a complaint."""

    def test_it_changes_nothing_for_another_number(self) -> None:
        complaint = self.w.file()
        before = Complaint.objects.values().get(pk=complaint.pk)
        for word in (
            "STATUS", "RATE 1", "RATE 5", "REOPEN bad", "ESCALATE", "JOIN", "STOP", "",
            "CLOSE", "CANCEL",
        ):  # fmt: skip
            self.say(f"{word} {complaint.number}", sender=RAVI)
        assert Complaint.objects.values().get(pk=complaint.pk) == before
        assert not Rating.objects.exists()
        owed = Notice.objects.filter(recipient=RAVI)
        told = " ".join(owed.values_list("text", flat=True))
        assert "Kothrud" not in told and "Roads" not in told


class AlbumTests(WorldTransactionTestCase):
    """A59: ten photos within a moment, by two hosts and two workers."""

    def test_it_is_one_complaint(self) -> None:
        account = account_of(self.w.pune)
        answers_for(self.w.pune)
        for n in range(10):
            form = fixture("photo") | {
                "MessageSid": f"MM{n}", "MediaUrl0": f"https://api.twilio.com/m/{n}",
            }  # fmt: skip
            Inbound.objects.create(
                account=account, wire="sms_twilio", what="message",
                provider_id=f"MM{n}", body=urlencode(form).encode(),
                headers={}, received_at=NOW, not_before=NOW,
            )  # fmt: skip
        together(lambda: inbox.tick(NOW), 3)
        for minutes in (1, 5, 20):
            inbox.tick(NOW + timedelta(minutes=minutes))
        assert set(Inbound.objects.values_list("state", flat=True)) == {"done"}
        assert Complaint.objects.count() == 1
        photos = InboundMedia.objects.filter(complaint=Complaint.objects.get())
        assert photos.count() == 10

    def test_it_is_stored_once_by_ten_hosts(self) -> None:
        account_of(self.w.pune)
        form = fixture("message")
        statuses = together(lambda: post_signed(form).status_code, 10)
        assert set(statuses) == {200}
        assert Inbound.objects.count() == 1
