"""The causes of a month's low ratings as lines of a table, and as CSV."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import Http404
from django.utils import formats
from django.utils.translation import gettext as _

from complaints.actors import Actor
from complaints.cells import csv_lines
from feedback.causes import (
    Causes,
    Key,
    Span,
    causes_in,
    follow_ups_in,
    may_record,
    means_in,
    measures_of,
)
from feedback.intervals import Interval
from feedback.models import FollowUp, Measure
from officers import reference
from reports.lists import Listing, chosen_id
from reports.periods import Period, month_of
from reports.scope import counted

MONTHS_AFTER = 2
ALL, WAITING = "all", "waiting"


@dataclass(frozen=True)
class Line:
    key: Key
    organisation: str
    department: str
    causes: Causes
    means: list[Interval | None]  # of the month and those after it
    measure: Measure | None
    may: bool

    @property
    def reasons(self) -> list[int]:
        return [self.causes.found.get(reason, 0) for reason in FollowUp.Reason.values]

    @property
    def found(self) -> list[tuple[str, int]]:
        return list(zip(FollowUp.Reason.values, self.reasons, strict=True))

    @property
    def query(self) -> str:
        return f"organisation={self.key[0]}&department={self.key[1]}"

    @property
    def name(self) -> str:
        return f"{self.department}, {self.organisation}"


def months_from(period: Period) -> list[Period]:
    """The month of the figures, and those whose means are to show what came of it."""
    found = [month_of(period.first, period.zone)]
    while len(found) <= MONTHS_AFTER:
        found.append(month_of(found[-1].last + timedelta(days=1), period.zone))
    return found


def lines_of(actor: Actor, period: Period) -> list[Line]:
    months = months_from(period)
    complaints, spans = counted(actor), [_span(month) for month in months]
    causes = causes_in(complaints, spans[0])
    means = means_in(complaints, spans)
    measures = measures_of(actor, months[0].first)
    organisations = reference.organisations.get()
    departments = reference.departments.get()
    lines = [
        Line(
            key=key,
            organisation=organisations[key[0]].name,
            department=departments[key[1]].name if key[1] else _("Not sent yet"),
            causes=causes.get(key, Causes()),
            means=means.get(key, [None] * len(months)),
            measure=measures.get(key),
            may=key not in measures and may_record(actor, key),
        )
        for key in {*causes, *measures}
    ]
    return sorted(lines, key=lambda line: (-line.causes.low, line.name))


def behind(actor: Actor, period: Period, query: Mapping[str, str]) -> Listing:
    """The complaints of one number of the table. Raises Http404 for what is none."""
    why = query.get("why", "")
    labels = {ALL: _("Low ratings"), WAITING: _("Not yet followed up")}
    labels |= {code: str(label) for code, label in FollowUp.Reason.choices}
    asked, department = (
        _number(query, name) for name in ("organisation", "department")
    )
    organisation = reference.organisations.get().get(asked)
    if why not in labels or organisation is None:
        raise Http404
    month = months_from(period)[0]
    rows = follow_ups_in(counted(actor), _span(month)).filter(
        complaint__organisation=organisation.pk,
        complaint__department=department or None,
    )
    if why != ALL:
        rows = rows.filter(reason="" if why == WAITING else why)
    named = reference.departments.get().get(department)
    return Listing(
        labels[why],
        _("The citizen rated below the average in this month."),
        counted(actor).filter(pk__in=rows.values("complaint")),
        [month.label(), organisation.name, named.name if named else _("Not sent yet")],
    )


def _number(query: Mapping[str, str], name: str) -> int:
    typed = chosen_id(query.get(name, ""))
    if not typed.isdigit():
        raise Http404
    return int(typed)


def _span(month: Period) -> Span:
    return month.start, month.end


def by_reason(lines: Iterable[Line]) -> list[tuple[str, int]]:
    """All departments together, the most frequent first."""
    total: Counter[str] = Counter()
    for line in lines:
        total.update(line.causes.found)
    return [
        (str(FollowUp.Reason(reason).label), n) for reason, n in total.most_common()
    ]


def csv_of(lines: list[Line], period: Period) -> Iterator[str]:
    return csv_lines(_header(period), [_cells(line, period) for line in lines])


def _header(period: Period) -> list[str]:
    head = [_("Month"), _("Organisation"), _("Department"), _("Low ratings")]
    head += [str(label) for label in FollowUp.Reason.labels]
    head += [_("Not yet followed up"), _("Measure against"), _("Measure")]
    head += [_("Recorded by"), _("Recorded on")]
    for month in months_from(period):
        name = formats.date_format(month.first, "F Y")
        mean = _("Mean, %(month)s") % {"month": name}
        head += [mean, f"n {name}", f"{_('From')} {name}"]
        head += [f"{_('To')} {name}"]
    return head


def _cells(line: Line, period: Period) -> list[Any]:
    measure = line.measure
    cells: list[Any] = [period.slug, line.organisation, line.department]
    cells += [line.causes.low, *line.reasons, line.causes.waiting]
    if measure:
        reason = FollowUp.Reason(measure.reason).label
        cells += [reason, measure.text, measure.officer, measure.at.date()]
    else:
        cells += [""] * 4
    for mean in line.means:
        cells += _mean_cells(mean)
    return cells


def _mean_cells(mean: Interval | None) -> list[Any]:
    if mean is None:
        return ["", 0, "", ""]
    ends = (mean.middle, mean.low, mean.high)
    middle, low, high = (f"{end:.2f}" for end in ends)
    return [middle, mean.n, low, high]
