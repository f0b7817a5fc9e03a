"""How stories begin: filed, with its office, taken up, called solved."""

from complaints.models.complaint import Kind
from complaints.services import note, reply, start
from presets.history.story import Story
from presets.history.town import Spot
from presets.history.words import Grievance


def opening(
    s: Story,
    *,
    shown: bool = False,
    calm: bool = False,
    slow: bool = False,
    kind: str = Kind.COMPLAINT,
) -> tuple[Grievance, Spot]:
    """A complaint that is with its office, sorted by hand if it had to be.

    `calm` is no emergency, `slow` has days to be done: what may lie open for a while.
    """
    spot = s.town.spot(s.rng, shown=shown)
    told = s.rng.choice(s.town.of(shown=shown, calm=calm, slow=slow))
    s.file(told, spot, kind=kind)
    s.sort(told, spot)
    return told, spot


def working(
    s: Story,
    *,
    shown: bool = False,
    calm: bool = False,
    slow: bool = False,
    field: float = 0.4,
) -> None:
    opening(s, shown=shown, calm=calm, slow=slow)
    if shown or s.rng.random() < field:
        s.soon(0.2, 1.5)
        s.give_to_field()
    s.wait_share(0.05, 0.3)
    if s.rng.random() < 0.12:
        s.do(note, actor=s.owner, text=s.say("note", "en"))
    if s.rng.random() < 0.1:
        s.do(reply, actor=s.head, text=s.say("reply"))
    s.do(start, actor=s.owner)


def solved(s: Story, least: float = 0.3, most: float = 0.92) -> None:
    working(s)
    s.wait_share(least, most)
    s.solve()
