import smtplib
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from notices.delivery import tick
from notices.models import ChannelAccount, Notice
from notices.port import DeliveryError, OutboundMessage
from notices.senders.email import EmailSender
from officers.models import Organisation
from operations.generation import bump
from tests.base import NOW
from tests.notices.cases import NoticesTestCase

EVIL = "Pune\r\nBcc: everyone@example.org\r\n\r\n<script>"


def message(**over: object) -> OutboundMessage:
    given = {
        "notice_id": 7, "kind": "reply", "channel": "email", "language": "hi",
        "recipient": "meera@example.org", "text": "नमस्ते", "subject": "शिकायत",
        "segments": 0,
    }  # fmt: skip
    return OutboundMessage(**given | over)  # type: ignore[arg-type]  # the fields of it


class LetterTests(NoticesTestCase):
    def test_it_arrives_with_the_status_link(self) -> None:
        complaint = self.w.file(phone="", email="meera@example.org", language="hi")
        tick(NOW)
        (sent,) = mail.outbox
        assert sent.to == ["meera@example.org"]
        assert f"https://s.example.in/s/{complaint.token}" in sent.body
        assert "शिकायत" in sent.subject
        notice = Notice.objects.get()
        assert notice.state == "sent"
        assert notice.provider_id == sent.extra_headers["Message-ID"]

    def test_it_leaves_from_the_organisations_mailbox(self) -> None:
        ChannelAccount.objects.create(
            organisation=self.w.pune, channel="email", sender="email",
            address="desk@example.org",
        )  # fmt: skip
        bump("notices")
        self.w.file(phone="", email="meera@example.org")
        tick(NOW)
        assert mail.outbox[0].from_email == "Pune city <desk@example.org>"

    def test_a_name_cannot_add_a_header(self) -> None:
        Organisation.objects.filter(pk=self.w.pune.pk).update(names={"en": EVIL})
        ChannelAccount.objects.create(
            organisation=self.w.pune, channel="email", sender="email",
            address="desk@example.org",
        )  # fmt: skip
        bump("officers")
        bump("notices")
        self.w.file(phone="", email="meera@example.org", name=EVIL)
        tick(NOW)
        (sent,) = mail.outbox
        headers = sent.message()
        assert headers["Bcc"] is None
        assert sent.recipients() == ["meera@example.org"]
        assert "\n" not in sent.subject
        assert Notice.objects.get().state == "sent"


class SenderTests:
    def test_it_is_plain_text_sent_by_a_machine(self) -> None:
        EmailSender().send(message())
        parsed = mail.outbox[-1].message()
        assert parsed.get_content_type() == "text/plain"
        assert parsed.get_content_charset() == "utf-8"
        assert parsed["Auto-Submitted"] == "auto-generated"
        assert parsed["Content-Language"] == "hi"

    def test_a_second_copy_has_the_same_id(self) -> None:
        first, again = EmailSender().send(message()), EmailSender().send(message())
        assert first == again
        assert EmailSender().send(message(notice_id=8)) != first

    @pytest.mark.parametrize(
        "address",
        ["a@example.org\nBcc: b@example.org", "nobody", "", "a b@example.org"],
    )
    def test_a_bad_address_fails_for_good(self, address: str) -> None:
        with pytest.raises(DeliveryError) as refused:
            EmailSender().send(message(recipient=address))
        assert refused.value.permanent
        assert "@" not in str(refused.value)

    def test_a_line_end_in_a_subject_is_a_space(self) -> None:
        EmailSender().send(message(subject="a\r\nBcc: b@example.org"))
        assert mail.outbox[-1].subject == "a Bcc: b@example.org"

    @pytest.mark.parametrize(
        ("error", "permanent", "unknown"),
        [
            (smtplib.SMTPRecipientsRefused({"m": (550, b"no")}), True, False),
            (smtplib.SMTPRecipientsRefused({"m": (451, b"later")}), False, False),
            (smtplib.SMTPDataError(554, b"spam"), True, False),
            (smtplib.SMTPDataError(452, b"full"), False, False),
            (smtplib.SMTPServerDisconnected("gone"), False, True),
            (TimeoutError(), False, True),
        ],
    )
    def test_it_tells_what_it_knows(
        self,
        monkeypatch: pytest.MonkeyPatch,
        error: Exception,
        permanent: bool,
        unknown: bool,
    ) -> None:
        monkeypatch.setattr(EmailMessage, "send", _raising(error))
        with pytest.raises(DeliveryError) as refused:
            EmailSender().send(message())
        assert (refused.value.permanent, refused.value.unknown) == (permanent, unknown)

    def test_a_server_that_does_not_answer_is_tried_later(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(EmailBackend, "open", _raising(ConnectionRefusedError()))
        with pytest.raises(DeliveryError) as refused:
            EmailSender().send(message())
        assert not refused.value.permanent
        assert not refused.value.unknown


def _raising(error: Exception) -> Callable[..., int]:
    def send(*args: object, **options: object) -> int:
        raise error

    return send
