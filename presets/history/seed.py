"""The invented history: the same every time, story by story, each in one transaction.

Story n depends on n and the day alone, so it does not matter who tells it, in how many
batches, or how often it is asked for: one that was told is not told again.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from time import monotonic, sleep

from django.db import IntegrityError, transaction

from complaints.refusals import Refused
from operations.jobs import RunningJob
from presets.history.plots import PLOTS, Plot
from presets.history.story import Story, Today
from presets.history.town import SHOWN, Town
from presets.models import ToldStory

FIRST = 300
MOST = 3000
# Who waits for SQLite's write lock looks for it every tenth of a second.
BREATH_SECONDS, LONGEST_BREATH_SECONDS = 0.15, 1.0
# The city complains a little more than the power company's consumers.
_TOWNS = ("pmc", "pmc", "pmc", "uppcl", "uppcl")


@dataclass
class Told:
    stories: int = 0
    already: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def today(at: datetime) -> datetime:
    """The present of the history: the day's beginning, so that a day is one history."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def tell(
    numbers: Iterable[int],
    *,
    at: datetime,
    step: Callable[[int], bool] = lambda done: True,
) -> Told:
    """Tell these stories up to today; `step` is asked after each whether to go on."""
    now = today(at)
    towns = {preset: Town(preset, now) for preset in SHOWN}
    told = Told()
    before = set(ToldStory.objects.values_list("number", flat=True))
    for done, number in enumerate(numbers, 1):
        if number in before:
            told.already += 1
            continue
        _tell(number, towns, now, told)
        if not step(done):
            break
    return told


def _tell(number: int, towns: dict[str, Town], now: datetime, told: Told) -> None:
    rng = _dice("story", number)
    town = towns[rng.choice(_TOWNS)]
    plot = plot_of(number)
    begins = now - timedelta(days=rng.uniform(*plot.days))
    try:
        with transaction.atomic():
            ToldStory.objects.create(number=number, told_at=now)
            refused = _play(plot, Story(town, rng, begins))
    except IntegrityError:
        if not ToldStory.objects.filter(number=number).exists():
            raise
        told.already += 1  # another process told it at this moment
        return
    told.stories += 1
    if refused:
        told.refused[f"{plot.tell.__name__}: {refused}"] += 1


def _play(plot: Plot, story: Story) -> str:
    """Until today, or until a door says no: then it stays as it stands."""
    refused = ""
    try:
        plot.tell(story)
    except Today:
        pass
    except Refused as refusal:
        refused = f"{refusal.code}, {refusal}"
    story.end()
    return refused


def plot_of(number: int) -> Plot:
    if number <= FIRST:
        return _first_plots()[number - 1]
    weights = [plot.often for plot in PLOTS]
    return _dice("plot", number).choices(PLOTS, weights)[0]


@cache
def _first_plots() -> list[Plot]:
    plots = [plot for plot in PLOTS for _time in range(plot.first)]
    _dice("first", FIRST).shuffle(plots)
    return plots


def _dice(what: str, number: int) -> Random:
    return Random(f"{what} {number}")  # noqa: S311  a story, not a secret


def seed_job(job: RunningJob) -> None:
    """The job "seed_demo": the rest of the history, up to `complaints`.

    Each story is a transaction of its own, and then the write lock is the web's and
    the worker's for as long as it was ours: people wait for them, nobody for this.
    """
    wanted = range(1, int(job.args.get("complaints", MOST)) + 1)
    job.step(0, len(wanted))
    began = monotonic()

    def step(done: int) -> bool:
        nonlocal began
        job.step(done)
        took = monotonic() - began
        sleep(min(max(BREATH_SECONDS, took), LONGEST_BREATH_SECONDS))
        began = monotonic()
        return not job.cancelled()

    tell(wanted, at=job.now(), step=step)
