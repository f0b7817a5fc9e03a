"""The promise: prescribed times, calendars, pauses, and the sentences about them."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints import attachments
from complaints.models import Category, Complaint
from complaints.services import (
    add,
    ask_citizen,
    citizen_replied,
    dispute,
    forward,
    resolve,
    set_category,
    start,
)
from escalation import reference
from escalation.models import ServiceLevel, Step
from escalation.promise import clock
from officers.calendar import working_between
from officers.models import Area, Calendar, Holiday, Organisation
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase, names
from tests.builders import photo

IST = ZoneInfo("Asia/Kolkata")


def ist(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in India."""
    return datetime(2026, 11, day, hour, minute, tzinfo=IST)


class ClockCase(WorldTestCase):
    def level(self, category: Category, **over: object) -> None:
        ServiceLevel.objects.filter(category=category).update(**over)
        bump("escalation")

    def office_hours(self, hours: int = 8) -> None:
        self.level(self.w.pothole, hours=hours, calendar=self.w.office_hours)

    def holiday(self, day: date, name: str, *, working: bool = False) -> None:
        Holiday.objects.create(
            calendar=self.w.office_hours, date=day, names=names(name), working=working
        )
        bump(REFERENCE)


class PromiseTests(ClockCase):
    def test_it_counts_the_prescribed_hours_from_registration(self) -> None:
        complaint = self.w.file("pothole in Kothrud")

        assert complaint.due_at == NOW + timedelta(hours=24)
        assert complaint.due_reason["hours"] == 24
        assert complaint.due_reason["basis"] == "sourced"

    def test_it_counts_from_the_day_a_paper_came(self) -> None:
        came = NOW - timedelta(days=2)
        complaint = self.w.file("pothole in Kothrud", received_at=came)

        assert complaint.due_at == came + timedelta(hours=24)

    def test_it_knows_the_kind_of_the_place(self) -> None:
        ServiceLevel.objects.filter(category=self.w.pothole, area_kind="rural").update(
            hours=48
        )
        bump("escalation")

        assert self.w.file("pothole in Sus").due_at == NOW + timedelta(hours=48)
        assert self.w.file("pothole in Aundh").due_at == NOW + timedelta(hours=24)

    def test_it_counts_a_mixed_place_as_urban(self) -> None:
        ServiceLevel.objects.filter(area_kind="rural").update(hours=99)
        Area.objects.filter(pk=self.w.kothrud.pk).update(kind="mixed")
        bump(REFERENCE)

        assert self.w.file("pothole in Kothrud").due_at == NOW + timedelta(hours=24)

    def test_it_takes_the_time_in_force_on_that_day(self) -> None:
        self.level(self.w.pothole, valid_to=date(2026, 11, 20))
        ServiceLevel.objects.create(
            category=self.w.pothole, area_kind="urban", hours=12, basis="general",
            calendar=self.w.always, valid_from=date(2026, 11, 21),
        )  # fmt: skip
        bump("escalation")

        today = self.w.file("pothole in Kothrud")
        paper = self.w.file("pothole in Kothrud", received_at=NOW - timedelta(days=1))

        assert today.due_at == NOW + timedelta(hours=12)
        assert paper.due_at == NOW

    def test_it_promises_the_default_hours_while_no_kind_is_known(self) -> None:
        complaint = self.w.file("something is wrong in Kothrud")

        assert complaint.due_at == NOW + timedelta(hours=self.w.pune.default_hours)
        assert complaint.due_reason["basis"] == "default_hours"

    def test_it_counts_office_hours_only(self) -> None:
        self.office_hours(8)

        # Saturday morning: Monday 7.5 h, Tuesday until 10:30.
        assert self.w.file("pothole in Kothrud").due_at == ist(24, 10, 30)

    def test_it_leaves_holidays_out_unless_they_are_worked(self) -> None:
        self.office_hours(8)
        self.holiday(date(2026, 11, 23), "Jayanti")
        assert self.w.file("pothole in Kothrud").due_at == ist(25, 10, 30)

        Holiday.objects.update(working=True)
        bump(REFERENCE)
        assert self.w.file("pothole in Kothrud").due_at == ist(24, 10, 30)

    def test_it_keeps_a_promise_with_a_calendar_that_cannot_be_read(self) -> None:
        self.office_hours(8)
        Calendar.objects.filter(pk=self.w.office_hours.pk).update(hours="sometimes")
        bump(REFERENCE)

        with self.assertLogs("escalation.reference", "ERROR"):
            complaint = self.w.file("pothole in Kothrud")

        assert complaint.due_at == NOW + timedelta(hours=8)

    def test_it_counts_through_the_night_when_the_clocks_go_back(self) -> None:
        rome = Organisation.objects.create(
            code="ROME", kind="city", names={"en": "Rome"}, timezone="Europe/Rome",
            languages=["it"], phone="060606", default_hours=9,
        )  # fmt: skip
        calendar = Calendar.objects.create(
            organisation=rome, code="ufficio", kind="office_hours",
            hours="daily 00:00-06:00",
        )  # fmt: skip
        Organisation.objects.filter(pk=rome.pk).update(calendar=calendar)
        bump(REFERENCE)
        rome.refresh_from_db()
        start = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # midnight in Rome

        # The night of 25 October has seven hours before six o'clock.
        due = clock.promise(rome, None, None, start).due_at
        assert due == datetime(2026, 10, 26, 1, 0, tzinfo=UTC)

    def test_it_always_gives_the_hours_it_promised(self) -> None:
        calendar = self.w.office_hours
        time = reference.working_time(calendar, "Asia/Kolkata")

        @settings(max_examples=60, deadline=None)
        @given(minutes=st.integers(0, 60 * 24 * 60), hours=st.integers(1, 200))
        def holds(minutes: int, hours: int) -> None:
            begin = NOW + timedelta(minutes=minutes)
            level = ServiceLevel(
                category=self.w.pothole, area_kind="urban", hours=hours,
                calendar=calendar, basis="general", valid_from=date(2020, 1, 1),
            )  # fmt: skip
            rows = {(self.w.pothole.pk, "urban"): [level]}
            with patch.object(reference.levels, "get", return_value=rows):
                found = clock.promise(
                    self.w.pune, self.w.pothole, self.w.kothrud, begin
                )
            given_time = working_between(begin, found.due_at, time)
            assert given_time == timedelta(hours=hours)
            assert begin <= found.warn_at <= found.due_at

        holds()


