"""E-mail by Django: plain text, one recipient, marked as sent by a machine.

RFC 3834: "Auto-Submitted" keeps holiday replies from answering us. The Message-ID is
the same whenever one notice is sent, so that a mailbox can drop the second copy.
"""

from email.utils import formataddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.crypto import salted_hmac

from complaints.phones import BadEmail, parse_email
from notices.port import DeliveryError, OutboundMessage, Sender
from notices.render import one_line


class EmailSender(Sender):
    def send(self, message: OutboundMessage) -> str:
        recipient = _checked(message.recipient)
        connection = _open()
        mail = EmailMessage(
            subject=one_line(message.subject),
            body=message.text,
            from_email=_from(message),
            to=[recipient],
            headers=_headers(message),
            connection=connection,
        )
        try:
            return _sent(mail)
        finally:
            _close(connection)


def _checked(address: str) -> str:
    """An address that the model took may still be no address to a mail server."""
    try:
        return parse_email(address)
    except BadEmail:
        raise DeliveryError("BadEmail", permanent=True) from None


def _from(message: OutboundMessage) -> str:
    address = message.sender_address or settings.DEFAULT_FROM_EMAIL
    name = one_line(message.sender_name)
    return formataddr((name, address)) if name and "<" not in address else address


def _headers(message: OutboundMessage) -> dict[str, str]:
    return {
        "Message-ID": message_id(message),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": message.language,
    }


def message_id(message: OutboundMessage) -> str:
    key = salted_hmac("notices.email", str(message.notice_id)).hexdigest()[:20]
    _name, _at, domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")
    return f"<notice.{message.notice_id}.{key}@{domain.rstrip('>')}>"


def _open() -> BaseEmailBackend:
    """Opened apart from sending: here a failure surely sent nothing."""
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise DeliveryError(type(error).__name__) from error
    return connection


def _sent(mail: EmailMessage) -> str:
    try:
        mail.send()
    except (BadHeaderError, UnicodeError) as error:
        raise DeliveryError(type(error).__name__, permanent=True) from error
    except SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise _refused(codes[0] if codes else 0) from error
    except SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except (OSError, SMTPException) as error:
        # The line broke: the server may have taken it before.
        raise DeliveryError(type(error).__name__, unknown=True) from error
    return str(mail.extra_headers["Message-ID"])


def _refused(code: int) -> DeliveryError:
    return DeliveryError(f"SMTP {code}", permanent=500 <= code < 600)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, SMTPException):
        pass  # the message is away; a rude goodbye changes nothing
