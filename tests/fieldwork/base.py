"""An officer with a phone, at the moment of the small world."""

import re
from datetime import datetime
from typing import Any
from unittest import mock

from django.test import Client

from complaints.models import Complaint
from officers.models import Officer
from tests.base import NOW, WorldTestCase


class FieldTestCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.at = NOW
        clock = mock.patch("django.utils.timezone.now", side_effect=self.now)
        clock.start()
        self.addCleanup(clock.stop)
        self.client = Client()

    def now(self) -> datetime:
        return self.at

    def sign_in(self, officer: Officer) -> None:
        Officer.objects.filter(pk=officer.pk).update(language="en")
        self.client.force_login(officer)

    def job(self, **over: Any) -> Complaint:
        """A pothole in Kothrud, with Omkar."""
        given = {"category": self.w.pothole, "area": self.w.kothrud} | over
        complaint = self.w.file(**given)
        assert complaint.owner == self.w.omkar
        return complaint

    def page(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, (path, response.status_code)
        return " ".join(response.content.decode().split())

    def listed(self, query: str = "") -> list[str]:
        return re.findall(r'href="/field/(\d{12})/"', self.page(f"/field/{query}"))

    def press(self, complaint: Complaint, deed: str, **typed: Any) -> Any:
        """What the browser sends from the page as it was last loaded."""
        data = {"version": complaint.version} | typed
        return self.client.post(f"/field/{complaint.number}/{deed}/", data)

    def fresh(self, complaint: Complaint) -> Complaint:
        return Complaint.objects.get(pk=complaint.pk)
