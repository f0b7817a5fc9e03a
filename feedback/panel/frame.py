"""Who can be drawn: read page by page, for a company has millions of consumers."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from complaints.models import Connection, ContactPoint
from complaints.people import EMAIL, PHONE
from feedback.models import Panel, PanelSeat
from feedback.panel.lot import Drawn, Group, Lot
from feedback.panel.size import seats
from notices.optouts import stopped
from officers.models import Area
from officers.trees import area_path, organisation_subtree, root_of

# Half a year: who sat in a panel, or was asked to, has peace so long.
REST = timedelta(days=183)
PAGE = 1000
# Message channels in which "stop" was said, of whatever way is known.
CHANNELS = ("sms", "email", "whatsapp")
Row = tuple[int, int | None, int, str]  # connection, citizen, area, kind


@dataclass(frozen=True)
class Frame:
    """`office_of`: area → the nearest one upwards that has an office, and its kind."""

    office_of: Mapping[int, tuple[int, str]]
    groups: Mapping[Group, int]
    total: int

    @property
    def consumers(self) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for (area, *_rest), n in self.groups.items():
            found[area] += n
        return dict(found)

    def group(self, area_id: int, kind: str) -> Group | None:
        office = self.office_of.get(area_id)
        return (*office, kind) if office else None


def frame_of(panel: Panel) -> Frame:
    """Counted anew each month: the weights of the areas."""
    offices = _offices()
    groups: dict[Group, int] = defaultdict(int)
    total = 0
    counted = _placed(panel).values_list("area_id", "kind").annotate(n=Count("pk"))
    for area_id, kind, n in counted.order_by():
        total += n
        if area_id in offices:
            groups[*offices[area_id], kind] += n
    return Frame(offices, dict(groups), total)


def _offices() -> dict[int, tuple[int, str]]:
    rows = Area.objects.values_list("pk", "kind", "office", "valid_to")
    known = {pk: (kind, office and end is None) for pk, kind, office, end in rows}
    found = {}
    for pk, (kind, _office) in known.items():
        path = (up for up in area_path(pk) if up in known and known[up][1])
        nearest = next(path, None)
        if nearest is not None:
            found[pk] = (nearest, kind)
    return found


def _placed(panel: Panel) -> QuerySet[Connection]:
    return Connection.objects.filter(
        organisation__in=organisation_subtree(panel.organisation_id),
        area__isnull=False,
    )


def draw_lot(panel: Panel, frame: Frame, step: Callable[[int], None]) -> Lot:
    """Everybody draws in the order of their keys; `step` is told how many have."""
    places = {area: seats(n) for area, n in frame.consumers.items()}
    lot, done = Lot(panel.seed, frame.groups, places), 0
    for page in _pages(panel):
        may = _may_be_asked(panel, {row[1] for row in page if row[1] is not None})
        for connection, citizen, area, kind in page:
            number, group = lot.number(), frame.group(area, kind)
            if group is not None and citizen is not None and citizen in may:
                lot.enter(group, number, Drawn(connection, citizen))
        done += len(page)
        step(done)
    return lot


def _pages(panel: Panel) -> Iterator[list[Row]]:
    rows, last = _placed(panel).order_by("pk"), 0
    while True:
        page = list(
            rows.filter(pk__gt=last).values_list("pk", "citizen_id", "area_id", "kind")[
                :PAGE
            ]
        )
        if page:
            yield page  # type: ignore[misc]  # the area is not null here
        if len(page) < PAGE:
            return
        last = page[-1][0]


def _may_be_asked(panel: Panel, citizens: Collection[int]) -> set[int]:
    """With a phone or an e-mail, not erased, rested, and not asked us to stop."""
    points = ContactPoint.objects.filter(
        citizen__in=citizens, citizen__erased_at=None, channel__in=(PHONE, EMAIL)
    ).values_list("citizen_id", "address")
    ways = list(points)
    root, addresses = root_of(panel.organisation_id), [way[1] for way in ways]
    silent = {
        address for channel in CHANNELS for address in stopped(channel, addresses, root)
    }
    wants_peace = {citizen for citizen, address in ways if address in silent}
    return (
        {citizen for citizen, _address in ways}
        - wants_peace
        - _resting(panel, citizens)
    )


def _resting(panel: Panel, citizens: Collection[int]) -> set[int]:
    """Asked in a panel of the last six months; in reserve nobody was disturbed."""
    begins: datetime = panel.begins_at
    rows = PanelSeat.objects.filter(citizen__in=citizens, drawn_at__gt=begins - REST)
    rows = rows.exclude(state=PanelSeat.State.RESERVE).exclude(panel_area__panel=panel)
    return set(rows.values_list("citizen_id", flat=True))
