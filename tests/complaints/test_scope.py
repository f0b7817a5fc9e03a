"""Who sees what: named people before complaints of two cities' offices."""

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Complaint
from complaints.services import accept, forward
from officers.models import Officer
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