class MoveTests(ClockCase):
    def test_it_is_counted_again_when_a_person_names_another_kind(self) -> None:
        complaint = self.w.file("pothole in Kothrud")
        later = self.later(hours=5)

        set_category(
            complaint, category=self.w.resurfacing, at=later,
            actor=self.w.actor(self.w.devika),
        )  # fmt: skip

        complaint.refresh_from_db()
        assert complaint.due_at == NOW + timedelta(hours=720)
        last = complaint.events.order_by("-seq").first()
        assert last is not None
        assert (last.kind, last.data["why"]) == ("deadline_set", "category_set")

    def test_it_is_counted_again_when_the_place_is_of_another_kind(self) -> None:
        ServiceLevel.objects.filter(category=self.w.pothole, area_kind="rural").update(
            hours=48
        )
        bump("escalation")
        complaint = self.w.file("pothole in Aundh")

        set_category(
            complaint, category=self.w.pothole, area=self.w.sus, at=self.later(hours=1),
            actor=self.w.actor(self.w.devika),
        )  # fmt: skip

        complaint.refresh_from_db()
        assert complaint.due_at == NOW + timedelta(hours=48)

    def test_it_plans_one_warning_however_often_it_is_counted(self) -> None:
        complaint = self.w.file("pothole in Kothrud")
        devika = self.w.actor(self.w.devika)
        for category in (self.w.resurfacing, self.w.pothole, self.w.resurfacing):
            set_category(complaint, category=category, at=NOW, actor=devika)

        waiting = Step.objects.filter(complaint=complaint, name="warn", at=None)
        assert [step.for_at for step in waiting] == [NOW + timedelta(hours=576)]

    def test_it_stays_through_comment_forwarding_and_dispute(self) -> None:
        complaint = self.w.file("pothole in Kothrud")
        due = complaint.due_at
        citizen = self.w.citizen(complaint)

        add(complaint, text="still there", actor=citizen, at=self.later(hours=1))
        self._resolve(complaint, self.later(hours=2))
        dispute(complaint, text="not done", actor=citizen, at=self.later(hours=3))
        complaint.refresh_from_db()
        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            reason="over there", department=self.w.roads,
            actor=self.w.actor(self.w.hema),
            at=self.later(hours=4),
        )  # fmt: skip

        complaint.refresh_from_db()
        assert complaint.due_at == due

    def _resolve(self, complaint: Complaint, at: datetime) -> None:
        resolve(
            complaint, action_taken="Filled with asphalt", cause=self.w.wear,
            files=(attachments.store(photo(), at=at),), at=at,
            actor=self.w.actor(self.w.omkar),
        )  # fmt: skip


