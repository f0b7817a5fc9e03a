import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from operations.privacy import NONE


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Job(models.Model):
    """Work with progress that the worker does: an export, an import, a broadcast.

    Holds ids and codes, never words or personal data. Only operations/jobs.py and
    operations/running.py write it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    token = models.CharField(max_length=43, unique=True, default=new_token)
    kind = models.CharField(_("kind"), max_length=50)
    args = models.JSONField(_("arguments"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.QUEUED
    )
    progress = models.PositiveIntegerField(_("done so far"), default=0)
    total = models.PositiveIntegerField(_("in total"), default=0)
    note = models.CharField(_("note"), max_length=50, blank=True)
    error = models.CharField(_("error"), max_length=100, blank=True)
    # Below PRIVATE_ROOT; the name is what the browser saves it as.
    result_file = models.CharField(max_length=100, blank=True)
    result_name = models.CharField(max_length=100, blank=True)
    # An officer's key. No ForeignKey: officers stand on a floor above.
    requested_by = models.BigIntegerField(_("asked for by"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    # Counted when a try begins, so that a job which kills its worker stops too. Also
    # the fence: a try that was given up cannot write over its successor.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    # Name, process and host of the worker that runs it.
    runner = models.CharField(_("worker"), max_length=80, blank=True)
    # When it was last given to the queue, and as which row there.
    handed_at = models.DateTimeField(_("given to the queue at"))
    queue_row = models.BigIntegerField(null=True, blank=True)
    cancel_requested = models.BooleanField(_("asked to stop"), default=False)

    PRIVACY: ClassVar[dict[str, str]] = {
        "token": NONE, "kind": NONE, "args": NONE, "state": NONE, "note": NONE,
        "error": NONE, "result_file": NONE, "result_name": NONE, "runner": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                name="job_state_known",
                condition=Q(
                    state__in=["queued", "running", "done", "failed", "cancelled"]
                ),
            ),
            models.CheckConstraint(
                name="job_running_has_lease",
                condition=~Q(state="running") | Q(lease_until__isnull=False),
            ),
        ]
        indexes = [
            # The re-queue tick, twice a second, and /readyz: oldest waiting job.
            models.Index(
                name="job_waiting",
                fields=["handed_at"],
                condition=Q(state="queued"),
            ),
            # The re-queue tick (leases that ran out) and the watchdog (busy workers).
            models.Index(
                name="job_leases",
                fields=["lease_until"],
                condition=Q(state="running"),
            ),
            # "My exports and imports" on the job pages, newest first.
            models.Index(name="job_of_officer", fields=["requested_by", "-id"]),
            # Housekeeping: result files older than a week.
            models.Index(
                name="job_with_file",
                fields=["finished_at"],
                condition=~Q(result_file=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Counter(models.Model):
    """How often something was tried in one window of time; see counters.py."""

    key = models.CharField(max_length=120)
    window_start = models.DateTimeField()
    ends_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    # The part of the key that tells one person from another is hashed.
    PRIVACY: ClassVar[dict[str, str]] = {"key": NONE}

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(
                name="counter_once_per_window", fields=["key", "window_start"]
            ),
        ]
        indexes = [
            # Housekeeping: windows that are over.
            models.Index(name="counter_over", fields=["ends_at"]),
        ]

    def __str__(self) -> str:
        return self.key


class Generation(models.Model):
    """Which edition of some reference data is in force; see generation.py."""

    name = models.CharField(max_length=50, unique=True)
    number = models.BigIntegerField()

    PRIVACY: ClassVar[dict[str, str]] = {"name": NONE}

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The answer given to a request that may be sent again; see idempotency.py."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    response_status = models.PositiveSmallIntegerField()
    response_body = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    # Answers hold numbers, stages and dates; they are dropped after 35 days.
    PRIVACY: ClassVar[dict[str, str]] = {
        "scope": NONE, "key": NONE, "fingerprint": NONE, "response_body": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(
                name="idempotency_key_once", fields=["scope", "key"]
            ),
        ]
        indexes = [
            # Housekeeping: keys older than any sender's retries.
            models.Index(name="idempotency_age", fields=["created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.pk}"


class Heartbeat(models.Model):
    """One row per worker by name: who holds the name, alive when, working when."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    host = models.CharField(_("host"), max_length=100)
    pid = models.PositiveIntegerField(_("process"))
    started_at = models.DateTimeField(_("started at"))
    beat_at = models.DateTimeField(_("last sign of life"))
    # When the loop last went once round all its ticks.
    progress_at = models.DateTimeField(_("last round of work"))

    PRIVACY: ClassVar[dict[str, str]] = {"name": NONE, "host": NONE}

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return f"{self.name} ({self.host})"


class Switch(models.Model):
    """Something that is stopped for the whole desk until staff let it go on."""

    name = models.CharField(max_length=40, unique=True)
    frozen = models.BooleanField(default=False)
    why = models.CharField(max_length=20, blank=True)  # a code: by_hand, restored
    changed_at = models.DateTimeField()

    PRIVACY: ClassVar[dict[str, str]] = {"name": NONE, "why": NONE}

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")

    def __str__(self) -> str:
        return self.name
