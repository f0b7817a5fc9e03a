"""Citizens at the web pages, staff at theirs and the worker, all at one moment."""

import re
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client, override_settings

from complaints.models import Complaint, FailedReaction
from notices.models import Notice
from officers.models import Officer
from operations.ticks import drain
from tests.builders import photo
from tests.helpline.desk import DeskTestCase

PUBLIC = "https://desk.example.org"
LINK = re.compile(rf"{PUBLIC}(/[sf]/[\w-]+)")


class CheckTestCase(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        public = override_settings(PUBLIC_URL=PUBLIC)
        public.enable()
        self.addCleanup(public.disable)

    # the citizen -------------------------------------------------------------
    def visitor(self, language: str = "en") -> Client:
        return Client(headers={"accept-language": language})

    def send(self, visitor: Client, **typed: Any) -> Complaint:
        """The form and its check page, sent by a browser without script."""
        form = {
            "text": "Big pothole near the school in Kothrud", "kind": "complaint",
            "pin": "411038", "key": f"key-{Complaint.objects.count()}",
        } | typed  # fmt: skip
        check = visitor.post("/new/PUNE/", form | {"go": "check"})
        assert check.status_code == 200, check.content.decode()
        assert "error-summary" not in check.content.decode()
        sent = visitor.post("/new/PUNE/", form | {"go": "send"})
        assert sent.status_code == 303, sent.content.decode()
        return Complaint.objects.get(number=sent["Location"].split("/")[2])

    def press(
        self, visitor: Client, complaint: Complaint, deed: str, **typed: Any
    ) -> None:
        """One of the buttons on the citizen's status page."""
        answer = visitor.post(f"/c/{complaint.number}/{deed}/", typed)
        assert answer.status_code == 303, answer.content.decode()

    # the staff ---------------------------------------------------------------
    def did(
        self, officer: Officer, complaint: Complaint, deed: str, **typed: Any
    ) -> None:
        """An action on the desk's complaint page that was taken."""
        self.sit(officer)
        answer = self.do(complaint, deed, **typed)
        assert answer.status_code == 302, answer.content.decode()

    def solved(self, officer: Officer, complaint: Complaint, words: str) -> None:
        self.did(
            officer, complaint, "resolve",
            action_taken=words, cause=self.w.wear.pk, photo=photo(),
        )  # fmt: skip

    def page(self, url: str, **query: Any) -> HttpResponse:
        answer: HttpResponse = self.get(url, **query)
        assert answer.status_code == 200, answer.content.decode()
        return answer

    # the worker --------------------------------------------------------------
    def work(self) -> list[EmailMessage]:
        """Send all that is due; the letters that left now."""
        before = len(mail.outbox)
        drain(clock=self._now)
        assert not FailedReaction.objects.exists(), list(FailedReaction.objects.all())
        return list(mail.outbox[before:])

    def link(self, letter: EmailMessage) -> str:
        found = LINK.search(str(letter.body))
        assert found, letter.body
        return found[1]


def waiting() -> int:
    return Notice.objects.exclude(state=Notice.State.SENT).count()
