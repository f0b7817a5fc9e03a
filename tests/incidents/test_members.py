"""Joining and leaving: a row of its own, an event of the complaint's, no other row."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Complaint, Event
from complaints.refusals import Invalid, NotAllowed, Refused, WrongStage
from complaints.services import cancel, dispute, note
from incidents.current import incident_of, incidents_of
from incidents.models import Incident, Membership
from incidents.services import close, join, leave
from notices.models import Notice
from tests.base import NOW
from tests.complaints.stage import solved
from tests.incidents.stage import declared, dry, member
from tests.incidents.test_incident_doors import IncidentTestCase


class MembersTestCase(IncidentTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.incident = declared(self.w)

    def join(self, complaint: Complaint, actor: Actor, **over: Any) -> Membership:
        given: dict[str, Any] = {"at": NOW, "by": "key"} | over
        return join(complaint, self.incident, actor=actor, **given)

    def kinds(self, complaint: Complaint) -> list[str]:
        rows = Event.objects.filter(complaint=complaint).order_by("seq")
        return list(rows.values_list("kind", flat=True))


class JoinTests(MembersTestCase):
    def test_it_keeps_number_stage_and_clock(self) -> None:
        complaint = dry(self.w)
        before = (complaint.number, complaint.status, complaint.due_at)
        made = self.join(complaint, self.w.actor(self.w.asha))
        complaint.refresh_from_db()
        assert (complaint.number, complaint.status, complaint.due_at) == before
        assert (made.how, made.by) == ("key", self.w.asha)
        event = Event.objects.get(complaint=complaint, kind="joined_incident")
        assert event.data == {"incident": self.incident.pk, "by": ""}
        assert incident_of(complaint) == self.incident

    def test_it_leaves_the_incidents_row_alone(self) -> None:
        complaint = dry(self.w)
        with CaptureQueriesContext(connection) as seen:
            self.join(complaint, self.w.citizen(complaint), by="tap")
        table = Incident._meta.db_table
        touched = [q["sql"] for q in seen if f'UPDATE "{table}"' in q["sql"]]
        assert not touched
        assert len(seen) <= 14, [q["sql"] for q in seen]

    def test_it_may_be_done_by_agents_officers_and_the_citizen(self) -> None:
        w = self.w
        for n, officer in enumerate((w.asha, w.devika, w.wasim, w.hema)):
            self.join(dry(w, n), w.actor(officer))
        mine = dry(w, 20)
        self.join(mine, w.citizen(mine), by="tap")
        for officer in (w.nitin, w.ravi, w.admin):
            with self.assertRaises(NotAllowed):
                self.join(dry(w, 21), w.actor(officer))
        assert Membership.objects.count() == 5

    def test_twice_is_once(self) -> None:
        complaint = dry(self.w)
        first = self.join(complaint, SYSTEM_ACTOR)
        assert self.join(complaint, SYSTEM_ACTOR) == first
        assert self.kinds(complaint).count("joined_incident") == 1

    def test_it_bears_that_the_complaint_was_changed_meanwhile(self) -> None:
        complaint = dry(self.w)
        other = Complaint.objects.get(pk=complaint.pk)
        note(other, text="Called back", actor=self.w.actor(self.w.asha), at=NOW)
        self.join(complaint, SYSTEM_ACTOR)

    def test_one_complaint_has_one_incident(self) -> None:
        complaint = member(self.w, self.incident)
        other = declared(self.w, area=self.w.zone)
        with self.assertRaises(Refused):
            join(complaint, other, actor=SYSTEM_ACTOR, at=NOW, by="key")

    def test_what_is_over_takes_nobody_in(self) -> None:
        complaint = dry(self.w)
        close(self.incident, actor=self.w.actor(self.w.devika), at=NOW)
        with self.assertRaises(Refused):
            self.join(complaint, SYSTEM_ACTOR)

    def test_what_is_finished_or_of_another_house_stays_out(self) -> None:
        complaint = dry(self.w)
        cancel(complaint, actor=self.w.actor(self.w.sunil), at=NOW)
        with self.assertRaises(WrongStage):
            self.join(complaint, SYSTEM_ACTOR)
        outside = self.w.file("No light", organisation=self.w.upp)
        with self.assertRaises(Invalid):
            self.join(outside, SYSTEM_ACTOR)

    def test_the_office_gets_no_message_for_each_member(self) -> None:
        complaint = member(self.w, self.incident)
        owed = Notice.objects.get(complaint=complaint, kind="staff_assigned")
        assert owed.expires_at == NOW


class LeaveTests(MembersTestCase):
    def test_it_is_a_complaint_of_its_own_again(self) -> None:
        complaint = member(self.w, self.incident)
        leave(complaint, actor=self.w.actor(self.w.asha), at=self.later(minutes=5))
        assert incident_of(complaint) is None
        assert self.kinds(complaint)[-1] == "left_incident"
        told = Notice.objects.filter(complaint=complaint, kind="staff_assigned")
        assert told.order_by("-pk")[0].expires_at > self.later(minutes=5)
        join(complaint, self.incident, actor=SYSTEM_ACTOR, at=NOW, by="key")
        assert Membership.objects.filter(complaint=complaint).count() == 2

    def test_who_is_no_member_cannot_leave(self) -> None:
        with self.assertRaises(Refused):
            leave(dry(self.w), actor=SYSTEM_ACTOR, at=NOW)

    def test_a_stranger_cannot_take_it_out(self) -> None:
        complaint = member(self.w, self.incident)
        with self.assertRaises(NotAllowed):
            leave(complaint, actor=self.w.actor(self.w.ravi), at=NOW)

    def test_not_solved_with_the_others_leaves_them(self) -> None:
        complaint = member(self.w, self.incident)
        solved(self.w, complaint)
        dispute(complaint, text="Dry", actor=self.w.citizen(complaint), at=NOW)
        assert incident_of(complaint) is None
        complaint.refresh_from_db()
        assert complaint.status == "assigned"
        assert complaint.level == 2


class CurrentTests(MembersTestCase):
    def test_members_of_a_page_are_found_by_one_query(self) -> None:
        ours = [member(self.w, self.incident, n) for n in range(3)]
        other = dry(self.w, 9)
        incidents_of(ours)
        with self.assertNumQueries(1):
            found = incidents_of([*ours, other])
        assert set(found) == {each.pk for each in ours}
        assert set(found.values()) == {self.incident}

    def test_with_none_open_it_asks_nothing(self) -> None:
        complaint = member(self.w, self.incident)
        close(self.incident, actor=self.w.actor(self.w.devika), at=NOW)
        incidents_of([complaint])
        with self.assertNumQueries(0):
            assert incidents_of([complaint]) == {}
