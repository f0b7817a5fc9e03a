from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.event import Event
from officers.models import Officer
from operations.privacy import NONE, WORDS


class Message(models.Model):
    """What somebody said about a complaint: kept apart from the events."""

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("Citizen")  # more words from the citizen
        REPLY = "reply", _("Reply")  # staff to citizen
        NOTE = "note", _("Private note")  # staff to staff
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")
        ACTION_TAKEN = "action_taken", _("Action taken")
        REASON = "reason", _("Reason")  # why forwarded, held, rejected
        DISPUTE = "dispute", _("Dispute")
        APPEAL = "appeal", _("Appeal")
        ORDER = "order", _("Order")

    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    public = models.BooleanField()  # may the citizen read it?
    author = models.ForeignKey(
        Officer,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField()
    text = models.TextField()

    PRIVACY: ClassVar[dict[str, str]] = {"kind": NONE, "text": WORDS}

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            # the timeline of a complaint
            models.Index(fields=["complaint", "at"], name="message_timeline")
        ]
        constraints = [
            models.CheckConstraint(
                name="message_kind_known",
                condition=Q(
                    kind__in=[
                        "citizen", "reply", "note", "question", "answer",
                        "action_taken", "reason", "dispute", "appeal", "order",
                    ]
                ),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} message {self.pk}"
