from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from complaints import services
from notices.answers import answer, tell_about
from notices.delivery import tick
from notices.erasure import STRANGERS_FOR, forget_strangers
from notices.kinds import KINDS
from notices.models import ChannelAccount, Notice, Template
from notices.render import MissingValueError
from notices.texts import MissingTemplateError
from operations.generation import bump
from tests.base import MEERA, NOW
from tests.notices.provider import DeliveryTestCase, Provider

NIGHT = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # 23:00 in India
TEXTS = {
    "help_reply": "{org}: write what is wrong and where, or call {tel}",
    "status_reply": "{org}: {no} is {stage}, with {office}, due {due}. {url}",
    "joined_reply": "{org}: {no} joined the fault in {area}, about {eta}",
    "incident_update": "{org}: {area}: {why}, about {eta}. {no}",
}


class AnswersTestCase(DeliveryTestCase):
    def setUp(self) -> None:
        super().setUp()
        for key, text in TEXTS.items():
            Template.objects.update_or_create(
                organisation=self.w.pune, key=key, language="en", channel="any",
                defaults={"text": text, "audience": "citizen"},
            )  # fmt: skip
        self.ours = self.account()

    def reply(self, key: str = "help_reply", **over: object) -> Notice:
        given: dict[str, object] = {
            "account": self.ours, "recipient": MEERA, "cause": "in:1", "at": NOW,
            "language": "en",
        } | over  # fmt: skip
        answer(key=key, **given)  # type: ignore[arg-type]  # the parameters of answer
        return Notice.objects.get(kind=key)


class AnswerTests(AnswersTestCase):
    def test_it_leaves_from_the_account_they_wrote_to(self) -> None:
        notice = self.reply()
        assert notice.text == (
            "Pune city: write what is wrong and where, or call 18001030222"
        )
        assert (notice.complaint, notice.event, notice.cause) == (None, None, "in:1")
        tick(NOW)
        assert [(m.recipient, m.sender_address) for m in Provider.sent] == [
            (MEERA, "CONSOLE")
        ]

    def test_one_message_is_answered_once(self) -> None:
        for _again in range(3):
            self.reply()
        assert Notice.objects.count() == 1

    def test_two_messages_are_answered_twice(self) -> None:
        for cause in ("in:1", "in:2"):
            answer(
                account=self.ours, recipient=MEERA, key="help_reply", cause=cause,
                at=NOW, language="en",
            )  # fmt: skip
        assert Notice.objects.count() == 2

    def test_it_tells_of_a_complaint(self) -> None:
        complaint = self.assigned()
        notice = self.reply("status_reply", complaint=complaint, stage="with an office")
        assert notice.complaint == complaint
        assert "is with an office, with" in notice.text
        assert f"/s/{complaint.token}" in notice.text

    def test_a_strangers_answer_says_only_what_is_given(self) -> None:
        with pytest.raises(MissingValueError, match="due, no, office, url"):
            self.reply("status_reply", stage="open")
        notice = self.reply("joined_reply", no="148", area="Kothrud", eta=NOW)
        assert "joined the fault in Kothrud, about Sat 21 Nov" in notice.text

    def test_it_goes_at_any_hour(self) -> None:
        assert self.reply(at=NIGHT).not_before == NIGHT

    def test_it_speaks_the_writers_language_or_the_houses(self) -> None:
        Template.objects.create(
            organisation=self.w.pune, key="help_reply", audience="citizen",
            language="hi", channel="sms", text="{org}: {tel} पर फोन करें",
        )  # fmt: skip
        bump("notices")
        assert self.reply(language="hi").text.endswith("पर फोन करें")
        assert self.reply(language="hi").language == "hi"

    def test_a_missing_text_is_an_error_of_ours(self) -> None:
        Template.objects.filter(key="help_reply").delete()
        bump("notices")
        with pytest.raises(MissingTemplateError):
            self.reply()

    def test_it_is_written_with_what_it_answers(self) -> None:
        with pytest.raises(KeyError), transaction.atomic():
            self.reply()
            raise KeyError
        assert not Notice.objects.exists()

    def test_the_texts_are_those_of_the_accounts_house(self) -> None:
        Template.objects.update_or_create(
            organisation=self.w.upp, key="help_reply", language="en", channel="any",
            defaults={"text": "UPP {org}", "audience": "citizen"},
        )  # fmt: skip
        below: ChannelAccount = self.account(
            organisation=self.w.kes, address="KES", code="kes"
        )
        assert self.reply(account=below).text == "UPP Kanpur company"


class NewsTests(AnswersTestCase):
    def test_it_tells_the_citizen_without_an_event(self) -> None:
        complaint = self.w.file()
        for _again in range(2):
            tell_about(
                complaint, "incident_update", cause="incident:3", at=NOW,
                area="Kothrud", why="the cable is found", eta=NOW,
            )  # fmt: skip
        notice = Notice.objects.get(kind="incident_update")
        assert (notice.cause, notice.event) == ("incident:3", None)
        assert notice.recipient == MEERA
        assert "Kothrud: the cable is found" in notice.text

    def test_it_waits_for_the_morning(self) -> None:
        tell_about(
            self.w.file(), "incident_update", cause="incident:3", at=NIGHT,
            area="Kothrud", why="-", eta=NIGHT,
        )  # fmt: skip
        assert Notice.objects.get(kind="incident_update").not_before > NIGHT

    def test_nobody_to_reach_is_no_failure(self) -> None:
        complaint = self.w.file(phone="", name="")
        tell_about(complaint, "incident_update", cause="incident:3", at=NOW, why="-")
        assert not Notice.objects.exists()


class ForgottenTests(AnswersTestCase):
    def test_an_answer_about_a_complaint_goes_with_it(self) -> None:
        complaint = self.assigned()
        notice = self.reply("status_reply", complaint=complaint, stage="open")
        services.erase_personal(complaint, actor=self.w.actor(self.w.prakash), at=NOW)
        after = self.now(notice)
        assert (after.recipient, after.state) == (f"#{notice.pk}", "expired")

    def test_what_strangers_were_told_is_forgotten_in_time(self) -> None:
        notice = self.reply()
        theirs = self.w.file()
        tick(NOW)
        at = NOW + STRANGERS_FOR
        assert forget_strangers(at) == 0
        assert forget_strangers(at + timedelta(seconds=1)) == 1
        assert forget_strangers(at + timedelta(seconds=1)) == 0
        after = self.now(notice)
        assert (after.recipient, after.text) == (f"#{notice.pk}", "")
        assert Notice.objects.get(complaint=theirs).recipient == MEERA


class KindTests:
    def test_answers_reach_who_asked_us_to_stop(self) -> None:
        answers = {key for key in KINDS if key.endswith("_reply")}
        silent = {key for key in answers if not KINDS[key].always}
        assert silent == {"incident_reply"}
        assert not KINDS["incident_update"].always
