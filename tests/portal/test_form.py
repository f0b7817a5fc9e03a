from datetime import timedelta
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import Attachment, Complaint, Connection
from officers.models import Organisation
from portal.fields import digits, storable
from tests.builders import photo, photo_bytes
from tests.portal.base import PortalTestCase

MARKS = "क" + "\u0301" * 10_000
NASTY = [
    "\x00", "\udfff", "🚰" * 400, MARKS, "<script>", "%s%n", "9" * 400, "1900-01-01",
    "\u202egnp.exe", "' OR 1=1 --", "-1", "NaN",
]  # fmt: skip


class FormPageTests(PortalTestCase):
    def test_it_offers_categories_by_group_and_leaves_them_open(self) -> None:
        page = self.client.get(self.form_url)
        self.assertContains(page, '<optgroup label="Group MU0">')
        self.assertContains(page, '<option value="MU01">Pothole</option>', html=True)
        self.assertContains(page, "let the office sort it")

    def test_it_speaks_the_language_of_the_browser(self) -> None:
        page = self.client.get(self.form_url, headers={"accept-language": "hi"})
        self.assertContains(page, '<html lang="hi">')
        self.assertContains(page, "सड़क में गड्ढा")

    def test_it_knows_only_public_organisations(self) -> None:
        self.assertEqual(self.client.get("/new/MVV/").status_code, 404)
        self.assertEqual(self.client.get("/new/pune/").status_code, 200)

    def test_it_is_the_first_page_when_there_is_one_organisation(self) -> None:
        Organisation.objects.filter(pk=self.w.upp.pk).update(public=False)
        self.assertContains(self.client.get("/"), 'name="text"')

    def test_it_is_named_by_the_old_kind_of_link(self) -> None:
        self.assertRedirects(self.client.get("/?org=PUNE"), self.form_url)
        self.assertEqual(self.client.get("/?org=NOBODY").status_code, 404)


class FormErrorTests(PortalTestCase):
    def test_it_keeps_what_was_typed_and_says_what_is_missing(self) -> None:
        page = self.press(text="", place="Near the temple", phone="", email="")
        self.assertContains(page, "Please write what is wrong.")
        self.assertContains(page, "Give a phone number or an e-mail")
        self.assertContains(page, "Near the temple")
        self.assertContains(page, 'href="#id_text"')
        self.assertContains(page, 'aria-invalid="true"')

    def test_it_answers_in_the_persons_language(self) -> None:
        self.client.cookies["django_language"] = "hi"
        page = self.press(text="")
        self.assertContains(page, '<html lang="hi">')

    def test_it_refuses_no_text_that_can_be_stored(self) -> None:
        for text in ("no water \x00 here", "no water \ud800", "पानी नहीं 🚰", MARKS,
                     "पानी nahi acqua"):  # fmt: skip
            with self.subTest(text=text[:20]):
                body = urlencode(self.typed(text=text), errors="surrogatepass")
                page = self.client.post(
                    self.form_url, body, "application/x-www-form-urlencoded"
                )
                self.assertEqual(page.status_code, 200)
                self.assertNotIn("\x00", page.content.decode())
                self.assertLess(len(page.content), 50_000)

    def test_no_value_of_any_field_breaks_it(self) -> None:
        aside = ["latitude", "longitude", "email", "connection", "anonymous"]
        fields = [*self.typed(), *aside, "photos", "follow", "zoom", "page"]
        for value in NASTY:
            for over in (
                {"text": value},
                dict.fromkeys(fields, value) | {"text": "No water"},
                {"go": value, "map.x": value, "map.y": value, "zoom": value},
            ):
                with self.subTest(value=value[:20], fields=len(over)):
                    body = urlencode(self.typed(**over), errors="surrogatepass")
                    page = self.client.post(
                        self.form_url, body, "application/x-www-form-urlencoded"
                    )
                    self.assertIn(page.status_code, (200, 303))

    def test_it_counts_a_text_that_is_too_long(self) -> None:
        page = self.press(text="पानी " * 2000)
        self.assertContains(page, "at most 4000")
        self.assertContains(page, "पानी पानी")

    def test_it_asks_to_check_a_pin_code_of_the_wrong_length(self) -> None:
        self.assertContains(self.press(pin="4110"), "A PIN code has 6 digits")
        self.assertContains(self.press(pin="४११ ०३८"), "411038")

    def test_it_takes_a_pin_code_of_nowhere_and_says_so(self) -> None:
        page = self.press(pin="999999", text="No water", place="", go="check")
        self.assertContains(page, "We do not find this place")

    def test_it_takes_a_place_outside_every_area(self) -> None:
        page = self.press(
            text="No water here", place="", pin="", latitude="41.9", longitude="12.5"
        )
        self.assertContains(page, "We do not find this place")

    def test_it_bears_a_form_without_any_field(self) -> None:
        page = self.client.post(self.form_url)
        self.assertContains(page, "Please write what is wrong.")
        page = self.client.post(self.form_url, "[1, 2]", "application/json")
        self.assertContains(page, "Please write what is wrong.")

    def test_it_refuses_a_choice_that_is_not_offered(self) -> None:
        page = self.press(category="NO99", area="NOWHERE")
        self.assertContains(page, "This choice is no longer there", count=4)

    def test_it_asks_to_check_an_unknown_consumer_number(self) -> None:
        page = self.press(connection="17000 11")
        self.assertContains(page, "We do not know this consumer number")

    def test_it_takes_a_known_consumer_number(self) -> None:
        Connection.objects.create(
            organisation=self.w.pune, number="1700011", area=self.w.aundh
        )
        page = self.press(connection="१७०० ०११", place="", pin="", text="no water")
        self.assertContains(page, "Aundh")


