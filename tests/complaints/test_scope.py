"""Who sees what: named people before complaints of two cities' offices."""

from unittest import mock

import pytest
from django.db import IntegrityError, transaction

from complaints import scope
from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Complaint
from complaints.services import accept, forward
from officers.models import Area, Department, Officer, Organisation, Posting, Role
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase
from tests.complaints.stage import to_stage


class ScopeTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.mine = to_stage(self.w, "assigned")  # Kothrud, Roads, Omkar
        self.triage = self.w.file("please help me")

    def sees(self, officer: Officer, complaint: Complaint) -> bool:
        actor = self.w.actor(officer)
        return Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists()

    def test_the_office_and_everybody_above_it_see_it(self) -> None:
        for officer in (
            self.w.omkar, self.w.hema, self.w.zoya, self.w.chitra, self.w.asha,
        ):  # fmt: skip
            with self.subTest(officer=officer.username):
                assert self.sees(officer, self.mine)

    def test_other_offices_departments_and_organisations_do_not(self) -> None:
        for officer in (
            self.w.nitin, self.w.wasim, self.w.ravi, self.w.lata, self.w.farhan,
            self.w.admin,
        ):  # fmt: skip
            with self.subTest(officer=officer.username):
                assert not self.sees(officer, self.mine)

    def test_triage_is_the_desks_not_the_wards(self) -> None:
        assert self.sees(self.w.devika, self.triage)
        assert not self.sees(self.w.hema, self.triage)

    def test_a_superuser_reads_no_complaints_by_default(self) -> None:
        root = Officer.objects.create(username="root", is_superuser=True)
        assert not self.sees(root, self.mine)

    def test_a_confidential_one_is_the_departments_and_the_trusted(self) -> None:
        secret = self.w.file("bribe asked", category=self.w.bribe, area=self.w.kothrud)
        Complaint.objects.filter(pk=secret.pk).update(
            status="assigned", office=self.w.kothrud, department=self.w.vigilance,
            category=self.w.bribe,
        )  # fmt: skip
        assert not self.sees(self.w.hema, secret)
        assert not self.sees(self.w.zoya, secret)
        assert self.sees(self.w.chitra, secret)

    def test_a_former_holder_reads_its_leg_but_holds_it_no_more(self) -> None:
        forward(
            self.mine, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="Lies in Aundh",
            actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        nitin = self.w.actor(self.w.nitin)
        accept(self.mine, owner=self.w.nitin, actor=nitin, at=NOW)
        assert self.sees(self.w.omkar, self.mine)
        held = Complaint.objects.held_by(self.w.actor(self.w.omkar))
        assert self.mine not in held
        assert self.mine in Complaint.objects.held_by(nitin)

    def test_a_citizen_sees_the_one_complaint_of_the_link(self) -> None:
        other = self.w.file(phone="+919999900002")
        actor = self.w.citizen(self.mine)
        assert list(Complaint.objects.visible_to(actor)) == [self.mine]
        assert other not in Complaint.objects.visible_to(actor)

    def test_nobody_is_nobody_and_the_system_is_all(self) -> None:
        nobody = Actor(kind="officer")
        assert not Complaint.objects.visible_to(nobody).exists()
        assert not Complaint.objects.visible_to(Actor(kind="citizen")).exists()
        assert Complaint.objects.visible_to(SYSTEM_ACTOR).count() == 2

    def test_python_and_sql_agree_on_who_holds_it(self) -> None:
        for officer in Officer.objects.all():
            actor = self.w.actor(officer)
            for complaint in (self.mine, self.triage):
                held = Complaint.objects.held_by(actor).filter(pk=complaint.pk).exists()
                appeals = actor.roles() == {"appellate_authority"}
                with self.subTest(officer=officer.username, at=complaint.status):
                    assert held == bool(actor.roles_on(complaint)) or appeals


class SharedOfficeTests(WorldTestCase):
    """An office alone says nothing about the organisation: both are asked."""

    def setUp(self) -> None:
        super().setUp()
        # the holding's own office, which serves the companies below it
        self.lucknow = Area.objects.create(
            organisation=self.w.upp, code="LKO", names={"en": "Lucknow"},
            level="circle", office=True,
        )  # fmt: skip
        self.theirs = self.at(self.w.kes)
        self.ours = self.at(self.w.mvv)
        self.ravi = self.posted(self.w.ravi, Role.OFFICER, self.w.om)
        self.head = self.posted(Officer.objects.create(username="hari"), Role.ZONE_HEAD)
        bump(REFERENCE)

    def at(self, organisation: Organisation) -> Complaint:
        complaint = self.w.file("no light at home")
        Complaint.objects.filter(pk=complaint.pk).update(
            organisation=organisation, office=self.lucknow, department=self.w.om,
            category=self.w.no_supply, status="assigned",
        )  # fmt: skip
        complaint.custody.update(
            organisation=organisation, office=self.lucknow, department=self.w.om
        )
        return complaint

    def posted(
        self, officer: Officer, role: str, department: Department | None = None
    ) -> Officer:
        Posting.objects.create(
            officer=officer, role=role, organisation=self.w.mvv, area=self.lucknow,
            department=department,
        )  # fmt: skip
        return officer

    def test_a_company_sees_its_own_at_the_holdings_office(self) -> None:
        for most in (scope.MANY_OFFICES, 0):
            for officer in (self.ravi, self.head):
                actor = self.w.actor(officer)
                with (
                    self.subTest(officer=officer.username, most=most),
                    mock.patch.object(scope, "MANY_OFFICES", most),
                ):
                    assert list(Complaint.objects.held_by(actor)) == [self.ours]
                    assert list(Complaint.objects.visible_to(actor)) == [self.ours]
                    self.theirs.refresh_from_db()
                    assert not actor.roles_on(self.theirs)

    def test_an_office_that_moved_takes_no_old_complaints_along(self) -> None:
        Area.objects.filter(pk=self.lucknow.pk).update(organisation=self.w.mvv)
        bump(REFERENCE)
        actor = self.w.actor(self.head)
        assert list(Complaint.objects.visible_to(actor)) == [self.ours]

    def test_places_and_departments_do_not_mix(self) -> None:
        """Roads at Kothrud and water at Aundh: not water at Kothrud."""
        Posting.objects.create(
            officer=self.w.omkar, role=Role.OFFICER, organisation=self.w.pune,
            area=self.w.aundh, department=self.w.water,
        )  # fmt: skip
        seen = Complaint.objects.visible_to(self.w.actor(self.w.omkar))
        for office, department, mine in (
            (self.w.kothrud, self.w.roads, True), (self.w.aundh, self.w.water, True),
            (self.w.kothrud, self.w.water, False), (self.w.aundh, self.w.roads, False),
        ):  # fmt: skip
            Complaint.objects.filter(pk=self.ours.pk).update(
                organisation=self.w.pune, office=office, department=department
            )
            with self.subTest(office=office.code, department=department.code):
                assert seen.filter(pk=self.ours.pk).exists() == mine

    def test_no_complaint_is_of_no_criticality(self) -> None:
        """What is asked beside many offices, to be never true."""
        with pytest.raises(IntegrityError), transaction.atomic():
            Complaint.objects.filter(pk=self.ours.pk).update(criticality="")
