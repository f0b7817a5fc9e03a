from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Event
from notices.models import Notice
from officers.models import Officer, Organisation
from operations.privacy import NONE


class CallBack(models.Model):
    """A call that is owed to a citizen: it opens itself again until they confirm.

    The desk's call may close the complaint; the office's never does: it asks and
    reassures, while the office still owes the work.
    """

    class Side(models.TextChoices):
        DESK = "desk", _("Call centre")
        OFFICE = "office", _("Office")

    class Why(models.TextChoices):
        SAMPLE = "sample", _("Drawn by the system")
        LONG = "long", _("Long work")
        REOPENED = "reopened", _("Was opened again")
        EMERGENCY = "emergency", _("Emergency")
        UNREACHABLE = "unreachable", _("Solved without meeting the citizen")
        SILENT = "silent", _("Did not answer our messages")
        NOT_SOLVED = "not_solved", _("Said it is not solved")
        ASKED = "asked", _("Asked for a call")
        LATE = "late", _("Past its promise")

    class State(models.TextChoices):
        OPEN = "open", _("To be called")
        DONE = "done", _("Done")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    # the "resolved" (desk) or "disputed" (office) event it belongs to
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=6, choices=Side.choices)
    why = models.CharField(max_length=12, choices=Why.choices)
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    # for the rule "nobody twice in thirty days"; the same person as the complaint's
    citizen_id = models.BigIntegerField(null=True, blank=True)
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    taken_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "side": NONE, "why": NONE, "state": NONE, "outcome": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "side"], name="call_back_once_per_event"
            ),
            models.CheckConstraint(
                name="call_back_side_known", condition=Q(side__in=["desk", "office"])
            ),
            models.CheckConstraint(
                name="call_back_state_known", condition=Q(state__in=["open", "done"])
            ),
        ]
        indexes = [
            # /admin/call-backs/ and "phone today" on /field/ and /office/
            models.Index(
                fields=["side", "next_at", "id"],
                name="call_back_open",
                condition=Q(state="open"),
            ),
            # the complaint page, and closing what became pointless
            models.Index(fields=["complaint", "side"], name="call_back_of_complaint"),
            # was this person drawn in the last thirty days?
            models.Index(
                fields=["citizen_id", "created_at"],
                name="call_back_of_citizen",
                condition=Q(why="sample"),
            ),
        ]

    def __str__(self) -> str:
        return f"call-back {self.pk}"


class ContactTry(models.Model):
    """One try to reach the citizen about a resolution: a message or a call.

    A message counts once it is known to have arrived; see complaints/services/tries.py.
    """

    class Way(models.TextChoices):
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")
        WHATSAPP = "whatsapp", _("WhatsApp")
        TELEGRAM = "telegram", _("Telegram")
        OTHER = "other", _("Other message")
        VOICE = "voice", _("Automatic call")
        CALL = "call", _("Call by a person")

    class Outcome(models.TextChoices):
        ARRIVED = "arrived", _("Message arrived")
        SOLVED = "solved", _("Says: solved")
        NOT_SOLVED = "not_solved", _("Says: not solved")
        LATER = "later", _("Call again later")
        NO_ANSWER = "no_answer", _("No answer")
        BUSY = "busy", _("Busy")
        OFF = "off", _("Phone switched off")
        WRONG = "wrong", _("Wrong number")
        REFUSED = "refused", _("Does not want to answer")
        INFORMED = "informed", _("Was told how far it is")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    # the "resolved" event that is asked about
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=Way.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    at = models.DateTimeField()
    officer = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # by the office concerned: it reassures, and is no try
    own_office = models.BooleanField(default=False)
    notice = models.OneToOneField(
        Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    call_back = models.ForeignKey(
        CallBack,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tries_made",
    )

    PRIVACY: ClassVar[dict[str, str]] = {"way": NONE, "outcome": NONE}

    class Meta:
        verbose_name = _("try to reach the citizen")
        verbose_name_plural = _("tries to reach the citizen")
        indexes = [
            # all tries of one resolution, on the complaint page and before closing
            models.Index(fields=["event", "at"], name="contact_try_of_event"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.outcome}"


class SampleDraw(models.Model):
    """That a day's sample was drawn: by which seed, of which complaints."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    # on which the drawn complaints were called solved
    day = models.DateField(_("day"))
    seed = models.CharField(_("seed of the lot"), max_length=64)
    percent = models.PositiveSmallIntegerField(_("percent"))
    # {office: [complaints]} that could be drawn; with the seed it shows that they were
    frame = models.JSONField(default=dict)
    population = models.PositiveIntegerField(_("could be drawn"))
    drawn = models.PositiveIntegerField(_("drawn"))
    at = models.DateTimeField(_("drawn at"))

    PRIVACY: ClassVar[dict[str, str]] = {"seed": NONE, "frame": NONE}

    class Meta:
        verbose_name = _("daily sample")
        verbose_name_plural = _("daily samples")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "day"], name="sample_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"sample of {self.day}"
