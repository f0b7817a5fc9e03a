"""A program proves its work as an officer does: photo, reading, code, or a reason."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Attachment, Category, ClosingCode, Complaint, Event
from complaints.services.closing_code import digits_of
from tests.base import NOW
from tests.complaints.stage import to_stage
from tests.portal.api import BASE, Answer, ApiTestCase, Program
from tests.proofs import taken

DONE = "Put the fuse back and checked the line"


class ProofTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.omkar)
        self.demand(code_required=True)
        self.complaint = to_stage(self.w, "assigned")

    def demand(self, **flags: bool) -> None:
        kinds = Category.objects.filter(pk=self.w.pothole.pk)
        kinds.update(**{"photo_required": False} | flags)

    def resolve(self, **given: Any) -> Answer:
        return self.app.act(
            self.complaint, "resolve", action_taken=DONE, cause="WEAR", **given
        )

    def code(self) -> ClosingCode:
        answer = self.app.act(self.complaint, "send_code")
        assert answer.status_code == 200, answer.content
        assert "code" not in answer.json()
        return ClosingCode.objects.filter(complaint=self.complaint).latest("sent_at")

    def proof(self) -> dict[str, Any]:
        event = Event.objects.get(complaint=self.complaint, kind="resolved")
        data: dict[str, Any] = event.data
        return data

    def test_it_sends_the_code_and_solves_with_it(self) -> None:
        row = self.code()
        answer = self.resolve(code=digits_of(row))
        assert answer.status_code == 200, answer.content
        assert answer.json()["status"] == "resolved"
        assert self.proof()["proof"] == "code"

    def test_without_it_says_what_is_missing(self) -> None:
        told = self.resolve()
        assert told.status_code == 400
        assert (told.json()["code"], told.json()["field"]) == ("code_required", "code")
        assert self.resolve(unreachable="asleep").status_code == 400
        assert self.resolve(unreachable="not_home").status_code == 200
        assert self.proof()["unreachable"] == "not_home"

    def test_a_try_stays_counted_though_the_answer_is_kept_by_key(self) -> None:
        """With such a key all is one transaction, which a refusal takes back."""
        row = self.code()
        wrong = f"{(int(digits_of(row)) + 1) % 10**6:06d}"
        path = f"/complaints/{self.complaint.number}/actions/resolve/"
        body = {"action_taken": DONE, "cause": "WEAR", "code": wrong}
        codes = []
        for number in range(6):
            answer = self.app.post(path, body, Idempotency_Key=f"try-{number}")
            codes.append(answer.json()["code"])
        assert codes == ["wrong_code"] * 4 + ["code_tries"] * 2
        row.refresh_from_db()
        assert row.tries == 5
        right = self.app.post(
            path, body | {"code": digits_of(row)}, Idempotency_Key="right"
        )
        assert right.json()["code"] == "code_tries"

    def test_sent_again_with_its_key_it_is_answered_as_the_first_time(self) -> None:
        row = self.code()
        path = f"/complaints/{self.complaint.number}/actions/resolve/"
        body = {"action_taken": DONE, "cause": "WEAR", "code": digits_of(row)}
        first = self.app.post(path, body, Idempotency_Key="once")
        second = self.app.post(path, body, Idempotency_Key="once")
        assert (first.status_code, first.json()) == (200, second.json())
        assert Event.objects.filter(kind="resolved").count() == 1

    def test_who_may_not_solve_has_no_try(self) -> None:
        row = self.code()
        head_next_door = Program(self.w.asha)
        answer = head_next_door.act(
            self.complaint, "resolve", action_taken=DONE, cause="WEAR", code="000000"
        )
        assert answer.status_code == 403
        row.refresh_from_db()
        assert row.tries == 0

    def test_it_gives_the_meter_reading(self) -> None:
        self.demand(code_required=False, reading_required=True)
        told = self.resolve()
        assert told.json()["code"] == "reading_required"
        assert self.resolve(reading="12345,6").status_code == 200
        assert self.proof()["reading"] == "12345.6"

    def test_the_categories_say_what_they_demand(self) -> None:
        rows = self.app.get("/categories/").json()["results"]
        pothole = next(row for row in rows if row["code"] == "MU01")
        assert pothole["code_required"] is True
        assert pothole["reading_required"] is False

    def test_a_photo_sent_as_proof_keeps_place_and_time(self) -> None:
        kept = self.stored(proof="true", latitude="18.5", longitude="73.8")
        assert (kept.taken_at, kept.latitude) == (NOW, 18.5)
        plain = self.stored(latitude="18.5", longitude="73.8")
        assert (plain.taken_at, plain.latitude, plain.fingerprint) == (None, None, "")

    def stored(self, **given: str) -> Attachment:
        body = taken(at="2026:11:21 09:12:00", seed=1)
        upload = SimpleUploadedFile("p.jpg", body, content_type="image/jpeg")
        sent = {"photo": upload} | given
        answer = self.app.client.post(f"{BASE}/attachments/", sent)
        assert answer.status_code == 201, answer.content
        return Attachment.objects.get(token=answer.json()["token"])

    def test_nothing_that_is_typed_breaks_it(self) -> None:
        self.code()
        for odd in ("", " ", "9" * 40, "१२३४५६", "\u0000", "½²³"):
            answer = self.resolve(code=odd, reading=odd)
            assert answer.status_code in (200, 400), (odd, answer.content)
        assert Complaint.objects.filter(pk=self.complaint.pk).exists()
