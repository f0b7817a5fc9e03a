from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Citizen, Complaint
from notices.models import Article
from officers.models import Officer, Organisation
from officers.names import Named
from operations.privacy import NONE, PERSONAL, WORDS


class WrapUpCode(Named):
    """How a call ended, one key each on the agent's page."""

    class CountsAs(models.TextChoices):
        COMPLAINT = "complaint", _("Complaint")
        FCR = "FCR", _("Answered at once")
        SURVEY = "survey", _("Survey")
        SERVICE = "service", _("Service")
        SAFETY = "safety", _("Safety")
        TRANSFER = "transfer", _("Transfer")
        CALLBACK = "callback", _("Call back")
        NONE = "none", _("Not counted")

    code = models.CharField(_("code"), max_length=10, unique=True)
    counts_as = models.CharField(
        _("counts as"), max_length=10, choices=CountsAs.choices
    )
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"names": NONE, "code": NONE, "counts_as": NONE}

    class Meta:
        verbose_name = _("wrap-up code")
        verbose_name_plural = _("wrap-up codes")
        constraints = [
            models.CheckConstraint(
                name="wrap_up_counts_as_known",
                condition=Q(
                    counts_as__in=[
                        "complaint", "FCR", "survey", "service", "safety",
                        "transfer", "callback", "none",
                    ]
                ),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.code


class Call(models.Model):
    """One person served at the console: with a complaint, or with a word."""

    # The one-time key of the page: a second press of Save finds the first one's row.
    key = models.CharField(max_length=43, unique=True)
    officer = models.ForeignKey(
        Officer, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    source = models.CharField(_("way in"), max_length=20)
    language = models.CharField(_("language"), max_length=5)
    phone = models.CharField(max_length=20, blank=True)
    citizen = models.ForeignKey(
        Citizen, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    complaint = models.ForeignKey(
        Complaint,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("complaint"),
    )
    article = models.ForeignKey(
        Article,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("article"),
    )
    wrap_up = models.ForeignKey(
        WrapUpCode,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("wrap-up code"),
    )
    # Answered on first contact: nothing is left to do.
    first_contact = models.BooleanField(_("answered at once"), default=False)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "key": NONE, "source": NONE, "language": NONE, "phone": PERSONAL,
    }  # fmt: skip

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            # the admin's list of calls, newest first
            models.Index(fields=["organisation", "-started_at"], name="call_when"),
            # the agent's own calls of the day, on the admin's first page
            models.Index(fields=["officer", "-started_at"], name="call_of_officer"),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"


class ConsoleDraft(models.Model):
    """What an agent has typed and not saved: outlives a reload and a lost sign-in."""

    officer = models.OneToOneField(Officer, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=43)  # becomes the call's key
    typed = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    PRIVACY: ClassVar[dict[str, str]] = {"key": NONE, "typed": WORDS}

    class Meta:
        verbose_name = _("console draft")
        verbose_name_plural = _("console drafts")

    def __str__(self) -> str:
        return f"draft of officer {self.officer_id}"


class Reveal(models.Model):
    """Somebody looked at a citizen's contact in full: who, of which complaint, when."""

    officer = models.ForeignKey(
        Officer, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("complaint"),
    )
    at = models.DateTimeField(_("looked at"))

    class Meta:
        verbose_name = _("contact shown")
        verbose_name_plural = _("contacts shown")
        indexes = [
            # the complaint page: has this officer asked a moment ago?
            models.Index(fields=["complaint", "officer", "-at"], name="reveal_recent")
        ]

    def __str__(self) -> str:
        return f"reveal {self.pk}"
