from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Cause, Complaint
from incidents.scope import IncidentQuerySet
from officers.models import Area, Officer, Organisation
from operations.privacy import NONE, WORDS

NOTE_LIMIT = 200


class Incident(models.Model):
    """One fault behind many complaints. Only incidents/services.py writes it.

    Its members are not counted here and do not touch this row: many join in the same
    second.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RESTORED = "restored", _("Repaired, members are asked")
        CLOSED = "closed", _("Over")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    cause = models.ForeignKey(
        Cause, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What citizens read of it beside kind, place and cause.
    note = models.CharField(max_length=NOTE_LIMIT, blank=True)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.OPEN.value
    )
    # Null where no person declared it.
    declared_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField()
    expected_at = models.DateTimeField(null=True, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    PRIVACY: ClassVar[dict[str, str]] = {"note": WORDS, "state": NONE}

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [
            # /admin/incidents/ and the rows kept in each process: all that are open
            models.Index(
                fields=["expected_at", "id"],
                name="incident_open",
                condition=Q(state="open"),
            ),
            # /admin/incidents/?over=1, newest first
            models.Index(fields=["organisation", "-id"], name="incident_newest"),
            # the sweep: repaired a day ago
            models.Index(
                fields=["restored_at"],
                name="incident_to_close",
                condition=Q(state="restored"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "area", "category"],
                name="incident_open_once",
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                name="incident_state_known",
                condition=Q(state__in=["open", "restored", "closed"]),
            ),
            models.CheckConstraint(
                name="incident_restored_has_when",
                condition=~Q(state="restored") | Q(restored_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_closed_has_when",
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category.name}, {self.area.name}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Membership(models.Model):
    """A complaint as part of an incident. Never deleted: it ends."""

    class How(models.TextChoices):
        KEY = "key", _("By the agent")
        TAP = "tap", _("By the citizen, on the page")
        WORD = "word", _("By the citizen, with a word")
        API = "api", _("By a program")
        RULE = "rule", _("With all that were open there")

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="memberships"
    )
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    how = models.CharField(max_length=4, choices=How.choices)
    by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    left_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"how": NONE}

    class Meta:
        verbose_name = _("member of an incident")
        verbose_name_plural = _("members of incidents")
        indexes = [
            # /admin/incidents/<id>/: its members; the jobs that tell them; their count
            models.Index(
                fields=["incident", "id"],
                name="membership_of_incident",
                condition=Q(left_at__isnull=True),
            ),
        ]
        constraints = [
            # also how a complaint's page, the queue and /field/ find its incident
            models.UniqueConstraint(
                fields=["complaint"],
                name="membership_one_at_a_time",
                condition=Q(left_at__isnull=True),
            ),
            models.CheckConstraint(
                name="membership_how_known",
                condition=Q(how__in=["key", "tap", "word", "api", "rule"]),
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.complaint_id} of incident {self.incident_id}"


class Update(models.Model):
    """What became of an incident, and when all its members had been told."""

    class Kind(models.TextChoices):
        DECLARED = "declared", _("Declared")
        EXPECTED = "expected", _("New expected time")
        CAUSE = "cause", _("Cause")
        RESTORED = "restored", _("Repaired")
        CLOSED = "closed", _("Over")

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="updates"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    expected_at = models.DateTimeField(null=True, blank=True)
    cause = models.ForeignKey(
        Cause, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"kind": NONE}

    class Meta:
        verbose_name = _("news of an incident")
        verbose_name_plural = _("news of incidents")
        indexes = [
            # /admin/incidents/<id>/: what happened
            models.Index(fields=["incident", "id"], name="update_of_incident"),
        ]
        constraints = [
            models.CheckConstraint(
                name="update_kind_known",
                condition=Q(
                    kind__in=["declared", "expected", "cause", "restored", "closed"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of incident {self.incident_id}"
