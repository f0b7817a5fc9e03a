from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Attachment, Citizen, Complaint
from notices.models import ChannelAccount
from operations.privacy import NONE, PERSONAL, WORDS


class Inbound(models.Model):
    """One request of a provider as it arrived: stored first, read by the worker later.

        waiting -> working -> done
        working -> waiting again (later) | dead          after five attempts

    Only inbox.py and claims.py write it. Body, headers and sender are blanked after 35
    days; the row and its id stay, so that a repeat is still known as one.
    """

    class What(models.TextChoices):
        MESSAGE = "message", _("Message")
        RECEIPT = "receipt", _("Receipt")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Being read")
        DONE = "done", _("Done")
        DEAD = "dead", _("Given up")

    account = models.ForeignKey(
        ChannelAccount, on_delete=models.PROTECT, related_name="+"
    )
    wire = models.CharField(max_length=20)  # slug in config/wiring.py, CHANNELS
    what = models.CharField(max_length=10, choices=What.choices)
    provider_id = models.CharField(max_length=100)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    claim = models.CharField(max_length=32, blank=True)
    error = models.CharField(max_length=300, blank=True)  # class and place, no value
    sender = models.CharField(max_length=254, blank=True)  # known once it is read
    complaint = models.ForeignKey(
        Complaint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "wire": NONE, "what": NONE, "provider_id": NONE, "body": WORDS,
        "headers": PERSONAL, "state": NONE, "claim": NONE, "error": NONE,
        "sender": PERSONAL,
    }  # fmt: skip

    class Meta:
        verbose_name = _("inbound message")
        verbose_name_plural = _("inbound messages")
        constraints = [
            # what makes a repeat a repeat
            models.UniqueConstraint(
                fields=["account", "what", "provider_id"], name="inbound_once"
            ),
            models.CheckConstraint(
                name="inbound_what_known", condition=Q(what__in=["message", "receipt"])
            ),
            models.CheckConstraint(
                name="inbound_state_known",
                condition=Q(state__in=["waiting", "working", "done", "dead"]),
            ),
        ]
        indexes = [
            # inbox.tick: each account's share of the next batch, oldest first
            models.Index(
                fields=["what", "account", "not_before", "id"],
                name="inbound_due",
                condition=Q(state="waiting"),
            ),
            # inbox.tick: claims whose worker died
            models.Index(
                fields=["lease_until"],
                name="inbound_claimed",
                condition=Q(state="working"),
            ),
            # /admin/dead-letters/, newest first
            models.Index(
                fields=["-id"], name="inbound_dead", condition=Q(state="dead")
            ),
            # /metrics: how long the oldest has waited for its turn
            models.Index(
                fields=["not_before"],
                name="inbound_oldest",
                condition=Q(state="waiting"),
            ),
            # /metrics: the last message of each account
            models.Index(fields=["account", "-received_at"], name="inbound_of_account"),
            # housekeeping: bodies kept longer than 35 days
            models.Index(
                fields=["done_at"],
                name="inbound_to_blank",
                condition=Q(state="done", blanked_at__isnull=True),
            ),
            # erasure: what came with this complaint, and from the same person
            models.Index(
                fields=["complaint"],
                name="inbound_of_complaint",
                condition=Q(complaint__isnull=False),
            ),
            models.Index(
                fields=["sender"], name="inbound_of_sender", condition=~Q(sender="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wire} {self.what} {self.pk}"


class InboundMedia(models.Model):
    """A photo that the provider keeps for us until the job has fetched it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        GONE = "gone", _("Given up")

    inbound = models.ForeignKey(Inbound, on_delete=models.PROTECT, related_name="media")
    index = models.PositiveSmallIntegerField()
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    # Sealed: whoever holds such an address may fetch the photo. Blank afterwards.
    url = models.TextField(blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()  # when the job is asked for again
    error = models.CharField(max_length=100, blank=True)
    attachment = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    PRIVACY: ClassVar[dict[str, str]] = {
        "url": PERSONAL, "state": NONE, "error": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("inbound photo")
        verbose_name_plural = _("inbound photos")
        constraints = [
            models.UniqueConstraint(
                fields=["inbound", "index"], name="inbound_media_once"
            ),
            models.CheckConstraint(
                name="inbound_media_state_known",
                condition=Q(state__in=["waiting", "done", "gone"]),
            ),
        ]
        indexes = [
            # media.tick: photos whose job was lost or came too early
            models.Index(
                fields=["not_before"],
                name="inbound_media_due",
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"photo {self.index} of inbound {self.inbound_id}"


class Conversation(models.Model):
    """What we know of one address that writes to one account of ours.

    Locked while one message of that person is worked on: two that came together are
    read one after the other.
    """

    account = models.ForeignKey(
        ChannelAccount, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=5, blank=True)
    citizen = models.ForeignKey(
        Citizen, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # the last one that was spoken of
    complaint = models.ForeignKey(
        Complaint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    last_at = models.DateTimeField()
    # {"registered": moment of the last new complaint, "reminded": {complaint: moment}}
    state = models.JSONField(default=dict)

    PRIVACY: ClassVar[dict[str, str]] = {
        "address": PERSONAL, "language": NONE, "state": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "address"], name="conversation_once"
            ),
        ]
        indexes = [
            # erasure
            models.Index(
                fields=["complaint"],
                name="conversation_about",
                condition=Q(complaint__isnull=False),
            ),
            # housekeeping: conversations that ended long ago
            models.Index(fields=["last_at"], name="conversation_age"),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class Reconciliation(models.Model):
    """When each account was last compared with its provider's own list."""

    account = models.OneToOneField(
        ChannelAccount, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()  # the job was enqueued: one worker wins
    done_at = models.DateTimeField(null=True, blank=True)
    missed = models.PositiveIntegerField(default=0)  # since the beginning
    error = models.CharField(max_length=100, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"error": NONE}

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")

    def __str__(self) -> str:
        return f"reconciliation of account {self.account_id}"
