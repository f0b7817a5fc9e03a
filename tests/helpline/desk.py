"""Signing in at the desk, for the tests of its screens."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from helpline.models import WrapUpCode
from helpline.templatetags import desk
from officers.models import Officer
from tests.base import NOW, WorldTestCase, names

# What the test client returns: a response with its context and its JSON.
Response = Any


class DeskTestCase(WorldTestCase):
    """The world, with somebody at a screen at nine on a Saturday."""

    def setUp(self) -> None:
        super().setUp()
        desk.watch.forget()
        self.clock = mock.patch("django.utils.timezone.now", side_effect=self._now)
        self.now = NOW
        self.clock.start()
        self.addCleanup(self.clock.stop)

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        for code, label, counts_as in (
            ("W01", "New complaint registered", "complaint"),
            ("W02", "Joined to open incident", "complaint"),
            ("W03", "Status told", "FCR"),
            ("W05", "Information given", "FCR"),
        ):
            WrapUpCode.objects.get_or_create(
                code=code, defaults={"names": names(label), "counts_as": counts_as}
            )

    def _now(self) -> datetime:
        return self.now

    def sit(self, officer: Officer) -> None:
        self.client.force_login(officer)
        # Everybody reads English here, whatever the language of their record.
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def get(self, url: str, **query: Any) -> Response:
        response: Response = self.client.get(url, query)
        return response

    def do(
        self, complaint: Complaint, deed: str, version: Any = None, **given: Any
    ) -> Response:
        """Press an action of the complaint page."""
        complaint.refresh_from_db()
        known = complaint.version if version is None else version
        response: Response = self.client.post(
            f"/admin/complaint/{complaint.number}/do/{deed}/",
            {"version": known, **given},
        )
        return response

    def queries(self, ask: Callable[[], Response]) -> int:
        """How many statements a page takes once the process is warm."""
        ask()
        desk.watch.forget()
        with CaptureQueriesContext(connection) as seen:
            assert ask().status_code == 200
        return len(seen)


def text_of(response: Response) -> str:
    return str(response.content.decode())
