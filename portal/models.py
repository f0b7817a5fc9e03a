from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Event
from officers.models import Officer, Organisation
from operations.privacy import NONE


class ExternalNumber(models.Model):
    """What a complaint is called in the books of the program that registered it."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=60)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")

    PRIVACY: ClassVar[dict[str, str]] = {"external_id": NONE}

    class Meta:
        verbose_name = _("number elsewhere")
        verbose_name_plural = _("numbers elsewhere")
        constraints = [
            # also what ?external_id= reads
            models.UniqueConstraint(
                fields=["officer", "external_id"], name="external_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.external_id


class WebhookSubscription(models.Model):
    """An address that is told of events, as far as its officer may see them."""

    officer = models.ForeignKey(
        Officer, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    url = models.CharField(_("address"), max_length=500)
    sealed = models.TextField()  # the secret that signs
    kinds = models.JSONField(default=list, blank=True)  # empty: every kind
    active = models.BooleanField(_("switched on"), default=True)
    created_at = models.DateTimeField(_("made at"))

    PRIVACY: ClassVar[dict[str, str]] = {"url": NONE, "sealed": NONE, "kinds": NONE}

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event owed to one address. Only portal/api/delivery.py moves it on."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        DONE = "done", _("Delivered")
        DROPPED = "dropped", _("Not sent: no right to see it")
        DEAD = "dead", _("Given up")

    subscription = models.ForeignKey(
        WebhookSubscription,
        on_delete=models.PROTECT,
        related_name="deliveries",
        verbose_name=_("webhook"),
    )
    # null: a test that was asked for in the admin
    event = models.ForeignKey(
        Event, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("made at"))
    not_before = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(null=True, blank=True)
    claim = models.CharField(max_length=32, blank=True)
    response_code = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    error = models.CharField(
        _("error"), max_length=100, blank=True
    )  # a code, never words
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"state": NONE, "claim": NONE, "error": NONE}

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "event"], name="delivery_once"
            ),
            models.CheckConstraint(
                name="delivery_state_known",
                condition=Q(
                    state__in=["waiting", "sending", "done", "dropped", "dead"]
                ),
            ),
            models.CheckConstraint(
                name="delivery_sending_has_lease",
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
            ),
        ]
        indexes = [
            # the tick: what is due, the oldest first
            models.Index(
                fields=["not_before", "id"],
                name="delivery_due",
                condition=Q(state="waiting"),
            ),
            # the tick: claims whose worker died
            models.Index(
                fields=["lease_until"],
                name="delivery_leases",
                condition=Q(state="sending"),
            ),
            # the hourly prune of what is settled
            models.Index(
                fields=["done_at"],
                name="delivery_settled",
                condition=Q(done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
