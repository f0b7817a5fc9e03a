"""Silence, a call, keys: from the complaint that nobody confirmed to its end."""

import re
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import override_settings

from channels_in import inbox
from channels_in.models import Inbound
from channels_in.sms_twilio import sending
from channels_in.voice_twilio import wire
from complaints import unit
from complaints.models import Complaint
from complaints.models.complaint import ClosedHow
from complaints.services import confirm
from complaints.status import Status
from feedback.models import CallBack, ContactTry, Rating, RatingRequest
from notices import delivery
from notices.again import send_again
from notices.credentials import seal
from notices.flights import Flights
from notices.models import ChannelAccount, Notice, OptOut
from notices.receipts import receive
from operations.generation import bump, forget_all
from tests.base import NOW
from tests.channels_in.test_voice_sending import CODE, NUMBER, SLUG
from tests.feedback.test_silence import SilenceCase
from tests.notices.cases import CHANNELS, REACTIONS
from tests.simulator import SECRET, SID, running_simulator, until
from tests.telephones import posting_here

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RAMESH = "+919999900002"
CALLED_AT = NOW + 2 * DAY + 8 * HOUR  # 17:12 in India
Outcome = ContactTry.Outcome
LANGUAGES = {
    "en": "is marked as solved", "hi": "हल बताई गई है",
    "mr": "सुटली असे नोंदवले", "it": "risulta risolta",
}  # fmt: skip


class VoiceCase(SilenceCase):
    language = "hi"

    def setUp(self) -> None:
        super().setUp()
        self.simulator = self.enterContext(running_simulator())
        voice = {SLUG: f"{wire.__name__}.TwilioVoice"}
        self.enterContext(
            override_settings(
                SUNWAI_SIMULATOR_URL=self.simulator.url,
                SUNWAI_CHANNELS=CHANNELS | voice,
            )
        )
        self.addCleanup(sending._made.cache_clear)
        self.enterContext(mock.patch.object(delivery, "_flights", Flights()))
        self.enterContext(posting_here())
        self.account = ChannelAccount.objects.create(
            organisation=self.w.pune, channel="voice", sender=SLUG, code=CODE,
            address=NUMBER, provider_account=SID, sealed=seal({"auth_token": SECRET}),
        )  # fmt: skip
        bump("notices")
        forget_all()
        self.simulator.register(
            SLUG, code=CODE, number=NUMBER, sid=SID, secret=SECRET,
            public="https://s.example.in", reach="http://127.0.0.1:9",
        )  # fmt: skip

    def silent_for_two_days(self) -> Complaint:
        complaint = self.silent(phone=RAMESH, language=self.language)
        self.arrives(self.asks(complaint, "resolved_feedback")[0], NOW + HOUR)
        self.look(NOW + DAY + 5 * HOUR)
        self.arrives(self.asks(complaint)[0], NOW + DAY + 5 * HOUR)
        self.look(CALLED_AT)
        return complaint

    def owed(self, complaint: Complaint) -> Notice:
        return self.asks(complaint, "rating_call")[-1]

    def deliver(self, at: datetime = CALLED_AT) -> None:
        until(lambda: delivery.tick(at) == 0)

    def rings(self) -> str:
        """The call's sid, once the telephone rings."""
        self.deliver()
        until(lambda: [c for c in self.calls() if c["status"] == "ringing"])
        return str(self.calls()[-1]["sid"])

    def calls(self) -> list[dict[str, Any]]:
        return self.simulator.calls(RAMESH)

    def keys(self, *keys: str) -> None:
        sid = self.rings()
        self.simulator.exchange.pick_up(sid)
        for key in keys:
            self.simulator.exchange.press(sid, key)

    def read(self, at: datetime = CALLED_AT + timedelta(minutes=2)) -> None:
        """The view stores with the real clock; the worker reads at ours."""
        Inbound.objects.filter(state="waiting").update(not_before=at)
        inbox.tick(at)
        assert set(Inbound.objects.values_list("state", flat=True)) <= {"done"}

    def tried(self, complaint: Complaint) -> list[str]:
        rows = ContactTry.objects.filter(complaint=complaint, way="voice")
        return list(rows.values_list("outcome", flat=True))


