"""Registering by a program: once, with nothing it may not set."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Citizen, Complaint, ContactPoint, Event
from complaints.people import phone_of
from officers.models import Officer, Posting, Role
from portal.models import ExternalNumber
from tests.base import MEERA, NOW
from tests.portal.api import ApiTestCase, Program, partner, pothole

STATEMENTS = 18


class CreateTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.asha)

    def test_it_registers_and_tells_number_office_and_date(self) -> None:
        answer = self.app.post("/complaints/", pothole())
        assert answer.status_code == 201, answer.content
        told = answer.json()
        complaint = Complaint.objects.get(number=told["number"])
        assert complaint.text == pothole()["text"]
        assert complaint.source.code == "api"
        assert complaint.language == "mr"  # the city's first
        assert told["status"] == complaint.status == "assigned"
        assert told["office"]["code"] == "Z2-KOTHRUD"
        assert told["category"]["name"] == "Pothole"
        assert complaint.due_at is not None
        assert told["due_at"] == complaint.due_at.isoformat()
        assert told["link"].endswith(f"/s/{complaint.token}")
        event = Event.objects.get(complaint=complaint, kind="registered")
        assert (event.actor, event.data["by"]) == (self.w.asha, "api")

    def test_text_is_enough(self) -> None:
        answer = self.app.post("/complaints/", {"text": "Please help"})
        assert answer.status_code == 201
        assert answer.json()["status"] == "triage"
        assert Complaint.objects.get().citizen is None

    def test_it_takes_all_that_a_program_may_know(self) -> None:
        answer = self.app.post(
            "/complaints/",
            pothole(
                category="MU01", area="Z2-AUNDH", latitude=18.51, longitude=73.81,
                email="meera@example.org", language="hi", source="phone",
                external_id="app-7", attachments=[self.app.photo()],
                received_at="2026-11-20T10:00:00+05:30", kind="complaint",
            ),
        )  # fmt: skip
        assert answer.status_code == 201, answer.content
        complaint = Complaint.objects.get()
        assert complaint.category == self.w.pothole
        assert complaint.area == self.w.aundh
        assert complaint.attachments.count() == 1
        assert complaint.registered_at < NOW
        assert ExternalNumber.objects.get().complaint == complaint
        assert phone_of(complaint.citizen) == MEERA

    def test_it_counts_its_statements(self) -> None:
        self.app.post("/complaints/", pothole(phone="+919999900071"))
        with CaptureQueriesContext(connection) as seen:
            answer = self.app.post("/complaints/", pothole(phone="+919999900072"))
        assert answer.status_code == 201
        # the outermost transaction is a savepoint in tests: two statements more
        said = [query["sql"][:110] for query in seen]
        assert len(said) - 2 <= STATEMENTS, said

    def test_an_office_is_not_given_the_citizens_own_link(self) -> None:
        answer = Program(self.w.omkar).post("/complaints/", pothole())
        told = answer.json()
        complaint = Complaint.objects.get()
        assert complaint.token not in told["link"]
        assert told["link"].endswith(f"/c/{complaint.number}/")

    def test_nor_is_an_agent_who_works_in_that_office(self) -> None:
        Posting.objects.create(
            officer=self.w.asha, role="officer", organisation=self.w.pune,
            area=self.w.kothrud, department=self.w.roads,
        )  # fmt: skip
        told = self.app.post("/complaints/", pothole()).json()
        assert Complaint.objects.get().token not in told["link"]

    def test_it_adds_no_contact_to_a_person_it_does_not_speak_with(self) -> None:
        self.w.file(email="meera@example.org", phone="")
        self.app.post(
            "/complaints/", pothole(email="meera@example.org", phone="+919999900066")
        )
        assert Citizen.objects.count() == 1
        assert not ContactPoint.objects.filter(address="+919999900066").exists()

    def test_the_organisation_may_be_one_below(self) -> None:
        app = Program(self.w.lata)
        answer = app.post(
            "/complaints/", {"text": "bijli nahi aa rahi", "organisation": "MVV"}
        )
        assert answer.json()["organisation"]["code"] == "MVV"
        for other in ("PUNE", "NOWHERE"):
            answer = app.post(
                "/complaints/", {"text": "bijli nahi", "organisation": other}
            )
            assert answer.status_code == 400
            assert answer.json()["code"] == "unknown_code"

    def test_who_may_not_register_is_told_so(self) -> None:
        monitor = partner(self.w.pune, "mona")
        monitor.postings.update(role=Role.AUDITOR)
        answer = Program(monitor, language="it").post("/complaints/", pothole())
        assert answer.status_code == 403
        assert answer.json()["code"] == "not_allowed"
        nobody = Officer.objects.create(username="nobody")
        assert Program(nobody).post("/complaints/", pothole()).status_code == 400


class RefusalTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.asha)

    def refused(self, field: str, **over: object) -> str:
        answer = self.app.post("/complaints/", pothole(**over))
        assert answer.status_code == 400, answer.content
        told = answer.json()
        assert told["field"].split(".")[0] == field, told
        assert told["message"]
        assert not Complaint.objects.exists()
        return str(told["code"])

    def test_it_names_the_field_that_is_wrong(self) -> None:
        assert self.refused("text", text="") == "blank"
        assert self.refused("text", text="\u200b ") == "blank"
        assert self.refused("text", text=7) == "invalid"
        self.refused("text", text="x" * 4001)
        self.refused("phone", phone="12")
        self.refused("email", email="meera")
        self.refused("pin", pin="12")
        self.refused("latitude", latitude="18.5", longitude=73.8)
        self.refused("latitude", latitude=91, longitude=73.8)
        self.refused("longitude", latitude=18.5)
        self.refused("category", category="NO")
        self.refused("category", category="EL01")  # of another organisation
        self.refused("area", area="GOMTI")
        self.refused("source", source="carrier-pigeon")
        self.refused("language", language="xx")
        self.refused("connection", connection="123")
        self.refused("attachments", attachments=["gone"])
        self.refused("attachments", attachments="gone")
        self.refused("received_at", received_at="2026-11-21")
        self.refused("received_at", received_at="2031-01-01T00:00:00Z")
        self.refused("external_id", external_id="two words")

    def test_nobody_sets_what_is_not_theirs_to_set(self) -> None:
        """A07."""
        for name in ("status", "priority", "number", "owner", "version", "token",
                     "registered_at", "due_at", "citizen", "criticality"):  # fmt: skip
            assert self.refused(name, **{name: "closed"}) == "unknown"

    def test_it_names_all_that_is_wrong(self) -> None:
        answer = self.app.post("/complaints/", {"text": "", "pin": 4, "latitude": "x"})
        fields = {each["field"] for each in answer.json()["errors"]}
        assert fields == {"text", "pin", "latitude"}

    def test_a_body_that_is_no_json_is_refused(self) -> None:
        url = "/api/v1/complaints/"
        for body in (b"{", b"[" * 60_000, b"\xff", b'{"text": NaN}', b"9" * 9000):
            answer = self.app.client.post(url, body, content_type="application/json")
            assert answer.status_code == 400, body[:20]
        for body in (b"[]", b'"text"', b"null", b"3"):
            answer = self.app.client.post(url, body, content_type="application/json")
            assert answer.status_code == 400, body
        big = b'{"text": "' + b"x" * 200_000 + b'"}'
        answer = self.app.client.post(url, big, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert self.app.client.post(url, {"text": "form"}).status_code == 415

    def test_it_speaks_the_readers_language(self) -> None:
        app = Program(self.w.asha, language="hi")
        answer = app.post("/complaints/", pothole(received_at="2031-01-01T00:00:00Z"))
        assert answer["Content-Language"] == "hi"
        message = answer.json()["message"]
        assert any("\u0900" <= letter <= "\u097f" for letter in message), message


class OnceTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.asha)

    def send(self, key: str, **over: object) -> tuple[int, dict[str, str]]:
        answer = self.app.post("/complaints/", pothole(**over), idempotency_key=key)
        return answer.status_code, answer.json()

    def test_the_same_request_again_is_given_the_same_answer(self) -> None:
        first = self.send("k1")
        assert first[0] == 201
        assert self.send("k1") == first
        self.now = self.later(days=2)
        assert self.send("k1") == first
        assert Complaint.objects.count() == 1

    def test_another_body_with_the_same_key_is_refused(self) -> None:
        self.send("k1")
        status, told = self.send("k1", text="Another pothole altogether")
        assert (status, told["code"]) == (409, "key_reused")
        assert Complaint.objects.count() == 1

    def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(self) -> None:
        self.send("k1")
        answer = Program(self.w.asha).post(
            "/complaints/", pothole(), idempotency_key="k1"
        )
        assert answer.status_code == 201
        assert Complaint.objects.count() == 2

    def test_a_refusal_is_not_kept(self) -> None:
        assert self.send("k1", text="")[0] == 400
        assert self.send("k1")[0] == 201

    def test_photos_survive_a_second_sending(self) -> None:
        photo = self.app.photo()
        first = self.send("k1", attachments=[photo])
        assert self.send("k1", attachments=[photo]) == first
        assert self.send("k2", attachments=[photo])[1]["code"] == "photo_gone"

    def test_a_key_must_be_one(self) -> None:
        for key in ("", "two words", "k" * 201):
            assert self.send(key)[1]["field"] == "Idempotency-Key", key

    def test_the_programs_own_number_is_used_once(self) -> None:
        first = self.app.post("/complaints/", pothole(external_id="a-1")).json()
        again = self.app.post("/complaints/", pothole(external_id="a-1"))
        assert again.status_code == 409
        assert again.json()["code"] == "external_id_taken"
        assert again.json()["number"] == first["number"]
        assert Complaint.objects.count() == 1
        other = Program(self.w.devika).post("/complaints/", pothole(external_id="a-1"))
        assert other.status_code == 201


class ThrottleTests(ApiTestCase):
    def test_it_says_when_to_come_back(self) -> None:
        app = Program(self.w.asha, requests_per_minute=2)
        for _n in range(2):
            assert app.get("/complaints/").status_code == 200
        answer = app.get("/complaints/")
        assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
        assert 0 < int(answer["Retry-After"]) <= 60
        assert Program(self.w.asha).get("/complaints/").status_code == 200
        self.now = NOW + timedelta(seconds=int(answer["Retry-After"]))
        assert app.get("/complaints/").status_code == 200
