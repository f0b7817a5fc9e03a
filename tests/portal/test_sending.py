import re
from unittest import mock

from django.urls import reverse

from complaints.models import Complaint, Event
from notices.models import Notice
from tests.builders import photo
from tests.portal.base import PortalTestCase


class CheckPageTests(PortalTestCase):
    def test_it_says_what_is_sent_where_it_goes_and_by_when(self) -> None:
        page = self.press()
        self.assertContains(page, "It is not sent yet")
        self.assertContains(page, "Kothrud ward office")
        self.assertContains(page, "Roads")
        self.assertContains(page, "Sun 22 Nov 09:12")
        self.assertContains(page, "Karve Road")
        self.assertFalse(Complaint.objects.exists())

    def test_it_carries_every_word_to_the_next_step(self) -> None:
        page = self.press(text="Two lines\nand “quotes” <b>", photo=photo())
        hidden = dict(page.context["values"])
        self.assertEqual(hidden["text"], "Two lines\nand “quotes” <b>")
        self.assertContains(page, 'name="photos"')
        self.assertNotContains(page, "<b>")

    def test_it_goes_back_with_everything(self) -> None:
        page = self.press("edit", place="Near the temple")
        self.assertTemplateUsed(page, "portal/form.html")
        self.assertContains(page, "Near the temple")
        self.assertNotContains(page, "error-summary")

    def test_it_shows_similar_ones_without_number_or_person(self) -> None:
        other = self.w.file()
        page = self.press(phone="+919999900077", name="Ravi")
        self.assertContains(page, "Others told us something like this")
        self.assertContains(page, "The same: Pothole, Kothrud")
        for secret in (other.number, other.token, "Meera", "00001"):
            self.assertNotContains(page, secret)


class SendTests(PortalTestCase):
    def test_it_registers_once_and_shows_the_number(self) -> None:
        complaint = self.sent()
        page = self.client.get(reverse("portal:sent", args=[complaint.number]))
        number = complaint.number
        self.assertContains(page, f"{number[:3]} {number[3:6]} {number[6:9]}")
        self.assertContains(page, "To be solved by")
        self.assertContains(page, f"/s/{complaint.token}")
        self.assertEqual(complaint.source.code, "web")
        self.assertEqual(complaint.office, self.w.kothrud)

    def test_it_is_one_complaint_however_often_it_is_pressed(self) -> None:
        numbers = {self.sent(photos=[]).number for _press in range(3)}
        self.assertEqual(len(numbers), 1)
        self.assertEqual(Complaint.objects.count(), 1)

    def test_it_is_one_complaint_with_its_photo_too(self) -> None:
        mark = self.press("edit", photo=photo()).context["photos"][0].signed
        self.assertEqual(self.sent(photos=mark), self.sent(photos=mark))

    def test_it_is_another_one_when_other_words_are_sent(self) -> None:
        self.assertNotEqual(self.sent(), self.sent(text="No water since Monday"))

    def test_it_gives_the_loser_of_two_presses_the_same_number(self) -> None:
        first = self.sent()
        with mock.patch(
            "portal.sending.recall", side_effect=[None, mock.DEFAULT]
        ) as late:
            late.return_value = mock.Mock(body={"number": first.number})
            self.assertEqual(self.sent(), first)
        self.assertEqual(Complaint.objects.count(), 1)

    def test_it_checks_again_what_comes_from_the_check_page(self) -> None:
        page = self.press("send", phone="12")
        self.assertContains(page, "This is not a phone number.")
        self.assertFalse(Complaint.objects.exists())

    def test_it_lets_the_citizen_pick_one_of_the_guesses(self) -> None:
        complaint = self.sent(category="MU24")
        self.assertEqual(complaint.category, self.w.no_water)

    def test_it_keeps_the_language_and_the_kind(self) -> None:
        complaint = self.sent(language="mr", kind="suggestion", text="अधिक दिवे लावा")
        self.assertEqual((complaint.language, complaint.kind), ("mr", "suggestion"))

    def test_it_shows_the_answer_only_to_who_sent_it(self) -> None:
        complaint = self.sent()
        self.client.cookies.clear()
        url = reverse("portal:sent", args=[complaint.number])
        self.assertRedirects(
            self.client.get(url), reverse("portal:status", args=[complaint.number])
        )


class FollowTests(PortalTestCase):
    def _mark(self) -> str:
        page = self.press(phone="+919999900077")
        found = re.search(r'name="follow" value="([^"]+)"', page.content.decode())
        assert found is not None
        return found[1]

    def test_it_joins_the_other_and_keeps_its_own_number(self) -> None:
        other = self.w.file()
        mine = self.sent(phone="+919999900077", follow=self._mark())
        self.assertEqual((mine.status, mine.parent), ("merged", other))
        self.assertNotEqual(mine.number, other.number)
        page = self.client.get(reverse("portal:sent", args=[mine.number]))
        self.assertContains(page, "joined to the other complaint")

    def test_it_joins_nothing_on_a_forged_mark(self) -> None:
        other = self.w.file()
        mine = self.sent(phone="+919999900077", follow=str(other.pk))
        self.assertIsNone(mine.parent)


class EmergencyTests(PortalTestCase):
    TEXT = "A child fell in manhole at Kothrud"

    def test_it_is_registered_at_once_with_the_danger_number_first(self) -> None:
        answer = self.press("check", text=self.TEXT)
        self.assertEqual(answer.status_code, 303)
        page = self.client.get(answer["Location"])
        text = page.content.decode()
        self.assertContains(page, 'href="tel:112"')
        self.assertContains(page, "Keep away. Call 112.")
        self.assertLess(text.index("Keep away"), text.index("case-number"))

    def test_it_waits_for_no_slip_in_another_field(self) -> None:
        answer = self.press("check", text=self.TEXT, phone="12", pin="1", area="NO")
        self.assertEqual(answer.status_code, 303)
        complaint = Complaint.objects.get()
        self.assertEqual((complaint.criticality, complaint.pin), ("emergency", ""))

    def test_it_is_not_asked_about_similar_ones(self) -> None:
        self.w.file(self.TEXT)
        self.assertEqual(self.press("check", text=self.TEXT).status_code, 303)

    def test_it_is_one_complaint_however_often_it_is_pressed(self) -> None:
        for _press in range(2):
            self.press("check", text=self.TEXT)
        self.assertEqual(Complaint.objects.count(), 1)
        self.assertEqual(Event.objects.filter(kind="registered").count(), 1)
        self.assertTrue(Notice.objects.exists())