class ContactTests(PortalTestCase):
    def test_it_takes_a_foreign_number_or_an_e_mail(self) -> None:
        self.assertContains(self.press(phone="+39 06 6982 1234"), "Is this right?")
        self.assertContains(
            self.press(phone="", email="Meera@Example.org"), "meera@example.org"
        )

    def test_it_says_how_a_number_looks(self) -> None:
        page = self.press(phone="12")
        self.assertContains(page, "This is not a phone number.")
        self.assertContains(page, 'value="12"')
        self.assertContains(self.press(email="meera@"), "not an e-mail address")

    def test_it_needs_no_name_at_all(self) -> None:
        complaint = self.sent(phone="", name="", anonymous="on")
        self.assertIsNone(complaint.citizen)

    def test_it_forgets_the_name_of_who_would_not_say_it(self) -> None:
        Connection.objects.create(
            organisation=self.w.pune, number="17", area=self.w.aundh
        )
        complaint = self.sent(anonymous="on", connection="17", place="", pin="")
        self.assertIsNone(complaint.citizen)
        self.assertIsNone(complaint.connection)
        self.assertEqual(complaint.area, self.w.aundh)


class PhotoTests(PortalTestCase):
    def test_it_keeps_a_photo_through_an_error_in_another_field(self) -> None:
        page = self.press(text="", photo=photo())
        self.assertContains(page, "pothole.jpg")
        mark = page.context["photos"][0].signed
        complaint = self.sent(photos=mark)
        self.assertEqual(Attachment.objects.get().complaint, complaint)

    def test_it_refuses_a_photo_that_is_none(self) -> None:
        page = self.press(photo=SimpleUploadedFile("a.jpg", b"<svg>" + b"x" * 1000))
        self.assertContains(page, "not a photo we can read")
        self.assertContains(page, "Big pothole")
        self.assertFalse(Attachment.objects.exists())

    @override_settings(MAX_PHOTO_BYTES=2000)
    def test_it_drops_one_that_is_too_large_and_keeps_the_words(self) -> None:
        large = photo_bytes() + b"\0" * 300_000
        page = self.press(photo=SimpleUploadedFile("a.jpg", large))
        self.assertContains(page, "This photo is too large.")
        self.assertContains(page, "Big pothole")

    def test_it_takes_three_and_no_more(self) -> None:
        page = self.press(text="", photo=[photo(f"{n}.jpg") for n in range(4)])
        self.assertEqual(len(page.context["photos"]), 3)
        self.assertContains(page, "At most 3 photos")

    def test_it_lets_one_be_taken_away(self) -> None:
        kept = self.press("edit", photo=photo()).context["photos"][0]
        page = self.press(f"remove-{kept.token}", photos=kept.signed)
        self.assertEqual(page.context["photos"], [])
        self.assertContains(page, "Big pothole")

    def test_it_believes_no_forged_mark(self) -> None:
        forged = signing.dumps(["stolen", "a.jpg"], salt="another")
        self.assertEqual(self.press(photos=forged).context["photos"], [])

    def test_it_asks_again_for_one_that_was_swept(self) -> None:
        kept = self.press("edit", photo=photo()).context["photos"][0]
        Attachment.objects.all().delete()
        page = self.press("send", photos=kept.signed)
        self.assertContains(page, "is no longer there")
        self.assertFalse(Complaint.objects.exists())

    def test_it_is_limited_by_address(self) -> None:
        with mock.patch("portal.limits.PHOTOS", (1, timedelta(hours=1))):
            page = self.press("edit", photo=[photo(), photo()])
        self.assertEqual(len(page.context["photos"]), 1)
        self.assertContains(page, "Too many photos came from your address")


