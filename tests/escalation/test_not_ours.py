"""“Not ours” is never a way to close: forwarded, sent back twice at most, decided."""

from datetime import datetime, timedelta

from complaints.actors import Actor
from complaints.models import Complaint, Custody, Event
from complaints.refusals import Invalid, NotAllowed, Refused
from complaints.services import accept, bounce, decide, forward
from escalation.ladder import sweep
from notices.models import Notice
from officers.models import Area, Organisation
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase
from tests.helpline.desk import DeskTestCase, text_of


class NotOursCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()
        self.complaint = self.w.file("big pothole in Kothrud")
        self.number, self.due = self.complaint.number, self.complaint.due_at

    def send(
        self, organisation: Organisation, office: Area | None, at: datetime = NOW
    ) -> None:
        self.complaint.refresh_from_db()
        forward(
            self.complaint, organisation=organisation, office=office, department=None,
            reason="It lies beyond the river", actor=self.sender, at=at,
        )  # fmt: skip

    @property
    def sender(self) -> Actor:
        return self.w.actor(self.w.devika)

    def back(self, at: datetime = NOW) -> None:
        nitin = self.w.actor(self.w.nitin)
        bounce(self.complaint, reason="It is not in Aundh", actor=nitin, at=at)

    def twice(self) -> None:
        """Sent to Aundh and back, twice, and there for the third time."""
        for _each in range(2):
            self.send(self.w.pune, self.w.aundh)
            Complaint.objects.filter(pk=self.complaint.pk).update(
                department=self.w.roads
            )
            self.complaint.refresh_from_db()
            self.back()
        self.send(self.w.pune, self.w.aundh)
        Complaint.objects.filter(pk=self.complaint.pk).update(department=self.w.roads)
        self.complaint.refresh_from_db()


class ForwardTests(NotOursCase):
    def test_it_needs_another_addressee_and_a_reason(self) -> None:
        for office, department, reason in (
            (self.w.kothrud, self.w.roads, "Not ours"),
            (self.w.aundh, self.w.roads, " "),
        ):
            with self.subTest(office=office), self.assertRaises(Invalid):
                forward(
                    self.complaint, organisation=self.w.pune, office=office,
                    department=department, reason=reason, actor=self.sender, at=NOW,
                )  # fmt: skip
        self.complaint.refresh_from_db()
        assert self.complaint.status == "assigned"

    def test_number_and_promise_stay_and_each_leg_is_kept(self) -> None:
        self.send(self.w.upp, None, NOW + timedelta(hours=1))

        assert (self.complaint.number, self.complaint.due_at) == (self.number, self.due)
        assert self.complaint.status == "forwarded"
        legs = Custody.objects.filter(complaint=self.complaint).order_by(
            "from_at", "pk"
        )
        held = [(leg.holder, leg.organisation.code) for leg in legs]
        assert held[-2:] == [("office", "PUNE"), ("partner", "UPP")]
        assert legs.filter(to_at=None).count() == 1

    def test_four_working_hours_to_accept_then_it_comes_back(self) -> None:
        """Of the target's office: NOW is a Saturday, it opens on Monday at ten."""
        self.send(self.w.pune, self.w.aundh)
        self.complaint.refresh_from_db()
        limit = self.complaint.step_due_at

        assert limit == NOW.replace(day=23, hour=9, minute=0)  # 14:30 in India
        sweep.tick(limit - timedelta(minutes=1))
        self.complaint.refresh_from_db()
        assert self.complaint.status == "forwarded"
        sweep.tick(limit)
        self.complaint.refresh_from_db()
        assert (self.complaint.status, self.complaint.bounced) == ("triage", 1)
        assert self.complaint.organisation == self.w.pune

    def test_who_accepts_has_it(self) -> None:
        self.send(self.w.pune, self.w.aundh)
        zoya = self.w.actor(self.w.zoya)
        accept(self.complaint, owner=self.w.nitin, actor=zoya, at=NOW)

        assert (self.complaint.status, self.complaint.owner) == (
            "assigned", self.w.nitin,
        )  # fmt: skip
        assert self.complaint.responsible == self.w.omkar


