"""Consumers with connections, for the tests of the area panel."""

from datetime import datetime
from typing import Any

from complaints.models import Citizen, Connection, ContactPoint, Source
from feedback.models import Panel, PanelItem, PanelSeat
from feedback.panel.draw import draw, open_panel
from officers.models import Area
from tests.base import NOW, World, names

MONTH = NOW.date().replace(day=1)


def questions(w: World) -> None:
    Source.objects.get_or_create(code="panel", defaults={"names": names("Panel")})
    for item, category in (
        ("supply", w.no_water), ("reading", w.pothole), ("bill", w.resurfacing),
        ("suggestion", w.resurfacing),
    ):  # fmt: skip
        PanelItem.objects.create(organisation=w.pune, item=item, category=category)


def consumers(
    w: World, area: Area, n: int, *, kind: str = "domestic", language: str = "en"
) -> list[Connection]:
    """Each with a phone of their own."""
    first = Connection.objects.count()
    found = []
    for i in range(first, first + n):
        citizen = Citizen.objects.create(
            root=w.pune, name=f"Consumer {i}", language=language, created_at=NOW
        )
        ContactPoint.objects.create(
            citizen=citizen, root=w.pune, channel="phone",
            address=f"+9199999{60000 + i}", verified_at=NOW,
        )  # fmt: skip
        found.append(
            Connection.objects.create(
                organisation=w.pune,
                number=f"77{i:08d}",
                citizen=citizen,
                area=area,
                address="Karve Road",
                kind=kind,
            )
        )
    return found


def drawn(w: World, at: datetime = NOW, seed: str = "seed", **over: Any) -> Panel:
    month = over.pop("month", at.date().replace(day=1))
    panel = open_panel(w.pune, month, at, seed)
    assert panel is not None
    draw(panel, at)
    return panel


def seats(panel: Panel, state: str = "waiting") -> list[PanelSeat]:
    rows = PanelSeat.objects.filter(panel_area__panel=panel, state=state)
    return list(
        rows.select_related(
            "panel_area__panel__organisation", "citizen", "connection__organisation",
            "connection__area",
        ).order_by("panel_area", "place")
    )  # fmt: skip
