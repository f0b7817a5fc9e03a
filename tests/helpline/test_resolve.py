""" "Mark solved" at the desk: the proof that the category demands."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Attachment, Category, ClosingCode, Complaint, Event
from complaints.services.closing_code import digits_of
from complaints.status import Status
from tests.base import NOW
from tests.complaints.stage import to_stage
from tests.helpline.desk import DeskTestCase, Response, text_of
from tests.proofs import taken

DONE = "Put the fuse back and checked the line"


class ResolveTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = to_stage(self.w, "assigned")
        self.sit(self.w.omkar)

    def demand(self, **flags: bool) -> None:
        kinds = Category.objects.filter(pk=self.w.pothole.pk)
        kinds.update(**{"photo_required": False} | flags)

    def solve(self, **given: Any) -> Response:
        typed = {"action_taken": DONE, "cause": self.w.wear.pk} | given
        return self.do(self.complaint, "resolve", **typed)

    def proof(self) -> dict[str, Any]:
        event = Event.objects.get(complaint=self.complaint, kind="resolved")
        data: dict[str, Any] = event.data
        return data

    def page(self) -> str:
        return text_of(self.get(f"/admin/complaint/{self.complaint.number}/"))

    def test_the_code_is_sent_by_its_own_key_and_typed_in(self) -> None:
        self.demand(code_required=True)
        assert "This kind of work needs it. Send it first." in self.page()
        assert self.do(self.complaint, "send-code").status_code == 302
        row = ClosingCode.objects.get()
        page = self.page()
        assert "Sent Sat 21 Nov 09:12." in page
        assert "Closing code sent to the citizen" in page
        assert digits_of(row) not in page
        wrong = f"{(int(digits_of(row)) + 1) % 10**6:06d}"
        refused = self.solve(code=wrong)
        assert refused.status_code == 422
        assert "Tries left: 4" in text_of(refused)
        assert DONE in text_of(refused)
        assert self.solve(code=digits_of(row)).status_code == 302
        assert self.proof()["proof"] == "code"
        assert "with the citizen&#x27;s closing code" in self.page()

    def test_or_the_reason_is_chosen(self) -> None:
        self.demand(code_required=True)
        assert self.solve().status_code == 422
        assert self.solve(unreachable="refuses").status_code == 302
        assert self.proof()["unreachable"] == "refuses"
        assert "no closing code: The citizen does not give it" in self.page()

    def test_without_a_contact_no_code_is_offered(self) -> None:
        self.demand(code_required=True)
        Complaint.objects.filter(pk=self.complaint.pk).update(citizen=None)
        page = self.page()
        assert "no code is needed" in page
        assert "deed-send-code" not in page
        assert self.solve().status_code == 302
        assert self.proof()["unreachable"] == "no_contact"

    def test_the_meter_is_read(self) -> None:
        assert 'name="reading"' not in self.page()
        self.demand(reading_required=True)
        assert 'name="reading"' in self.page()
        assert self.solve().status_code == 422
        assert self.solve(reading="1234,5").status_code == 302
        assert self.proof()["reading"] == "1234.5"
        assert "meter reading 1234.5" in self.page()

    def test_the_photo_is_a_proof(self) -> None:
        body = taken(at="2026:11:21 09:12:00", place=(18.51, 73.83), seed=1)
        upload = SimpleUploadedFile("done.jpg", body, content_type="image/jpeg")
        assert self.solve(photo=upload).status_code == 302
        kept = Attachment.objects.get(complaint=self.complaint)
        assert (kept.taken_at, kept.latitude) == (NOW, 18.51)
        self.complaint.refresh_from_db()
        assert self.complaint.status == Status.RESOLVED
