"""Ratings of a period by office, category and way of asking.

People are kinder to a voice than to a form, so answers to a person or a machine on the
phone are never mixed with written ones: two means stand side by side, each with how
many gave it and how sure it is. Fewer than 30 get no rank.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actors import Actor
from complaints.models import Category, Source
from feedback.intervals import Interval, mean_interval
from feedback.models import Rating, RatingRequest
from feedback.office_flags import flagged
from officers.models import Area
from officers.names import localised
from reports.figures import NONE, narrowed
from reports.lists import Listing, category_named, chosen_id, office_named
from reports.periods import Period
from reports.scope import counted

WRITTEN, SPOKEN = "written", "spoken"
BY_VOICE = ("phone", "voice", "ivr")
WAYS: dict[str, str | Promise] = {
    WRITTEN: gettext_lazy("In writing"),
    SPOKEN: gettext_lazy("On the phone"),
}
Scores = dict[int, int]  # how many gave each score


@dataclass(frozen=True)
class Mean:
    """One cell: the mean of one way of asking, as sure as it is."""

    sure: Interval | None
    query: str
    rank: int | None = None
    below: bool = False  # the shrunk mean stands out (feedback/office_flags.py)


@dataclass(frozen=True)
class Line:
    label: str
    means: list[Mean]  # in the order of WAYS


@dataclass(frozen=True)
class Ratings:
    asked: int
    answered: int
    whole: Line
    offices: list[Line]
    categories: list[Line]
    channels: list[Line]


def told(actor: Actor, period: Period) -> Ratings:
    by_channel = _counted(actor, period, "channel")
    whole: dict[Any, dict[str, Scores]] = {"": defaultdict(dict)}
    for ways in by_channel.values():
        for way, scores in ways.items():
            whole[""][way] = _sum([whole[""][way], scores])
    asked = RatingRequest.objects.filter(
        _of(actor),
        second=False,
        asked_at__gte=period.start,
        asked_at__lt=period.end,
    ).aggregate(
        asked=Count("pk"), answered=Count("pk", filter=Q(used_at__isnull=False))
    )
    parents = whole[""]
    return Ratings(
        asked=asked["asked"],
        answered=asked["answered"],
        whole=_line(_("All together"), parents, period, {}),
        offices=_offices(actor, period, parents),
        categories=_categories(actor, period),
        channels=_channels(by_channel, period),
    )


def given_in(actor: Actor, period: Period) -> QuerySet[Rating]:
    """First ratings of the period; a second one is shown beside its follow-up."""
    return Rating.objects.filter(
        _of(actor),
        second=False,
        at__gte=period.start,
        at__lt=period.end,
    )


def _of(actor: Actor) -> Q:
    """From the ratings of a month to their complaints, not from all complaints."""
    return Q(Exists(counted(actor).filter(pk=OuterRef("complaint"))))


def _counted(actor: Actor, period: Period, by: str) -> dict[Any, dict[str, Scores]]:
    rows = (
        given_in(actor, period)
        .values(by, "channel", "score")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[Any, dict[str, Scores]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        scores = found[row[by]][way_of(row["channel"])]
        scores[row["score"]] = scores.get(row["score"], 0) + row["n"]
    return found


def way_of(channel: str) -> str:
    return SPOKEN if channel in BY_VOICE else WRITTEN


def _sum(parts: Iterable[Scores]) -> Scores:
    total: Scores = defaultdict(int)
    for part in parts:
        for score, n in part.items():
            total[score] += n
    return dict(total)


def _line(
    label: str,
    ways: Mapping[str, Scores],
    period: Period,
    narrow: dict[str, str],
    parents: Mapping[str, Scores] | None = None,
) -> Line:
    means = []
    for way in WAYS:
        scores = ways.get(way, {})
        query = f"{period.query}&{urlencode({'way': way} | narrow)}"
        below = bool(parents) and _below(scores, (parents or {}).get(way, {}))
        means.append(Mean(mean_interval(scores), query, below=below))
    return Line(label, means)


def _below(scores: Scores, parent: Scores) -> bool:
    whole = mean_interval(parent)
    if whole is None:
        return False
    given = sum(score * n for score, n in scores.items())
    return flagged(given, sum(scores.values()), whole.middle)


def _offices(actor: Actor, period: Period, parents: Mapping[str, Scores]) -> list[Line]:
    found = _counted(actor, period, "office")
    wanted = Area.objects.only("names", "level_names")
    names = wanted.in_bulk([pk for pk in found if pk])
    lines = [
        _line(
            names[pk].office_name() if pk else _("Not sent yet"),
            ways, period, {"office": str(pk or NONE)}, parents,
        )
        for pk, ways in found.items()
    ]  # fmt: skip
    return _ranked(sorted(lines, key=lambda line: line.label))


def _ranked(lines: list[Line]) -> list[Line]:
    """A place among those with enough ratings, each way for itself; alike share it."""
    for place in range(len(WAYS)):
        sure = [line.means[place].sure for line in lines]
        enough = sorted(
            (each.middle for each in sure if each and not each.few), reverse=True
        )
        for line in lines:
            mean = line.means[place]
            if mean.sure and not mean.sure.few:
                rank = enough.index(mean.sure.middle) + 1
                line.means[place] = Mean(mean.sure, mean.query, rank, mean.below)
    return lines


def _categories(actor: Actor, period: Period) -> list[Line]:
    found = _counted(actor, period, "category")
    names = dict(
        Category.objects.filter(pk__in=[pk for pk in found if pk]).values_list(
            "pk", "names"
        )
    )
    lines = [
        _line(
            localised(names[pk]) if pk else _("Not sorted yet"),
            ways, period, {"category": str(pk or NONE)},
        )
        for pk, ways in found.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.label)


def _channels(found: Mapping[str, Mapping[str, Scores]], period: Period) -> list[Line]:
    names = dict(
        Source.objects.filter(code__in=list(found)).values_list("code", "names")
    )
    return [
        _line(
            localised(names[code]) if code in names else code,
            ways, period, {"channel": code},
        )
        for code, ways in sorted(found.items())
    ]  # fmt: skip


def behind(actor: Actor, period: Period, query: Mapping[str, str]) -> Listing:
    """The rated complaints of one cell. Raises Http404 for what is none."""
    way = query.get("way", "")
    if way not in WAYS:
        raise Http404
    office = chosen_id(query.get("office", ""))
    category = chosen_id(query.get("category", ""))
    spoken = Q(channel__in=BY_VOICE)
    rows = given_in(actor, period).filter(
        spoken if way == SPOKEN else ~spoken,
        narrowed("office", office),
        narrowed("category", category),
    )
    parts = [period.label()]
    if query.get("channel"):
        rows = rows.filter(channel=query["channel"])
        source = Source.objects.filter(code=query["channel"]).order_by("pk").first()
        parts.append(source.name if source else query["channel"])
    if office:
        parts.append(office_named(office))
    if category:
        parts.append(category_named(category))
    return Listing(
        WAYS[way],
        _("The citizen gave a rating in the period, from 1 (lowest) to 5."),
        counted(actor).filter(pk__in=rows.values("complaint")),
        parts,
    )
