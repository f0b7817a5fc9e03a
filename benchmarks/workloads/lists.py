"""W3 and W5: the agents' queue, every view and filter, first page, deep and last."""

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import product

from django.db.models import Count

from benchmarks.measure import Timing, timed
from benchmarks.people import Reader
from complaints.models import Complaint
from complaints.scope import ComplaintQuerySet
from helpline import choices, queues
from helpline.keyset import BY_DUE, Page
from helpline.queues import Filters, Moment
from operations.keyset import PAGE_SIZE

PAGE_100 = 99 * PAGE_SIZE


@dataclass(frozen=True)
class Asked:
    """One list as somebody asks for it."""

    reader: Reader
    view: str
    filters: Filters
    label: str = ""

    def rows(self, at: datetime) -> ComplaintQuerySet:
        moment = Moment(self.reader.officer, self.reader.actor, at)
        rows = queues.rows_of(queues.BY_SLUG[self.view], moment)
        return self.filters.apply(
            rows.filter(due_at__isnull=False),
            queues.organisations_of(self.reader.actor),
            moment,
        )

    def page(self, at: datetime, after: str = "") -> Page[Complaint]:
        return queues.page(self.rows(at), after=after)

    def cursor_at(self, at: datetime, place: int) -> str:
        """The cursor that the `place`-th row would give; found the slow way, once."""
        rows = self.rows(at).order_by(*BY_DUE.fields).values_list("pk", flat=True)
        both = list(rows[place - 1 : place + 1])
        return BY_DUE.page(Complaint.objects.filter(pk__in=both), size=1).after

    def filters_set(self) -> int:
        return sum(value not in {"", None} for value in astuple(self.filters))

    def __str__(self) -> str:
        return f"{self.reader.label}, {self.view}{self.label}"


def pages(asked: Asked, at: datetime) -> Iterator[tuple[str, Callable[[], object]]]:
    """Page 1, page 100 and the last, as far as there are so many."""
    yield "page 1", lambda: asked.page(at)
    count = asked.rows(at).count()
    if count > PAGE_100 + PAGE_SIZE:
        deep = asked.cursor_at(at, PAGE_100)
        yield "page 100", lambda: asked.page(at, deep)
    if count > 2 * PAGE_SIZE:
        last = asked.cursor_at(at, count - PAGE_SIZE)
        yield "last page", lambda: asked.page(at, last)


def measured(asked: Asked, at: datetime, times: int) -> Iterator[tuple[str, Timing]]:
    for page, call in pages(asked, at):
        yield page, timed(call, times)


# Every combination -------------------------------------------------------------


def combinations(reader: Reader, at: datetime) -> Iterator[Asked]:
    """Each view with up to two filters, each filter at its commonest and at its
    rarest value, and with all five at either."""
    values = _values(reader, at)
    all_five = [tuple(each[1] for each in values.values() if len(each) > 1)]
    all_five.append(tuple(each[-1] for each in values.values()))
    for view in queues.views_for(reader.actor.roles()):
        for chosen in product(*values.values()):
            given = dict(zip(values, chosen, strict=True))
            if sum(map(bool, chosen)) > 2 and chosen not in all_five:
                continue
            label = "".join(
                f" {name}={value}" for name, value in given.items() if value
            )
            yield Asked(reader, view.slug, Filters.read(given), label)


def _values(reader: Reader, at: datetime) -> dict[str, list[str]]:
    held = Complaint.objects.held_by(reader.actor).open()
    groups = {
        row.pk: row.group_code
        for row in choices.categories_below(
            queues.organisations_of(reader.actor), at.date()
        )
    }
    return {
        "horizon": _extremes(held, "horizon"),
        "criticality": _extremes(held, "criticality"),
        "group": ["", *dict.fromkeys(
            groups[int(pk)]
            for pk in _extremes(held, "category_id")[1:]
            if int(pk) in groups
        )],
        "office": _extremes(held, "office_id"),
        "source": _extremes(held, "source_id"),
    }  # fmt: skip


def _extremes(rows: ComplaintQuerySet, name: str) -> list[str]:
    counted = rows.order_by().values_list(name).annotate(count=Count("pk"))
    found = [str(value) for value, _ in counted.order_by("-count") if value]
    return ["", *dict.fromkeys([found[0], found[-1]])] if found else [""]
