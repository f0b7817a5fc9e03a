"""One update, every member, once; a repair asks them all."""

from datetime import datetime
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.actors import SYSTEM_ACTOR
from complaints.attachments import store
from complaints.models import Complaint, Event, Message
from complaints.services import (
    ask_citizen,
    confirm,
    dispute,
    hold,
    set_priority,
)
from complaints.status import Status
from feedback.models import RatingRequest
from incidents import joining
from incidents.models import Incident, Membership, Update
from incidents.services import close, join, restore, update
from incidents.sweep import tick
from notices.answers import tell_about
from notices.models import Notice
from operations.models import Job
from tests.base import NOW
from tests.builders import photo
from tests.complaints.stage import solved
from tests.incidents.stage import (
    BACK_AT,
    burst_pipe,
    declared,
    dry,
    member,
    work,
)
from tests.incidents.test_incident_doors import IncidentTestCase


class TellingTestCase(IncidentTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.incident = declared(self.w)
        self.at: dict[str, Any] = {"actor": self.w.actor(self.w.devika), "at": NOW}

    def told(self, key: str) -> list[str]:
        rows = Notice.objects.filter(kind=key).order_by("pk")
        return list(rows.values_list("recipient", flat=True))

    def restore(self, at: datetime = NOW, **over: Any) -> Incident:
        given: dict[str, Any] = self.at | {"at": at} | over
        given.setdefault("cause", burst_pipe(self.w))
        return restore(self.fresh(self.incident), **given)

    def again(self) -> None:
        """The job's worker died, and another one takes it up."""
        Job.objects.update(state=Job.State.QUEUED)
        work()

    def status(self, complaint: Complaint) -> str:
        complaint.refresh_from_db()
        return complaint.status


class UpdateTests(TellingTestCase):
    def test_every_member_hears_once_however_often_the_job_runs(self) -> None:
        phones = [f"+9199999{10000 + n:05d}" for n in range(3)]
        for n in range(3):
            member(self.w, self.incident, n)
        update(self.incident, expected_at=self.later(hours=7), **self.at)
        work()
        self.again()
        assert self.told("incident_update") == phones
        news = Update.objects.get(kind="expected")
        assert news.told_at == NOW
        causes = Notice.objects.filter(kind="incident_update").values_list("cause")
        assert set(causes) == {(f"incident:{news.pk}",)}

    def test_it_says_when_and_why_in_the_readers_language(self) -> None:
        member(self.w, self.incident, 1, language="en")
        member(self.w, self.incident, 2, language="hi")
        update(self.incident, cause=burst_pipe(self.w), note="Tankers come", **self.at)
        work()
        english, hindi = Notice.objects.filter(kind="incident_update").order_by("pk")
        assert "A pipe burst" in english.text
        assert "14:12" in english.text  # 5 h after 09:12
        assert "पाइप फटा" in hindi.text

    def test_without_a_time_or_cause_it_promises_nothing_new(self) -> None:
        close(self.incident, **self.at)
        incident = declared(self.w, expected_at=None)
        complaint = member(self.w, incident)
        update(incident, note="Men are digging", **self.at)
        work()
        text = Notice.objects.get(kind="incident_update").text
        assert "Men are digging" in text
        assert complaint.due_at is not None
        due = timezone.localtime(complaint.due_at, ZoneInfo("Asia/Kolkata"))
        assert f"{due:%H:%M}" in text

    def test_one_phone_with_two_members_hears_once(self) -> None:
        member(self.w, self.incident, 1)
        member(self.w, self.incident, 1)
        update(self.incident, note="Men are digging", **self.at)
        work()
        assert len(self.told("incident_update")) == 1

    def test_who_is_finished_or_left_hears_nothing(self) -> None:
        done, gone = member(self.w, self.incident, 1), member(self.w, self.incident, 2)
        solved(self.w, done)
        Membership.objects.filter(complaint=gone).update(left_at=NOW)
        update(self.incident, note="Men are digging", **self.at)
        work()
        assert self.told("incident_update") == []

    def test_old_news_are_not_told_behind_new_ones(self) -> None:
        member(self.w, self.incident)
        update(self.incident, expected_at=self.later(hours=6), **self.at)
        update(self.incident, expected_at=self.later(hours=8), **self.at)
        work()
        assert len(self.told("incident_update")) == 1
        old, new = Update.objects.filter(kind="expected").order_by("pk")
        assert (old.told_at, new.told_at) == (None, NOW)

    def test_one_that_fails_stands_in_nobodys_way(self) -> None:
        rows = [member(self.w, self.incident, n) for n in range(3)]
        update(self.incident, note="Men are digging", **self.at)

        def broken(complaint: Complaint, *args: Any, **values: Any) -> None:
            if complaint.pk == rows[1].pk:
                raise ValueError("broken row")
            tell_about(complaint, *args, **values)

        patch = mock.patch("incidents.telling.tell_about", side_effect=broken)
        patch.start()
        self.addCleanup(patch.stop)
        with self.assertLogs("incidents.telling", "ERROR"):
            work()
        assert len(self.told("incident_update")) == 2
        assert Job.objects.get().state == "failed"
        assert Update.objects.get(kind="cause").told_at is None


class RestoreTests(TellingTestCase):
    def test_each_member_is_solved_and_asked(self) -> None:
        members = [member(self.w, self.incident, n) for n in range(3)]
        self.restore()
        work()
        for each in members:
            assert self.status(each) == Status.RESOLVED
            assert each.resolved_by == self.w.devika
            assert RatingRequest.objects.filter(complaint=each).exists()
        assert len(self.told("incident_restored")) == 3
        assert self.told("resolved_feedback") == []
        asked = RatingRequest.objects.get(complaint=members[0])
        note = Notice.objects.get(kind="incident_restored", complaint=members[0])
        assert asked.token in note.text

    def test_what_was_done_names_place_kind_and_cause(self) -> None:
        complaint = member(self.w, self.incident, language="hi")
        self.restore(note="धन्यवाद")
        work()
        said = Message.objects.get(complaint=complaint, kind="action_taken")
        for word in ("कोथरूड", "पानी नहीं", "पाइप फटा", "धन्यवाद"):
            assert word in said.text
        event = Event.objects.get(complaint=complaint, kind="resolved")
        assert event.data["incident"] == self.incident.pk

    def test_it_ends_what_no_officer_could_end_from_there(self) -> None:
        asked, held = member(self.w, self.incident, 1), member(self.w, self.incident, 2)
        actor = self.w.actor(self.w.wasim)
        ask_citizen(asked, question="Which floor?", actor=actor, at=NOW)
        hold(
            held, reason="Waiting for a pump", new_date=self.later(hours=3),
            actor=self.w.actor(self.w.hema), at=NOW,
        )  # fmt: skip
        self.restore(self.later(hours=1))
        work()
        assert self.status(asked) == self.status(held) == Status.RESOLVED
        assert asked.paused_at is None

    def test_closed_disputed_and_dangerous_ones_are_left_alone(self) -> None:
        closed, disputed, danger = (member(self.w, self.incident, n) for n in range(3))
        solved(self.w, closed)
        confirm(closed, actor=self.w.citizen(closed), at=NOW)
        solved(self.w, disputed)
        dispute(disputed, text="Dry", actor=self.w.citizen(disputed), at=NOW)
        set_priority(
            danger, criticality="emergency", horizon="immediate", reason="",
            actor=SYSTEM_ACTOR, at=NOW,
        )  # fmt: skip
        self.restore()
        work()
        assert self.status(closed) == Status.CLOSED
        assert self.status(disputed) == Status.ASSIGNED
        assert self.status(danger) == Status.ASSIGNED
        assert self.told("incident_restored") == []

    def test_twice_is_once(self) -> None:
        complaint = member(self.w, self.incident)
        self.restore()
        work()
        dispute(complaint_of(complaint), text="Dry", actor=self.w.citizen(complaint),
                at=NOW)  # fmt: skip
        self.again()
        assert self.status(complaint) == Status.ASSIGNED
        assert len(self.told("incident_restored")) == 1

    def test_still_off_is_a_fault_of_its_own(self) -> None:
        complaint = member(self.w, self.incident)
        self.restore()
        work()
        dispute(complaint_of(complaint), text="Still dry",
                actor=self.w.citizen(complaint), at=self.later(hours=1))  # fmt: skip
        assert self.status(complaint) == Status.ASSIGNED
        assert complaint.owner == self.w.hema
        row = Membership.objects.get(complaint=complaint)
        assert row.left_at == self.later(hours=1)

    def test_it_does_not_end_what_the_same_hand_ended_falsely_before(self) -> None:
        complaint, new = member(self.w, self.incident), dry(self.w, 5)
        self.restore()
        work()
        complaint = complaint_of(complaint)
        dispute(complaint, text="Dry", actor=self.w.citizen(complaint), at=NOW)
        self.incident = declared(self.w, at=self.later(hours=2))
        for each in (complaint_of(complaint), new):
            join(each, self.incident, actor=SYSTEM_ACTOR, at=NOW, by="key")
        self.restore(self.later(hours=3))
        work(self.later(hours=3))
        assert self.status(new) == Status.RESOLVED
        assert self.status(complaint) == Status.ASSIGNED

    def test_the_proof_is_kept_once(self) -> None:
        holes = declared(self.w, category=self.w.pothole)
        rows = [member(self.w, holes, n, category=self.w.pothole) for n in range(2)]
        proof = store(photo(), at=NOW)
        restore(holes, cause=self.w.wear, files=(proof,), **self.at)
        work()
        assert [self.status(each) for each in rows] == [Status.RESOLVED] * 2
        proof.refresh_from_db()
        assert proof.complaint == rows[0]
        self.again()

    def test_the_office_is_not_told_of_each(self) -> None:
        member(self.w, self.incident)
        self.restore()
        work()
        assert self.told("staff_stage") == []

    def test_who_was_missed_goes_on_alone_after_a_day(self) -> None:
        self.restore()
        work()
        late = dry(self.w)
        Membership.objects.create(
            incident=self.incident, complaint=late, joined_at=NOW, how="word"
        )
        tick(self.later(hours=24))
        work(self.later(hours=24))
        assert Membership.objects.get().left_at == self.later(hours=24)
        assert self.status(late) == Status.ASSIGNED


def complaint_of(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


class ManyTests(TellingTestCase):
    """Three hundred, in two batches: the statements for each stay what they are."""

    N = 300

    def setUp(self) -> None:
        super().setUp()
        one = dry(self.w)
        rows = []
        for n in range(self.N):
            number = f"{100000000000 + n}"
            fields = {f.name: getattr(one, f.name) for f in one._meta.concrete_fields}
            fields |= {"id": None, "number": number, "token": f"token{n:07d}"}
            rows.append(Complaint(**fields))
        made = Complaint.objects.bulk_create(rows)
        Membership.objects.bulk_create(
            Membership(
                incident=self.incident, complaint=each, joined_at=NOW, how="word"
            )
            for each in made
        )

    def statements(self) -> float:
        with CaptureQueriesContext(connection) as seen:
            work()
        assert Job.objects.get().state == "done"
        assert Job.objects.get().progress == self.N
        return len(seen) / self.N

    def test_an_update_costs_one_statement_a_member(self) -> None:
        update(self.incident, note="Men are digging", **self.at)
        assert self.statements() < 1.5

    def test_a_repair_costs_a_fixed_number(self) -> None:
        self.restore()
        assert self.statements() < 20
        left = Complaint.objects.filter(pk__in=Membership.objects.values("complaint"))
        assert not left.exclude(status=Status.RESOLVED).exists()


class JoinOpenTests(TellingTestCase):
    def setUp(self) -> None:
        super().setUp()
        close(self.incident, **self.at)
        Job.objects.all().delete()

    def test_what_is_open_there_is_joined_and_told(self) -> None:
        rows = [dry(self.w, n) for n in range(3)]
        apart = [
            dry(self.w, 4, area=self.w.aundh),
            dry(self.w, 5, at=self.later(days=-4)),
            self.w.file("Pothole", category=self.w.pothole, area=self.w.kothrud),
        ]
        here = (self.w.pune, self.w.kothrud, self.w.no_water, NOW)
        assert joining.how_many(*here) == 3
        incident = declared(self.w, join_open=True)
        work()
        self.again()
        joined = Membership.objects.filter(incident=incident)
        assert {each.complaint_id for each in joined} == {row.pk for row in rows}
        assert {each.how for each in joined} == {"rule"}
        assert len(self.told("incident_update")) == 3
        assert not joined.filter(complaint__in=apart).exists()
        assert Update.objects.get(incident=incident).told_at == NOW

    def test_who_joins_late_hears_what_is_true_by_then(self) -> None:
        dry(self.w)
        incident = declared(self.w, join_open=True)
        update(incident, expected_at=self.later(hours=9), **self.at)
        work()
        (text,) = Notice.objects.filter(kind="incident_update").values_list(
            "text", flat=True
        )
        assert "18:12" in text
        assert f"{BACK_AT:%H}" not in text.split()
