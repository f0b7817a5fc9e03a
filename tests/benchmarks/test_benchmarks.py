"""The benchmarks still fit the desk they measure: everything once, on a small one."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from unittest import mock

import pytest
from django.test import TestCase

from benchmarks.client import run
from benchmarks.export import month
from benchmarks.generator import reference
from benchmarks.generator.generate import generate
from benchmarks.generator.vocabulary import IN_1_PERCENT
from benchmarks.measure import timed
from benchmarks.people import readers
from benchmarks.result import at_least, at_most, line, missing, summary
from benchmarks.server import free_port
from benchmarks.workloads import (
    asking,
    drain,
    lists,
    searching,
    small,
    sweeping,
    trials,
    web,
)
from benchmarks.workloads.queue import signed_in
from complaints.models import Complaint, Custody, Event
from complaints.number import check
from complaints.search import search
from complaints.status import OPEN_STATUSES, Status
from complaints.text import search_text
from operations.generation import forget_all

pytestmark = pytest.mark.long

SIZE = 500  # few of them are young enough to have their promise before them
END = datetime(2026, 11, 22, 6, tzinfo=UTC)


class GeneratorTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        forget_all()
        reference.load_presets(END)
        generate(SIZE, end=END, report=lambda _line: None)

    def setUp(self) -> None:
        forget_all()

    def test_it_makes_as_many_as_asked_over_two_years(self) -> None:
        rows = Complaint.objects.order_by("pk")
        assert rows.count() == SIZE
        moments = list(rows.values_list("registered_at", flat=True))
        assert moments == sorted(moments)
        assert (END - moments[0]).days > 700
        assert moments[-1] <= END

    def test_it_closes_eight_of_ten(self) -> None:
        old = Complaint.objects.filter(registered_at__lt=END.replace(month=10))
        closed = old.filter(status=Status.CLOSED).count()
        assert 0.7 < closed / old.count() < 0.9
        assert Complaint.objects.filter(status__in=OPEN_STATUSES).exists()

    def test_it_writes_what_the_door_would_have_written(self) -> None:
        for row in Complaint.objects.select_related("citizen"):
            assert check(row.number) == row.number
            whose = row.citizen.search_text if row.citizen else ""
            found = search_text(row.number, row.text, row.place, whose)
            assert row.search_text == found
            last = Event.objects.filter(complaint=row).order_by("-seq")[0]
            assert (last.seq, last.to_status) == (row.version, row.status)

    def test_it_keeps_the_ledger_without_a_gap(self) -> None:
        for row in Complaint.objects.all():
            legs = list(Custody.objects.filter(complaint=row).order_by("pk"))
            assert legs[0].from_at == row.registered_at
            for one, other in pairwise(legs):
                assert one.to_at == other.from_at

    def test_it_tells_the_same_story_again(self) -> None:
        def numbers() -> list[tuple[str, str]]:
            rows = Complaint.objects.order_by("pk")
            return list(rows.values_list("text", "status"))

        first = numbers()
        generate(SIZE, end=END, report=lambda _line: None)
        assert numbers()[SIZE:] == first


class WorkloadTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        forget_all()
        reference.load_presets(END)
        generate(SIZE, end=END, report=lambda _line: None)

    def setUp(self) -> None:
        forget_all()

    def test_it_sends_what_the_desk_takes(self) -> None:
        browser = web.client()
        secret = asking.token(END)
        asking.hook_account()
        forget_all()
        sent = [
            asking.intakes(1, secret)[0],
            asking.intakes(1, secret, by_words=True)[0],
            asking.hooks(1)[0],
            asking.statuses(1)[0],
        ]
        answers = [web.send(browser, request) for request in sent]
        assert answers == [201, 201, 200, 200]

    def test_it_sends_what_the_floor_takes(self) -> None:
        assert asking.floor_intakes(1)[0][0] == "POST"
        assert asking.floor_reads(3, SIZE)[2][1].startswith("/complaints/")
        assert asking.floor_lists(1)[0][1].startswith("/list/?")

    def test_it_drains_the_inbox(self) -> None:
        before = Complaint.objects.count()
        drain.fill(3, END, "few")
        done, _clock, _cpu = drain.work(5)
        assert done == 3
        assert Complaint.objects.count() > before

    def test_it_asks_for_lists_as_each_reader(self) -> None:
        everybody = readers(END)
        assert len(everybody) == 10
        reader = everybody[0]
        asked = next(lists.combinations(reader, END))
        for page, timing in lists.measured(asked, END, 1):
            assert page == "page 1"
            assert timing.sql <= 6
        answer = signed_in(reader).get("/admin/queue/?view=open")
        assert answer.status_code == 200

    def test_it_finds_words_and_people(self) -> None:
        reader = readers(END)[0]
        assert searching.found(reader, IN_1_PERCENT)
        for typed in searching.terms().values():
            searching.found(reader, typed)
        assert search(Complaint.objects.all(), IN_1_PERCENT).count() == SIZE // 100

    def test_it_picks_up_what_is_due(self) -> None:
        for _label, count, timing in sweeping.measured(END, 1):
            assert 0 < count <= sweeping.DUE
            assert timing.sql == 1

    def test_it_acts_on_what_is_due(self) -> None:
        with mock.patch.object(sweeping, "WARM", 1):
            found = {batch.label: batch for batch in sweeping.acted(END)}
        assert found["missed promises"].done + found["limits"].done > 0
        assert Event.objects.filter(kind="escalated", at__gt=END).exists()

    def test_it_tries_rules(self) -> None:
        found = {tried.label: tried for tried in trials.measured(END, 731)}
        assert len(found) == len(trials.CONDITIONS)
        for tried in found.values():
            assert 0 < tried.read < SIZE
            assert tried.of_many() > 0
        assert found["words"].matched > 0

    def test_it_matches_a_text_with_the_key_words_of_all_kinds(self) -> None:
        lexicon, pattern = small._lexicon()
        assert lexicon.match("big pothole near the gate")
        assert pattern.search("big pothole near the gate")

    def test_it_writes_the_month(self) -> None:
        assert month("csv", END)["rows"] == month("xlsx", END)["rows"] > 0


class TableTests:
    def test_it_says_what_is_met_and_what_is_not(self) -> None:
        rows = [
            at_most("W3", 12.0, 50, "ms"),
            at_least("W1c", 12.0, 60, "rows/s"),
            missing("W9", "not built"),
        ]
        assert summary(rows) == "met 1, missed 1 of 2"
        assert "MISSED" in line(rows[1])
        assert line(rows[2]).endswith("not built")

    def test_it_counts_a_server_that_is_not_there_as_errors(
        self, tmp_path: Path
    ) -> None:
        requests = tmp_path / "requests.json"
        requests.write_text('[["GET", "/", {}, ""]]')
        order = {
            "port": free_port(), "requests": str(requests), "clients": 2,
            "seconds": 0.05, "first": 0,
        }  # fmt: skip
        found = run(order)
        assert found["done"] == 0
        assert found["answers"].keys() == {"ConnectionRefusedError"}
        assert found["errors"] == sum(found["answers"].values())

    @pytest.mark.django_db
    def test_it_counts_time_on_the_processor(self) -> None:
        timing = timed(lambda: sum(range(100_000)), 3)
        assert timing.sql == 0
        assert 0 < timing.ms
