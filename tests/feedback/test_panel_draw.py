"""The lot: reproducible from its seed, rested, in proportion, once a month."""

from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Citizen, Connection, ContactPoint
from complaints.refusals import Invalid
from feedback.models import Panel, PanelArea, PanelSeat
from feedback.panel import draw as drawing
from feedback.panel.draw import draw, open_panel, tick
from feedback.panel.lot import Drawn, Lot
from notices.models import OptOut
from operations import hourly
from operations.models import Job
from operations.running import run_waiting
from tests.base import NOW, WorldTestCase
from tests.feedback.panels import MONTH, consumers, drawn, questions, seats

State = PanelSeat.State
MIDDLE = datetime.fromisoformat("2026-11-15T07:00:00+05:30")


class LotTests:
    GROUPS = {(1, "urban", "domestic"): 900, (1, "rural", "farm"): 100}

    def lot(self, seed: str) -> list[int]:
        lot = Lot(seed, self.GROUPS, {1: 100})
        for who in range(1000):
            group = (1, "rural", "farm") if who % 10 == 0 else (1, "urban", "domestic")
            lot.enter(group, lot.number(), Drawn(who, who))
        ((_area, chosen),) = lot.seated()
        return [each.connection_id for each in chosen]

    def test_the_same_seed_gives_the_same_seats(self) -> None:
        assert self.lot("one") == self.lot("one") != self.lot("two")

    def test_every_beginning_is_in_proportion(self) -> None:
        chosen = self.lot("one")
        assert len(chosen) == 100
        for length in (10, 20, 50, 100):
            farms = sum(who % 10 == 0 for who in chosen[:length])
            assert abs(farms - length / 10) <= 1

    def test_everybody_may_win(self) -> None:
        often = Counter(who for n in range(300) for who in self.lot(str(n)))
        assert len(often) == 1000
        assert max(often.values()) < 3 * min(often.values()) + 20

    def test_who_cannot_be_asked_leaves_the_others_their_numbers(self) -> None:
        lot = Lot("one", self.GROUPS, {1: 1000})
        for who in range(1000):
            number = lot.number()
            if who != 500:
                group = (1, "urban", "domestic")
                lot.enter(group, number, Drawn(who, who))
        ((_area, chosen),) = lot.seated()
        assert 500 not in {each.connection_id for each in chosen}


class DrawTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)

    def order(self, panel: Panel) -> list[int]:
        rows = PanelSeat.objects.filter(panel_area__panel=panel)
        found = rows.order_by("panel_area__area", "place")
        return list(found.values_list("connection_id", flat=True))

    def test_it_asks_each_office_for_its_share(self) -> None:
        consumers(self.w, self.w.kothrud, 40)
        consumers(self.w, self.w.sus, 3)  # a village that Aundh answers for
        panel = drawn(self.w)
        rows = {row.area_id: row for row in PanelArea.objects.filter(panel=panel)}
        kothrud, aundh = rows[self.w.kothrud.pk], rows[self.w.aundh.pk]
        assert (kothrud.consumers, kothrud.wanted, kothrud.drawn) == (40, 29, 40)
        assert (aundh.consumers, aundh.wanted) == (3, 3)
        assert panel.drawn_at == NOW

    def test_it_finds_the_same_again_from_its_seed(self) -> None:
        consumers(self.w, self.w.kothrud, 60)
        panel = drawn(self.w, seed="abc")
        before = self.order(panel)
        PanelSeat.objects.all().delete()
        PanelArea.objects.all().delete()
        Panel.objects.all().delete()
        assert self.order(drawn(self.w, seed="abc")) == before
        assert len(set(before)) == len(before)

    def test_it_goes_on_where_it_was_interrupted(self) -> None:
        consumers(self.w, self.w.kothrud, 20)
        panel = drawn(self.w)
        before = self.order(panel)
        Panel.objects.update(drawn_at=None)
        panel.refresh_from_db()
        draw(panel, NOW)
        assert self.order(panel) == before

    def test_it_leaves_in_peace_who_was_asked_in_half_a_year(self) -> None:
        # so many that some stay in reserve
        consumers(self.w, self.w.kothrud, 300)
        first = drawn(self.w, at=NOW - timedelta(days=30))
        asked = {seat.citizen_id for seat in seats(first)}
        reserve = {seat.citizen_id for seat in seats(first, State.RESERVE)}
        assert asked and reserve
        second = drawn(self.w)
        again = {
            seat.citizen_id for seat in (*seats(second), *seats(second, "reserve"))
        }
        assert not again & asked
        assert reserve & again
        later = open_panel(self.w.pune, date(2027, 6, 1), NOW + timedelta(days=200))
        assert later is not None
        draw(later, NOW + timedelta(days=200))
        third = {seat.citizen_id for seat in (*seats(later), *seats(later, "reserve"))}
        assert third & asked

    def test_it_skips_who_cannot_or_will_not_be_asked(self) -> None:
        rows = consumers(self.w, self.w.kothrud, 5)
        mute, silent, gone, nobody, fine = rows
        ContactPoint.objects.filter(citizen=mute.citizen).delete()
        assert silent.citizen and gone.citizen and fine.citizen
        OptOut.objects.create(
            organisation=self.w.pune, channel="sms", since=NOW,
            address=silent.citizen.contacts.get().address,
        )  # fmt: skip
        Citizen.objects.filter(pk=gone.citizen.pk).update(erased_at=NOW)
        Connection.objects.filter(pk=nobody.pk).update(citizen=None)
        panel = drawn(self.w)
        assert self.order(panel) == [fine.pk]
        assert PanelArea.objects.get(panel=panel).consumers == 5  # all weigh

    def test_a_person_sits_once_whatever_they_hold(self) -> None:
        one, two = consumers(self.w, self.w.kothrud, 2)
        Connection.objects.filter(pk=two.pk).update(citizen=one.citizen)
        assert len(self.order(drawn(self.w))) == 1

    def test_a_month_has_one_panel(self) -> None:
        consumers(self.w, self.w.kothrud, 2)
        drawn(self.w)
        assert open_panel(self.w.pune, MONTH, NOW) is None

    def test_it_is_drawn_for_now_only(self) -> None:
        for month in (date(2026, 9, 1), date(2026, 12, 1)):
            with pytest.raises(Invalid):
                open_panel(self.w.pune, month, NOW)

    def test_it_reads_page_by_page(self) -> None:
        consumers(self.w, self.w.kothrud, 7)
        panel = open_panel(self.w.pune, MONTH, NOW, "seed")
        assert panel is not None
        steps: list[tuple[int, int]] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("feedback.panel.frame.PAGE", 3)
            draw(panel, NOW, lambda done, total: steps.append((done, total)))
        assert steps == [(0, 7), (3, 7), (6, 7), (7, 7)]


class MonthlyTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        hourly.forget()
        consumers(self.w, self.w.kothrud, 4)

    def test_the_middle_of_the_month_draws_by_itself(self) -> None:
        questions(self.w)
        assert tick(MIDDLE - timedelta(days=2)) == 0
        assert tick(MIDDLE) == 1
        job = Job.objects.get(kind=drawing.KIND)
        run_waiting(clock=lambda: MIDDLE)
        job.refresh_from_db()
        assert (job.state, job.progress, job.total) == ("done", 4, 4)
        panel = Panel.objects.get()
        assert (panel.organisation, panel.month) == (self.w.pune, MONTH)
        assert len(seats(panel)) == 4
        hourly.forget()
        assert tick(MIDDLE + timedelta(hours=2)) == 0

    def test_nobody_is_asked_where_no_question_stands(self) -> None:
        assert tick(MIDDLE) == 0
        assert not Panel.objects.exists()

    def test_a_lot_whose_job_was_given_up_is_drawn(self) -> None:
        questions(self.w)
        tick(MIDDLE)
        Job.objects.update(state=Job.State.FAILED)
        hourly.forget()
        assert tick(MIDDLE + timedelta(hours=1)) == 1
        run_waiting(clock=lambda: MIDDLE + timedelta(hours=1))
        assert Panel.objects.get().drawn_at is not None


class CommandTests(WorldTestCase):
    def run_it(self, *args: str) -> str:
        out = StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.utils.timezone.now", lambda: NOW)
            call_command("draw_panel", *args, stdout=out)
        return out.getvalue()

    def test_it_draws_once(self) -> None:
        questions(self.w)
        consumers(self.w, self.w.kothrud, 4)
        told = self.run_it("--organisation", "PUNE", "--month", "2026-11")
        assert "2026-11: 4 to be asked and 0 in reserve, in 1 areas; seed" in told
        with pytest.raises(CommandError, match="drawn already"):
            self.run_it("--organisation", "PUNE")

    def test_it_says_what_is_wrong(self) -> None:
        with pytest.raises(CommandError, match="No organisation NOWHERE"):
            self.run_it("--organisation", "NOWHERE")
        with pytest.raises(CommandError, match="no month"):
            self.run_it("--organisation", "PUNE", "--month", "November")
        with pytest.raises(CommandError, match="shortly after its end"):
            self.run_it("--organisation", "PUNE", "--month", "2025-01")
