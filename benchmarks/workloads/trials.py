"""W9: a rule is tried over the complaints of a city, as the worker does it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.bench import BIG, Bench
from benchmarks.measure import Stopwatch
from benchmarks.result import Row, at_most, missing
from complaints.models import Category, Source
from escalation.models import RoutingRule
from escalation.trials import trying
from escalation.trials.trial_result import Result
from officers.models import Area, Department, Officer, Organisation, Posting, Role
from operations import job_files
from operations.models import Job
from operations.running import claim, run

MANY, SECONDS = 100_000, 60.0
CITY, ALL_DAYS = "PMC", 731


@dataclass(frozen=True)
class Tried:
    label: str
    read: int
    matched: int
    moved: int
    clock: float
    cpu: float

    def of_many(self) -> float:
        """Seconds of the processor, drawn out to a hundred thousand."""
        return self.cpu * MANY / max(self.read, 1)


def trial(bench: Bench) -> Iterator[Row]:
    """Of a big desk the three months that may be chosen, of a small one all."""
    days = trying.MOST_DAYS if bench.size > BIG else ALL_DAYS
    for tried in measured(bench.at, days):
        if not tried.read:
            yield missing(f"W9 a rule by {tried.label}", "no complaints to try it over")
            continue
        yield at_most(
            f"W9 a rule by {tried.label} tried over {MANY:,} complaints",
            tried.of_many(), SECONDS, "s",
            note=f"{tried.read:,} read in {tried.cpu:.1f} s (clock {tried.clock:.1f}),"
            f" fits {tried.matched:,}, moves {tried.moved:,}",
        )  # fmt: skip


def measured(at: datetime, days: int) -> Iterator[Tried]:
    city = Organisation.objects.get(code=CITY)
    asker = _asker(city)
    for label, conditions in CONDITIONS:
        rule = _rule(city, label)
        conditions(rule)
        if label == CONDITIONS[0][0]:
            _tried(label, rule, asker, at, 2)  # what the process keeps is read
        yield _tried(label, rule, asker, at, days)


def _rule(city: Organisation, label: str) -> RoutingRule:
    """It gives what it fits to another department and another kind."""
    department = Department.objects.filter(organisation=city).order_by("-code")[0]
    kinds = Category.objects.filter(organisation=city, department=department)
    return RoutingRule.objects.create(
        organisation=city, name=f"Benchmark: {label}", position=1,
        to_department=department, to_category=kinds.order_by("code").first(),
    )  # fmt: skip


def _by_words(rule: RoutingRule) -> None:
    words = Category.objects.order_by("pk")[0].words
    rule.words = [str(phrase) for phrase in words["en"]][:5]
    rule.save()


def _by_pattern(rule: RoutingRule) -> None:
    rule.pattern = r"(leak|burst).{0,40}(pipe|main|line)"
    rule.save()


def _by_place(rule: RoutingRule) -> None:
    wards = Area.objects.filter(organisation=rule.organisation, office=True)
    rule.areas.set(wards.order_by("-code")[:1])


def _by_source(rule: RoutingRule) -> None:
    rule.sources.set(Source.objects.order_by("-pk")[:1])


CONDITIONS: tuple[tuple[str, Callable[[RoutingRule], None]], ...] = (
    ("words", _by_words),
    ("a pattern", _by_pattern),
    ("an area", _by_place),
    ("the way it came", _by_source),
)


def _asker(city: Organisation) -> Officer:
    """The city's supervisor reads all its complaints."""
    found = Posting.objects.filter(
        organisation=city, area=None, role=Role.SUPERVISOR
    ).select_related("officer")
    if found:
        return found[0].officer
    officer = Officer.objects.create(username="benchmark-trier", is_staff=True)
    Posting.objects.create(officer=officer, role=Role.SUPERVISOR, organisation=city)
    return officer


def _tried(
    label: str, rule: RoutingRule, asker: Officer, at: datetime, days: int
) -> Tried:
    last = at.date()
    first = last - timedelta(days=days - 1)
    job = trying.ask(rule, asker, first, last, at)
    watch = Stopwatch()
    claimed = claim(job.pk, runner="benchmark", at=at)
    assert claimed is not None  # noqa: S101 (nobody else works here)
    run(claimed, clock=lambda: at)
    clock, cpu = watch.clock(), watch.cpu()
    done = Job.objects.get(pk=job.pk)
    file = job_files.open_result(done.result_file) if done.result_file else None
    if file is None:
        raise RuntimeError(f"the try ended as {done.state}: {done.error}")
    with file:
        summary: dict[str, Any] = Result.read(file).summary
    return Tried(
        label, summary["read"], summary["matched"], summary["moved"], clock, cpu
    )
