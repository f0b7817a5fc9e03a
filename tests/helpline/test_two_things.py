"""Two things at the desk: proposed, agreed to by one key, shown on both pages."""

import re
from functools import partial
from typing import Any

from complaints.models import Complaint
from complaints.number import grouped
from complaints.services.splitting import others_of
from notices.kinds import CITIZEN
from notices.models import Notice
from tests.base import MEERA
from tests.helpline.desk import DeskTestCase, text_of

TEXT = "Big pothole near the school in Kothrud and no water since Monday"
CONSOLE = "/admin/console/"


class ProposalTests(DeskTestCase):
    def page(self, complaint: Complaint) -> str:
        return text_of(self.get(f"/admin/complaint/{complaint.number}/"))

    def test_the_page_proposes_and_a_key_does_it(self) -> None:
        first = self.w.file(TEXT, category=self.w.pothole, pin="411038")
        self.sit(self.w.asha)
        page = self.page(first)
        assert "This speaks of two things: Pothole and No water." in page
        assert 'data-key="g"' in page
        form = page.partition('id="deed-split"')[2].partition("</details>")[0]
        assert "no water since Monday</textarea>" in form
        assert f'value="{self.w.no_water.pk}" selected' in form

        given = {"text": "no water since Monday", "category": self.w.no_water.pk}
        version = first.version
        done = self.do(first, "split", version=version, **given)
        assert done.status_code == 302, text_of(done)
        again = self.do(first, "split", version=version, **given)
        assert again.status_code == 302, text_of(again)

        second = Complaint.objects.exclude(pk=first.pk).get()
        for one, other in ((first, second), (second, first)):
            page = self.page(one)
            facts = page.partition("Two things in one text")[2]
            assert f"/admin/complaint/{other.number}/" in facts
            assert "This speaks of two things" not in page
        assert Notice.objects.filter(audience=CITIZEN, kind="split").count() == 1

    def test_one_thing_gets_no_proposal_but_the_key_is_there(self) -> None:
        first = self.w.file()
        self.sit(self.w.asha)
        page = self.page(first)
        assert "This speaks of two things" not in page
        assert 'id="deed-split"' in page

    def test_an_officer_is_not_asked(self) -> None:
        first = self.w.file(TEXT, category=self.w.pothole)
        self.sit(self.w.omkar)
        page = self.page(first)
        assert "This speaks of two things" not in page
        assert 'id="deed-split"' not in page

    def test_what_was_not_sure_because_of_both_is_sorted_too(self) -> None:
        first = self.w.file(TEXT)
        Complaint.objects.filter(pk=first.pk).update(
            status="triage", category=None, office=None, department=None, owner=None
        )
        self.sit(self.w.devika)
        assert "This speaks of two things: Pothole and No water." in self.page(first)
        given = {
            "own": self.w.pothole.pk, "text": "no water since Monday",
            "category": self.w.no_water.pk,
        }  # fmt: skip
        done = self.do(first, "split", **given)
        assert done.status_code == 302, text_of(done)

        first.refresh_from_db()
        assert (first.status, first.category, first.owner) == (
            "assigned", self.w.pothole, self.w.omkar,
        )  # fmt: skip
        second = Complaint.objects.exclude(pk=first.pk).get()
        assert (second.category, second.owner) == (self.w.no_water, self.w.wasim)

    def test_the_page_costs_no_more_for_it(self) -> None:
        one, two = self.w.file(), self.w.file(TEXT, category=self.w.pothole)
        self.sit(self.w.asha)
        counts = []
        for each in (one, two):
            url = f"/admin/complaint/{each.number}/"
            counts.append(self.queries(partial(self.get, url)))
        assert counts[0] == counts[1], counts


class ConsoleTests(DeskTestCase):
    def typed(self, **over: Any) -> dict[str, Any]:
        return {
            "who": MEERA, "text": TEXT, "language": "en", "kind": "complaint",
            "source": "phone", "key": "a" * 22, "pin": "411038",
            "organisation": self.w.pune.pk,
        } | over  # fmt: skip

    def test_it_proposes_while_one_types(self) -> None:
        self.sit(self.w.asha)
        page = text_of(self.client.post(f"{CONSOLE}look/", self.typed()))
        assert "This speaks of two things: Pothole and No water." in page
        assert 'value="two"' in page
        page = text_of(
            self.client.post(f"{CONSOLE}look/", self.typed(text="Big pothole"))
        )
        assert "This speaks of two things" not in page

    def test_it_saves_two_and_reads_both_back_once(self) -> None:
        self.sit(self.w.asha)
        saved = self.client.post(CONSOLE, self.typed(do="two"))
        assert saved.status_code == 302, text_of(saved)
        again = self.client.post(CONSOLE, self.typed(do="two"))
        assert again["Location"] == saved["Location"]

        first, second = Complaint.objects.order_by("pk")
        assert others_of(first) == [second.pk]
        assert (first.category, second.category) == (self.w.pothole, self.w.no_water)
        page = text_of(self.get(saved["Location"]))
        assert grouped(first.number) in page and grouped(second.number) in page


class GuessTests(DeskTestCase):
    def test_the_page_offers_three_with_their_share_by_key(self) -> None:
        odd = self.w.file("pothole, or is it a bad road, no water")
        Complaint.objects.filter(pk=odd.pk).update(status="triage", office=None)
        self.sit(self.w.devika)
        page = text_of(self.get(f"/admin/complaint/{odd.number}/"))
        guesses = page.partition("Best guesses")[2].partition("</form>")[0]
        assert 'data-key="1"' in guesses and "&nbsp;%" in guesses
        assert " sure)" in guesses

        # the same without script: a button of a form
        odd.refresh_from_db()
        sent = self.client.post(
            f"/admin/queue/sort/{odd.number}/",
            {
                "version": odd.version, "category": self.w.pothole.pk,
                "area": self.w.kothrud.pk, "back": "/admin/queue/?view=triage",
            },
        )  # fmt: skip
        assert sent["Location"] == "/admin/queue/?view=triage"
        odd.refresh_from_db()
        assert (odd.status, odd.owner) == ("assigned", self.w.omkar)

    def test_what_is_sorted_has_none(self) -> None:
        sorted_one = self.w.file()
        self.sit(self.w.devika)
        page = text_of(self.get(f"/admin/complaint/{sorted_one.number}/"))
        assert "Best guesses" not in page

    def test_the_queue_shows_the_share(self) -> None:
        self.w.file("pothole, or is it a bad road")
        self.sit(self.w.devika)
        page = text_of(self.get("/admin/queue/", view="triage"))
        cell = page.partition('class="q-guesses"')[2].partition("</td>")[0]
        assert 'data-guess="1"' in cell
        shares = [int(share) for share in re.findall(r"(\d+)&nbsp;%", cell)]
        assert shares == sorted(shares, reverse=True) and 95 <= sum(shares) <= 101
