"""A handful of complaints at every stage, and a reader before the pages."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.test import Client

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint
from complaints.services import auto_close, set_rating
from complaints.status import Status
from officers.models import Officer
from tests.base import NOW, World, WorldTestCase
from tests.builders import three_tries
from tests.complaints.stage import solved, to_stage

# The pages are read on Monday, when what came on Saturday is over its day.
READ_AT = NOW + timedelta(days=2)
NUMBER = re.compile(r"/admin/complaint/(\d{12})/")


def seed(w: World) -> list[Complaint]:
    """Every stage once in Kothrud, and what the stages alone do not show."""
    found = [to_stage(w, stage) for stage in Status.values]
    found += [_late(w), _unconfirmed(w), _rated(w), _last_month(w)]
    found.append(w.file("No water since morning", category=w.no_water, area=w.aundh))
    found.append(w.file("Road full of holes", category=w.resurfacing, area=w.aundh))
    return [Complaint.objects.get(pk=complaint.pk) for complaint in found]


def _late(w: World) -> Complaint:
    complaint = to_stage(w, Status.IN_PROGRESS)
    solved(w, complaint, at=NOW + timedelta(hours=30))
    return complaint


def _unconfirmed(w: World) -> Complaint:
    complaint = to_stage(w, Status.RESOLVED)
    at = NOW + timedelta(days=8)
    auto_close(complaint, tries=three_tries(at), actor=SYSTEM_ACTOR, at=at)
    return complaint


def _rated(w: World) -> Complaint:
    complaint = to_stage(w, Status.CLOSED)
    set_rating(complaint, rating=2, actor=w.citizen(complaint), at=NOW)
    other = to_stage(w, Status.CLOSED)
    set_rating(other, rating=5, actor=w.citizen(other), at=NOW)
    return complaint


def _last_month(w: World) -> Complaint:
    return w.file(
        category=w.pothole, area=w.kothrud, received_at=NOW - timedelta(days=30)
    )


class PagesTestCase(WorldTestCase):
    """Pages read at READ_AT, in English unless a test says otherwise."""

    def setUp(self) -> None:
        super().setUp()
        self.at = READ_AT
        clock = mock.patch("django.utils.timezone.now", side_effect=self.now)
        clock.start()
        self.addCleanup(clock.stop)
        self.client = Client()

    def now(self) -> datetime:
        return self.at

    def sign_in(self, officer: Officer, language: str = "en") -> None:
        Officer.objects.filter(pk=officer.pk).update(language=language)
        self.client.force_login(officer)

    def get(self, path: str, status: int = 200) -> Any:
        response = self.client.get(path)
        assert response.status_code == status, (path, response.status_code)
        return response

    def numbers_listed(self, path: str) -> list[str]:
        """All numbers of a list, page after page."""
        found: list[str] = []
        query = path
        while query:
            response = self.get(query)
            found += NUMBER.findall(response.content.decode())
            after = response.context["page"].after
            base, _, rest = path.partition("?")
            query = f"{base}?{rest}&after={after}" if after else ""
        return found


def rows_of(response: HttpResponseBase) -> list[dict[str, str]]:
    """A streamed CSV as a spreadsheet reads it."""
    assert isinstance(response, StreamingHttpResponse)
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
