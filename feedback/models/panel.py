from datetime import datetime, time
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Citizen, Connection
from officers.models import Area, Officer, Organisation
from operations.privacy import NONE, PERSONAL, WORDS


class PanelItem(models.Model):
    """What a "no" to one of the questions becomes: a row for the organisation, or one
    above it. An organisation without any has no panel."""

    class Item(models.TextChoices):
        SUPPLY = "supply", _("Supply")
        READING = "reading", _("Meter reading")
        BILL = "bill", _("Bill in time")
        SUGGESTION = "suggestion", _("Suggestion")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    item = models.CharField(max_length=10, choices=Item.choices)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")

    PRIVACY: ClassVar[dict[str, str]] = {"item": NONE}

    class Meta:
        verbose_name = _("question of the area panel")
        verbose_name_plural = _("questions of the area panel")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "item"], name="panel_item_once"
            ),
            models.CheckConstraint(
                name="panel_item_known",
                condition=Q(item__in=["supply", "reading", "bill", "suggestion"]),
            ),
        ]

    def __str__(self) -> str:
        return f"panel question {self.item}"


class Panel(models.Model):
    """A month's questions to consumers of every area: supply, meter reading, bill."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    month = models.DateField()  # its first day
    seed = models.CharField(max_length=64)
    drawn_at = models.DateTimeField(null=True, blank=True)  # null: being drawn
    closes_at = models.DateTimeField()

    PRIVACY: ClassVar[dict[str, str]] = {"seed": NONE}

    class Meta:
        verbose_name = _("area panel")
        verbose_name_plural = _("area panels")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month"], name="panel_once_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"panel {self.month:%Y-%m}"

    @property
    def begins_at(self) -> datetime:
        zone = ZoneInfo(self.organisation.timezone)
        return datetime.combine(self.month, time(), tzinfo=zone)


class PanelArea(models.Model):
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="areas")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    consumers = models.PositiveIntegerField()
    wanted = models.PositiveIntegerField()  # answers, see feedback/panel/size.py
    drawn = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("area of a panel")
        verbose_name_plural = _("areas of a panel")
        constraints = [
            models.UniqueConstraint(fields=["panel", "area"], name="panel_area_once")
        ]

    def __str__(self) -> str:
        return f"panel area {self.pk}"


class PanelSeat(models.Model):
    """One consumer drawn by lot; asked by message, then called up to three times."""

    class State(models.TextChoices):
        RESERVE = "reserve", _("In reserve")
        WAITING = "waiting", _("To be asked")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Does not want to answer")
        UNREACHED = "unreached", _("Not reached")
        WRONG = "wrong", _("Wrong number")

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    panel_area = models.ForeignKey(
        PanelArea, on_delete=models.PROTECT, related_name="seats"
    )
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="+"
    )
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    place = models.PositiveIntegerField()  # in the order that the lot gave
    state = models.CharField(max_length=9, choices=State.choices)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    drawn_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)  # by message
    supply = models.CharField(max_length=6, choices=Answer.choices, blank=True)
    reading = models.CharField(max_length=6, choices=Answer.choices, blank=True)
    bill = models.CharField(max_length=6, choices=Answer.choices, blank=True)
    remark = models.TextField(blank=True)
    suggestion = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, blank=True)
    taken_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # keys of the complaints and the suggestion that the answers became
    made = models.JSONField(default=list, blank=True)
    # hours of the day at which it was tried already
    hours = models.JSONField(default=list, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "token": PERSONAL, "state": NONE, "supply": NONE, "reading": NONE,
        "bill": NONE, "remark": WORDS, "channel": NONE, "made": NONE, "hours": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("seat in a panel")
        verbose_name_plural = _("seats in a panel")
        constraints = [
            models.UniqueConstraint(
                fields=["panel_area", "connection"], name="panel_seat_once"
            ),
            models.CheckConstraint(
                name="panel_seat_state_known",
                condition=Q(
                    state__in=[
                        "reserve", "waiting", "answered", "refused", "unreached",
                        "wrong",
                    ]
                ),
            ),
        ]  # fmt: skip
        indexes = [
            # /admin/panel/: whom to call next
            models.Index(
                fields=["panel_area", "next_at", "id"],
                name="panel_seat_waiting",
                condition=Q(state="waiting"),
            ),
            # asking.py: who gets the message now
            models.Index(
                fields=["next_at", "id"],
                name="panel_seat_unasked",
                condition=Q(state="waiting", asked_at=None),
            ),
            # the next in reserve, in the order of the lot
            models.Index(
                fields=["panel_area", "place"],
                name="panel_seat_reserve",
                condition=Q(state="reserve"),
            ),
            # rested six months?
            models.Index(fields=["citizen", "drawn_at"], name="panel_seat_rest"),
        ]

    def __str__(self) -> str:
        return f"panel seat {self.pk}"