class LifeTests(VoiceCase):
    def test_four_then_one_is_closed_by_the_citizen(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys("4", "1")
        self.read()
        done = self.fresh(complaint)
        assert (done.status, done.closed_how) == (Status.CLOSED, ClosedHow.CONFIRMED)
        rating = Rating.objects.get()
        assert (rating.score, rating.solved, rating.channel) == (4, True, "voice")
        assert self.tried(complaint) == [Outcome.SOLVED]
        notice = self.owed(complaint)
        assert (notice.state, notice.language) == ("delivered", "hi")
        row = Inbound.objects.filter(what="message").latest("pk")
        assert (row.complaint_id, row.sender) == (complaint.pk, RAMESH)

    def test_nought_opens_it_again_at_the_level_above(self) -> None:
        complaint = self.silent_for_two_days()
        before = complaint.level
        self.keys("0")
        climbing = [*REACTIONS, "escalation.reactions.REACTIONS"]
        with override_settings(SUNWAI_REACTIONS=climbing):
            unit._all_reactions.cache_clear()
            self.read()
        unit._all_reactions.cache_clear()
        again = self.fresh(complaint)
        assert (again.reopened, again.level) == (1, before + 1)
        assert not Rating.objects.exists()
        assert self.tried(complaint) == [Outcome.NOT_SOLVED]

    def test_two_then_nought_counts_the_rating_too(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys("2", "0")
        self.read()
        assert self.fresh(complaint).reopened == 1
        assert (Rating.objects.get().score, Rating.objects.get().solved) == (2, False)

    def test_who_hangs_up_in_between_has_said_nothing(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys("5")
        self.simulator.exchange.hang_up(self.calls()[-1]["sid"])
        self.read()
        assert self.fresh(complaint).status == Status.RESOLVED
        assert not Rating.objects.exists()
        assert self.tried(complaint) == [Outcome.ARRIVED]

    def test_wrong_keys_are_asked_for_once_more(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys("9", "3", "", "1")
        self.read()
        assert self.fresh(complaint).status == Status.CLOSED
        assert Rating.objects.get().score == 3

    def test_silence_ends_with_goodbye(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys("", "")
        call = self.calls()[-1]
        assert call["status"] == "completed"
        self.read()
        assert self.fresh(complaint).status == Status.RESOLVED
        assert self.tried(complaint) == [Outcome.ARRIVED]

    def test_it_speaks_hindi_and_the_numbers_figure_by_figure(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys()
        words = self.calls()[-1]["said"][0][1]
        assert re.search("[\u0900-\u097f]", words)
        number = complaint.number
        assert " ".join(number[:3]) + ", " + " ".join(number[3:6]) in words


class TwiceTests(VoiceCase):
    def test_a_call_that_is_told_five_times_rates_once(self) -> None:
        complaint = self.silent_for_two_days()
        self.simulator.turn(SLUG, repeat=5)
        self.keys("4", "1")
        self.read()
        self.read()
        assert Inbound.objects.filter(what="message").count() == 2
        assert Rating.objects.count() == 1
        assert complaint.events.filter(kind="closed").count() == 1

    def test_the_same_keys_replayed_later_change_nothing(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys("4", "1")
        self.read()
        rows = list(Inbound.objects.filter(what="message"))
        seen = self.fresh(complaint).version
        for row in rows:  # as if their ids had been new
            row.pk = None
            row.provider_id += "-again"
            row.state, row.claim, row.lease_until = "waiting", "", None
            row.save()
        self.read()
        assert Rating.objects.count() == 1
        assert self.fresh(complaint).version == seen
        assert self.tried(complaint) == [Outcome.SOLVED]

    def test_keys_of_an_old_resolution_leave_the_new_one_alone(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys("0")
        self.read()
        row = Inbound.objects.filter(what="message").latest("pk")
        Complaint.objects.filter(pk=complaint.pk).update(
            status=Status.RESOLVED, resolved_at=CALLED_AT + HOUR
        )
        self.asked_anew(complaint)
        row.pk = None
        row.provider_id += "-late"
        row.state, row.claim, row.lease_until = "waiting", "", None
        row.save()
        self.read(CALLED_AT + DAY)
        assert self.fresh(complaint).status == Status.RESOLVED

    def asked_anew(self, complaint: Complaint) -> None:
        last = complaint.events.latest("seq")
        RatingRequest.objects.create(
            complaint=complaint, event=last, token="second",
            asked_at=CALLED_AT + HOUR, expires_at=CALLED_AT + 30 * DAY,
        )  # fmt: skip


class NobodyTests(VoiceCase):
    def ends(self, status: str) -> Notice:
        complaint = self.silent_for_two_days()
        self.complaint = complaint
        sid = self.rings()
        self.simulator.exchange._end(sid, "ringing", status)
        self.read()
        return self.owed(complaint)

    def test_a_call_not_taken_up_is_a_try(self) -> None:
        notice = self.ends("no-answer")
        assert (notice.state, notice.error) == ("failed", "no-answer")
        assert self.tried(self.complaint) == [Outcome.NO_ANSWER]

    def test_a_busy_line_is_a_try(self) -> None:
        self.ends("busy")
        assert self.tried(self.complaint) == [Outcome.BUSY]

    def test_a_call_that_failed_is_none(self) -> None:
        self.ends("failed")
        assert self.tried(self.complaint) == []

    def test_after_a_call_that_rang_in_vain_a_person_calls(self) -> None:
        """A message, the machine, a person: three ways, and then it is unconfirmed."""
        self.ends("no-answer")
        self.look(NOW + 4 * DAY)
        owed = CallBack.objects.get(complaint=self.complaint)
        assert (owed.why, owed.side) == (CallBack.Why.SILENT, CallBack.Side.DESK)
        self.rung(self.complaint, NOW + 4 * DAY + 3 * HOUR, Outcome.NO_ANSWER)
        self.look(NOW + 16 * DAY)
        done = self.fresh(self.complaint)
        assert (done.status, done.closed_how) == (Status.CLOSED, ClosedHow.UNCONFIRMED)

    def test_news_before_the_key_changes_no_outcome(self) -> None:
        complaint = self.silent_for_two_days()
        self.keys("4", "1")
        notice = self.owed(complaint)
        receive(self.account.pk, notice.provider_id, "delivered", at=CALLED_AT)
        self.look(CALLED_AT + HOUR)  # notes the arrival first
        assert self.tried(complaint) == [Outcome.ARRIVED]
        self.read()
        assert self.tried(complaint) == [Outcome.SOLVED]


class MannersTests(VoiceCase):
    def test_it_rings_in_civil_hours_only(self) -> None:
        notice = self.owed(self.silent_for_two_days())
        closes = CALLED_AT + timedelta(hours=1, minutes=48)  # 19:00
        assert notice.expires_at == closes
        self.deliver(closes + timedelta(minutes=1))
        assert not self.calls()
        assert Notice.objects.get(pk=notice.pk).state == "expired"

    def test_sent_again_by_hand_at_night_it_rings_in_the_morning(self) -> None:
        notice = self.owed(self.silent_for_two_days())
        Notice.objects.filter(pk=notice.pk).update(state="failed")
        notice.refresh_from_db()
        night = CALLED_AT + 5 * HOUR  # 22:12
        assert send_again([notice], night) == [notice]
        notice.refresh_from_db()
        assert notice.not_before == NOW + 3 * DAY + timedelta(minutes=48)  # 10:00
        assert notice.expires_at == notice.not_before + 3 * HOUR

    def test_who_said_stop_by_sms_is_not_rung_up(self) -> None:
        complaint = self.silent_for_two_days()
        OptOut.objects.create(
            organisation=self.w.pune, channel="sms", address=RAMESH, since=NOW
        )
        self.deliver()
        assert self.owed(complaint).state == "stopped" and not self.calls()

    def test_who_answered_meanwhile_is_not_rung_up(self) -> None:
        complaint = self.silent_for_two_days()
        complaint = self.fresh(complaint)
        confirm(complaint, actor=self.w.citizen(complaint), at=CALLED_AT)
        self.deliver()
        notice = self.owed(complaint)
        assert (notice.state, notice.error) == ("expired", "overtaken")
        assert not self.calls()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_text_is_there_in_four_languages(language: str) -> None:
    from presets.reader import presets_root, read_texts

    texts = {
        row.language: row.text
        for row in read_texts(presets_root() / "pmc")
        if row.key == "rating_call"
    }
    assert LANGUAGES[language] in texts[language]
