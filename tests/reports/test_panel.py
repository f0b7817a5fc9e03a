"""/reports/panel/: the matrix with n and interval, for one's own areas; the CSV."""

import csv
import io
from datetime import date
from typing import Any

from feedback.models import Panel, PanelArea, PanelSeat
from tests.base import NOW
from tests.feedback.panels import consumers, drawn, questions, seats
from tests.feedback.test_panel_answers import by_link
from tests.reports.seeded import PagesTestCase

PAGE = "/reports/panel/?month=2026-11"


class PanelReportTests(PagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)
        consumers(self.w, self.w.kothrud, 6)
        consumers(self.w, self.w.aundh, 3)
        self.panel = drawn(self.w)
        rows = seats(self.panel)
        for seat in rows:
            by_link(seat, supply="no" if seat.place == 0 else "yes", at=NOW)
        PanelSeat.objects.filter(pk=rows[-1].pk).update(state="refused", supply="")
        self.sign_in(self.w.chitra)

    def page(self, url: str = PAGE) -> str:
        answer = self.client.get(url)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def rows(self) -> list[dict[str, str]]:
        answer: Any = self.client.get(PAGE.replace("panel/", "panel.csv"))
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_it_shows_shares_n_interval_and_refusals(self) -> None:
        shown = self.page()
        assert "9 consumers drawn by lot were asked: 8 answered, 1 refused" in shown
        assert "Kothrud ward office" in shown
        assert "of 5, " in shown or "of 6, " in shown
        assert 'class="span"' in shown and "All areas" in shown
        assert 'aria-current="page">Area panel' in shown
        assert "style=" not in shown

    def test_the_csv_is_the_matrix(self) -> None:
        aundh, kothrud = self.rows()
        assert (aundh["Area"], kothrud["Area"]) == ("Aundh", "Kothrud")
        assert int(kothrud["Consumers"]) == 6
        answered = int(kothrud["Answered"]) + int(aundh["Answered"])
        assert answered == 8
        assert int(kothrud["Refused"]) + int(aundh["Refused"]) == 1
        assert int(aundh["Supply: yes"]) + int(kothrud["Supply: yes"]) == 6
        low, share, high = (
            int(kothrud[f"Supply: {name}"])
            for name in ("lowest, %", "share of yes, %", "highest, %")
        )
        assert low <= share <= high

    def test_each_sees_their_own_areas(self) -> None:
        self.sign_in(self.w.hema)  # Kothrud's head
        shown = self.page()
        assert "Kothrud" in shown and "Aundh" not in shown
        assert len(self.rows()) == 1
        self.sign_in(self.w.omkar)  # an officer reads no reports
        assert self.client.get(PAGE).status_code == 403

    def test_a_month_without_a_panel_says_when_there_is_one(self) -> None:
        shown = self.page("/reports/panel/?month=2026-09")
        assert "drawn in the middle of each month" in shown

    def test_it_compares_with_the_month_before(self) -> None:
        self._before(answers=3, supply="yes")
        shown = self.page()
        assert "points, may be chance" in shown
        assert "mark-late" not in shown
        PanelSeat.objects.filter(panel_area__panel=self.old).update(bill="no")
        (kothrud,) = (row for row in self.rows() if row["Area"] == "Kothrud")
        assert kothrud["Bill in time: month before, %"] == "0"
        assert 'mark-done">+100' in self.page()

    def _before(self, *, answers: int, supply: str) -> None:
        """October's, of the same people: only the arithmetic is looked at."""
        self.old = Panel.objects.create(
            organisation=self.w.pune, month=date(2026, 10, 1), seed="old",
            drawn_at=NOW, closes_at=NOW,
        )  # fmt: skip
        for area in PanelArea.objects.filter(panel=self.panel):
            seats_now = list(area.seats.all())[:answers]
            area.pk = None
            area.panel = self.old
            area.save()
            for seat in seats_now:
                seat.pk, seat.panel_area, seat.token = None, area, f"old{seat.pk}"
                seat.state, seat.supply, seat.reading, seat.bill = (
                    "answered", supply, "partly", "yes",
                )  # fmt: skip
                seat.save()

    def test_it_asks_a_fixed_number_of_statements(self) -> None:
        self.page()
        with self.assertNumQueries(
            5
        ):  # session, officer, postings; areas and their seats
            self.page()
