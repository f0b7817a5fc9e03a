"""Check 23: the ladder, with the clock moved, as the people concerned would see it.

Each step once for ever, whatever the worker did in between; the citizen told in their
language; and the promise that was made stays the promise.
"""

from datetime import UTC, datetime, timedelta

from complaints.models import Complaint, Event
from escalation.ladder import steps, sweep
from escalation.models import Step
from escalation.promise.ledger_check import Report
from escalation.promise.ledger_check import check as check_books
from notices.models import Notice
from officers.models import Calendar, Organisation
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import give_texts
from tests.checks.stage import CheckTestCase

QUEUE = "/admin/queue/"


class LadderCase(CheckTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()
        self.began = self.now

    def at_hour(self, hours: float) -> None:
        """The clock is moved, and the worker does what is due."""
        self.now = self.began + timedelta(hours=hours)
        sweep._aside.clear()
        self.work()

    def fresh(self, complaint: Complaint) -> Complaint:
        complaint.refresh_from_db()
        return complaint

    def raised(self, complaint: Complaint) -> list[int]:
        events = Event.objects.filter(complaint=complaint, kind="escalated")
        return [event.data["level"] for event in events.order_by("seq")]

    def told(self, complaint: Complaint, kind: str = "escalated") -> list[Notice]:
        rows = Notice.objects.filter(complaint=complaint, kind=kind)
        return list(rows.order_by("pk"))

    def adds_up(self) -> None:
        assert [*check_books(self.now, Report())] == []


class ClimbingTests(LadderCase):
    def test_it_climbs_once_each_and_the_citizen_hears_in_hindi(self) -> None:
        complaint = self.send(
            self.visitor("hi"), text="स्कूल के पास सड़क में गड्ढा, कोथरूड",
            phone="9999900001",
        )  # fmt: skip
        due = complaint.due_at
        seen = []
        for hour in (1, 11, 12, 13, 24, 25, 36, 37, 48, 49, 72):
            self.at_hour(hour)
            seen.append(self.fresh(complaint).level)

        assert seen == [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4]
        assert self.raised(complaint) == [2, 3, 4]
        assert len(self.told(complaint, "staff_due_soon")) == 1
        heard = self.told(complaint)
        assert [(row.audience, row.language) for row in heard] == [
            ("citizen", "hi")
        ] * 3
        for row, name in zip(heard, ("Hema", "Zoya", "Chitra"), strict=True):
            assert "समय पर हल नहीं हुई" in row.text
            assert name in row.text
        officers = [
            row.officer.username
            for row in self.told(complaint, "staff_escalated")
            if row.officer
        ]
        assert officers == ["hema", "zoya", "chitra"]
        assert complaint.responsible == self.w.omkar  # first owner, to the end
        assert complaint.due_at == due
        self.adds_up()

    def test_each_level_has_its_queue_and_must_act(self) -> None:
        complaint = self.w.file()
        self.at_hour(24)
        self.sit(self.w.hema)
        row = f'data-row="{complaint.number}"'
        assert row in self.page(QUEUE, view="raised").content.decode()
        case = self.page(f"/admin/complaint/{complaint.number}/").content.decode()
        assert 'id="deed-take-up"' in case
        day = (self.now + timedelta(days=2)).date()

        self.did(
            self.w.hema, self.fresh(complaint), "take-up",
            plan="A second gang comes with hot mix", until=day.isoformat(),
        )  # fmt: skip
        self.at_hour(47)
        assert self.raised(complaint) == [2]  # its word is kept to
        assert "A second gang comes" in self.told(complaint, "reply")[0].text

        self.at_hour(24 * 4)  # and was broken
        assert self.raised(complaint) == [2, 3]
        self.sit(self.w.zoya)
        assert row in self.page(QUEUE, view="raised").content.decode()
        self.sit(self.w.hema)
        assert row not in self.page(QUEUE, view="raised").content.decode()
        self.adds_up()

    def test_what_nobody_sorted_climbs_too(self) -> None:
        complaint = self.w.file("something is wrong")
        seen = []
        for hour in (0.5, 71, 72, 108, 144):
            self.at_hour(hour)
            seen.append(self.fresh(complaint).level)
        assert complaint.status == "triage"
        assert seen == [1, 1, 2, 3, 4]
        assert self.raised(complaint) == [2, 3, 4]

    def test_long_work_climbs_by_the_week(self) -> None:
        complaint = self.w.file("bad road in Kothrud, resurfacing")
        seen = []
        for days in (24, 30, 36.9, 37, 44, 60):
            self.at_hour(24 * days)
            seen.append(self.fresh(complaint).level)
        assert seen == [1, 2, 2, 3, 4, 4]
        assert len(self.told(complaint, "staff_due_soon")) == 1

    def test_an_emergency_is_told_to_the_second_level_at_once(self) -> None:
        complaint = self.w.file("one fell in manhole, Kothrud")
        first = [
            row.officer.username
            for row in self.told(complaint, "staff_emergency")
            if row.officer
        ]
        assert "hema" in first
        self.at_hour(24)
        assert self.raised(complaint) == [3]


class OutageTests(LadderCase):
    def test_six_hours_without_a_worker_lose_nothing_and_double_nothing(self) -> None:
        complaints = [
            self.w.file(at=self.began + timedelta(minutes=minutes))
            for minutes in (0, 45, 200)
        ]
        for hour in (23, 30, 30.1, 48, 54, 66, 72, 200):
            self.at_hour(hour)
        for complaint in complaints:
            assert self.raised(complaint) == [2, 3, 4]
            assert len(self.told(complaint)) == 3
        self.adds_up()

    def test_two_sweeps_at_once_take_each_step_once(self) -> None:
        complaint = self.w.file()
        for hour, listing, take in (
            (24, sweep._overdue, steps.take_missed),
            (36, sweep._steps, steps.take_step),
            (48, sweep._steps, steps.take_step),
        ):
            self.now = self.began + timedelta(hours=hour)
            one, other = listing(self.now), listing(self.now)  # both have read
            assert one == other == [complaint.pk]
            assert sweep._each(one, take, self.now) == 1
            assert sweep._each(other, take, self.now) == 0
            sweep._aside.clear()
        assert self.raised(complaint) == [2, 3, 4]
        assert len(self.told(complaint)) == 3
        names = Step.objects.filter(complaint=complaint, at__isnull=False)
        assert sorted(names.values_list("name", flat=True)) == [
            "due", "level", "level",
        ]  # fmt: skip


class PromiseTests(LadderCase):
    def test_nothing_that_people_do_sets_it_anew(self) -> None:
        visitor = self.visitor("it")
        complaint = self.send(
            visitor, text="Buca stradale a Kothrud", phone="9999900001"
        )
        due, came = complaint.due_at, complaint.registered_at
        link = f"/s/{complaint.token}"

        def stays() -> None:
            self.work()
            assert self.fresh(complaint).due_at == due
            assert complaint.registered_at == came
            self.now += timedelta(hours=1)

        self.did(
            self.w.hema, complaint, "forward", to=f"a{self.w.aundh.pk}",
            department=self.w.roads.pk, reason="It is on the Aundh side",
        )  # fmt: skip
        stays()
        self.did(self.w.zoya, complaint, "accept", owner=self.w.nitin.pk)
        stays()
        visitor.get(link)
        self.press(visitor, complaint, "add", text="È ancora lì")
        stays()
        self.did(
            self.w.nitin, complaint, "ask-hold", reason="Hot mix is late",
            new_date=f"{self.now + timedelta(days=3):%Y-%m-%d}",
        )  # fmt: skip
        stays()
        assert self.told(complaint, "delay_interim") == []
        self.did(
            self.w.zoya, complaint, "hold", reason="Hot mix is late",
            new_date=f"{self.now + timedelta(days=3):%Y-%m-%d}",
        )  # fmt: skip
        stays()
        late = self.told(complaint, "delay_interim")
        assert [(row.audience, row.language) for row in late] == [("citizen", "it")]
        self.did(self.w.nitin, complaint, "resume")
        stays()
        self.solved(self.w.nitin, complaint, "Filled with hot mix")
        stays()
        self.press(visitor, complaint, "dispute", text="Non è vero")
        stays()
        assert complaint.level == 2
        self.solved(self.w.zoya, complaint, "Filled with hot mix again")
        stays()
        self.press(visitor, complaint, "confirm")
        stays()
        self.press(visitor, complaint, "reopen", text="Si è riaperta")
        stays()
        assert (complaint.level, complaint.owner) == (3, self.w.chitra)

        for days in (20, 40):
            self.at_hour(24 * days)
        assert self.fresh(complaint).due_at == due
        assert self.raised(complaint) == [4]
        heard = self.told(complaint)
        assert {row.language for row in heard} == {"it"}
        assert all("non è stata risolta in tempo" in row.text for row in heard)
        self.adds_up()


class RomeTests(LadderCase):
    """The nights on which the clock is moved: 25 October and 29 March."""

    def setUp(self) -> None:
        super().setUp()
        self.rome = Organisation.objects.create(
            code="ROME", kind="city", names={"en": "Rome", "it": "Roma"},
            timezone="Europe/Rome", languages=["it"], phone="060606", default_hours=9,
        )  # fmt: skip
        nights = Calendar.objects.create(
            organisation=self.rome, code="notte", kind="office_hours",
            hours="daily 00:00-06:00",
        )  # fmt: skip
        Organisation.objects.filter(pk=self.rome.pk).update(calendar=nights)
        give_texts(self.rome)
        bump(REFERENCE)
        self.rome.refresh_from_db()

    def climbs(self, came: datetime, *moments: datetime) -> Complaint:
        """Due, and each level's end: a minute before nothing, then one step."""
        self.began = self.now = came
        complaint = self.w.file(
            "Buca in via Appia", organisation=self.rome, at=came, language="it"
        )
        assert complaint.due_at == moments[0]
        for level, moment in enumerate(moments, start=1):
            self.at_hour((moment - came) / timedelta(hours=1) - 1 / 60)
            assert self.fresh(complaint).level == level
            self.at_hour((moment - came) / timedelta(hours=1))
            assert self.fresh(complaint).level == level + 1
        self.at_hour(24 * 60)
        assert self.raised(complaint) == [2, 3, 4]
        heard = self.told(complaint)
        assert [row.language for row in heard] == ["it"] * 3
        self.adds_up()
        return complaint

    def test_the_long_night_of_october(self) -> None:
        # 7 h in the night of the 25th, 2 h in the next; then 4 h 30 a level
        self.climbs(
            datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
            datetime(2026, 10, 26, 1, 0, tzinfo=UTC),  # 02:00
            datetime(2026, 10, 26, 23, 30, tzinfo=UTC),  # 4 h, and 30 min next night
            datetime(2026, 10, 27, 4, 0, tzinfo=UTC),  # 05:00
        )

    def test_the_short_night_of_march(self) -> None:
        # 5 h in the night of the 29th, 4 h in the next; then 4 h 30 a level
        complaint = self.climbs(
            datetime(2027, 3, 27, 23, 0, tzinfo=UTC),
            datetime(2027, 3, 29, 2, 0, tzinfo=UTC),  # 04:00
            datetime(2027, 3, 30, 0, 30, tzinfo=UTC),  # 2 h, and 2 h 30 next night
            datetime(2027, 3, 30, 23, 0, tzinfo=UTC),  # 3 h 30, and 1 h next night
        )
        # Nobody is posted there: every step says so.
        last = Event.objects.filter(complaint=complaint, kind="escalated").last()
        assert last is not None
        assert last.data["skipped"] == [{"level": 4, "why": "nobody"}]