class LanguageTests(PortalTestCase):
    def test_it_changes_without_losing_a_word(self) -> None:
        page = self.press("language-mr", text="रस्त्यावर खड्डा", photo=photo())
        self.assertContains(page, '<html lang="mr">')
        self.assertContains(page, "रस्त्यावर खड्डा")
        self.assertContains(page, "pothole.jpg")
        self.assertNotContains(page, "error-summary")
        self.assertEqual(page.cookies["django_language"].value, "mr")

    def test_it_changes_on_the_check_page_too(self) -> None:
        page = self.press("language-hi", page="check")
        self.assertTemplateUsed(page, "portal/check.html")
        self.assertContains(page, '<html lang="hi">')

    def test_it_is_no_language_we_do_not_have(self) -> None:
        self.assertContains(self.press("language-xx"), '<html lang="en">')

    def test_it_comes_back_to_the_same_page(self) -> None:
        answer = self.client.post(
            "/language/", {"language": "it", "next": "/help/?q=bill"}
        )
        self.assertRedirects(answer, "/help/?q=bill", status_code=303)
        self.assertContains(self.client.get("/"), '<html lang="it">')

    def test_it_leads_nowhere_else(self) -> None:
        answer = self.client.post(
            "/language/", {"language": "it", "next": "https://example.com/"}
        )
        self.assertEqual(answer["Location"], "/")


class ExpiredPageTests(PortalTestCase):
    @override_settings(CSRF_FAILURE_VIEW="portal.errors.csrf_failure")
    def test_it_shows_the_words_again_and_stores_nothing(self) -> None:
        self.client = self.client_class(enforce_csrf_checks=True)
        page = self.press("send")
        self.assertContains(page, "This page was open for long")
        self.assertContains(page, "Big pothole")
        self.assertFalse(Complaint.objects.exists())


@pytest.mark.parametrize("typed", ["४११०३८", "411 038", "41-10-38"])
def test_digits_are_the_same_in_every_script(typed: str) -> None:
    assert digits(typed) == "411038"


class StorableTests:
    @given(st.text())
    def test_it_leaves_what_any_database_takes(self, text: str) -> None:
        posted = QueryDict(mutable=True)
        posted["text"] = text
        kept = str(storable(posted)["text"])
        assert "\x00" not in kept
        kept.encode()
