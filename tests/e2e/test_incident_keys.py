"""A power cut's worth of calls: the red box and one key; an incident by keys alone."""

import re

from django.utils.translation import gettext, override
from playwright.sync_api import expect

from complaints.models import Connection
from complaints.number import grouped
from helpline.models import Call, WrapUpCode
from incidents.models import Incident, Membership
from tests.base import names
from tests.e2e.browser import BrowserTestCase
from tests.incidents.stage import burst_pipe, declared, dry, member, prepare, work


class IncidentKeysTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        prepare(self.w)
        burst_pipe(self.w)
        WrapUpCode.objects.create(
            code="W02", names=names("Joined"), counts_as="complaint"
        )
        Connection.objects.create(
            organisation=self.w.pune, number="170012345", area=self.w.kothrud
        )

    def test_a_known_place_one_key_and_the_caller_is_part_of_it(self) -> None:
        incident = declared(self.w)
        page = self.page_for(self.w.asha, language="en")
        self.goto(page, "/admin/console/")
        page.keyboard.type("170012345")
        expect(page.locator("#look-incident")).to_contain_text("No water, Kothrud")
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        page.keyboard.press("Alt+j")
        page.wait_for_url("**/console/calls/*/")
        call = Call.objects.select_related("complaint").get()
        assert call.complaint is not None
        assert grouped(call.complaint.number) in page.inner_text(".spoken")
        with override(call.complaint.language):  # it is read out to the caller
            promise = gettext("It should be repaired by %(when)s.")
        assert promise.replace("%(when)s", "").strip(" .।") in page.inner_text(
            ".spoken"
        )
        assert Membership.objects.get().incident == incident
        self.assert_quiet(page)

    def test_declared_updated_and_ended_by_keys(self) -> None:
        for n in range(3):
            dry(self.w, n)
        page = self.page_for(self.w.devika, language="en")
        keys = page.keyboard
        self.goto(page, "/admin/incidents/")
        self.assert_accessible(page)
        keys.press("n")
        page.wait_for_url("**/incidents/new/")
        keys.press("Alt+1")
        keys.type("koth")
        page.locator("[role=option]").first.wait_for()
        keys.press("Enter")
        keys.press("Tab")
        keys.type("No wa")
        self.assert_accessible(page)
        keys.press("Control+Enter")
        expect(page.locator("form section")).to_contain_text("3 complaints")
        self.assert_accessible(page)
        self.assert_fits(page)
        page.focus("[name=join_open]")
        keys.press("Space")
        keys.press("Control+Enter")
        page.wait_for_url(re.compile(r"/incidents/\d+/$"))
        incident = Incident.objects.get()
        work(self.now)
        self.goto(page, f"/admin/incidents/{incident.pk}/")
        assert page.locator("#rows tbody tr").count() == 3
        keys.press("u")
        page.fill("[name=note]:visible", "Tankers come")
        self.assert_accessible(page)
        keys.press("Control+Enter")
        expect(page.locator(".case-sub")).to_contain_text("Tankers come")
        keys.press("r")
        page.select_option("#restore_cause", label="A pipe burst")
        keys.press("Control+Enter")
        expect(page.locator(".case-line")).to_contain_text("Repaired")
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        self.assert_quiet(page)
        incident.refresh_from_db()
        assert incident.state == "restored"

    def test_the_citizens_tap_needs_no_script(self) -> None:
        incident = declared(self.w)
        page = self.citizen_page()
        self.goto(page, "/new/PUNE/")
        page.fill("[name=text]", "No water since the morning in Kothrud")
        page.fill("[name=phone]", "9999900001")
        page.click("[name=go][value=check].btn")
        page.wait_for_selector("[name=go][value=send].btn")
        self.assert_light(page, kilobytes=100, requests=6)
        self.assert_fits(page)
        page.click("[name=go][value^=join]")
        page.wait_for_url("**/sent/")
        assert "Part of a known fault" in page.inner_text("main")
        assert Membership.objects.get().incident == incident
        self.assert_fits(page)

    def test_members_on_the_phone(self) -> None:
        member(self.w, declared(self.w))
        page = self.page_for(self.w.wasim, phone=True, language="en")
        self.goto(page, "/field/")
        assert "Part of: No water, Kothrud" in page.inner_text("main")
        self.assert_fits(page)
        self.assert_accessible(page)
