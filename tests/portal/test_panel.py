"""/p/<token>/: three questions, once, by a link that a scanner may open."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings

from complaints.models import Complaint
from feedback.models import PanelSeat
from feedback.panel import asking
from notices.models import Notice
from tests.base import NOW
from tests.feedback.panels import consumers, drawn, questions, seats
from tests.portal.base import PortalTestCase

FINE = {"supply": "yes", "reading": "partly", "bill": "yes"}


class PanelPageTests(PortalTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)
        consumers(self.w, self.w.kothrud, 2)
        self.panel = drawn(self.w)
        asking.tick(NOW)
        self.seat = seats(self.panel)[0]
        self.url = f"/p/{self.seat.token}"

    def send(self, **given: Any) -> Any:
        return self.client.post(self.url, FINE | given)

    def test_it_is_the_link_of_the_message(self) -> None:
        notice = Notice.objects.get(cause=f"panel:{self.seat.pk}")
        found = re.search(r"(/p/[\w-]+)", notice.text)
        assert found is not None and found[1] == self.url
        page = self.client.get(self.url)
        self.assertContains(page, "Did your bill come in time?")
        self.assertContains(page, f"•••{self.seat.connection.number[-4:]}")
        assert page["Cache-Control"] == "no-store"
        assert len(page.content) < 50 * 1024
        assert "<script" not in page.content.decode()

    def test_looking_at_it_answers_nothing(self) -> None:
        before = PanelSeat.objects.filter(pk=self.seat.pk).values().get()
        for _look in range(3):
            assert self.client.get(self.url).status_code == 200
            assert self.client.head(self.url + "/").status_code == 200
        assert PanelSeat.objects.filter(pk=self.seat.pk).values().get() == before

    def test_it_works_once_and_tells_the_numbers(self) -> None:
        answer = self.send(supply="no")
        assert answer.status_code == 303 and answer["Location"] == self.url
        complaint = Complaint.objects.get()
        thanks = self.client.get(self.url)
        self.assertContains(thanks, f"/c/{complaint.number}/")
        self.assertContains(self.send(supply="no", bill="no"), "Thank you")
        assert Complaint.objects.count() == 1

    def test_it_says_what_is_missing_and_keeps_the_words(self) -> None:
        page = self.client.post(self.url, {"supply": "yes", "remark": "Two hours"})
        self.assertContains(page, "Choose yes, partly or no.")
        self.assertContains(page, "Two hours")
        page = self.send(suggestion="on")
        self.assertContains(page, "Please write your suggestion.")
        assert PanelSeat.objects.get(pk=self.seat.pk).state == "waiting"

    def test_a_wrong_link_is_not_found_and_counted(self) -> None:
        for _guess in range(20):
            assert self.client.get("/p/AAAAAAAAAAAA").status_code == 404
        assert self.client.get("/p/AAAAAAAAAAAA").status_code == 429
        assert self.client.get(self.url).status_code == 429

    def test_who_is_in_reserve_has_no_link(self) -> None:
        PanelSeat.objects.filter(pk=self.seat.pk).update(state="reserve")
        assert self.client.get(self.url).status_code == 404

    def test_it_ends(self) -> None:
        self.clock.return_value = self.panel.closes_at + timedelta(minutes=1)
        self.assertContains(self.client.get(self.url), "time for these questions")
        self.assertContains(self.send(), "time for these questions")
        assert PanelSeat.objects.get(pk=self.seat.pk).state == "waiting"

    def test_it_speaks_four_languages(self) -> None:
        for language, _name in settings.LANGUAGES:
            page = self.client.get(self.url, headers={"accept-language": language})
            assert f'<html lang="{language}"' in page.content.decode()
