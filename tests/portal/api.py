"""A program with a token, at the moment of the small world."""

from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.models import Complaint, Source
from officers import tokens
from officers.models import Officer, Organisation, Posting, Role
from tests.base import MEERA, NOW, WorldTestCase, names
from tests.builders import photo_bytes

BASE = "/api/v1"
Answer = Any


def add_api_source() -> None:
    Source.objects.get_or_create(code="api", defaults={"names": names("Program")})


def partner(organisation: Organisation, username: str = "tara") -> Officer:
    """A private operator's program: sees what its own organisation holds."""
    officer = Officer.objects.create(username=username, first_name=username.title())
    officer.set_unusable_password()
    officer.save()
    Posting.objects.create(
        officer=officer, role=Role.PARTNER, organisation=organisation,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    return officer


class Program:
    """Speaks for one officer; every answer is JSON, or the test fails."""

    def __init__(self, officer: Officer, language: str = "en", **made: Any) -> None:
        self.officer = officer
        posting = officer.postings.select_related("organisation").first()
        given: dict[str, Any] = {
            "expires_at": NOW + timedelta(days=365),
            "organisation": posting.organisation
            if posting
            else Organisation.objects.get(code="PUNE"),
        } | made
        self.token, self.secret = tokens.make_token(
            officer, name="test", at=NOW, **given
        )
        self.client = Client(
            headers={
                "authorization": f"Bearer {self.secret}",
                "accept-language": language,
            }
        )

    def get(self, path: str, headers: Any = None, **query: Any) -> Answer:
        return self.client.get(BASE + path, query, headers=headers)

    def post(self, path: str, body: Any = None, **headers: Any) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            BASE + path, body or {}, content_type="application/json", headers=named
        )

    def photo(self) -> str:
        upload = SimpleUploadedFile("p.jpg", photo_bytes(), content_type="image/jpeg")
        answer = self.client.post(f"{BASE}/attachments/", {"photo": upload})
        assert answer.status_code == 201, answer.content
        return str(answer.json()["token"])

    def act(self, complaint: Complaint | str, name: str, **given: Any) -> Answer:
        number = getattr(complaint, "number", complaint)
        return self.post(f"/complaints/{number}/actions/{name}/", given)


def pothole(**over: Any) -> dict[str, Any]:
    return {
        "text": "Big pothole near the school in Kothrud",
        "place": "Karve Road",
        "pin": "411038",
        "name": "Meera Joshi",
        "phone": MEERA,
    } | over


class ApiTestCase(WorldTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        add_api_source()

    def setUp(self) -> None:
        super().setUp()
        self.now = NOW
        clock = mock.patch("django.utils.timezone.now", side_effect=self._now)
        clock.start()
        self.addCleanup(clock.stop)

    def _now(self) -> datetime:
        return self.now

    def numbers(self, answer: Answer) -> list[str]:
        assert answer.status_code == 200, answer.content
        return [row["number"] for row in answer.json()["results"]]