class SecondLevelTests(NotOursCase):
    def setUp(self) -> None:
        super().setUp()
        self.twice()

    def test_the_third_time_nobody_sends_it_back(self) -> None:
        assert (self.complaint.status, self.complaint.bounced) == ("forwarded", 2)
        for officer in (self.w.nitin, self.w.zoya, self.w.chitra):
            with self.subTest(officer=officer), self.assertRaises(NotAllowed):
                bounce(
                    self.complaint, reason="Not ours", at=NOW,
                    actor=self.w.actor(officer),
                )  # fmt: skip

    def test_the_head_accepts(self) -> None:
        zoya = self.w.actor(self.w.zoya)
        accept(self.complaint, owner=self.w.nitin, actor=zoya, at=NOW)

        assert self.complaint.status == "assigned"

    def test_or_decides_who_has_it_and_that_one_is_not_asked(self) -> None:
        zoya = self.w.actor(self.w.zoya)
        decide(
            self.complaint, organisation=self.w.pune, office=self.w.kothrud,
            department=self.w.roads, owner=None, reason="The road is Kothrud's",
            actor=zoya, at=NOW,
        )  # fmt: skip
        self.complaint.refresh_from_db()

        assert (self.complaint.status, self.complaint.owner) == (
            "assigned", self.w.omkar,
        )  # fmt: skip
        assert self.complaint.step_due_at is None
        assert (self.complaint.number, self.complaint.due_at) == (self.number, self.due)
        event = Event.objects.get(complaint=self.complaint, kind="decided")
        told = Notice.objects.filter(
            complaint=self.complaint, event__seq__gte=event.seq
        ).values_list("kind", flat=True)
        assert sorted(told) == ["assigned", "staff_assigned"]
        with self.assertRaises(Refused):
            bounce(
                self.complaint, reason="Not ours", at=NOW,
                actor=self.w.actor(self.w.omkar),
            )  # fmt: skip

    def test_an_officer_does_not_decide(self) -> None:
        with self.assertRaises(NotAllowed):
            decide(
                self.complaint, organisation=self.w.pune, office=self.w.kothrud,
                department=self.w.roads, owner=None, reason="Theirs", at=NOW,
                actor=self.w.actor(self.w.nitin),
            )  # fmt: skip

    def test_silence_raises_it_to_the_head(self) -> None:
        limit = self.complaint.step_due_at
        assert limit is not None
        sweep.tick(limit)
        self.complaint.refresh_from_db()

        assert (self.complaint.status, self.complaint.bounced) == ("forwarded", 2)
        assert self.complaint.level == 2
        told = Notice.objects.filter(kind="staff_escalated", officer=self.w.zoya)
        assert told.count() == 1


class BeforeTests(NotOursCase):
    def test_nobody_decides_before_it_came_back_twice(self) -> None:
        self.send(self.w.pune, self.w.aundh)
        with self.assertRaises(Refused) as caught:
            decide(
                self.complaint, organisation=self.w.pune, office=self.w.kothrud,
                department=self.w.roads, owner=None, reason="Kothrud's", at=NOW,
                actor=self.w.actor(self.w.zoya),
            )  # fmt: skip
        assert caught.exception.code == "bounces_left"


class NobodyThereTests(NotOursCase):
    def test_a_house_without_heads_gives_it_back_for_good(self) -> None:
        rail = Organisation.objects.create(
            code="RAIL", kind="ministry", names={"en": "Railways"}, languages=["en"],
            phone="139",
        )  # fmt: skip
        bump(REFERENCE)
        Complaint.objects.filter(pk=self.complaint.pk).update(bounced=2)
        self.send(rail, None)
        self.complaint.refresh_from_db()
        limit = self.complaint.step_due_at
        assert limit is not None
        sweep.tick(limit)
        self.complaint.refresh_from_db()

        assert self.complaint.status == "assigned"
        assert self.complaint.organisation == self.w.pune
        assert self.complaint.office == self.w.kothrud
        assert self.complaint.owner == self.w.hema
        assert self.complaint.number == self.number


class PageTests(DeskTestCase):
    def test_the_head_finds_the_key_and_no_way_back(self) -> None:
        complaint = self.w.file("big pothole in Kothrud")
        Complaint.objects.filter(pk=complaint.pk).update(bounced=2)
        complaint.refresh_from_db()
        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="It lies there", at=NOW,
            actor=self.w.actor(self.w.devika),
        )  # fmt: skip
        self.sit(self.w.zoya)
        page = text_of(self.get(f"/admin/complaint/{complaint.number}/"))
        assert 'id="deed-decide"' in page
        assert 'id="deed-bounce"' not in page

        done = self.do(
            complaint, "decide", office=self.w.kothrud.pk, department=self.w.roads.pk,
            owner="", reason="The road belongs to Kothrud",
        )  # fmt: skip
        assert done.status_code == 302, text_of(done)
        complaint.refresh_from_db()
        assert (complaint.status, complaint.owner) == ("assigned", self.w.omkar)
        page = text_of(self.get(f"/admin/complaint/{complaint.number}/"))
        assert "The office head decided who has it" in page
        assert "The road belongs to Kothrud" in page

    def test_a_desk_sees_both_legs(self) -> None:
        complaint = self.w.file("big pothole in Kothrud")
        forward(
            complaint, organisation=self.w.upp, office=None, department=None,
            reason="It is a power pole", at=NOW, actor=self.w.actor(self.w.devika),
        )  # fmt: skip
        self.sit(self.w.devika)
        page = text_of(self.get(f"/admin/complaint/{complaint.number}/"))
        ledger = page.partition("Who held it")[2].partition("Messages sent")[0]
        assert "Kothrud ward office" in ledger and "Partner" in ledger
