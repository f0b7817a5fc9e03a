"""A proof that contradicts itself: seen, told to the head, judged once."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from complaints.attachments import store
from complaints.models import Complaint, Event, Message
from complaints.refusals import Conflict, Invalid, NotAllowed, Refused
from complaints.services import confirm, dispute, merge, not_solved, resolve, start
from complaints.services.guards import reopens_left
from complaints.status import Status
from feedback.doubts import judge, may_judge
from feedback.models import Doubt
from incidents.models import Membership
from incidents.services import declare, join
from notices.models import Notice
from officers.models import Officer, Posting, Role
from tests.base import NOW, World, WorldTestCase, WorldTransactionTestCase
from tests.builders import photo_bytes
from tests.proofs import taken

DONE = "Filled the hole with hot mix and rolled it"
# In Kothrud; a thousandth of a degree of latitude is 111 m.
HERE = (18.51, 73.83)
INDIA = "Asia/Kolkata"


class Proving:
    """Complaints in Kothrud, and what their officers show."""

    w: World

    def later(self, **delta: float) -> datetime:
        return NOW + timedelta(**delta)

    def job(self, at: datetime = NOW, **over: Any) -> Complaint:
        given: dict[str, Any] = {
            "category": self.w.pothole, "area": self.w.kothrud,
            "latitude": HERE[0], "longitude": HERE[1],
        } | over  # fmt: skip
        complaint = self.w.file(at=at, **given)
        assert complaint.owner is not None
        return complaint

    def solve(
        self, complaint: Complaint, *bodies: bytes, at: datetime | None = None,
        by: Officer | None = None,
    ) -> Complaint:  # fmt: skip
        at = at or self.later(hours=2)
        complaint.refresh_from_db()
        doer = by or complaint.owner
        assert doer is not None
        files = tuple(
            store(io.BytesIO(body), at=at, proof=True, zone=INDIA) for body in bodies
        )
        return resolve(
            complaint, action_taken=DONE, cause=self.w.wear, files=files,
            actor=self.w.actor(doer), at=at,
        )  # fmt: skip

    def kinds(self, complaint: Complaint) -> list[str]:
        rows = Doubt.objects.filter(complaint=complaint).order_by("kind")
        return list(rows.values_list("kind", flat=True))

    def told(self, complaint: Complaint) -> list[Officer | None]:
        rows = Notice.objects.filter(complaint=complaint, kind="staff_doubt")
        return [row.officer for row in rows]


class DoubtsTestCase(Proving, WorldTestCase):
    pass


class SamePictureTests(DoubtsTestCase):
    def test_a_picture_of_another_work_is_doubted_and_told_to_the_head(self) -> None:
        first, second = self.job(), self.job()
        self.solve(first, taken(seed=1))
        self.solve(second, taken(seed=1))
        assert (self.kinds(first), self.kinds(second)) == ([], ["same"])
        doubt = Doubt.objects.get()
        assert doubt.other == first.attachments.get()
        assert self.told(second) == [self.w.hema]
        notice = Notice.objects.get(kind="staff_doubt")
        assert "/admin/doubts/" in notice.text
        assert not Notice.objects.filter(
            complaint=second, audience="citizen", text__contains="doubt"
        ).exists()

    def test_each_has_its_own(self) -> None:
        for seed in range(5):
            job = self.job()
            self.solve(job, taken(seed=seed))
            assert self.kinds(job) == []

    def test_a_picture_of_one_colour_looks_like_no_other(self) -> None:
        for colour in ("grey", "grey", "black"):
            job = self.job()
            self.solve(job, photo_bytes(colour=colour))
            assert self.kinds(job) == []

    def test_two_of_one_work_may_be_alike(self) -> None:
        job = self.job()
        self.solve(job, taken(seed=1), taken(seed=1))
        assert self.kinds(job) == []

    def test_the_proof_of_before_proves_nothing_the_second_time(self) -> None:
        job = self.job()
        self.solve(job, taken(seed=1))
        citizen, hema = self.w.citizen(job), self.w.actor(self.w.hema)
        dispute(job, text="Still there", actor=citizen, at=self.later(hours=3))
        job.refresh_from_db()
        assert job.owner == self.w.hema
        start(job, actor=hema, at=self.later(hours=4))
        self.solve(job, taken(seed=1), at=self.later(hours=5))
        assert self.kinds(job) == ["same"]
        # The head did the work: the level above looks.
        assert self.told(job) == [self.w.zoya]

    def test_a_citizens_picture_is_no_proof(self) -> None:
        body = taken(seed=1)
        other = self.w.file(files=(store(io.BytesIO(body), at=NOW),))
        job = self.job()
        self.solve(job, body)
        assert self.kinds(job) == []
        assert other.pk != job.pk

    def test_one_picture_proves_what_is_joined(self) -> None:
        first, child, second = self.job(), self.job(), self.job()
        self.solve(first, taken(seed=1))
        merge(child, parent=second, actor=self.w.actor(self.w.devika), at=NOW)
        Complaint.objects.filter(pk=first.pk).update(parent=second)
        self.solve(second, taken(seed=1))
        assert self.kinds(second) == []

    def test_one_picture_proves_the_members_of_an_incident(self) -> None:
        incident = declare(
            organisation=self.w.pune, area=self.w.kothrud, category=self.w.pothole,
            actor=self.w.actor(self.w.sunil), at=NOW,
        )  # fmt: skip
        jobs = [self.job(), self.job()]
        for job in jobs:
            desk = self.w.actor(self.w.asha)
            join(job, incident, actor=desk, at=NOW, by=Membership.How.KEY)
            self.solve(job, taken(seed=1))
        assert Doubt.objects.count() == 0

    def test_another_house_is_not_asked(self) -> None:
        first = self.job()
        self.solve(first, taken(seed=1))
        Complaint.objects.filter(pk=first.pk).update(organisation=self.w.mvv)
        job = self.job()
        self.solve(job, taken(seed=1))
        assert self.kinds(job) == []


class PlaceTests(DoubtsTestCase):
    def test_five_hundred_metres_in_town(self) -> None:
        near, far = self.job(), self.job()
        self.solve(near, taken(seed=1, place=(HERE[0] + 0.0044, HERE[1])))
        self.solve(far, taken(seed=2, place=(HERE[0] + 0.0046, HERE[1])))
        assert (self.kinds(near), self.kinds(far)) == ([], ["far"])
        metres = Doubt.objects.get().metres
        assert metres is not None
        assert 500 < metres < 520

    def test_two_kilometres_in_a_village(self) -> None:
        for off, found in ((0.0170, []), (0.0190, ["far"])):
            job = self.job(area=self.w.sus, latitude=18.6, longitude=73.7)
            assert job.area == self.w.sus
            self.solve(job, taken(seed=int(off * 10**4), place=(18.6 + off, 73.7)))
            assert self.kinds(job) == found

    def test_without_a_point_nothing_is_far(self) -> None:
        bare, silent = self.job(latitude=None, longitude=None), self.job()
        self.solve(bare, taken(seed=1, place=(19.9, 75.3)))
        self.solve(silent, taken(seed=2))
        assert Doubt.objects.count() == 0


class MomentTests(DoubtsTestCase):
    """The complaint came at 09:12 on the 21st, and was called solved at 11:12."""

    def found(self, at: str, seed: int) -> list[str]:
        job = self.job()
        self.solve(job, taken(seed=seed, at=at))
        return self.kinds(job)

    def test_a_day_before_the_complaint_is_too_early(self) -> None:
        assert self.found("2026:11:20 09:13:00", 1) == []
        assert self.found("2026:11:20 09:11:00", 2) == ["old"]

    def test_an_hour_after_the_solution_is_too_late(self) -> None:
        assert self.found("2026:11:21 12:11:00", 1) == []
        assert self.found("2026:11:21 12:13:00", 2) == ["later"]

    def test_each_contradiction_is_a_doubt_of_its_own_and_told_once(self) -> None:
        first, second = self.job(), self.job()
        body = taken(seed=1, at="2026:11:01 10:00:00", place=(19.9, 75.3))
        self.solve(first, taken(seed=1))
        self.solve(second, body)
        assert self.kinds(second) == ["far", "old", "same"]
        assert self.told(second) == [self.w.hema]


class JudgingTests(DoubtsTestCase):
    def doubted(self) -> Doubt:
        job = self.job()
        self.solve(job, taken(seed=1, at="2026:11:01 10:00:00", place=(19.9, 75.3)))
        return Doubt.objects.filter(complaint=job).order_by("pk")[0]

    def judged(self, doubt: Doubt, officer: Officer, **given: Any) -> Complaint:
        at = self.later(hours=3)
        judge(doubt, actor=self.w.actor(officer), at=at, **given)
        return Complaint.objects.get(pk=doubt.complaint_id)

    def test_it_was_done_and_all_its_doubts_are_settled(self) -> None:
        doubt = self.doubted()
        complaint = self.judged(doubt, self.w.hema, done=True)
        assert complaint.status == Status.RESOLVED
        rows = Doubt.objects.filter(complaint=complaint)
        assert set(rows.values_list("verdict", "decided_by")) == {
            ("fine", self.w.hema.pk)
        }
        event = Event.objects.get(complaint=complaint, kind="proof_judged")
        assert event.data == {"doubt": doubt.pk, "verdict": "fine"}

    def test_it_was_not_done_and_is_open_again_for_somebody_else(self) -> None:
        doubt = self.doubted()
        complaint = self.judged(
            doubt, self.w.hema, done=False, reason="The hole is still there"
        )
        assert complaint.status in (Status.REOPENED, Status.ASSIGNED)
        assert complaint.owner != self.w.omkar
        event = Event.objects.get(complaint=complaint, kind="disputed")
        assert (event.data["by"], event.data["resolved_by"]) == (
            "proof", self.w.omkar.pk,
        )  # fmt: skip
        said = Message.objects.get(complaint=complaint, text="The hole is still there")
        assert (said.kind, said.public) == ("note", False)
        with pytest.raises(NotAllowed):
            start(complaint, actor=self.w.actor(self.w.omkar), at=self.later(hours=4))

    def test_it_takes_none_of_the_citizens_two_times(self) -> None:
        complaint = self.judged(
            self.doubted(), self.w.hema, done=False, reason="The hole is still there"
        )
        for hours in (4, 8):
            Complaint.objects.filter(pk=complaint.pk).update(status=Status.RESOLVED)
            complaint.refresh_from_db()
            assert reopens_left(complaint)
            citizen = self.w.citizen(complaint)
            not_solved(complaint, text="", actor=citizen, at=self.later(hours=hours))
        complaint.refresh_from_db()
        assert (complaint.reopened, reopens_left(complaint)) == (3, False)

    def test_it_needs_a_reason(self) -> None:
        with pytest.raises(Invalid):
            self.judged(self.doubted(), self.w.hema, done=False, reason=" ")

    def test_it_is_decided_once(self) -> None:
        doubt = self.doubted()
        self.judged(doubt, self.w.hema, done=True)
        for officer, done in ((self.w.sunil, False), (self.w.hema, True)):
            with pytest.raises(Conflict):
                self.judged(doubt, officer, done=done, reason="Went there myself")
        kinds = Event.objects.filter(complaint=doubt.complaint_id)
        assert kinds.filter(kind="proof_judged").count() == 1
        assert not kinds.filter(kind="disputed").exists()

    def test_what_the_citizen_confirmed_stays_closed(self) -> None:
        doubt = self.doubted()
        complaint = Complaint.objects.get(pk=doubt.complaint_id)
        confirm(complaint, actor=self.w.citizen(complaint), at=self.later(hours=3))
        reason = "The hole is still there"
        after = self.judged(doubt, self.w.hema, done=False, reason=reason)
        assert after.status == Status.CLOSED
        assert Doubt.objects.filter(verdict="false").exists()

    def test_nobody_judges_the_own_work_and_no_officer_judges(self) -> None:
        doubt = self.doubted()
        for officer in (self.w.omkar, self.w.asha, self.w.nitin):
            assert not may_judge(doubt, self.w.actor(officer))
            with pytest.raises(NotAllowed):
                self.judged(doubt, officer, done=True)
        Posting.objects.create(
            officer=self.w.omkar, role=Role.DEPT_HEAD, organisation=self.w.pune,
            area=self.w.kothrud, valid_from=NOW - timedelta(days=9),
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            self.judged(doubt, self.w.omkar, done=True)

    def test_those_who_watch_may(self) -> None:
        for role in (Role.QA, Role.MONITORING_TEAM):
            Posting.objects.filter(officer=self.w.vikram).update(
                role=role, area=None, department=None
            )
            doubt = self.doubted()
            self.judged(doubt, self.w.vikram, done=True)


class RaceTests(Proving, WorldTransactionTestCase):
    """Two heads at one moment: one verdict, one event."""

    def test_opposite_verdicts_are_one(self) -> None:
        job = self.job()
        self.solve(job, taken(seed=1, at="2026:11:01 10:00:00"))
        doubt = Doubt.objects.get()
        gate = Barrier(2)

        def decide(who: str) -> str:
            actor = self.w.actor(getattr(self.w, who))
            mine = Doubt.objects.select_related("event").get(pk=doubt.pk)
            gate.wait(timeout=60)
            try:
                judge(
                    mine, done=who == "hema", reason="I went there", actor=actor,
                    at=self.later(hours=3),
                )  # fmt: skip
            except Refused as refused:
                return type(refused).__name__
            finally:
                connection.close()
            return "won"

        with ThreadPoolExecutor(2) as pool:
            told = sorted(pool.map(decide, ["hema", "sunil"]))
        assert told == ["Conflict", "won"]
        events = Event.objects.filter(complaint=job, kind="proof_judged")
        assert events.count() == 1
        false = events.get().data["verdict"] == "false"
        again = Event.objects.filter(complaint=job, kind="disputed")
        assert again.exists() is false
