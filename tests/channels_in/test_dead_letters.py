"""/admin/dead-letters/: what no machine could read, in the hands of a person."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_in import inbox
from channels_in.models import Inbound
from complaints.models import Complaint
from officers.models import Officer
from tests.base import MEERA, NOW
from tests.channels_in.stage import SmsTestCase, account_of

URL = "/admin/dead-letters/"


class DeadLetterTests(SmsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.row = self.dead("lost words of +91 99999 00001", "+919999900001")
        self.sit(self.w.asha)

    def dead(self, text: str, sender: str = "", **over: Any) -> Inbound:
        self.said += 1
        form = {"MessageSid": f"SM{self.said}", "Body": text, "Nothing": " "}
        given: dict[str, Any] = {
            "account": self.account, "wire": "sms_twilio", "what": "message",
            "provider_id": f"dead-{self.said}", "body": urlencode(form).encode(),
            "received_at": NOW, "not_before": NOW, "state": "dead", "attempts": 5,
            "error": "ValueError in x.py:1", "sender": sender,
        } | over  # fmt: skip
        return Inbound.objects.create(**given)

    def sit(self, officer: Officer) -> None:
        self.client.force_login(officer)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def page(self, status: int = 200) -> str:
        response = self.client.get(URL)
        assert response.status_code == status
        return response.content.decode()

    def test_it_shows_what_was_written_and_masks_who_wrote(self) -> None:
        page = self.page()
        assert "lost words" in page
        assert "+91 ••••• •0001" in page
        assert "9999900001" not in page
        assert "ValueError in x.py:1" in page

    def test_it_masks_numbers_in_the_raw_text(self) -> None:
        self.dead("call me", body=b"From=%2B919999900123&Body=call+me")
        page = self.page()
        assert "9999900123" not in page and "•0123" in page

    def test_it_shows_any_bytes_harmlessly(self) -> None:
        for body in (
            b"", b"\x00\xff\xfe", b"<script>alert(1)</script>", b"[" * 5000,
            b'{"a": {"b": ["<img src=x>", null, 1]}}', b"%ff%00&&==;;",
        ):  # fmt: skip
            self.dead("", body=body)
        page = self.page()
        assert "<script>alert" not in page and "<img src=x" not in page

    def test_it_is_tried_again_from_the_beginning(self) -> None:
        form = self.form("Big pothole in Kothrud")
        Inbound.objects.filter(pk=self.row.pk).update(body=urlencode(form).encode())
        response = self.client.post(f"{URL}{self.row.pk}/again/")
        assert response.status_code == 302
        self.row.refresh_from_db()
        assert (self.row.state, self.row.attempts) == ("waiting", 0)
        inbox.tick(self.row.not_before)
        self.row.refresh_from_db()
        assert self.row.state == "done" and self.row.complaint is not None

    def test_it_becomes_a_complaint_by_hand(self) -> None:
        response = self.client.post(
            f"{URL}{self.row.pk}/by-hand/",
            {"text": "Big pothole", "place": "Kothrud", "category": ""},
        )
        assert response.status_code == 302
        complaint = Complaint.objects.get()
        assert complaint.source.code == "sms"
        assert complaint.registered_at == NOW
        assert complaint.citizen is not None
        assert complaint.citizen.contacts.get().address == MEERA
        self.row.refresh_from_db()
        assert (self.row.state, self.row.complaint) == ("done", complaint)
        assert "Every message could be read" in self.page()

    def test_it_is_made_once(self) -> None:
        for _n in range(2):
            self.client.post(f"{URL}{self.row.pk}/by-hand/", {"text": "Big pothole"})
        assert Complaint.objects.count() == 1

    def test_it_keeps_what_was_typed_when_something_is_missing(self) -> None:
        response = self.client.post(
            f"{URL}{self.row.pk}/by-hand/", {"text": " ", "place": "Near the temple"}
        )
        assert response.status_code == 422
        assert "Near the temple" in response.content.decode()
        assert not Complaint.objects.exists()

    def test_it_asks_for_the_number_where_it_is_not_known(self) -> None:
        row = self.dead("who am I")
        given = {"text": "Big pothole in Kothrud", "phone": "not a number"}
        response = self.client.post(f"{URL}{row.pk}/by-hand/", given)
        assert response.status_code == 422
        given["phone"] = "99999 00123"
        self.client.post(f"{URL}{row.pk}/by-hand/", given)
        row.refresh_from_db()
        assert row.sender == "+919999900123"

    def test_it_is_for_the_desk_of_that_organisation(self) -> None:
        for officer in (self.w.omkar, self.w.farhan, self.w.admin):
            self.sit(officer)
            self.page(403)
        self.sit(self.w.lata)  # an agent of another house
        assert "lost words" not in self.page()
        for deed in ("again", "by-hand"):
            response = self.client.post(f"{URL}{self.row.pk}/{deed}/", {"text": "xyz"})
            assert response.status_code == 404
        self.client.logout()
        assert self.client.get(URL).status_code == 302

    def test_it_is_seen_from_above(self) -> None:
        account = account_of(self.w.mvv, "mvv-sms", address="+919999980009")
        self.dead("from the discom", account=account)
        self.sit(self.w.lata)
        assert "from the discom" in self.page()

    def test_it_changes_nothing_when_it_is_looked_at(self) -> None:
        for deed in ("again", "by-hand"):
            assert self.client.get(f"{URL}{self.row.pk}/{deed}/").status_code == 405

    def test_it_asks_a_fixed_number_of_questions(self) -> None:
        self.page()
        few = self.queries()
        for number in range(30):
            self.dead(f"letter {number}")
        assert self.queries() <= few
        assert 'rel="next"' in self.page()

    def queries(self) -> int:
        with CaptureQueriesContext(connection) as seen:
            self.page()
        return len(seen)
