"""The month's panel is drawn by lot: by the system, once, from every office's area.

By itself in the middle of the month for who has consumers and questions; on demand by
a supervisor or `manage.py draw_panel`. A draw that was interrupted goes on with its
seed and finds the same seats.
"""

import secrets
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from complaints.refusals import Invalid
from feedback.models import Panel, PanelArea, PanelSeat
from feedback.panel.asking import end_over
from feedback.panel.frame import draw_lot, frame_of
from feedback.panel.items import with_panel
from feedback.panel.lot import Drawn
from feedback.panel.size import asked_first, wanted
from officers.models import Organisation
from operations.hourly import hourly
from operations.jobs import RunningJob, enqueue
from operations.models import Job

KIND = "draw_panel"
# When most bills of the month are out; a worker that was down still has its turn.
DRAW_DAYS = range(15, 18)
MORNING = 6
# Answers are taken so long after the month.
DAYS_AFTER = 10
# 72 bits in 12 letters, as complaints' own links: each letter of an SMS counts.
TOKEN_BYTES = 9
AT_ONCE = 500
Step = Callable[[int, int], None]


def month_of(at: datetime, organisation: Organisation) -> date:
    return at.astimezone(ZoneInfo(organisation.timezone)).date().replace(day=1)


def open_panel(
    organisation: Organisation, month: date, at: datetime, seed: str = ""
) -> Panel | None:
    """The panel of a month, not drawn yet; None where there is one. Raises Invalid."""
    closes = _closes_at(month, organisation)
    if at >= closes or month > month_of(at, organisation):
        raise Invalid(
            _("A panel is drawn for this month, or shortly after its end."),
            field="month",
        )
    try:
        with transaction.atomic():
            return Panel.objects.create(
                organisation=organisation,
                month=month,
                seed=seed or secrets.token_hex(16),
                closes_at=closes,
            )
    except IntegrityError:
        return None


def _closes_at(month: date, organisation: Organisation) -> datetime:
    last = (month + timedelta(days=31)).replace(day=1) + timedelta(days=DAYS_AFTER)
    return datetime.combine(last, time(), tzinfo=ZoneInfo(organisation.timezone))


def draw(panel: Panel, at: datetime, step: Step = lambda _done, _total: None) -> None:
    """One short transaction for each area; twice, or in parallel, it does it once."""
    if panel.drawn_at is not None:
        return
    frame = frame_of(panel)
    step(0, frame.total)
    lot = draw_lot(panel, frame, lambda done: step(done, frame.total))
    consumers = frame.consumers
    for area_id, chosen in lot.seated():
        _seat(panel, area_id, consumers[area_id], chosen, at)
    Panel.objects.filter(pk=panel.pk, drawn_at=None).update(drawn_at=at)
    panel.refresh_from_db()


@transaction.atomic
def _seat(
    panel: Panel, area_id: int, consumers: int, chosen: list[Drawn], at: datetime
) -> None:
    area, made = PanelArea.objects.get_or_create(
        panel=panel,
        area_id=area_id,
        defaults={
            "consumers": consumers,
            "wanted": wanted(consumers),
            "drawn": len(chosen),
        },
    )
    if not made:
        return  # with all its seats
    first = asked_first(consumers)
    state = PanelSeat.State
    PanelSeat.objects.bulk_create(
        (
            PanelSeat(
                panel_area=area,
                connection_id=who.connection_id,
                citizen_id=who.citizen_id,
                token=secrets.token_urlsafe(TOKEN_BYTES),
                place=place,
                state=state.WAITING if place < first else state.RESERVE,
                next_at=at,
                drawn_at=at,
            )
            for place, who in enumerate(chosen)
        ),
        batch_size=AT_ONCE,
    )


def draw_panel(job: RunningJob) -> None:
    """The job: how many consumers have drawn their number, of how many."""
    panel = Panel.objects.select_related("organisation").get(pk=job.args["panel"])
    draw(panel, job.now(), job.step)


def ask_to_draw(
    organisation: Organisation, month: date, at: datetime, *, by: int | None = None
) -> Job | None:
    """The panel and the job that draws it; None where the month has one."""
    with transaction.atomic():
        panel = open_panel(organisation, month, at)
        if panel is None:
            return None
        return enqueue(KIND, args={"panel": panel.pk}, requested_by=by, at=at)


@hourly("area-panels")
def tick(at: datetime) -> int:
    due = [row for row in with_panel() if _is_due(row, at)]
    made = [ask_to_draw(row, month_of(at, row), at) for row in due]
    return sum(job is not None for job in made) + _again(at) + end_over(at)


def _is_due(organisation: Organisation, at: datetime) -> bool:
    here = at.astimezone(ZoneInfo(organisation.timezone))
    if here.day not in DRAW_DAYS or here.hour < MORNING:
        return False
    month = here.date().replace(day=1)
    return not Panel.objects.filter(organisation=organisation, month=month).exists()


def _again(at: datetime) -> int:
    """A panel whose job was given up is drawn by another one."""
    left = Panel.objects.filter(drawn_at=None, closes_at__gt=at)
    waiting = job_panels((Job.State.QUEUED, Job.State.RUNNING))
    lost = [panel for panel in left if panel.pk not in waiting]
    for panel in lost:
        enqueue(KIND, args={"panel": panel.pk}, requested_by=None, at=at)
    return len(lost)


def job_panels(states: tuple[str, ...]) -> dict[int, Job]:
    """panel → the job that draws it, of the newest jobs in these states."""
    newest = Job.objects.filter(state__in=states).order_by("-pk")[:200]
    return {int(job.args["panel"]): job for job in newest if job.kind == KIND}
