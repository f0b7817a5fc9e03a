from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Citizen, Complaint, Event
from notices.blanks import check
from officers.models import Area, Officer, Organisation
from officers.names import NamesField
from operations.privacy import NONE, PERSONAL, WORDS


class ChannelAccount(models.Model):
    """An organisation's number, mailbox, handle or page; the reply leaves from it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=10)  # sms, email, whatsapp, …
    address = models.CharField(max_length=254)
    sender = models.CharField(max_length=20)  # which wire: console, email, …
    active = models.BooleanField(default=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "channel": NONE, "address": NONE, "sender": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("channel account")
        verbose_name_plural = _("channel accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"], name="channel_account_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}"


class Template(models.Model):
    """A text to citizens or staff: kind × language × channel, all four languages."""

    class Audience(models.TextChoices):
        CITIZEN = "citizen", _("Citizen")
        STAFF = "staff", _("Staff")
        AREA = "area", _("Area")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=30)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    language = models.CharField(max_length=5)
    channel = models.CharField(max_length=10, default="any")
    text = models.TextField()
    registered_id = models.CharField(max_length=40, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "key": NONE, "audience": NONE, "language": NONE, "channel": NONE, "text": NONE,
        "registered_id": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key", "language", "channel"],
                name="template_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language} {self.channel}"

    def clean(self) -> None:
        check(self.key, self.channel, self.text)


class Notice(models.Model):
    """One message owed to one person: the outbox. Written with the change itself."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        UNSURE = "unsure", _("Outcome unknown")
        EXPIRED = "expired", _("Dropped: too late")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)  # the template's key
    audience = models.CharField(max_length=10)
    citizen = models.ForeignKey(
        Citizen, null=True, on_delete=models.PROTECT, related_name="+"
    )
    officer = models.ForeignKey(
        Officer, null=True, on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey(
        ChannelAccount, null=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=10)
    recipient = models.CharField(max_length=254)  # address in that channel
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    segments = models.PositiveSmallIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(default=5)  # 0 first
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    claim = models.CharField(max_length=32, blank=True)
    resent = models.BooleanField(default=False)  # once more, after an unknown outcome
    provider_id = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "kind": NONE, "audience": NONE, "channel": NONE, "recipient": PERSONAL,
        "language": NONE, "subject": WORDS, "text": WORDS, "state": NONE,
        "claim": NONE, "provider_id": NONE, "error": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "kind", "recipient"], name="notice_once"
            ),
            models.CheckConstraint(
                name="notice_state_known",
                condition=Q(
                    state__in=[
                        "queued", "sending", "sent", "delivered", "failed", "unsure",
                        "expired",
                    ]
                ),
            ),
        ]  # fmt: skip
        indexes = [
            # delivery: what is due, most urgent first
            models.Index(
                fields=["priority", "not_before"],
                name="notice_due",
                condition=Q(state="queued"),
            ),
            # delivery: claims whose worker died, and doubts to be looked at again
            models.Index(
                fields=["lease_until"],
                name="notice_in_flight",
                condition=Q(state__in=["sending", "unsure"]),
            ),
            # the complaint page's list of messages
            models.Index(
                fields=["complaint", "created_at"], name="notice_of_complaint"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} notice {self.pk}"


class Article(models.Model):
    """What a caller or visitor may want to know without complaining."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField(max_length=30)
    topic = models.CharField(max_length=20)
    titles = NamesField(default=dict)
    bodies = NamesField(default=dict)
    words = models.JSONField(default=list, blank=True)
    search_text = models.TextField(blank=True)
    valid_to = models.DateField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "code": NONE, "topic": NONE, "titles": NONE, "bodies": NONE, "words": NONE,
        "search_text": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("help article")
        verbose_name_plural = _("help articles")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="article_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.code
