"""One door for an answer: once, and what it becomes at most once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.refusals import Conflict, Invalid, Refused
from feedback.intervals import Interval
from feedback.models import PanelArea, PanelItem, PanelSeat
from feedback.panel import asking, results
from feedback.panel.answering import answer
from feedback.panel.results import Compared, told, weighted
from tests.base import NOW, WorldTestCase, WorldTransactionTestCase
from tests.feedback.panels import MONTH, consumers, drawn, questions, seats

FINE = {"supply": "yes", "reading": "partly", "bill": "yes"}
LATER = NOW + timedelta(hours=3)


def by_link(seat: PanelSeat, **over: Any) -> list[Complaint]:
    citizen = Actor(kind="citizen", citizen_id=seat.citizen_id, by="web")
    given: dict[str, Any] = {
        **FINE,
        "channel": "web",
        "actor": citizen,
        "at": LATER,
    } | over
    return answer(seat, **given)


class AnswerTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)
        consumers(self.w, self.w.kothrud, 3, language="hi")
        self.panel = drawn(self.w)
        asking.tick(NOW)
        self.seat = seats(self.panel)[0]

    def kept(self) -> PanelSeat:
        return PanelSeat.objects.get(pk=self.seat.pk)

    def test_yes_and_partly_are_figures_only(self) -> None:
        assert by_link(self.seat, remark="ठीक है") == []
        kept = self.kept()
        assert (kept.state, kept.channel, kept.remark) == ("answered", "web", "ठीक है")
        assert (kept.supply, kept.reading, kept.bill) == ("yes", "partly", "yes")
        assert not Complaint.objects.exists()

    def test_a_no_becomes_a_complaint_of_its_kind(self) -> None:
        made = by_link(self.seat, supply="no", bill="no", remark="रोज़ दो घंटे")
        assert [each.category for each in made] == [self.w.no_water, self.w.resurfacing]
        for each in made:
            assert each.source.code == "panel" and each.kind == "complaint"
            assert each.citizen_id == self.seat.citizen_id
            assert each.connection_id == self.seat.connection_id
            assert each.area_id == self.w.kothrud.pk and each.language == "hi"
            assert "रोज़ दो घंटे" in each.text
        assert self.kept().made == [each.pk for each in made]

    def test_a_suggestion_becomes_a_suggestion(self) -> None:
        (made,) = by_link(self.seat, remark="बिल ईमेल से भेजें", suggestion=True)
        assert (made.kind, made.text) == ("suggestion", "बिल ईमेल से भेजें")
        assert made.category == self.w.resurfacing
        with pytest.raises(Invalid) as refused:
            by_link(seats(self.panel)[0], suggestion=True)
        assert refused.value.field == "remark"

    def test_both_are_made_once_and_apart(self) -> None:
        made = by_link(self.seat, supply="no", remark="बिल ईमेल से भेजें", suggestion=True)
        assert [each.kind for each in made] == ["complaint", "suggestion"]
        assert "ईमेल" not in made[0].text
        with pytest.raises(Conflict):
            by_link(self.seat, supply="no")
        assert Complaint.objects.count() == 2

    def test_without_a_kind_people_sort_it(self) -> None:
        PanelItem.objects.filter(item="supply").delete()
        (made,) = by_link(self.seat, supply="no")
        assert made.text.startswith("Monthly panel") or made.text

    def test_it_says_what_is_missing(self) -> None:
        for item in FINE:
            with pytest.raises(Invalid) as refused:
                by_link(self.seat, **{item: "maybe"})
            assert refused.value.field == item
        with pytest.raises(Invalid):
            by_link(self.seat, at=self.panel.closes_at)
        assert self.kept().state == "waiting"

    def test_silent_on_the_phone_may_answer_by_the_link(self) -> None:
        PanelSeat.objects.filter(pk=self.seat.pk).update(state="unreached")
        by_link(self.seat)
        assert self.kept().state == "answered"
        refused = seats(self.panel)[0]
        PanelSeat.objects.filter(pk=refused.pk).update(state="refused")
        with pytest.raises(Conflict):
            by_link(refused)

    def test_the_last_answer_wanted_ends_the_calls(self) -> None:
        PanelArea.objects.update(wanted=1)
        by_link(seats(self.panel)[0])
        assert {each.next_at for each in seats(self.panel)} == {self.panel.closes_at}


class ResultsTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)
        consumers(self.w, self.w.kothrud, 6)
        consumers(self.w, self.w.aundh, 3)
        self.panel = drawn(self.w)

    def test_it_tells_shares_with_n_and_interval(self) -> None:
        for place, seat in enumerate(seats(self.panel)):
            if seat.panel_area.area_id == self.w.kothrud.pk:
                by_link(seat, supply="no" if place % 6 == 0 else "yes")
            else:
                by_link(seat, supply="partly")
        found = told(PanelArea.objects.all(), MONTH)
        aundh, kothrud = found.lines
        counted = kothrud.result.items["supply"]
        assert (counted.yes, counted.partly, counted.no, counted.n) == (5, 0, 1, 6)
        share = counted.share
        assert share and share.low < 5 / 6 < share.high
        assert aundh.result.items["supply"].partly == 3
        assert [line.result.answered for line in found.lines] == [3, 6]
        whole = dict(found.total)["supply"].now
        assert whole and whole.n == 9
        assert whole.middle == pytest.approx((6 * 5 / 6 + 3 * 0) / 9)
        assert 0 <= whole.low < whole.middle < whole.high <= 1

    def test_large_areas_weigh_more(self) -> None:
        PanelArea.objects.filter(area=self.w.kothrud).update(consumers=900)
        PanelArea.objects.filter(area=self.w.aundh).update(consumers=100)
        for seat in seats(self.panel):
            yes = seat.panel_area.area_id == self.w.kothrud.pk
            by_link(seat, bill="yes" if yes else "partly")
        whole = dict(told(PanelArea.objects.all(), MONTH).total)["bill"].now
        assert whole and whole.middle == pytest.approx(0.9)

    def test_it_counts_who_did_not_answer(self) -> None:
        rows = seats(self.panel)
        for seat, state in zip(rows, ("refused", "unreached", "wrong"), strict=False):
            PanelSeat.objects.filter(pk=seat.pk).update(state=state)
        found = told(PanelArea.objects.all(), MONTH)
        names = ("asked", "answered", "refused", "unreached", "wrong", "waiting")
        assert [found.sum_of(name) for name in names] == [9, 0, 1, 1, 1, 6]
        assert weighted([line.result for line in found.lines], "supply") is None

    def test_it_compares_with_the_month_before(self) -> None:
        before = results.month_before(MONTH)
        type(self.panel).objects.update(month=before)
        found = told(PanelArea.objects.all(), MONTH)
        assert found.lines == [] and dict(found.total)["bill"].now is None

    def test_a_change_is_sure_or_may_be_chance(self) -> None:
        old, near, far = (
            Interval(0.5, 0.4, 0.6, 97), Interval(0.55, 0.45, 0.65, 97),
            Interval(0.8, 0.71, 0.87, 97),
        )  # fmt: skip
        assert (Compared(near, old).points, Compared(near, old).sure) == (5, False)
        assert (Compared(far, old).points, Compared(far, old).sure) == (30, True)
        assert Compared(old, far).sure and not Compared(None, old).sure

    def test_it_asks_a_fixed_number_of_statements(self) -> None:
        told(PanelArea.objects.all(), MONTH)
        with self.assertNumQueries(2):
            told(PanelArea.objects.all(), MONTH)


class RaceTests(WorldTransactionTestCase):
    def test_two_answers_at_once_are_one(self) -> None:
        questions(self.w)
        consumers(self.w, self.w.kothrud, 1)
        panel = drawn(self.w)
        asking.tick(NOW)
        key = seats(panel)[0].pk
        gate = Barrier(8)

        def try_it(n: int) -> str:
            mine = PanelSeat.objects.select_related(
                "panel_area__panel__organisation", "citizen", "connection__organisation"
            ).get(pk=key)
            gate.wait(timeout=60)
            try:
                by_link(mine, supply="no", remark=f"Number {n}", suggestion=True)
            except Refused as refused:
                return type(refused).__name__
            finally:
                connection.close()
            return "won"

        with ThreadPoolExecutor(8) as pool:
            outcomes = sorted(pool.map(try_it, range(8)))
        assert outcomes == ["Conflict"] * 7 + ["won"], outcomes
        assert Complaint.objects.count() == 2
        assert len(PanelSeat.objects.get().made) == 2
