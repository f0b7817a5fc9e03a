"""What the Solved page asks for: photo with its place, reading, code, or a reason."""

import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Attachment, Category, ClosingCode, Complaint, Event
from complaints.services.closing_code import digits_of
from complaints.status import Status
from notices.models import Notice
from tests.base import MEERA, NOW
from tests.builders import photo
from tests.fieldwork.base import FieldTestCase
from tests.proofs import taken

DONE = "Put the fuse back and checked the line"
SEND = 'name="send_code"'
READING = 'name="reading"'


class ProofCase(FieldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in(self.w.omkar)

    def demand(self, **flags: bool) -> None:
        kinds = Category.objects.filter(pk=self.w.pothole.pk)
        kinds.update(**{"photo_required": False} | flags)

    def solve(self, complaint: Complaint, **over: Any) -> Any:
        typed = {"action_taken": DONE, "cause": self.w.wear.pk} | over
        return self.press(complaint, "solved", **typed)

    def solved_page(self, complaint: Complaint) -> str:
        return self.page(f"/field/{complaint.number}/solved/")

    def proof(self, complaint: Complaint) -> dict[str, Any]:
        data: dict[str, Any] = Event.objects.get(
            complaint=complaint, kind="resolved"
        ).data
        return data


class CodeTests(ProofCase):
    def setUp(self) -> None:
        super().setUp()
        self.demand(code_required=True)

    def test_it_is_sent_and_nothing_typed_is_lost(self) -> None:
        job = self.job()
        response = self.solve(
            job, send_code="1", photo=photo(), unreachable="", reading=""
        )
        assert response.status_code == 200
        page = response.content.decode()
        assert DONE in page
        assert "✓ pothole.jpg" in page
        assert f'value="{self.w.wear.pk}" selected' in page
        assert "The code went to +91 ••••• •0001" in page
        assert "Please look at this" not in page
        assert MEERA not in page
        row = ClosingCode.objects.get(complaint=job)
        assert Notice.objects.filter(complaint=job, kind="closure_otp").count() == 1
        assert digits_of(row) not in page
        mark = re.search(r'name="photos" value="([^"]+)"', page)
        assert mark is not None
        version = re.search(r'name="version" value="(\d+)"', page)
        assert version is not None
        done = self.solve(
            job, code=digits_of(row), photos=mark[1], version=int(version[1])
        )
        assert done.status_code == 303
        assert self.proof(job)["proof"] == "code"
        assert Attachment.objects.filter(complaint=job).count() == 1

    def test_pressed_twice_it_is_sent_once(self) -> None:
        job = self.job()
        shown = self.fresh(job)
        for _press in range(2):
            assert self.solve(shown, send_code="1").status_code == 200
        assert ClosingCode.objects.filter(complaint=job).count() == 1

    def test_solved_pressed_twice_is_solved_once(self) -> None:
        job = self.job()
        self.solve(self.fresh(job), send_code="1")
        shown, code = self.fresh(job), digits_of(ClosingCode.objects.get())
        for _press in range(2):
            assert self.solve(shown, code=code).status_code == 303
        assert Event.objects.filter(complaint=job, kind="resolved").count() == 1

    def test_a_wrong_code_says_how_many_tries_are_left(self) -> None:
        job = self.job()
        self.solve(self.fresh(job), send_code="1")
        row = ClosingCode.objects.get()
        wrong = f"{(int(digits_of(row)) + 1) % 10**6:06d}"
        for left in (4, 3, 2, 1):
            response = self.solve(self.fresh(job), code=wrong)
            assert response.status_code == 422
            assert f"Tries left: {left}" in response.content.decode()
        last = self.solve(self.fresh(job), code=wrong).content.decode()
        assert "typed wrong five times" in last
        assert DONE in last
        assert self.fresh(job).status == Status.ASSIGNED

    def test_the_fourth_of_a_day_is_refused_in_a_sentence(self) -> None:
        job = self.job()
        for minute in range(3):
            self.at = NOW + timedelta(minutes=minute)
            self.solve(self.fresh(job), send_code="1")
        response = self.solve(self.fresh(job), send_code="1")
        assert response.status_code == 422
        page = response.content.decode()
        assert "3 codes were sent today already" in page
        assert DONE in page

    def test_somebody_else_was_first(self) -> None:
        job = self.job()
        shown = self.fresh(job)
        self.press(job, "start")
        response = self.solve(shown, send_code="1")
        assert response.status_code == 409
        assert DONE in response.content.decode()
        assert not ClosingCode.objects.exists()

    def test_without_it_a_reason_is_chosen(self) -> None:
        job = self.job()
        response = self.solve(job)
        assert response.status_code == 422
        assert "needs the citizen&#x27;s closing code" in response.content.decode()
        assert self.solve(job, unreachable="not_home").status_code == 303
        assert self.proof(job)["unreachable"] == "not_home"

    def test_who_left_no_contact_needs_none(self) -> None:
        job = self.job(phone="", name="")
        page = self.solved_page(job)
        assert "no code is needed" in page
        assert SEND not in page
        assert self.solve(job).status_code == 303
        assert self.proof(job)["unreachable"] == "no_contact"

    def test_it_works_without_a_script(self) -> None:
        page = self.solved_page(self.job())
        assert SEND in page
        assert 'inputmode="numeric"' in page
        assert "<script>" not in page
        # Enter in a field of the form marks it solved; it sends no code.
        form = page.index("<form class")
        assert page.index("Mark solved</button>", form) < page.index(SEND)

    def test_another_kind_offers_it_folded(self) -> None:
        self.demand(code_required=False)
        page = self.solved_page(self.job())
        assert '<details class="more citizen">' in page
        assert READING not in page


class ReadingTests(ProofCase):
    def test_it_is_asked_for_only_where_it_is_needed(self) -> None:
        self.demand(reading_required=True)
        job = self.job()
        assert READING in self.solved_page(job)
        response = self.solve(job)
        assert response.status_code == 422
        assert "needs the meter reading" in response.content.decode()
        assert self.solve(job, reading="०१२३४").status_code == 303
        assert self.proof(job)["reading"] == "01234"


class PhotoTests(ProofCase):
    def upload(self, body: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("done.jpg", body, content_type="image/jpeg")

    def kept(self, here: str, body: bytes) -> Attachment:
        job = self.job()
        response = self.solve(job, photo=self.upload(body), here=here)
        assert response.status_code == 303
        return Attachment.objects.get(complaint=job)

    def test_it_keeps_place_and_time(self) -> None:
        body = taken(at="2026:11:21 09:00:00", place=(18.51, 73.83), seed=1)
        proof = self.kept("18.9,73.1", body)
        assert (proof.latitude, proof.longitude) == (18.51, 73.83)
        assert proof.taken_at == NOW - timedelta(minutes=12)

    def test_the_phone_says_where_it_is(self) -> None:
        proof = self.kept("18.512345,73.812345", taken(seed=2))
        assert (proof.latitude, proof.longitude) == (18.512345, 73.812345)
        for number, odd in enumerate(("", "x", "1,2,3", "99,999", "nan,nan", "9" * 99)):
            proof = self.kept(odd, taken(seed=10 + number))
            assert proof.latitude is None

    def test_the_page_asks_for_it_by_the_script(self) -> None:
        page = self.solved_page(self.job())
        assert '<input type="hidden" name="here" data-here>' in page
        assert "Where and when it was taken is kept with it." in page

    def test_a_note_keeps_neither(self) -> None:
        job = self.job()
        body = taken(at="2026:11:21 09:00:00", place=(18.51, 73.83), seed=3)
        self.press(job, "note", text="Gate locked", photo=self.upload(body), here="1,2")
        noted = Attachment.objects.get(complaint=job)
        assert (noted.latitude, noted.taken_at, noted.fingerprint) == (None, None, "")
