"""/admin/panel/: the month, area by area; calls by keyboard, script in Hindi."""

from datetime import timedelta
from typing import Any

from complaints.models import Complaint
from feedback.models import Panel, PanelSeat
from feedback.panel import asking
from operations.models import Job
from operations.running import run_waiting
from tests.base import NOW
from tests.feedback.panels import consumers, drawn, questions, seats
from tests.helpline.desk import DeskTestCase, text_of

PAGE = "/admin/panel/"
# Sunday, 10:12 in India
CALL_AT = NOW + timedelta(days=1, hours=1)
ANSWERS = {"supply": "yes", "reading": "yes", "bill": "partly"}


class PanelPageTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)
        consumers(self.w, self.w.kothrud, 3, language="hi")
        self.sit(self.w.asha)

    def begin(self) -> None:
        self.panel = drawn(self.w)
        asking.tick(NOW)
        self.now = CALL_AT
        self.sit(self.w.asha)

    def next_call(self) -> PanelSeat:
        answer: Any = self.client.post(f"{PAGE}next/")
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"].count("/") == 4, answer["Location"]
        return PanelSeat.objects.get(pk=answer["Location"].split("/")[3])

    def save(self, seat: PanelSeat, status: int = 302, **given: Any) -> str:
        answer: Any = self.client.post(
            f"{PAGE}{seat.pk}/save/", {"seen": seat.tries, **given}
        )
        assert answer.status_code == status, answer.content.decode()
        return text_of(answer)

    def test_an_empty_page_says_what_will_happen(self) -> None:
        assert "No panel was drawn for your areas" in text_of(self.get(PAGE))

    def test_a_supervisor_draws_it_now_and_an_agent_does_not(self) -> None:
        assert "Draw the lot now" not in text_of(self.get(PAGE))
        assert self.client.post(f"{PAGE}draw/").status_code == 403
        self.sit(self.w.sunil)
        assert "Draw the lot now" in text_of(self.get(PAGE))
        for _press in range(2):
            self.client.post(f"{PAGE}draw/")
        assert "is being drawn" in text_of(self.get(PAGE))
        assert "data-job" in text_of(self.get(PAGE))
        assert Job.objects.count() == Panel.objects.count() == 1
        run_waiting(clock=self._now)
        assert "0 of 3" in text_of(self.get(PAGE))

    def test_it_shows_how_far_each_area_is(self) -> None:
        self.begin()
        shown = text_of(self.get(PAGE))
        assert "Kothrud ward office" in shown and "0 of 3" in shown
        assert "Take the next call" in shown

    def test_the_number_is_shown_to_who_has_the_call(self) -> None:
        self.begin()
        seat = self.next_call()
        number = seat.citizen.contacts.get().address
        shown = text_of(self.get(f"{PAGE}{seat.pk}/"))
        assert number in shown
        assert '<div class="spoken" lang="hi">' in shown
        assert f"•••{seat.connection.number[-4:]}" in shown
        self.sit(self.w.devika)
        shown = text_of(self.get(f"{PAGE}{seat.pk}/"))
        assert number not in shown
        assert "has this call now" in shown and "Ctrl+Enter</kbd></button>" not in shown

    def test_answers_on_the_phone_are_written_down_once(self) -> None:
        self.begin()
        seat = self.next_call()
        said: dict[str, Any] = ANSWERS | {"supply": "no", "remark": "दो घंटे रोज़"}
        self.save(seat, outcome="answered", **said)
        seat.refresh_from_db()
        assert (seat.state, seat.channel, seat.taken_by) == (
            "answered", "phone", self.w.asha,
        )  # fmt: skip
        (made,) = Complaint.objects.all()
        assert made.source.code == "panel" and made.category == self.w.no_water
        self.save(seat, 409, outcome="answered", **said)
        assert Complaint.objects.count() == 1
        assert "needs nobody any more" in text_of(self.get(f"{PAGE}{seat.pk}/"))

    def test_what_is_missing_is_said_beside_it(self) -> None:
        self.begin()
        seat = self.next_call()
        assert "Choose yes, partly or no." in self.save(seat, 422, outcome="answered")
        self.save(seat, 422)
        page = self.save(seat, 422, outcome="answered", suggestion="on", **ANSWERS)
        assert "write your suggestion" in page
        seat.refresh_from_db()
        assert seat.state == "waiting"

    def test_no_answer_brings_the_next_call(self) -> None:
        self.begin()
        rows = PanelSeat.objects.all()
        rows.update(next_at=self.now)
        first = self.next_call()
        self.save(first, outcome="no_answer")
        second = self.next_call()
        assert first.pk != second.pk
        first.refresh_from_db()
        assert first.tries == 1

    def test_it_is_told_when_a_time_of_day_was_tried(self) -> None:
        self.begin()
        seat = self.next_call()
        PanelSeat.objects.filter(pk=seat.pk).update(hours=[10], tries=1)
        assert "It was tried at this time" in text_of(self.get(f"{PAGE}{seat.pk}/"))

    def test_nobody_sees_another_house_or_reserve(self) -> None:
        self.begin()
        (seat, *_rest) = seats(self.panel)
        PanelSeat.objects.filter(pk=seat.pk).update(state="reserve")
        assert self.get(f"{PAGE}{seat.pk}/").status_code == 404
        self.sit(self.w.lata)
        other = seats(self.panel)[0]
        assert self.get(f"{PAGE}{other.pk}/").status_code == 404
        assert self.client.post(f"{PAGE}{other.pk}/take/").status_code == 404
        self.sit(self.w.hema)  # a head is no caller
        assert self.get(PAGE).status_code == 403

    def test_it_asks_a_fixed_number_of_statements(self) -> None:
        self.begin()
        few = self.queries(lambda: self.get(PAGE))
        consumers(self.w, self.w.aundh, 4)
        PanelSeat.objects.all().delete()
        self.panel.areas.all().delete()
        Panel.objects.all().delete()
        self.panel = drawn(self.w)
        asking.tick(NOW)
        assert self.queries(lambda: self.get(PAGE)) == few <= 12
        seat = seats(self.panel)[0]
        assert self.queries(lambda: self.get(f"{PAGE}{seat.pk}/")) <= 9
