"""A number at Twilio, people who write to it, and the inbox's work done at once."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from twilio.request_validator import RequestValidator

from channels_in import inbox
from channels_in.models import Inbound
from complaints.models import Complaint
from notices.credentials import seal
from notices.models import ChannelAccount, Notice, Template
from officers.models import Organisation
from operations.generation import forget_all
from tests.base import MEERA, NOW, WorldTestCase

SID = "AC" + "1" * 32
TOKEN = "a-token-of-the-tests"
NUMBER = "+919999980001"
RAVI = "+919999900077"  # a stranger
FIXTURES = Path(__file__).parent / "fixtures" / "sms_twilio"
# Kinds of answers, with the blanks that each may have.
ANSWERS = {
    "help_reply": "{org} {tel}", "stop_reply": "{org}", "start_reply": "{org}",
    "status_reply": "{org} {no} {stage} {due}", "not_found_reply": "{org} {tel}",
    "rated_reply": "{org} {no} {rating}", "rate_how_reply": "{org} {no}",
    "too_late_reply": "{org} {no} {tel}", "escalate_reminder_reply": "{org} {no}",
    "escalate_wait_reply": "{org} {no}", "added_reply": "{org} {no}",
    "incident_reply": "{org} {area} {eta}", "joined_reply": "{org} {no} {area}",
}  # fmt: skip


def fixture(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FIXTURES / f"{name}.json").read_text())
    return found


def account_of(
    organisation: Organisation, code: str = "pune-sms", **over: Any
) -> ChannelAccount:
    given: dict[str, Any] = {
        "channel": "sms", "sender": "sms_twilio", "address": NUMBER,
        "provider_account": SID, "sealed": seal({"auth_token": TOKEN}),
    } | over  # fmt: skip
    made = ChannelAccount.objects.create(organisation=organisation, code=code, **given)
    forget_all()
    return made


def answers_for(*organisations: Organisation) -> None:
    """Texts that begin with their kind and language, where the preset has none."""
    Template.objects.bulk_create(
        [
            Template(
                organisation=organisation, key=key, audience="citizen",
                language=language, channel="any", text=f"{key} {language} {blanks}",
            )
            for organisation in organisations
            for key, blanks in ANSWERS.items()
            for language in ("en", "hi", "mr", "it")
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    Template.objects.filter(key__in=ANSWERS).update(channel="any")
    forget_all()


def hook_path(code: str = "pune-sms", rest: str = "") -> str:
    return f"/hooks/sms_twilio/{code}/{rest}"


def signed(path: str, form: Any, token: str = TOKEN) -> str:
    validator = RequestValidator(token)
    signature: str = validator.compute_signature(f"{settings.PUBLIC_URL}{path}", form)
    return signature


def post_signed(
    form: dict[str, str],
    *,
    path: str = "",
    token: str = TOKEN,
    signature: str | None = None,
    client: Client | None = None,
) -> Any:
    path = path or hook_path()
    given = signed(path, form, token) if signature is None else signature
    headers = {"X-Twilio-Signature": given} if given else {}
    return (client or Client()).post(
        path,
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )


class SmsTestCase(WorldTestCase):
    """Pune's number; `self.say` is a person who sends an SMS and the worker who reads
    it."""

    account: ChannelAccount

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.account = account_of(cls.w.pune)
        answers_for(cls.w.pune, cls.w.upp)

    def setUp(self) -> None:
        super().setUp()
        self.said = 0
        self.at = NOW

    def form(self, text: str, sender: str = MEERA, **over: str) -> dict[str, str]:
        self.said += 1
        return (
            fixture("message")
            | {
                "MessageSid": f"SM{self.said:032d}",
                "SmsMessageSid": f"SM{self.said:032d}",
                "SmsSid": f"SM{self.said:032d}",
                "AccountSid": SID,
                "From": sender,
                "To": self.account.address,
                "Body": text,
            }
            | over
        )

    def store(
        self, text: str, sender: str = MEERA, at: datetime | None = None, **over: str
    ) -> Inbound:
        """As the hook stores it, at a moment of ours."""
        form = self.form(text, sender, **over)
        row = Inbound.objects.create(
            account=self.account, wire="sms_twilio", what="message",
            provider_id=form["MessageSid"], body=urlencode(form).encode(),
            headers={"content-type": "application/x-www-form-urlencoded"},
            received_at=at or self.at, not_before=at or self.at,
        )  # fmt: skip
        return row

    def say(self, text: str, sender: str = MEERA, **over: str) -> Inbound:
        """Each message a second after the one before."""
        self.at += timedelta(seconds=1)
        row = self.store(text, sender, None, **over)
        inbox.tick(self.at)
        row.refresh_from_db()
        return row

    def later(self, **delta: float) -> datetime:
        self.at += timedelta(**delta)
        return self.at

    def told(self, sender: str = MEERA) -> list[str]:
        """The kinds of messages owed to this person, in order."""
        rows = Notice.objects.filter(recipient=sender).order_by("pk")
        return list(rows.values_list("kind", flat=True))

    def last(self, sender: str = MEERA) -> Notice:
        notice = Notice.objects.filter(recipient=sender).order_by("pk").last()
        assert notice is not None
        return notice

    def complaint(self, sender: str = MEERA) -> Complaint:
        row = Inbound.objects.filter(sender=sender).exclude(complaint=None)
        found = row.order_by("pk").last()
        assert found is not None and found.complaint is not None
        found.complaint.refresh_from_db()
        return found.complaint
