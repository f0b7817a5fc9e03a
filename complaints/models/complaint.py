from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.category import Category, Criticality, Horizon, Source
from complaints.models.citizen import Citizen, Connection
from complaints.scope import ComplaintQuerySet
from complaints.status import OPEN_STATUSES, WAITING_STATUSES, Status
from officers.models import Area, Department, Officer, Organisation
from operations.privacy import NONE, PERSONAL, WORDS

if TYPE_CHECKING:
    from complaints.models.custody import Custody


class Kind(models.TextChoices):
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")
    INFORMATION = "information", _("Information request")


class ClosedHow(models.TextChoices):
    """Whose word closed it: reports keep these apart."""

    CONFIRMED = "confirmed", _("Confirmed by the citizen")
    CALLED = "called", _("Confirmed on the phone")
    UNCONFIRMED = "unconfirmed", _("Closed without an answer")
    DISMISSED = "dismissed", _("Appeal dismissed")


class Complaint(models.Model):
    """What one citizen brought. Only complaints/services writes these fields.

    Each key is indexed by the screens that ask by it (Meta.indexes) and by nothing
    else: every change of stage writes an entry into every index there is.
    """

    number = models.CharField(max_length=12)
    token = models.CharField(max_length=43)
    version = models.PositiveIntegerField(default=0)
    status = models.CharField(
        max_length=12, choices=Status.choices, default=Status.REGISTERED
    )
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.COMPLAINT)

    # who answers now, and who was written to
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    received_by = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    office = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    owner = models.ForeignKey(
        Officer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # the first owner stays responsible, however high it climbs
    responsible = models.ForeignKey(
        Officer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    level = models.PositiveSmallIntegerField(default=1)
    # whom the ladder named at this level; a level above where its own has nobody
    raised_to = models.ForeignKey(
        Officer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    # what, where, who
    citizen = models.ForeignKey(
        Citizen,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    criticality = models.CharField(
        max_length=10, choices=Criticality.choices, default=Criticality.NORMAL
    )
    horizon = models.CharField(
        max_length=10, choices=Horizon.choices, default=Horizon.IMMEDIATE
    )
    # what a routing rule marks it with: "press", "school" …
    flags = models.JSONField(default=list, blank=True)
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    place = models.CharField(max_length=300, blank=True)
    pin = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    language = models.CharField(max_length=5, default="en")
    text = models.TextField()
    search_text = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        db_index=False,
    )

    # the two clocks and what moved them
    registered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    due_reason = models.JSONField(default=dict, blank=True)
    step_due_at = models.DateTimeField(null=True, blank=True)
    step_reason = models.CharField(max_length=20, blank=True)
    # the later date that an officer asked the second level for; nobody answered yet
    hold_asked = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_used = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    # the office's first word, whatever came after: what it reports as done in time
    first_resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        Officer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_how = models.CharField(max_length=12, choices=ClosedHow.choices, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    # In the prescribed time, by the time that the citizen says it took; null: not told.
    told_in_time = models.BooleanField(null=True, blank=True)
    cause = models.ForeignKey(
        "Cause",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    reject_reason = models.ForeignKey(
        "RejectReason",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    reopened = models.PositiveSmallIntegerField(default=0)
    bounced = models.PositiveSmallIntegerField(default=0)
    forwarded = models.PositiveSmallIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    citizen_wrote = models.BooleanField(default=False)
    redacted_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "number": NONE, "token": PERSONAL, "status": NONE, "kind": NONE,
        "criticality": NONE, "horizon": NONE, "flags": NONE, "place": PERSONAL,
        "pin": NONE, "language": NONE, "text": WORDS, "search_text": WORDS,
        "due_reason": NONE, "step_reason": NONE, "closed_how": NONE,
    }  # fmt: skip

    objects = ComplaintQuerySet.as_manager()

    # The version and the leg of the ledger that this very object wrote last.
    open_leg: "tuple[int, Custody] | None" = None

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes = [
            # agents' queue and triage: open work of an organisation, due first
            models.Index(
                fields=["organisation", "due_at", "id"],
                name="complaint_open_by_org",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            # the same for a holding, which asks for all its companies at once; and
            # any queue by rare filters, which are all in the index: the rows that do
            # not fit are never fetched
            models.Index(
                fields=["due_at", "id"],
                name="complaint_open_by_due",
                condition=Q(status__in=OPEN_STATUSES),
                include=[
                    "organisation",
                    "office",
                    "department",
                    "category",
                    "source",
                    "owner",
                    "horizon",
                    "criticality",
                    "citizen_wrote",
                    "paused_at",
                ],
            ),
            # the queue of officers and heads, who hold one office
            models.Index(
                fields=["office", "due_at", "id"],
                name="complaint_open_by_office",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            # the triage queue and every view by a stage that waits for somebody
            models.Index(
                fields=["organisation", "status", "due_at", "id"],
                name="complaint_waiting",
                condition=Q(status__in=WAITING_STATUSES),
            ),
            models.Index(
                fields=["office", "status", "due_at", "id"],
                name="complaint_office_waiting",
                condition=Q(status__in=WAITING_STATUSES),
            ),
            # /field/ and the load count of fair assignment
            models.Index(
                fields=["owner", "due_at", "id"],
                name="complaint_open_by_owner",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            # /office/: the figures of an office for a period
            models.Index(
                fields=["office", "registered_at", "id"], name="complaint_office_when"
            ),
            # the monthly CSV and the figures page
            models.Index(
                fields=["organisation", "registered_at", "id"],
                name="complaint_org_when",
            ),
            # the caller's complaints in the console
            models.Index(
                fields=["citizen", "-registered_at"], name="complaint_of_citizen"
            ),
            # look_before: the same thing near by
            models.Index(
                fields=["category", "area", "-registered_at"],
                name="complaint_similar",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            # the sweep: what is due at all, oldest first
            models.Index(
                fields=["step_due_at"],
                name="complaint_step_due",
                condition=Q(step_due_at__isnull=False),
            ),
            # the sweep: promises that were missed and not raised yet, oldest first
            models.Index(
                fields=["due_at"],
                name="complaint_overdue",
                condition=Q(
                    status__in=[s for s in OPEN_STATUSES if s != Status.NEED_INFO],
                    level=1,
                ),
            ),
            # the sweep: called solved, and the citizen is silent
            models.Index(
                fields=["horizon", "resolved_at"],
                name="complaint_unanswered",
                condition=Q(status=Status.RESOLVED),
            ),
            models.Index(fields=["parent"], name="complaint_children"),
            # the tick of fair assignment: with an office, and with nobody of it yet
            models.Index(
                fields=["registered_at", "id"],
                name="complaint_unowned",
                condition=Q(status=Status.ASSIGNED, owner__isnull=True),
            ),
            # the queue of each level above the first
            models.Index(
                fields=["organisation", "level", "due_at", "id"],
                name="complaint_raised",
                condition=Q(status__in=OPEN_STATUSES, level__gt=1),
            ),
            models.Index(
                fields=["raised_to", "due_at", "id"],
                name="complaint_raised_to",
                condition=Q(status__in=OPEN_STATUSES, level__gt=1),
            ),
            # the heads' queue: officers ask for a later date
            models.Index(
                fields=["organisation", "due_at", "id"],
                name="complaint_hold_asked",
                condition=Q(hold_asked__isnull=False),
            ),
            # two views of the queue that are a handful among all that is open
            models.Index(
                fields=["organisation", "due_at", "id"],
                name="complaint_emergencies",
                condition=Q(
                    status__in=OPEN_STATUSES, criticality=Criticality.EMERGENCY
                ),
            ),
            models.Index(
                fields=["organisation", "due_at", "id"],
                name="complaint_citizen_wrote",
                condition=Q(status__in=OPEN_STATUSES, citizen_wrote=True),
            ),
        ]
        constraints = [
            # not unique=True, which makes a second index for LIKE on PostgreSQL
            models.UniqueConstraint(fields=["number"], name="complaint_number_once"),
            models.UniqueConstraint(fields=["token"], name="complaint_token_once"),
            models.CheckConstraint(
                name="complaint_status_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="complaint_kind_known", condition=Q(kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="complaint_criticality_known",
                condition=Q(criticality__in=Criticality.values),
            ),
            models.CheckConstraint(
                name="complaint_horizon_known", condition=Q(horizon__in=Horizon.values)
            ),
            models.CheckConstraint(
                name="complaint_level_1_to_4", condition=Q(level__range=(1, 4))
            ),
            models.CheckConstraint(
                name="complaint_rating_1_to_5",
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="complaint_closed_has_how",
                condition=~Q(status=Status.CLOSED)
                | (Q(closed_at__isnull=False) & ~Q(closed_how="")),
            ),
            models.CheckConstraint(
                name="complaint_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def emergency(self) -> bool:
        return self.criticality == Criticality.EMERGENCY
