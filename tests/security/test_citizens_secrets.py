"""Staff reads what was sent, and cannot act as the citizen with it."""

from datetime import date

from complaints.models import Event
from helpline.models import Call
from notices.models import Notice
from notices.outbox import tell_citizen
from officers.models import Posting, Role
from tests.base import NOW
from tests.helpline.desk import DeskTestCase


class SentMessagesTests(DeskTestCase):
    def page(self) -> str:
        url = f"/admin/complaint/{self.complaint.number}/"
        return self.client.get(url).content.decode()

    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file()
        self.sit(self.w.omkar)

    def test_it_hides_the_link_to_the_citizens_page(self) -> None:
        assert Notice.objects.filter(text__contains=self.complaint.token).exists()
        page = self.page()
        assert "/s/•••" in page
        assert self.complaint.token not in page

    def test_it_hides_it_while_the_contact_is_shown(self) -> None:
        self.client.post(f"/admin/complaint/{self.complaint.number}/reveal/")
        page = self.page()
        assert "99999" in page
        assert self.complaint.token not in page

    def test_it_hides_codes(self) -> None:
        event = Event.objects.filter(complaint=self.complaint).latest("seq")
        tell_citizen(event, "code", code="482913")
        assert Notice.objects.filter(text__contains="482913").exists()
        assert "482913" not in self.page()


class CallTests(DeskTestCase):
    def call_of(self, text: str) -> Call:
        return Call.objects.create(
            key="one", officer=self.w.asha, organisation=self.w.pune, source="phone",
            language="en", complaint=self.w.file(text), started_at=NOW,
        )  # fmt: skip

    def test_a_supervisor_opens_the_calls_of_visible_complaints_only(self) -> None:
        call = self.call_of("Big pothole in Kothrud")
        self.sit(self.w.sunil)
        assert self.client.get(f"/admin/console/calls/{call.pk}/").status_code == 200
        Posting.objects.filter(officer=self.w.sunil).update(area=self.w.aundh)
        Posting.objects.create(
            officer=self.w.sunil, role=Role.FIELD_STAFF, organisation=self.w.pune,
            valid_from=date(2020, 1, 1),
        )  # fmt: skip
        assert self.client.get(f"/admin/console/calls/{call.pk}/").status_code == 404


class SortingTests(DeskTestCase):
    def test_a_place_of_another_organisation_is_not_taken(self) -> None:
        complaint = self.w.file("Xyz")
        self.sit(self.w.devika)
        self.client.post(
            f"/admin/queue/sort/{complaint.number}/",
            {
                "category": self.w.pothole.pk,
                "area": self.w.gomti.pk,
                "version": complaint.version,
            },
        )
        complaint.refresh_from_db()
        assert complaint.area_id != self.w.gomti.pk
