"""The citizen's word is never taken by the office that did the work."""

import pytest

from complaints.models import Complaint
from complaints.models.complaint import ClosedHow
from complaints.refusals import NotAllowed
from complaints.services import confirm, not_solved
from complaints.services.guards import is_outside, may, outside_only
from complaints.status import Status
from officers.models import Area, Department, Officer, Posting
from tests.base import NOW, WorldTestCase
from tests.complaints.stage import to_stage


class OutsideTests(WorldTestCase):
    def also(
        self,
        officer: Officer,
        role: str,
        area: Area | None = None,
        department: Department | None = None,
    ) -> None:
        Posting.objects.create(
            officer=officer, role=role, organisation=self.w.pune, area=area,
            department=department,
        )  # fmt: skip

    def outside(self, officer: Officer, complaint: Complaint) -> bool:
        return is_outside(complaint, self.w.actor(officer))

    def test_the_desk_is_outside_and_the_office_is_not(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        for officer in (self.w.asha, self.w.sunil, self.w.nitin, self.w.anand):
            assert self.outside(officer, complaint), officer
        inside = (self.w.omkar, self.w.farhan, self.w.hema, self.w.zoya, self.w.chitra)
        for officer in inside:
            assert not self.outside(officer, complaint), officer

    def test_another_department_of_the_same_house_is_outside(self) -> None:
        assert self.outside(self.w.wasim, to_stage(self.w, Status.RESOLVED))

    def test_an_agent_who_works_in_the_office_as_well_is_refused(self) -> None:
        self.also(self.w.asha, "officer", self.w.kothrud, self.w.roads)
        complaint = to_stage(self.w, Status.RESOLVED)
        with pytest.raises(NotAllowed, match="Somebody outside it must take"):
            confirm(complaint, actor=self.w.actor(self.w.asha), at=NOW)
        with pytest.raises(NotAllowed):
            not_solved(complaint, text="", actor=self.w.actor(self.w.asha), at=NOW)
        assert not may(complaint, "confirm", self.w.actor(self.w.asha))

    def test_a_field_posting_counts_without_the_job_itself(self) -> None:
        self.also(self.w.sunil, "field_staff", self.w.kothrud, self.w.roads)
        assert not self.outside(self.w.sunil, to_stage(self.w, Status.RESOLVED))

    def test_what_one_may_not_read_of_the_own_office_counts_as_well(self) -> None:
        """An officer of the whole ward reads no confidential complaint of it."""
        self.also(self.w.asha, "officer", self.w.kothrud)
        complaint = to_stage(self.w, Status.RESOLVED)
        Complaint.objects.filter(pk=complaint.pk).update(category=self.w.bribe)
        complaint.refresh_from_db()
        assert not self.outside(self.w.asha, complaint)

    def test_who_had_it_before_is_never_outside(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        for name in ("owner", "responsible", "resolved_by"):
            fresh = Complaint.objects.get(pk=complaint.pk)
            setattr(fresh, name, self.w.asha)
            assert not self.outside(self.w.asha, fresh), name

    def test_the_call_centre_closes_by_phone(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        confirm(complaint, actor=self.w.actor(self.w.asha), at=NOW)
        assert complaint.closed_how == ClosedHow.CALLED

    def test_citizens_and_the_system_are_no_part_of_an_office(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        outside_only(complaint, self.w.citizen(complaint))
