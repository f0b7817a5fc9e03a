"""Who is on duty: shifts, leave, time zones, open work and the heads above."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import override_settings

from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.services import assign, reassign
from escalation.decisions import duty
from escalation.models import Skill
from officers.models import Leave, Officer, Organisation, Posting, Role, Shift
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase

# Saturday 21 November 2026 in India.
NOON = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)  # 02:00 on Sunday


class DutyCase(WorldTestCase):
    def shift(self, officer: Officer, hours: str) -> None:
        Shift.objects.filter(officer=officer).update(hours=hours)

    def post(self, officer: Officer, role: str, **where: object) -> None:
        Posting.objects.create(
            officer=officer, role=role, organisation=self.w.pune, **where
        )

    def chosen(self, at: datetime = NOON, *, urgent: bool = True) -> Officer | None:
        return duty.choose(self.w.pune, self.w.kothrud, self.w.roads, at, urgent=urgent)


class ChooseTests(DutyCase):
    def test_it_takes_the_officer_of_the_department_at_the_office(self) -> None:
        assert self.chosen() == self.w.omkar

    def test_it_takes_the_one_with_the_least_open_work(self) -> None:
        self.post(
            self.w.nitin, Role.OFFICER, area=self.w.kothrud, department=self.w.roads
        )
        assert self.chosen() == self.w.omkar  # both have none: the older login

        self.w.file()
        assert self.chosen() == self.w.nitin

    def test_it_weighs_an_emergency_as_three(self) -> None:
        self.post(
            self.w.nitin, Role.OFFICER, area=self.w.kothrud, department=self.w.roads
        )
        self.w.file("open manhole in Kothrud")  # to Omkar, an emergency
        self.w.file("bad road, resurfacing, Kothrud")  # to Nitin, normal
        self.w.file("bad road, resurfacing, Kothrud")

        assert duty.open_work([self.w.omkar.pk, self.w.nitin.pk]) == {
            self.w.omkar.pk: 3,
            self.w.nitin.pk: 2,
        }

    def test_it_passes_over_who_is_on_leave(self) -> None:
        self.post(
            self.w.nitin, Role.OFFICER, area=self.w.kothrud, department=self.w.roads
        )
        Leave.objects.create(
            officer=self.w.omkar,
            from_date=date(2026, 11, 21),
            to_date=date(2026, 11, 21),
        )

        assert self.chosen() == self.w.nitin

    def test_it_passes_over_who_is_away(self) -> None:
        self.post(
            self.w.nitin, Role.OFFICER, area=self.w.kothrud, department=self.w.roads
        )
        Officer.objects.filter(pk=self.w.omkar.pk).update(away=True)

        assert self.chosen() == self.w.nitin

    def test_it_counts_leave_by_the_day_in_the_organisations_zone(self) -> None:
        """20:30 UTC on Saturday is Sunday in India."""
        Leave.objects.create(
            officer=self.w.omkar,
            from_date=date(2026, 11, 21),
            to_date=date(2026, 11, 21),
        )

        assert self.chosen(NIGHT) == self.w.omkar

    def test_it_takes_the_night_desk_of_the_zone_for_what_is_urgent(self) -> None:
        self.shift(self.w.omkar, "mon-sat 10:00-18:00")
        self.post(self.w.nitin, Role.OFFICER, area=self.w.zone, department=self.w.roads)

        assert self.chosen(NOON) == self.w.omkar
        assert self.chosen(NIGHT) == self.w.nitin
        assert self.chosen(NIGHT, urgent=False) == self.w.omkar

    def test_it_reads_a_shift_that_is_cut_at_midnight(self) -> None:
        self.shift(
            self.w.omkar, "mon-fri 09:00-17:00; sat 22:00-24:00; sun 00:00-06:00"
        )
        self.post(
            self.w.nitin, Role.OFFICER, area=self.w.kothrud, department=self.w.roads
        )
        self.shift(self.w.nitin, "mon-sat 10:00-18:00")

        assert self.chosen(NOON) == self.w.nitin
        assert self.chosen(NIGHT) == self.w.omkar

    def test_it_expects_people_without_a_shift_in_office_hours(self) -> None:
        self.post(
            self.w.nitin, Role.OFFICER, area=self.w.kothrud, department=self.w.roads
        )
        Shift.objects.filter(officer=self.w.omkar).delete()

        saturday, monday = NOON, NOON + timedelta(days=2)
        assert self.chosen(saturday) == self.w.nitin  # the office is shut
        assert self.chosen(monday) == self.w.omkar

    def test_it_falls_back_to_who_is_posted_when_nobody_is_on_duty(self) -> None:
        self.shift(self.w.omkar, "mon-fri 09:00-10:00")

        assert self.chosen(NIGHT) == self.w.omkar

    def test_it_falls_back_to_the_head_when_nobody_is_there(self) -> None:
        Officer.objects.filter(pk=self.w.omkar.pk).update(away=True)
        assert self.chosen() == self.w.hema

        Officer.objects.filter(pk=self.w.hema.pk).update(away=True)
        bump(REFERENCE)
        assert self.chosen() == self.w.zoya

    def test_it_finds_nobody_where_nobody_is(self) -> None:
        Posting.objects.filter(organisation=self.w.pune).update(
            valid_to=date(2026, 1, 1)
        )

        assert self.chosen() is None

    def test_it_does_not_take_a_field_engineer_by_itself(self) -> None:
        Posting.objects.filter(officer=self.w.omkar).delete()

        assert self.chosen() == self.w.hema

    def test_it_treats_a_shift_that_cannot_be_read_as_office_hours(self) -> None:
        self.shift(self.w.omkar, "whenever I like")

        assert self.chosen() == self.w.omkar

    def test_it_asks_for_the_open_work_alone(self) -> None:
        self.post(
            self.w.nitin, Role.OFFICER, area=self.w.kothrud, department=self.w.roads
        )
        self.chosen()

        with self.assertNumQueries(1):
            self.chosen()


class FairTests(DutyCase):
    """Skill, pool and how much somebody has already."""

    def setUp(self) -> None:
        super().setUp()
        self.post(
            self.w.nitin, Role.OFFICER, area=self.w.kothrud, department=self.w.roads
        )
        bump(REFERENCE)

    def learn(self, officer: Officer) -> None:
        Skill.objects.create(officer=officer, category=self.w.pothole)
        bump(REFERENCE)

    def work(self, officer: Officer, n: int, criticality: str = "normal") -> None:
        for _each in range(n):
            found = self.w.file("bad road, resurfacing, Kothrud")
            Complaint.objects.filter(pk=found.pk).update(
                owner=officer, criticality=criticality
            )

    def chosen_for(self, pool: tuple[int, ...] = (), **how: Any) -> Officer | None:
        return duty.choose(
            self.w.pune, self.w.kothrud, self.w.roads, NOON,
            category=self.w.pothole, pool=pool, **how,
        )  # fmt: skip

    def test_it_passes_over_whoever_must_not_be_it(self) -> None:
        first = self.chosen_for()
        assert first is not None
        second = self.chosen_for(but={first.pk})
        assert second not in (None, first)
        assert first in self.candidates(but=())
        assert first not in self.candidates(but={first.pk})

    def candidates(self, but: Collection[int]) -> list[Officer]:
        found = duty.candidates(
            self.w.pune, self.w.kothrud, self.w.roads, NOON, but=but
        )
        return [each.officer for each in found]

    def test_it_asks_who_has_learned_it_before_who_has_less(self) -> None:
        self.learn(self.w.nitin)
        self.work(self.w.nitin, 3)

        assert self.chosen_for() == self.w.nitin
        assert self.chosen() == self.w.omkar  # another kind of work

    def test_it_takes_who_is_on_duty_before_who_has_learned_it(self) -> None:
        self.learn(self.w.nitin)
        self.shift(self.w.nitin, "mon-fri 09:00-10:00")

        assert self.chosen_for() == self.w.omkar
        assert self.chosen_for(urgent=False) == self.w.omkar

    def test_it_takes_the_nearer_ring_before_who_has_learned_it(self) -> None:
        self.learn(self.w.ravi)
        self.post(self.w.ravi, Role.OFFICER, area=self.w.zone, department=self.w.roads)
        bump(REFERENCE)

        assert self.chosen_for() == self.w.omkar

    def test_it_passes_over_who_has_learned_it_and_is_on_leave(self) -> None:
        self.learn(self.w.nitin)
        Leave.objects.create(
            officer=self.w.nitin, from_date=date(2026, 11, 1), to_date=date(2026, 12, 1)
        )
        bump(REFERENCE)

        assert self.chosen_for() == self.w.omkar

    def test_it_weighs_what_is_open_among_equals(self) -> None:
        self.learn(self.w.nitin)
        self.learn(self.w.omkar)
        self.work(self.w.omkar, 1, "emergency")
        self.work(self.w.nitin, 2)

        assert self.chosen_for() == self.w.nitin

    def test_it_asks_the_pool_of_the_rule_first(self) -> None:
        self.learn(self.w.omkar)
        self.work(self.w.nitin, 2)

        assert self.chosen_for(pool=(self.w.nitin.pk,)) == self.w.nitin

    def test_it_asks_the_others_where_nobody_of_the_pool_is_there(self) -> None:
        Officer.objects.filter(pk=self.w.nitin.pk).update(away=True)
        bump(REFERENCE)

        assert self.chosen_for(pool=(self.w.nitin.pk,)) == self.w.omkar
        assert self.chosen_for(pool=(self.w.wasim.pk,)) == self.w.omkar

    @override_settings(MOST_OPEN_PER_OFFICER=2)
    def test_it_passes_over_who_has_the_most_while_others_are_there(self) -> None:
        self.learn(self.w.omkar)
        self.work(self.w.omkar, 2)
        assert self.chosen_for() == self.w.nitin

        self.work(self.w.nitin, 3)
        assert self.chosen_for() == self.w.omkar  # all have: the first in turn

    @override_settings(MOST_OPEN_PER_OFFICER=2)
    def test_it_goes_one_ring_further_before_it_overloads(self) -> None:
        self.post(self.w.ravi, Role.OFFICER, area=self.w.zone, department=self.w.roads)
        bump(REFERENCE)
        for officer in (self.w.omkar, self.w.nitin):
            self.work(officer, 2)

        assert self.chosen_for() == self.w.ravi

    @override_settings(MOST_OPEN_PER_OFFICER=2)
    def test_nobody_takes_over_more_than_the_most(self) -> None:
        complaint = self.w.file()
        Complaint.objects.filter(pk=complaint.pk).update(owner=self.w.nitin)
        complaint.refresh_from_db()
        self.work(self.w.omkar, 2)
        omkar = self.w.actor(self.w.omkar)

        with self.assertRaises(Refused) as caught:
            reassign(complaint, owner=self.w.omkar, actor=omkar, at=NOW)
        assert "2 open complaints are with you" in str(caught.exception)
        hema = self.w.actor(self.w.hema)  # the head may, it is no hoarding
        reassign(complaint, owner=self.w.omkar, actor=hema, at=NOW)
        assert complaint.owner == self.w.omkar

    @override_settings(MOST_OPEN_PER_OFFICER=1)
    def test_a_head_takes_no_more_from_the_desk_either(self) -> None:
        complaint = self.w.file("big pothole")
        self.work(self.w.hema, 1)
        self.post(self.w.hema, Role.COMMISSIONER)

        with self.assertRaises(Refused):
            assign(
                complaint, organisation=self.w.pune, office=self.w.kothrud,
                department=self.w.roads, owner=self.w.hema, at=NOW,
                actor=self.w.actor(self.w.hema),
            )  # fmt: skip

    @override_settings(MOST_OPEN_PER_OFFICER=0)
    def test_nought_is_no_limit(self) -> None:
        self.work(self.w.omkar, 1)

        assert self.chosen_for() == self.w.nitin

    def test_it_asks_for_the_open_work_once(self) -> None:
        self.learn(self.w.nitin)
        self.chosen_for()

        with self.assertNumQueries(1):
            self.chosen_for()


class ZoneTests(DutyCase):
    def test_it_reads_a_shift_in_the_organisations_own_time(self) -> None:
        rome = Organisation.objects.create(
            code="ROME", kind="city", names={"en": "Rome"}, timezone="Europe/Rome",
            languages=["it"], phone="060606",
        )  # fmt: skip
        area = self.w._area(rome, "ROME", "Rome", None, "city", True)
        roads = self.w._department(rome, "ROAD", "Roads")
        day = self.w._officer("dario", "Dario", "it", Role.OFFICER, rome, area, roads)
        night = self.w._officer("nadia", "Nadia", "it", Role.OFFICER, rome, area, roads)
        self.shift(day, "daily 08:00-20:00")
        self.shift(night, "daily 00:00-08:00 20:00-24:00")
        bump(REFERENCE)

        # 06:30 UTC is 08:30 in summer, 07:30 in winter.
        summer = datetime(2026, 10, 24, 6, 30, tzinfo=UTC)
        winter = datetime(2026, 10, 26, 6, 30, tzinfo=UTC)
        assert duty.choose(rome, area, roads, summer) == day
        assert duty.choose(rome, area, roads, winter) == night


class HeadTests(DutyCase):
    def test_it_climbs_from_office_to_zone_to_the_top(self) -> None:
        complaint = self.w.file()

        heads = [duty.head(complaint, level, NOW) for level in (2, 3, 4)]

        assert heads == [self.w.hema, self.w.zoya, self.w.chitra]

    def test_it_goes_one_higher_where_a_level_has_nobody(self) -> None:
        complaint = self.w.file("pothole in Aundh")  # no head of Aundh

        assert duty.head(complaint, 2, NOW) == self.w.zoya

    def test_it_goes_one_higher_while_the_head_is_on_leave(self) -> None:
        Leave.objects.create(
            officer=self.w.hema, from_date=date(2026, 11, 1), to_date=date(2026, 12, 1)
        )
        complaint = self.w.file()

        assert duty.head(complaint, 2, NOW) == self.w.zoya

    def test_it_names_an_absent_head_rather_than_nobody(self) -> None:
        Officer.objects.update(away=True)
        complaint = self.w.file()

        assert duty.head(complaint, 2, NOW) == self.w.hema

    def test_it_takes_the_supervisor_for_work_that_no_office_has(self) -> None:
        complaint = self.w.file("something is wrong")

        assert complaint.office is None
        assert duty.head(complaint, 2, NOW) == self.w.sunil
        assert duty.head(complaint, 3, NOW) == self.w.chitra


class CandidateTests(DutyCase):
    def test_it_lists_officers_and_field_engineers_with_their_work(self) -> None:
        self.w.file()

        found = duty.candidates(self.w.pune, self.w.kothrud, self.w.roads, NOW)

        assert [(each.officer, each.open_work) for each in found] == [
            (self.w.farhan, 0),
            (self.w.omkar, 2),
            (self.w.hema, 0),
        ]

    def test_it_lists_first_who_has_learned_it(self) -> None:
        self.w.file()
        Skill.objects.create(officer=self.w.omkar, category=self.w.pothole)
        bump(REFERENCE)

        found = duty.candidates(
            self.w.pune, self.w.kothrud, self.w.roads, NOW, category=self.w.pothole
        )

        assert found[0].officer == self.w.omkar

    def test_it_says_who_is_not_on_duty(self) -> None:
        self.shift(self.w.farhan, "mon-fri 09:00-10:00")

        found = duty.candidates(self.w.pune, self.w.kothrud, self.w.roads, NOW)

        assert {each.officer: each.on_duty for each in found}[self.w.farhan] is False
        assert found[-1].officer == self.w.hema
