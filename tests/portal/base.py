"""A visitor at the desk's pages, at the moment of the small world."""

import re
from typing import Any
from unittest import mock

from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from tests.base import MEERA, NOW, WorldTestCase


class PortalTestCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        clock = mock.patch("django.utils.timezone.now", return_value=NOW)
        self.clock = clock.start()
        self.addCleanup(clock.stop)
        self.client = Client(headers={"accept-language": "en"})
        self.form_url = reverse("portal:new", args=["PUNE"])

    def typed(self, **over: Any) -> dict[str, Any]:
        """What Meera types, unless `over` says otherwise."""
        return {
            "text": "Big pothole near the school in Kothrud",
            "kind": "complaint",
            "category": "",
            "area": "",
            "place": "Karve Road",
            "pin": "411038",
            "name": "Meera Joshi",
            "phone": MEERA,
            "language": "en",
            "key": "one-time-key",
        } | over

    def press(self, go: str = "check", **over: Any) -> Any:
        return self.client.post(self.form_url, self.typed(go=go, **over))

    def sent(self, **over: Any) -> Complaint:
        response = self.press("send", **over)
        assert response.status_code == 303, response.content.decode()
        number = re.search(r"/c/(\d{12})/", response["Location"])
        assert number is not None
        return Complaint.objects.get(number=number[1])

    def opened(self, complaint: Complaint) -> str:
        """The clean address, after the link of the message was used."""
        self.client.get(f"/s/{complaint.token}")
        return reverse("portal:status", args=[complaint.number])
