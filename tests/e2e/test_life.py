"""One complaint from the first word to a rated docket, in Hindi and in a browser."""

import re

from django.conf import settings
from playwright.sync_api import Page

from complaints.models import Complaint, FailedReaction
from complaints.number import grouped
from feedback.models import FollowUp, Rating
from notices.models import Notice
from officers.models import Officer
from tests.base import MEERA
from tests.builders import photo_bytes
from tests.e2e.browser import BrowserTestCase

WORDS = "कोथरूड में स्कूल के सामने सड़क में गड्ढा है, कल एक स्कूटर गिर गया"
PHOTO = {"name": "gaddha.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}
# The state of a notice that the console took.
GONE = {Notice.State.SENT, Notice.State.DELIVERED}


class LifeTests(BrowserTestCase):
    complaint: Complaint

    def setUp(self) -> None:
        super().setUp()
        # The desk of this walk speaks Hindi throughout.
        Officer.objects.update(language="hi")
        for each in (self.w.omkar, self.w.farhan, self.w.hema, self.w.sunil):
            each.refresh_from_db()
        self.meera = self.citizen_page(language="hi")

    def test_from_the_form_to_the_follow_up(self) -> None:
        self.she_sends_it()
        self.it_is_routed_with_a_reason()
        self.farhan_starts_and_solves_it()
        self.she_says_it_is_not_solved()
        self.the_head_solves_it()
        self.she_rates_it_two()
        self.the_call_centre_sees_it()

    # the way -------------------------------------------------------------------
    def she_sends_it(self) -> None:
        page = self.meera
        self.goto(page, "/")
        page.click("a[href='/new/PUNE/']")
        self.looks_right(page)
        page.fill("[name=text]", WORDS)
        page.fill("[name=pin]", "४११०३८")
        page.fill("[name=name]", "मीरा जोशी")
        page.fill("[name=phone]", "99999 00001")
        page.set_input_files("[name=photo]", PHOTO)  # type: ignore[arg-type]  # as documented
        page.click(".btn.big[name=go][value=check]")
        shown = self.looks_right(page)
        assert self.w.kothrud.office_name("hi") in shown
        assert self.w.pothole.name_in("hi") in shown
        page.click(".btn.big[name=go][value=send]")
        self.complaint = Complaint.objects.get()
        assert page.url == self.url(f"/c/{self.complaint.number}/sent/")
        shown = self.looks_right(page)
        assert grouped(self.complaint.number) in shown
        assert "22 " in shown and "09:12" in shown  # within a day, as the charter says
        self.told(
            registered={("registered", self.w.pune)},
            assigned={("assigned", self.w.pune), ("staff_assigned", self.w.omkar)},
        )

    def it_is_routed_with_a_reason(self) -> None:
        page = self.meera
        link = re.search(r"/s/[\w-]+", self.notice("registered").text)
        assert link, self.notice("registered").text
        self.goto(page, link[0])
        assert page.url == self.url(f"/c/{self.complaint.number}/")
        self.looks_right(page)
        said = page.text_content("details:has(ul:not(.rows)):not(.menu)") or ""
        assert "गड्ढा" in said and "411038" in said, said
        assert self.complaint.owner == self.w.omkar

    def farhan_starts_and_solves_it(self) -> None:
        page = self.page_for(self.w.omkar, phone=True)
        self.open_job(page)
        page.click("a[href$='/hand-over/']")
        page.select_option("[name=owner]", str(self.w.farhan.pk))
        page.click("form.form .btn.big")
        self.looks_right(page)
        self.told(reassigned={("staff_assigned", self.w.farhan)})

        page = self.page_for(self.w.farhan, phone=True)
        shown = self.open_job(page)
        assert WORDS in shown
        assert MEERA[-10:] not in shown.replace(" ", "")
        assert page.get_attribute("a[href^='tel:']", "href") == f"tel:{MEERA}"
        self.pass_time(hours=1)
        page.click("form[action$='/start/'] button")
        self.looks_right(page)
        stage = ("staff_stage", self.w.omkar)
        self.told(started={("in_progress", self.w.pune), stage})
        self.pass_time(hours=2)
        self.solve(page, "गड्ढा डामर से भर दिया")
        self.told(resolved={("resolved_feedback", self.w.pune), stage})

    def she_says_it_is_not_solved(self) -> None:
        page = self.meera
        self.pass_time(hours=1)
        self.goto(page, f"/c/{self.complaint.number}/")
        assert "गड्ढा डामर से भर दिया" in self.looks_right(page)
        form = "form[action$='/dispute/']"
        page.click(f"details:has({form}) > summary")
        page.fill(f"{form} [name=text]", "बारिश में फिर खुल गया")
        page.click(f"{form} .btn")
        self.looks_right(page)
        self.told(
            disputed={("reopened", self.w.pune), ("staff_reopened", self.w.omkar)},
            assigned={("staff_assigned", self.w.hema)},
        )
        assert (self.complaint.owner, self.complaint.reopened) == (self.w.hema, 1)
        assert self.complaint.responsible == self.w.omkar

    def the_head_solves_it(self) -> None:
        page = self.page_for(self.w.hema, phone=True)
        shown = self.open_job(page)
        assert "बारिश में फिर खुल गया" in shown
        self.pass_time(hours=1)
        page.click("form[action$='/start/'] button")
        stage = ("staff_stage", self.w.omkar)
        self.told(started={("in_progress", self.w.pune), stage})
        self.pass_time(hours=3)
        self.solve(page, "खोदकर नई परत डाली")
        self.told(resolved={("resolved_feedback", self.w.pune), stage})

    def she_rates_it_two(self) -> None:
        page = self.meera
        self.pass_time(hours=1)
        link = re.search(r"/f/[\w-]+", self.notice("resolved_feedback").text)
        assert link, self.notice("resolved_feedback").text
        self.goto(page, link[0])
        self.looks_right(page)
        assert not Rating.objects.exists()
        page.check("[name=score][value='2']", force=True)
        page.check("[name=solved][value=yes]", force=True)
        page.fill("[name=comment]", "दो बार कहना पड़ा")
        page.click("main .btn")
        self.looks_right(page)
        rating = Rating.objects.get()
        assert (rating.score, rating.solved, rating.channel) == (2, True, "web")
        self.told(
            low_rated={("staff_low_rating", self.w.asha)},
            closed={("closed", self.w.pune), ("staff_stage", self.w.hema)},
        )
        assert (self.complaint.status, self.complaint.rating) == ("closed", 2)

    def the_call_centre_sees_it(self) -> None:
        assert FollowUp.objects.get().rank == 1
        page = self.page_for(self.w.sunil)
        self.goto(page, "/admin/follow-ups/?show=all")
        shown = self.looks_right(page)
        assert grouped(self.complaint.number) in shown
        assert "दो बार कहना पड़ा" in shown

    # what is looked at on the way ------------------------------------------------
    def looks_right(self, page: Page) -> str:
        """In Hindi, inside the screen, without a mistake; its words."""
        assert page.get_attribute("html", "lang") == "hi"
        assert page.query_selector(".error-summary") is None, page.inner_text("main")
        self.assert_fits(page)
        self.assert_quiet(page)
        return page.inner_text("body")

    def open_job(self, page: Page) -> str:
        self.goto(page, "/field/")
        assert grouped(self.complaint.number) in self.looks_right(page)
        page.click(f"a[href='/field/{self.complaint.number}/']")
        return self.looks_right(page)

    def solve(self, page: Page, words: str) -> None:
        page.click("a[href$='/solved/']")
        self.looks_right(page)
        page.set_input_files("[name=photo]", PHOTO)  # type: ignore[arg-type]  # as documented
        page.select_option("[name=cause]", str(self.w.wear.pk))
        page.fill("[name=action_taken]", words)
        page.click("form.form .btn.big:not([name=drop])")
        self.looks_right(page)
        self.complaint.refresh_from_db()
        assert (self.complaint.status, self.complaint.cause) == (
            "resolved",
            self.w.wear,
        )

    def told(self, **expected: set[tuple[str, object]]) -> None:
        """Each event told just these, once, in Hindi, and the worker sent them."""
        self.work()
        assert not FailedReaction.objects.exists(), list(FailedReaction.objects.all())
        self.complaint.refresh_from_db()
        for kind, who in expected.items():
            event = self.complaint.events.filter(kind=kind).latest("seq")
            notices = Notice.objects.filter(event=event).select_related("officer")
            assert {(n.kind, n.officer or self.w.pune) for n in notices} == who, kind
            assert len(notices) == len(who), kind
            for notice in notices:
                self.is_a_good_one(notice)

    def is_a_good_one(self, notice: Notice) -> None:
        phone = notice.officer.phone if notice.officer else MEERA
        assert (notice.language, notice.recipient) == ("hi", phone)
        assert notice.state in GONE, (notice.kind, notice.state, notice.error)
        assert re.search("[\u0900-\u097f]", notice.text) and "{" not in notice.text
        assert settings.PUBLIC_URL in notice.text or "http" not in notice.text

    def notice(self, kind: str) -> Notice:
        return Notice.objects.filter(kind=kind).latest("pk")
