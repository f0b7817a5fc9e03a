"""A40, A42: nobody floods a telephone or writes words of their own to it."""

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.people import phone_of
from complaints.services import merge
from notices.models import Notice
from portal.limits import SENT_TO
from tests.base import MEERA, NOW
from tests.portal.base import PortalTestCase

LIMIT = SENT_TO[0][0]


class SendingLimitTests(PortalTestCase):
    def flood(self) -> None:
        for n in range(LIMIT):
            self.sent(key=f"key-{n}")

    def test_one_number_gets_no_more_than_the_limit(self) -> None:
        self.flood()
        page = self.press("send", key="more", text="A last pothole in Kothrud")
        self.assertContains(page, "wait an hour")
        self.assertContains(page, "A last pothole in Kothrud")
        assert Complaint.objects.count() == LIMIT

    def test_it_counts_the_mail_behind_which_the_number_stands(self) -> None:
        self.sent(email="meera@example.org")
        self.flood_by_mail()
        page = self.press(
            "send", key="more", phone="+919999900099", email="meera@example.org"
        )
        self.assertContains(page, "wait an hour")

    def flood_by_mail(self) -> None:
        for n in range(LIMIT - 1):
            phone = f"+9199999010{n:02d}"
            self.sent(key=f"key-{n}", phone=phone, email="meera@example.org")

    def test_another_number_is_not_held_up(self) -> None:
        self.flood()
        assert self.sent(key="more", phone="+919999900002")

    def test_danger_is_taken_in_and_writes_to_nobody(self) -> None:
        self.flood()
        told = Notice.objects.filter(audience="citizen").count()
        danger = self.sent(key="more", text="A child fell in manhole in Kothrud")
        assert danger.emergency
        assert danger.citizen is None
        assert Notice.objects.filter(audience="citizen").count() == told


class WordsTests(PortalTestCase):
    def test_a_typed_place_never_goes_out_in_our_name(self) -> None:
        bait = "Pay at evil.example now"
        parent = self.w.file("Something odd here", phone="+919999900002")
        child = self.w.file("Something odd here", place=bait)
        Complaint.objects.update(area=None)
        child.refresh_from_db()
        parent.refresh_from_db()
        merge(child, parent=parent, actor=Actor(kind="system"), at=NOW)
        told = Notice.objects.filter(complaint=child, kind="duplicate").get()
        assert phone_of(child.citizen) == MEERA
        assert told.recipient == MEERA
        assert "Pay at" not in told.text
