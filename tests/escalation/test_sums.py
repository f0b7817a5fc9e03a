""" "Why Tuesday?": the sum itself, day by day, and the words to read out."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.models import Complaint
from complaints.services import ask_citizen, citizen_replied
from escalation.models import ServiceLevel
from escalation.promise import clock, sums
from officers.models import Calendar, CalendarHours, Holiday, Organisation
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase, names

IST = ZoneInfo("Asia/Kolkata")


def ist(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=IST)


class SumCase(WorldTestCase):
    def promised(self, hours: int, at: datetime = NOW) -> Complaint:
        ServiceLevel.objects.filter(category=self.w.pothole).update(
            hours=hours, calendar=self.w.office_hours
        )
        bump("escalation")
        return self.w.file(at=at)

    def holiday(self, day: date, name: str) -> None:
        Holiday.objects.create(
            calendar=self.w.office_hours, date=day, names=names(name)
        )
        bump(REFERENCE)


class DayByDayTests(SumCase):
    def test_it_counts_each_day_and_names_those_that_do_not_count(self) -> None:
        self.holiday(date(2026, 11, 24), "Guru Purab")
        complaint = self.promised(8, ist(20, 16, 10))

        assert sums.lines(complaint)[:3] == [
            "Fri 20 Nov 16:10–18:00: 1 h 50 min",
            "Sat 21 Nov – Sun 22 Nov: not counted, the office is closed",
            "Mon 23 Nov 10:00–13:30, 14:00–16:40: 6 h 10 min",
        ]
        assert sums.lines(complaint)[3:] == ["Together 8 h: due Mon 23 Nov 16:40."]

    def test_it_names_the_holiday(self) -> None:
        self.holiday(date(2026, 11, 24), "Guru Purab")
        complaint = self.promised(9, ist(23, 10))

        assert sums.lines(complaint) == [
            "Mon 23 Nov 10:00–13:30, 14:00–18:00: 7 h 30 min",
            "Tue 24 Nov: not counted, Guru Purab",
            "Wed 25 Nov 10:00–11:30: 1 h 30 min",
            "Together 9 h: due Wed 25 Nov 11:30.",
        ]

    def test_seconds_of_registration_change_no_line(self) -> None:
        complaint = self.promised(8, ist(23, 16, 10) + timedelta(seconds=37.5))
        assert sums.lines(complaint)[:2] == [
            "Mon 23 Nov 16:10–18:00: 1 h 50 min",
            "Tue 24 Nov 10:00–13:30, 14:00–16:40: 6 h 10 min",
        ]

    def test_it_counts_by_the_hours_of_each_day(self) -> None:
        CalendarHours.objects.create(
            calendar=self.w.office_hours, valid_from=date(2026, 11, 24),
            hours="mon-fri 08:00-14:00",
        )  # fmt: skip
        bump(REFERENCE)
        complaint = self.promised(14, ist(23, 10))
        told = [
            "Mon 23 Nov 10:00–13:30, 14:00–18:00: 7 h 30 min",
            "Tue 24 Nov 08:00–14:00: 6 h",
            "Wed 25 Nov 08:00–08:30: 30 min",
            "Together 14 h: due Wed 25 Nov 08:30.",
        ]
        assert sums.lines(complaint) == told

        # What is entered later changes no sum that was promised.
        CalendarHours.objects.update(hours="mon-fri 11:00-12:00")
        self.holiday(date(2026, 11, 24), "New")
        assert sums.lines(complaint) == told

    def test_a_long_promise_is_shortened(self) -> None:
        told = sums.lines(self.promised(100, ist(23, 10)))
        assert told == [
            "Mon 23 Nov 10:00–13:30, 14:00–18:00: 7 h 30 min",
            "Tue 24 Nov 10:00–13:30, 14:00–18:00: 7 h 30 min",
            "Wed 25 Nov 10:00–13:30, 14:00–18:00: 7 h 30 min",
            "… 9 more working days: 67 h 30 min (4 days did not count)",
            "Wed 9 Dec 10:00–13:30, 14:00–18:00: 7 h 30 min",
            "Thu 10 Dec 10:00–12:30: 2 h 30 min",
            "Together 100 h: due Thu 10 Dec 12:30.",
        ]

    def test_it_tells_of_the_pause(self) -> None:
        complaint = self.promised(8, ist(23, 10))
        omkar = self.w.actor(self.w.omkar)
        ask_citizen(complaint, question="Which lane?", actor=omkar, at=ist(23, 12))
        assert sums.lines(complaint)[-1] == (
            "It stands still since Mon 23 Nov 12:00: the date moves with the answer."
        )
        citizen_replied(
            complaint, text="left", actor=self.w.citizen(complaint), at=ist(25, 11)
        )
        complaint.refresh_from_db()

        assert sums.lines(complaint) == [
            "Mon 23 Nov 10:00–12:00: 2 h",
            "Tue 24 Nov: not counted, an answer was awaited",
            "Wed 25 Nov 11:00–13:30, 14:00–17:30: 6 h",
            "Together 8 h: due Wed 25 Nov 17:30.",
        ]

    def test_round_the_clock_is_one_line(self) -> None:
        assert sums.lines(self.w.file()) == [
            "Sat 21 Nov 09:12 – Sun 22 Nov 09:12: 24 h",
            "Together 24 h: due Sun 22 Nov 09:12.",
        ]

    def test_the_night_in_which_the_clocks_change_says_so(self) -> None:
        rome = Organisation.objects.create(
            code="ROME", kind="city", names={"en": "Rome"}, timezone="Europe/Rome",
            languages=["it"], phone="060606", default_hours=9,
        )  # fmt: skip
        night = Calendar.objects.create(
            organisation=rome, code="notte", kind="office_hours",
            hours="daily 00:00-06:00",
        )  # fmt: skip
        Organisation.objects.filter(pk=rome.pk).update(calendar=night)
        bump(REFERENCE)
        rome.refresh_from_db()
        came = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
        found = clock.promise(rome, None, None, came)
        complaint = Complaint(
            organisation=rome, registered_at=came, due_at=found.due_at,
            due_reason=found.reason, language="it",
        )  # fmt: skip

        assert sums.lines(complaint) == [
            "Sun 25 Oct 00:00–06:00: 7 h (the clocks were changed that night)",
            "Mon 26 Oct 00:00–02:00: 2 h",
            "Together 9 h: due Mon 26 Oct 02:00.",
        ]

    def test_it_is_silent_where_the_figures_do_not_lead_to_the_date(self) -> None:
        complaint = self.w.file()
        complaint.due_at = self.later(hours=25)
        assert sums.lines(complaint) == []
        assert sums.aloud(complaint) == ""
        assert sums.lines(Complaint()) == []

    def test_its_lines_add_up_to_its_total(self) -> None:
        @settings(max_examples=60, deadline=None)
        @given(st.integers(0, 60 * 24 * 30))
        def adds_up(minutes: int) -> None:
            came = NOW + timedelta(minutes=minutes)
            reason = clock.promise(self.w.pune, self.w.pothole, None, came)
            complaint = Complaint(
                organisation=self.w.pune, registered_at=came,
                due_at=reason.due_at, due_reason=reason.reason,
            )  # fmt: skip
            *told, total = sums.lines(complaint)
            assert sum(map(_minutes, told)) == _minutes(total.partition(": due")[0])

        self.promised(8)
        for given_hours in (1, 8, 37, 110):
            ServiceLevel.objects.filter(category=self.w.pothole).update(
                hours=given_hours
            )
            bump("escalation")
            adds_up()


def _minutes(line: str) -> int:
    """The length at the end of a line, in minutes."""
    found = re.search(r"(?:(\d+) h)?(?: ?(\d+) min)?(?: \(.*\))?$", line)
    assert found is not None
    return int(found[1] or 0) * 60 + int(found[2] or 0)


class AloudTests(SumCase):
    def test_it_can_be_read_out(self) -> None:
        assert sums.aloud(self.promised(8)) == (
            "Your complaint came on Saturday 21 November at 09:12."
            " We have 8 office hours for it."
            " These days do not count: Saturday 21 November, Sunday 22 November."
            " So it should be solved by Tuesday 24 November at 10:30."
        )

    def test_it_says_that_the_clock_runs_at_night_too(self) -> None:
        assert "24 hours for it, day and night" in sums.aloud(self.w.file())

    def test_it_says_how_many_days_where_they_are_many(self) -> None:
        assert "On 6 days the office is closed" in sums.aloud(self.promised(100))

    def test_it_says_what_the_citizens_answer_added(self) -> None:
        complaint = self.promised(8, ist(23, 10))
        omkar = self.w.actor(self.w.omkar)
        ask_citizen(complaint, question="Which lane?", actor=omkar, at=ist(23, 12))
        citizen_replied(
            complaint, text="left", actor=self.w.citizen(complaint), at=ist(23, 13)
        )
        complaint.refresh_from_db()
        assert "While we waited for your answer, 1 h did not count." in (
            sums.aloud(complaint)
        )

    def test_the_page_shows_both(self) -> None:
        complaint = self.promised(8)
        self.client.force_login(self.w.devika)
        page = self.client.get(f"/admin/complaint/{complaint.number}/").content.decode()
        assert "Together 8 h: due Tue 24 Nov 10:30." in page
        assert "So it should be solved by Tuesday 24 November at 10:30." in page
