"""How complaints fare, good and bad: each plot with how often it is told."""

from collections.abc import Callable
from dataclasses import dataclass

from presets.history import finished, unfinished
from presets.history.story import Story


@dataclass(frozen=True)
class Plot:
    tell: Callable[[Story], None]
    first: int  # how many of the first 300 have it
    often: float  # its weight among all that follow
    days: tuple[float, float]  # how long ago it began


PLOTS: tuple[Plot, ...] = (
    Plot(finished.praised, 68, 36, (2, 89)),
    Plot(finished.phoned, 16, 9, (5, 89)),
    Plot(finished.grumbled, 22, 9, (5, 89)),
    Plot(finished.late, 18, 9, (14, 89)),
    Plot(finished.silent, 26, 18, (11, 89)),
    Plot(unfinished.waiting, 14, 0.6, (1.5, 6)),
    Plot(finished.disputed, 10, 4, (9, 89)),
    Plot(unfinished.disputed_now, 8, 0.3, (2, 8)),
    Plot(finished.reopened, 4, 1, (20, 70)),
    Plot(unfinished.unsorted, 10, 0.3, (0.02, 1.2)),
    Plot(finished.sorted_by_hand, 7, 3, (6, 89)),
    Plot(unfinished.fresh, 22, 0.7, (0.05, 0.9)),
    Plot(unfinished.in_work, 20, 0.7, (0.5, 2)),
    Plot(unfinished.overdue, 9, 0.3, (1.5, 4)),
    Plot(unfinished.asked, 6, 0.2, (0.6, 5)),
    Plot(finished.answered, 5, 2, (9, 80)),
    Plot(unfinished.on_hold, 6, 0.2, (1.5, 4)),
    Plot(unfinished.forwarded, 5, 0.1, (0.55, 0.75)),
    Plot(finished.moved, 5, 2.5, (6, 80)),
    Plot(finished.joined, 4, 1.5, (0.6, 80)),
    Plot(finished.rejected, 4, 1.5, (3, 80)),
    Plot(finished.withdrawn, 3, 1.2, (1, 80)),
    Plot(finished.appealed, 2, 0.1, (6, 20)),
    Plot(finished.judged, 2, 0.4, (25, 80)),
    Plot(finished.suggested, 4, 1.5, (4, 80)),
)