class PauseTests(ClockCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file("pothole in Kothrud")
        self.omkar = self.w.actor(self.w.omkar)
        start(self.complaint, actor=self.omkar, at=self.later(hours=1))
        ask_citizen(
            self.complaint, question="Which lane?", actor=self.omkar,
            at=self.later(hours=2),
        )  # fmt: skip
        self.complaint.refresh_from_db()

    def _answer(self, **delta: float) -> None:
        citizen_replied(
            self.complaint, text="The left one", actor=self.w.citizen(self.complaint),
            at=self.later(**delta),
        )  # fmt: skip
        self.complaint.refresh_from_db()

    def test_it_gives_the_citizen_seven_days(self) -> None:
        assert self.complaint.step_due_at == self.later(hours=2, days=7)
        assert self.complaint.step_reason == "answer"
        assert self.complaint.due_at == self.later(hours=24)  # moves with the answer

    def test_it_moves_by_the_time_that_was_waited(self) -> None:
        self._answer(hours=7)

        assert self.complaint.due_at == self.later(hours=29)
        assert (self.complaint.step_due_at, self.complaint.step_reason) == (None, "")

    def test_it_moves_by_working_time_only(self) -> None:
        self.office_hours(8)
        devika = self.w.actor(self.w.devika)
        set_category(
            self.complaint, category=self.w.pothole, area=self.w.aundh, actor=devika,
            at=self.later(hours=3),
        )  # fmt: skip
        self.complaint.refresh_from_db()
        assert self.complaint.due_at == ist(24, 10, 30)

        citizen_replied(
            self.complaint, text="The left one", actor=self.w.citizen(self.complaint),
            at=ist(23, 12),
        )  # fmt: skip
        self.complaint.refresh_from_db()

        # Two of Monday's hours were waited away.
        assert self.complaint.due_at == ist(24, 12, 30)

    def test_it_keeps_the_pause_when_it_is_counted_again(self) -> None:
        self._answer(hours=7)

        set_category(
            self.complaint, category=self.w.resurfacing, at=self.later(hours=8),
            actor=self.w.actor(self.w.devika),
        )  # fmt: skip

        self.complaint.refresh_from_db()
        assert self.complaint.due_at == self.later(hours=725)

    def test_it_counts_seven_days_at_most(self) -> None:
        self._answer(days=9)

        assert self.complaint.due_at == self.later(hours=24, days=7)


class ExplainTests(ClockCase):
    def test_it_tells_hours_source_and_calendar(self) -> None:
        complaint = self.w.file("pothole in Kothrud")

        assert clock.explain(complaint) == [
            "24 h, from the published charter (Citizen charter).",
            "The clock runs round the clock.",
        ]

    def test_it_names_the_days_that_did_not_count(self) -> None:
        self.office_hours(8)
        self.holiday(date(2026, 11, 24), "Guru Purab")
        complaint = self.w.file("pothole in Kothrud")

        assert clock.explain(complaint)[1:] == [
            "The clock runs in office hours only.",
            "Saturday 21 Nov did not count: office hours.",
            "Sunday 22 Nov did not count: office hours.",
            "Tuesday 24 Nov did not count: Guru Purab.",
        ]

    def test_it_counts_the_days_off_of_a_long_time(self) -> None:
        self.office_hours(100)
        complaint = self.w.file("pothole in Kothrud")

        assert "6 days did not count: office closed." in clock.explain(complaint)

    def test_it_tells_of_the_pause(self) -> None:
        complaint = self.w.file("pothole in Kothrud")
        ask_citizen(
            complaint, question="Which lane?", actor=self.w.actor(self.w.omkar),
            at=self.later(hours=1),
        )  # fmt: skip
        citizen_replied(
            complaint, text="left", actor=self.w.citizen(complaint),
            at=self.later(hours=6),
        )  # fmt: skip

        complaint.refresh_from_db()
        assert clock.explain(complaint)[-1] == (
            "It stood still from Sat 21 Nov 10:12 to Sat 21 Nov 15:12, while your"
            " answer was awaited: 5 h were added."
        )

    def test_it_says_where_the_hours_come_from(self) -> None:
        cases = {
            "general": "24 h, as is usual for this kind of work.",
            "default": "24 h, set by this office.",
        }
        for basis, told in cases.items():
            with self.subTest(basis=basis):
                self.level(self.w.pothole, basis=basis)
                assert clock.explain(self.w.file("pothole in Kothrud"))[0] == told

    def test_it_says_that_the_kind_is_not_known_yet(self) -> None:
        complaint = self.w.file("something is wrong in Kothrud")

        assert clock.explain(complaint)[0] == (
            "72 h: nobody has named the kind of complaint yet."
        )

    def test_it_has_nothing_to_tell_without_a_promise(self) -> None:
        assert clock.explain(Complaint()) == []

    def test_it_leaves_out_the_marks_of_the_source_list(self) -> None:
        self.level(
            self.w.pothole, source="GHMC 24h S-GHMC; BMC 24 h S-B1 (S-B1 = page)"
        )

        assert clock.explain(self.w.file("pothole in Kothrud"))[0] == (
            "24 h, from the published charter (GHMC 24h; BMC 24 h)."
        )
