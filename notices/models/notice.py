from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Citizen, Complaint, Event
from notices.models.account import ChannelAccount
from officers.models import Officer
from operations.privacy import NONE, PERSONAL, WORDS


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
        STOPPED = "stopped", _("Not sent: the person asked us to stop")

    # An answer to a stranger is about no complaint, an incident's news of no event.
    complaint = models.ForeignKey(
        Complaint,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("complaint"),
    )
    event = models.ForeignKey(
        Event,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("event"),
    )
    # what brought it about where no event did: "in:17", "incident:3"
    cause = models.CharField(
        _("cause"), max_length=60, blank=True, default="", db_default=""
    )
    kind = models.CharField(_("kind"), max_length=30)  # the template's key
    audience = models.CharField(_("readers"), max_length=10)
    citizen = models.ForeignKey(
        Citizen, null=True, on_delete=models.PROTECT, related_name="+"
    )
    officer = models.ForeignKey(
        Officer, null=True, on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey(
        ChannelAccount,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("account"),
    )
    channel = models.CharField(_("channel"), max_length=10)
    recipient = models.CharField(max_length=254)  # address in that channel
    language = models.CharField(_("language"), max_length=5)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    segments = models.PositiveSmallIntegerField(_("SMS parts"), default=0)
    priority = models.PositiveSmallIntegerField(_("priority"), default=5)  # 0 first
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.QUEUED
    )
    created_at = models.DateTimeField(_("made at"))
    not_before = models.DateTimeField(_("not before"))
    expires_at = models.DateTimeField(_("valid until"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)  # the last try
    lease_until = models.DateTimeField(null=True, blank=True)
    claim = models.CharField(max_length=32, blank=True)
    resent = models.BooleanField(
        _("sent again"), default=False
    )  # once more, after an unknown outcome
    provider_id = models.CharField(
        _("number at the provider"), max_length=100, blank=True
    )
    # under which the text is registered with the operators (DLT)
    template_id = models.CharField(
        _("registered template"), max_length=40, blank=True, default="", db_default=""
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    error = models.CharField(_("fault"), max_length=200, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "kind": NONE, "audience": NONE, "channel": NONE, "recipient": PERSONAL,
        "language": NONE, "subject": WORDS, "text": WORDS, "state": NONE,
        "claim": NONE, "provider_id": NONE, "error": NONE, "cause": NONE,
        "template_id": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "kind", "recipient"], name="notice_once"
            ),
            models.UniqueConstraint(
                fields=["cause", "kind", "recipient"],
                name="notice_once_a_cause",
                condition=~Q(cause=""),
            ),
            models.CheckConstraint(
                name="notice_state_known",
                condition=Q(
                    state__in=[
                        "queued", "sending", "sent", "delivered", "failed", "unsure",
                        "expired", "stopped",
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
            # delivery: claims whose worker died, and doubts to be looked at again.
            # Not by state: SQLite uses no partial index for an IN.
            models.Index(
                fields=["lease_until"],
                name="notice_leased",
                condition=Q(lease_until__isnull=False),
            ),
            # delivery: what nobody wants to read any more
            models.Index(
                fields=["expires_at"],
                name="notice_too_late",
                condition=Q(state="queued"),
            ),
            # receipts, by the provider's name for it
            models.Index(
                fields=["account", "provider_id"],
                name="notice_at_provider",
                condition=~Q(provider_id=""),
            ),
            # the admin's list of what did not arrive: all of that has an error
            models.Index(fields=["-id"], name="notice_trouble", condition=~Q(error="")),
            # the monitor's count of doubts
            models.Index(
                fields=["id"], name="notice_unsure", condition=Q(state="unsure")
            ),
            # the complaint page's list of messages; old answers to strangers
            models.Index(
                fields=["complaint", "created_at"], name="notice_of_complaint"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} notice {self.pk}"
