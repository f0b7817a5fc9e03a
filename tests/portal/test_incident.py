"""A citizen of a dry street: known already, one tap, told."""

import re
from typing import Any

from complaints.models import Complaint
from incidents.models import Incident, Membership
from incidents.services import close, restore
from tests.base import NOW
from tests.incidents.stage import burst_pipe, declared, prepare, work
from tests.portal.base import PortalTestCase

MARK = re.compile(r'name="go" value="(join-[^"]+)"')


class IncidentOnTheFormTests(PortalTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        prepare(cls.w)

    def setUp(self) -> None:
        super().setUp()
        self.incident = declared(self.w, cause=burst_pipe(self.w), note="Tankers come")

    def typed(self, **over: Any) -> dict[str, Any]:
        return super().typed(text="No water since the morning", **over)

    def mark(self) -> str:
        found = MARK.search(self.press().content.decode())
        assert found is not None
        return found[1]

    def test_it_stands_first_with_kind_place_time_and_cause(self) -> None:
        page = self.press()
        text = page.content.decode()
        for words in (
            "We know of this: No water, Kothrud", "Sat 21 Nov 14:12", "A pipe burst",
            "Tankers come", "It is this one: tell me",
        ):  # fmt: skip
            assert words in text, words
        assert text.index("We know of this") < text.index("It goes to")
        assert len(page.content) < 50_000
        assert "<script" not in text[text.index("We know of this") :]

    def test_one_tap_registers_it_as_part_of_the_incident(self) -> None:
        complaint = self.sent_by(self.mark())
        member = Membership.objects.get()
        assert (member.incident, member.complaint) == (self.incident, complaint)
        assert (member.how, member.by) == ("tap", None)
        assert complaint.category == self.w.no_water
        assert complaint.status == "assigned"
        assert complaint.due_at is not None
        assert complaint.citizen is not None

    def sent_by(self, go: str, **over: Any) -> Complaint:
        answer = self.press(go, **over)
        assert answer.status_code == 303, answer.content.decode()
        return Complaint.objects.order_by("-pk")[0]

    def test_the_pages_afterwards_say_so(self) -> None:
        complaint = self.sent_by(self.mark())
        for path in ("sent/", ""):
            page = self.client.get(f"/c/{complaint.number}/{path}")
            self.assertContains(page, "Part of a known fault: No water, Kothrud")
            self.assertContains(page, "We tell you when this changes.")
        self.assertContains(page, "It is part of a fault that we know of")

    def test_pressed_twice_it_is_one(self) -> None:
        mark = self.mark()
        assert self.sent_by(mark) == self.sent_by(mark)
        assert Membership.objects.count() == 1

    def test_sent_as_a_new_one_it_is_no_member(self) -> None:
        self.sent()
        assert not Membership.objects.exists()

    def test_repaired_meanwhile_it_goes_its_own_way(self) -> None:
        mark = self.mark()
        close(self.incident, actor=self.w.actor(self.w.devika), at=NOW)
        complaint = self.sent_by(mark)
        assert complaint.status == "assigned"
        assert not Membership.objects.exists()

    def test_a_made_up_mark_is_no_incident(self) -> None:
        for mark in ("join-", "join-1", f"join-{self.incident.pk}:x:y"):
            self.sent_by(mark, key=mark)
        assert not Membership.objects.exists()

    def test_it_is_not_shown_elsewhere(self) -> None:
        page = self.press(pin="411007", place="")
        self.assertNotContains(page, "We know of this")

    def test_a_passed_time_is_not_promised(self) -> None:
        Incident.objects.update(expected_at=self.later(hours=-1))
        page = self.press()
        self.assertContains(page, "We do not know yet how long it takes.")
        self.assertNotContains(page, "08:12")

    def test_after_the_repair_the_page_asks_whether_it_is(self) -> None:
        complaint = self.sent_by(self.mark())
        restore(self.incident, actor=self.w.actor(self.w.devika), at=NOW)
        work()
        page = self.client.get(f"/c/{complaint.number}/")
        self.assertContains(page, "No, it is not solved")
        self.assertContains(page, "Repaired for everybody in Kothrud: No water.")
