"""W3 by API: every filter of GET /api/v1/complaints/ alone and in pairs."""

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.test import Client

from benchmarks.bench import BIG, Bench
from benchmarks.measure import Stopwatch, timed
from benchmarks.people import Reader, readers
from benchmarks.result import Row, at_most
from complaints.models import Complaint
from complaints.status import OPEN_STATUSES, WAITING_STATUSES, Status
from officers.models import Posting
from officers.tokens import make_token

LIST_MS, LIST_SQL = 50.0, 6
SUSPECT_MS = 30.0
LARGE_PAGE, DEEP = 200, 25  # the 25th page of 200 begins at row 4,801
WHO = ("PMC agent", "PMC officer", "UPPCL agent")


def api_lists(bench: Bench) -> Iterator[Row]:
    found: list[tuple[float, str, dict[str, str], Browser]] = []
    for reader in readers(bench.at):
        if reader.label not in (WHO if bench.size >= BIG else WHO[:1]):
            continue
        browser = Browser(reader, bench)
        for asked in _asked(reader):
            found.append((browser.ms(asked), reader.label, asked, browser))
    found.sort(key=lambda each: -each[0])
    ms, label, asked, _ = found[0]
    over = sum(each[0] > LIST_MS for each in found)
    yield at_most(
        f"W3 API list, worst of {len(found)} combinations", ms, LIST_MS, "ms",
        note=f"{over} over; {label} {_named(asked)}",
        worst=[f"{one:.0f} ms {who} {_named(a)}" for one, who, a, _ in found[:8]],
    )  # fmt: skip
    deep = [(b.deep(a), who, a) for _, who, a, b in found[:4]]
    deep += [(b.deep({}), who, {}) for _, who, a, b in found if not a]
    ms, label, asked = max(deep, key=lambda each: each[0])
    yield at_most(
        "W3 API list, 25th page of 200", ms, LIST_MS, "ms", note=f"{label} {asked}"
    )
    sql = max(browser.sql for _, _, _, browser in found)
    yield at_most("W3 API list, SQL", sql, LIST_SQL, "SQL", note="token and limit too")


def _named(asked: dict[str, str]) -> str:
    return urlencode(asked) or "no filter"


class Browser:
    """A program with a token of the reader's."""

    def __init__(self, reader: Reader, bench: Bench) -> None:
        posting = Posting.objects.filter(officer=reader.officer).order_by("pk")[0]
        _row, secret = make_token(
            reader.officer, organisation=posting.organisation, name="benchmarks",
            expires_at=bench.at.replace(year=bench.at.year + 1), at=bench.at,
            requests_per_minute=10_000_000,
        )  # fmt: skip
        self._client = Client(
            SERVER_NAME="127.0.0.1", HTTP_AUTHORIZATION=f"Bearer {secret}"
        )
        self.sql = 0

    def get(self, asked: dict[str, str]) -> Any:
        answer = self._client.get("/api/v1/complaints/", asked)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} {asked} {answer.content!r}")
        return json.loads(answer.content)

    def ms(self, asked: dict[str, str]) -> float:
        watch = Stopwatch()
        self.get(asked)
        ms = watch.cpu() * 1000
        if ms > SUSPECT_MS:
            timing = timed(lambda: self.get(asked), 3)
            self.sql = max(self.sql, timing.sql)
            ms = timing.ms
        return ms

    def deep(self, asked: dict[str, str]) -> float:
        page: dict[str, str] = asked | {"page_size": str(LARGE_PAGE)}
        for _ in range(DEEP - 1):
            cursor = self.get(page)["next"]
            if not cursor:
                break
            page["cursor"] = _cursor(cursor)
        return timed(lambda: self.get(page), 3).ms


def _cursor(following: str) -> str:
    """The cursor itself, whether the answer holds it or the whole address."""
    from urllib.parse import parse_qs, urlsplit

    query = parse_qs(urlsplit(following).query)
    return query["cursor"][0] if "cursor" in query else following


def _asked(reader: Reader) -> Iterator[dict[str, str]]:
    single = list(_single(reader))
    yield {}
    yield from ({name: value} for name, value in single)
    for one, other in combinations(single, 2):
        asked = dict((one, other))
        if one[0] != other[0] and not _refused(asked):
            yield asked


def _refused(asked: dict[str, str]) -> bool:
    """What is done has no promised date to go by: 400."""
    done = set(Status.values) - {*OPEN_STATUSES, *WAITING_STATUSES}
    return "order" in asked and asked.get("status", "") in done


def _single(reader: Reader) -> Iterator[tuple[str, str]]:
    """Each filter with its commonest and its rarest value."""
    held = Complaint.objects.held_by(reader.actor).order_by()
    for name, column in (
        ("status", "status"), ("category", "category__code"), ("area", "area__code"),
        ("department", "department__code"), ("source", "source__code"),
    ):  # fmt: skip
        counted = held.exclude(**{f"{column}": None}).values_list(column)
        rows = list(counted.annotate(count=Count("pk")).order_by("-count"))
        for value in dict.fromkeys((rows[0][0], rows[-1][0])):
            yield name, str(value)
    yield "late", "true"
    yield "order", "due"
    yield "held", "ever"
