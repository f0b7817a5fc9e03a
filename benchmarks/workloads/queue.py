"""W3, W3c, W5: lists, searches and the agents' page, each at its worst."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.test import Client

from benchmarks.bench import BIG, Bench
from benchmarks.measure import Stopwatch, Timing, timed
from benchmarks.people import Reader
from benchmarks.result import Row, at_most
from benchmarks.workloads import lists, searching
from benchmarks.workloads.lists import Asked
from helpline import queues
from operations.keyset import PAGE_SIZE

LIST_MS, LIST_SQL = 50.0, 6
SEARCH_MS = 50.0
PAGE_MS, PAGE_SQL = 60.0, 8
SUSPECT_MS = 30.0
WORST = 8
PAIR = 2  # filters at once


def queue_filters(bench: Bench) -> Iterator[Row]:
    """Every view with every one and two filters, and with all five."""
    found: list[tuple[float, Asked]] = []
    for reader in bench.readers:
        for asked in lists.combinations(reader, bench.at):
            if bench.size >= BIG or asked.filters_set() != PAIR:
                found.append((_first_page(asked, bench), asked))
    found.sort(key=lambda each: -each[0])
    over = sum(ms > LIST_MS for ms, _ in found)
    worst = [f"{ms:.0f} ms {asked}" for ms, asked in found[:WORST]]
    yield at_most(
        f"W3 queue, page 1, worst of {len(found):,} combinations", found[0][0],
        LIST_MS, "ms", note=f"{over} over; {worst[0]}", worst=worst,
    )  # fmt: skip
    yield from _deep(bench, [asked for _, asked in found[:WORST]])


def _first_page(asked: Asked, bench: Bench) -> float:
    watch = Stopwatch()
    asked.page(bench.at)
    ms = watch.cpu() * 1000
    if ms > SUSPECT_MS:
        ms = timed(lambda: asked.page(bench.at), 3).ms
    return ms


def _deep(bench: Bench, worst: list[Asked]) -> Iterator[Row]:
    """Deep and last pages: of what was worst, and of each plain list of everything."""
    plain = [
        Asked(reader, view, queues.Filters())
        for reader in bench.readers
        for view in ("open", "late", "resolved")
    ]
    timings: list[tuple[str, Timing, Asked]] = [
        (page, timing, asked)
        for asked in (*worst, *plain)
        for page, timing in lists.measured(asked, bench.at, bench.times)
        if page != "page 1"
    ]
    for page in ("page 100", "last page"):
        here = [(t.ms, str(asked)) for name, t, asked in timings if name == page]
        if here:
            ms, which = max(here)
            name = f"W3 queue, {page}, worst of {len(here)}"
            yield at_most(name, ms, LIST_MS, "ms", note=which)
    sql = max((timing.sql for _, timing, _ in timings), default=0)
    yield at_most("W3 queue, SQL of one page of rows", sql, LIST_SQL, "SQL")


def search(bench: Bench) -> Iterator[Row]:
    by_term: dict[str, list[tuple[float, str, int]]] = {}
    for term, reader, timing, rows in searching.measured(bench.readers, bench.times):
        by_term.setdefault(term, []).append((timing.ms, reader.label, rows))
    for term, timings in by_term.items():
        ms, reader_label, rows = max(timings)
        best = min(timings)[0]
        yield at_most(
            f"W3c search, {term}, worst of {len(timings)} readers", ms, SEARCH_MS, "ms",
            note=f"{reader_label}, {rows} rows; best {best:.0f} ms",
            readers={label: one for one, label, _ in timings},
        )  # fmt: skip


def pages(bench: Bench) -> Iterator[Row]:
    """The whole page through the real view; Django's test client, so no network."""
    for reader in bench.readers:
        browser = signed_in(reader)
        found: list[tuple[float, int, str]] = []
        for address in _addresses(reader, bench):
            timing = timed(lambda b=browser, a=address: b.get(a), bench.times)  # type: ignore[misc]  # mypy cannot infer it
            found.append((timing.ms, timing.sql, address))
        ms, _, address = max(found)
        sql = max(count for _, count, _ in found)
        name = f"W5 queue page of {reader.label}, worst of {len(found)}"
        note = f"{address[:60]}; best {min(found)[0]:.0f} ms"
        yield at_most(name, ms, PAGE_MS, "ms", note=note)
        yield at_most(f"W5 its SQL, {reader.label}", sql, PAGE_SQL, "SQL")


def signed_in(reader: Reader) -> Client:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(reader.officer)
    return browser


def _addresses(reader: Reader, bench: Bench) -> Iterator[str]:
    for view in queues.views_for(reader.actor.roles()):
        yield f"/admin/queue/?view={view.slug}"
    asked = Asked(reader, "open", queues.Filters())
    count = asked.rows(bench.at).count()
    for place in (lists.PAGE_100, count - PAGE_SIZE):
        if PAGE_SIZE < place < count:
            after = asked.cursor_at(bench.at, place)
            yield "/admin/queue/?" + urlencode({"view": "open", "after": after})
