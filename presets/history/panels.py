"""The area panel of the demonstration: one of last month with its answers, and one of
this month that waits for calls. The same every time."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import F

from complaints.actors import Actor
from feedback.models import Panel, PanelSeat
from feedback.panel.answering import answer
from feedback.panel.draw import draw, month_of, open_panel
from feedback.panel.items import ITEMS
from feedback.panel.results import month_before
from officers.models import Organisation
from presets.history.passing import pass_time
from presets.history.story import sent

# Two companies of the power preset: the month that is over, and the one that goes on.
OVER, GOES_ON = "KESCO", "MVVNL"
# Of a hundred who are asked, how it ends for them.
ENDS = {"answered": 46, "unreached": 38, "refused": 9, "wrong": 7}
# Answers of "no" are told through the door, for each becomes a complaint: a few do.
MOST_NO, NO_PERCENT = 4, 6
REMARKS = (
    "रोज़ शाम को एक-दो घंटे बिजली जाती है", "मीटर रीडर दो महीने से नहीं आया",
    "बिल आख़िरी तारीख़ के बाद मिला", "",
)  # fmt: skip
IDEAS = ("बिल व्हाट्सऐप पर भेजें", "कटौती की सूचना एक दिन पहले एसएमएस से दें")


def tell(now: datetime) -> None:
    """Nothing where they were told already, or without the companies."""
    houses = {
        row.code: row
        for row in Organisation.objects.filter(code__in=(OVER, GOES_ON), valid_to=None)
    }
    with transaction.atomic():
        if OVER in houses:
            _over(houses[OVER], now)
        if GOES_ON in houses:
            _goes_on(houses[GOES_ON], now)


def _over(house: Organisation, now: datetime) -> None:
    month = month_before(month_of(now, house))
    begins = datetime.combine(month, now.timetz()).replace(hour=5)
    panel = _drawn(house, begins + timedelta(days=15))
    if panel is None:
        return
    dice, nos = Random(f"panel {month}"), 0  # noqa: S311 (a story)
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for seat in _seats(panel):
        state = dice.choices(list(ENDS), list(ENDS.values()))[0]
        if state != PanelSeat.State.ANSWERED:
            alike[state, "", "", "", ""].append(seat.pk)
        elif nos < MOST_NO and dice.randrange(100) < NO_PERCENT:
            nos += 1
            _say_no(seat, dice, seat.drawn_at + timedelta(days=nos), now)
        else:
            said = (dice.choices(("yes", "partly"), (84, 16))[0] for _item in ITEMS)
            way = dice.choice(("web", "phone", "phone"))
            alike[state, way, *said].append(seat.pk)
    for (state, way, *answers), keys in alike.items():
        _write(keys, state, way, answers, dice)


def _write(
    keys: list[int], state: str, way: str, answers: list[str], dice: Random
) -> None:
    """A statement for all who end alike, for there are hundreds."""
    tried = state == PanelSeat.State.UNREACHED
    later = timedelta(days=1, minutes=dice.randint(0, 9 * 1440))
    PanelSeat.objects.filter(pk__in=keys).update(
        state=state,
        channel=way,
        asked_at=F("drawn_at"),
        answered_at=F("drawn_at") + later if way else None,
        tries=3 if tried else 0,
        hours=[10, 14, 17] if tried else [],
        **{str(item): said for item, said in zip(ITEMS, answers, strict=True)},
    )


def _say_no(seat: PanelSeat, dice: Random, at: datetime, now: datetime) -> None:
    PanelSeat.objects.filter(pk=seat.pk).update(asked_at=seat.drawn_at)
    wrong, idea = dice.choice(ITEMS), dice.random() < 0.25
    given = {str(item): "no" if item == wrong else "yes" for item in ITEMS}
    made = answer(
        seat,
        **given,
        remark=dice.choice(IDEAS if idea else REMARKS),
        suggestion=idea,
        channel="web",
        actor=Actor(kind="citizen", citizen_id=seat.citizen_id, by="web"),
        at=at,
    )
    for complaint in made:
        complaint.refresh_from_db()
        pass_time(complaint, since=at, until=now)
        sent(complaint.pk, now)


def _goes_on(house: Organisation, now: datetime) -> None:
    """Their messages went yesterday, as it were: nobody's phone is full of them."""
    panel = _drawn(house, now)
    if panel is not None:
        rows = PanelSeat.objects.filter(panel_area__panel=panel, asked_at=None)
        waiting = rows.filter(state=PanelSeat.State.WAITING)
        waiting.update(asked_at=now - timedelta(days=1), next_at=now)


def _drawn(house: Organisation, at: datetime) -> Panel | None:
    month = month_of(at, house)
    panel = open_panel(house, month, at, seed=f"demo {house.code} {month}")
    if panel is not None:
        draw(panel, at)
    return panel


def _seats(panel: Panel) -> list[PanelSeat]:
    rows = PanelSeat.objects.filter(
        panel_area__panel=panel, state=PanelSeat.State.WAITING
    ).select_related(
        "panel_area__panel__organisation", "citizen", "connection__area",
        "connection__organisation",
    )  # fmt: skip
    rows = rows.defer("connection__area__boundary")
    return list(rows.prefetch_related("citizen__contacts").order_by("pk"))
