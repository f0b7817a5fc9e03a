from datetime import timedelta
from typing import Any

from django.urls import reverse

from complaints import services
from complaints.attachments import store
from complaints.links import citizen_actor
from complaints.models import Attachment, Complaint, Message
from complaints.number import new_number
from feedback.models import RatingRequest
from notices.models import Notice
from tests.base import NOW
from tests.builders import photo
from tests.portal.base import PortalTestCase


def url_of(complaint: Complaint) -> str:
    return reverse("portal:status", args=[complaint.number])


class FinderTests(PortalTestCase):
    def test_it_finds_a_number_however_it_is_written(self) -> None:
        complaint = self.w.file()
        spaced = " ".join(complaint.number)
        self.assertRedirects(
            self.client.get("/", {"number": f"No. {spaced}"}), url_of(complaint)
        )

    def test_it_asks_to_check_a_wrong_digit(self) -> None:
        number = self.w.file().number
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        page = self.client.get("/", {"number": wrong})
        self.assertContains(page, "Check the number: one of its digits is wrong")
        self.assertContains(page, wrong)
        self.assertContains(
            self.client.get(f"/c/{wrong}/"), "Check the number", status_code=404
        )

    def test_it_says_how_long_a_number_is(self) -> None:
        self.assertContains(self.client.get("/", {"number": "12"}), "it has 12 digits")
        self.assertContains(self.client.get("/", {"number": "abc"}), "digits only")
        self.assertContains(self.client.get("/", {"number": "\x00\u200d"}), "12 digits")

    def test_it_bears_anything_in_the_address(self) -> None:
        for typed in ("%00", "%FF", "148", "%F0%9F%9A%B0", "-" * 500):
            for rest in ("", "sent/", "add/"):
                page = self.client.get(f"/c/{typed}/{rest}")
                self.assertIn(page.status_code, (302, 404), typed + rest)


class PublicPageTests(PortalTestCase):
    def test_it_shows_stage_office_and_dates_and_nothing_else(self) -> None:
        complaint = self.w.file("Secret words: pothole in Kothrud", place="My house 7")
        page = self.client.get(url_of(complaint))
        self.assertContains(page, "With the office")
        self.assertContains(page, "Kothrud ward office")
        self.assertContains(page, "24 h left")
        for hidden in ("Secret words", "My house", "Meera", "0001", complaint.token):
            self.assertNotContains(page, hidden)

    def test_it_takes_two_statements(self) -> None:
        """What the page shows, and the count of tries; nothing is read on demand."""
        complaint = self.w.file()
        url = url_of(complaint)
        self.client.get(url)
        with self.assertNumQueries(2):
            self.assertContains(self.client.get(url), "Kothrud ward office")
        solved = {"status": "resolved", "started_at": NOW, "resolved_at": NOW}
        Complaint.objects.filter(pk=complaint.pk).update(**solved)
        with self.assertNumQueries(2):
            self.assertContains(self.client.get(url), "Marked solved")

    def test_it_shows_the_front_to_who_has_opened_another(self) -> None:
        self.opened(self.w.file())
        other = self.w.file("no water in Aundh", phone="+919999900077")
        self.assertContains(self.client.get(url_of(other)), "Is it yours?")

    def test_it_is_kept_by_no_cache_and_no_search_engine(self) -> None:
        page = self.client.get(url_of(self.w.file()))
        self.assertEqual(page["Cache-Control"], "no-store")
        self.assertIn("noindex", page["X-Robots-Tag"])

    def test_it_is_limited_by_address(self) -> None:
        url = url_of(self.w.file())
        for _try in range(20):
            self.assertEqual(self.client.get(url).status_code, 200)
        page = self.client.get(url)
        self.assertContains(page, "Please wait", status_code=429)
        self.assertEqual(page["Retry-After"], "60")


class SecretTests(PortalTestCase):
    def test_a_link_is_exchanged_for_a_clean_address(self) -> None:
        complaint = self.w.file("Words of my own about Kothrud")
        for link in (
            f"/s/{complaint.token}",
            f"{url_of(complaint)}?t={complaint.token}",
        ):
            self.client.cookies.clear()
            answer = self.client.get(link)
            self.assertRedirects(answer, url_of(complaint))
            self.assertEqual(answer["Referrer-Policy"], "no-referrer")
            self.assertEqual(answer["Cache-Control"], "no-store")
            self.assertContains(
                self.client.get(url_of(complaint)), "Words of my own about Kothrud"
            )

    def test_a_wrong_link_looks_like_an_unknown_number(self) -> None:
        complaint = self.w.file()
        wrong = self.client.get(f"{url_of(complaint)}?t=wrong")
        unknown = self.client.get(f"/c/{new_number()}/?t=wrong")
        self.assertEqual((wrong.status_code, unknown.status_code), (404, 404))
        self.assertContains(wrong, "We cannot open this", status_code=404)
        self.assertContains(unknown, "We cannot open this", status_code=404)
        self.assertEqual(self.client.get("/s/" + "x" * 43).status_code, 404)

    def test_the_last_four_digits_open_it(self) -> None:
        complaint = self.w.file("Words of my own about Kothrud")
        unlock = reverse("portal:unlock", args=[complaint.number])
        answer = self.client.post(unlock, {"secret": "०००1"})
        self.assertRedirects(answer, url_of(complaint), status_code=303)
        self.assertContains(self.client.get(url_of(complaint)), "Words of my own")

    def test_they_are_tried_five_times_a_day(self) -> None:
        unlock = reverse("portal:unlock", args=[self.w.file().number])
        for _try in range(5):
            page = self.client.post(unlock, {"secret": "1234"})
            self.assertContains(page, "do not fit", status_code=404)
        self.assertEqual(self.client.post(unlock, {"secret": "0001"}).status_code, 429)

    def test_they_are_counted_for_unknown_numbers_too(self) -> None:
        unlock = reverse("portal:unlock", args=[new_number()])
        tries = [
            self.client.post(unlock, {"secret": "1"}).status_code for _ in range(6)
        ]
        self.assertEqual(tries, [404] * 5 + [429])

    def test_they_open_nothing_of_who_gave_no_phone(self) -> None:
        complaint = self.w.file(phone="", name="")
        unlock = reverse("portal:unlock", args=[complaint.number])
        self.assertEqual(self.client.post(unlock, {"secret": ""}).status_code, 404)


class CodeTests(PortalTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file("Words of my own about Kothrud")
        self.code_url = reverse("portal:code", args=[self.complaint.number])
        self.unlock = reverse("portal:unlock", args=[self.complaint.number])

    def _code(self) -> str:
        text = Notice.objects.filter(kind="code").latest("pk").text
        return "".join(c for c in text.split("code")[1] if c.isdigit())[:6]

    def test_it_goes_to_the_registered_contact_and_opens(self) -> None:
        self.client.post(self.code_url)
        answer = self.client.post(self.unlock, {"secret": self._code()})
        self.assertEqual(answer.status_code, 303)
        self.assertContains(self.client.get(url_of(self.complaint)), "Words of my own")

    def test_it_opens_nothing_for_somebody_else(self) -> None:
        self.client.post(self.code_url)
        code = self._code()
        self.client.cookies.clear()
        self.assertEqual(
            self.client.post(self.unlock, {"secret": code}).status_code, 404
        )

    def test_it_is_sent_three_times_a_day(self) -> None:
        answers = [self.client.post(self.code_url).status_code for _ in range(4)]
        self.assertEqual(answers, [303, 303, 303, 429])


class DetailsTests(PortalTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file()
        self.omkar = self.w.actor(self.w.omkar)

    def _page(self) -> Any:
        return self.client.get(self.opened(self.complaint))

    def _fresh(self) -> Complaint:
        self.complaint = Complaint.objects.get(pk=self.complaint.pk)
        return self.complaint

    def _resolve(self) -> None:
        services.resolve(
            self._fresh(), action_taken="Filled with hot mix", cause=self.w.wear,
            files=(self._photo(),), actor=self.omkar, at=NOW + timedelta(hours=2),
        )  # fmt: skip
        self.clock.return_value = NOW + timedelta(hours=3)

    def _photo(self) -> Attachment:
        return store(photo(), at=NOW)

    def test_it_tells_words_holders_reason_and_what_comes_next(self) -> None:
        page = self._page()
        for part in (
            "Big pothole", "Kothrud ward office, Roads",
            "Why this office", "Work starts", "Citizen charter", "•••01",
        ):  # fmt: skip
            self.assertContains(page, part)
        self.assertNotContains(page, "Omkar")

    def test_it_says_that_the_desk_sorts_it(self) -> None:
        unclear = self.w.file("Something is wrong")
        page = self.client.get(self.opened(unclear))
        self.assertContains(page, "Complaint desk, Pune city")
        self.assertContains(page, "Being sorted")

    def test_its_time_stands_still_while_the_citizen_owes_an_answer(self) -> None:
        services.ask_citizen(
            self._fresh(), question="Which gate?", actor=self.omkar, at=NOW
        )
        self.clock.return_value = NOW + timedelta(days=3)
        page = self._page()
        self.assertContains(page, "24 h left")
        self.assertContains(page, "the time stands still")
        self.assertNotContains(page, "late by")

    def test_it_shows_no_private_note(self) -> None:
        services.note(self._fresh(), text="He calls daily", actor=self.omkar, at=NOW)
        self.assertNotContains(self._page(), "He calls daily")

    def test_it_asks_the_question_and_takes_the_answer(self) -> None:
        services.ask_citizen(
            self._fresh(),
            question="Which gate of the school?",
            actor=self.omkar,
            at=NOW,
        )
        self.assertContains(self._page(), "Which gate of the school?")
        answer = self.client.post(
            reverse("portal:act", args=[self.complaint.number, "answer"]),
            {"text": "The back gate"},
        )
        self.assertEqual(answer.status_code, 303)
        self.assertContains(self._page(), "The back gate")
        self.assertEqual(self._fresh().status, "in_progress")

    def test_it_says_why_it_is_on_hold_and_until_when(self) -> None:
        services.hold(
            self._fresh(), reason="The road is wet", new_date=NOW + timedelta(hours=5),
            actor=self.w.actor(self.w.hema), at=NOW,
        )  # fmt: skip
        page = self._page()
        self.assertContains(page, "The road is wet")
        self.assertContains(page, "New date: ")

    def test_it_adds_words_and_a_photo(self) -> None:
        url = reverse("portal:act", args=[self.complaint.number, "add"])
        self._page()
        self.client.post(url, {"text": "Now two holes", "photo": photo()})
        page = self._page()
        self.assertContains(page, "Now two holes")
        self.assertContains(page, "Your words were added.")
        self.assertContains(page, "Photo 1")
        stored = Attachment.objects.get()
        file = self.client.get(f"/files/{stored.token}/")
        self.assertEqual(file.getvalue()[:2], b"\xff\xd8")

    def test_it_keeps_the_words_when_the_photo_is_none(self) -> None:
        self._page()
        page = self.client.post(
            reverse("portal:act", args=[self.complaint.number, "add"]),
            {"text": "Now two holes", "photo": b"no photo at all"},
        )
        self.assertEqual(page.status_code, 303)  # a field of text is no file

    def test_it_is_closed_on_the_citizens_word(self) -> None:
        self._resolve()
        page = self._page()
        self.assertContains(page, "The office says: solved")
        self.assertContains(page, "Filled with hot mix")
        self.client.post(reverse("portal:act", args=[self.complaint.number, "confirm"]))
        self.assertEqual(self._fresh().closed_how, "confirmed")

    def test_whoever_knows_the_last_digits_alone_does_not_close_it(self) -> None:
        """The office that did the work has them before it: masked, and to call."""
        self._resolve()
        number = self.complaint.number
        unlock = reverse("portal:unlock", args=[number])
        for action in ("confirm", "withdraw"):
            self.client.post(unlock, {"secret": "0001"})
            self.client.post(reverse("portal:act", args=[number, action]))
            self.assertEqual(self._fresh().status, "resolved")
        page = self.client.get(url_of(self.complaint))
        self.assertContains(page, "No, it is not solved")
        self.assertContains(page, "Only you can close it")
        self.assertNotContains(page, "Yes, it is solved")
        self.assertNotContains(page, RatingRequest.objects.get().token)
        sent = self.client.get(reverse("portal:sent", args=[number]), follow=True)
        self.assertNotContains(sent, self.complaint.token)

    def test_the_link_after_the_digits_closes_it_and_the_other_way_round(self) -> None:
        self._resolve()
        unlock = reverse("portal:unlock", args=[self.complaint.number])
        self.client.post(unlock, {"secret": "0001"})
        self._page()
        self.client.post(unlock, {"secret": "0001"})
        self.assertContains(
            self.client.get(url_of(self.complaint)), "Yes, it is solved"
        )

    def test_it_is_opened_again_on_the_citizens_word(self) -> None:
        self._resolve()
        self._page()
        self.client.post(
            reverse("portal:act", args=[self.complaint.number, "dispute"]),
            {"text": "The hole is still there"},
        )
        self.assertEqual(self._fresh().reopened, 1)
        said = Message.objects.get(kind="dispute").text
        self.assertEqual(said, "The hole is still there")

    def test_it_says_before_what_the_next_no_leads_to(self) -> None:
        self._resolve()
        url = reverse("portal:act", args=[self.complaint.number, "dispute"])
        for times, words in (
            (0, "It goes to a senior officer"),
            (1, "your next “no” becomes an appeal by itself"),
            (2, "Now somebody outside the office decides"),
        ):
            Complaint.objects.filter(pk=self.complaint.pk).update(reopened=times)
            self.assertContains(self._page(), words)
        # an older page, with the button of the first time, is understood as well
        page = self.client.post(url, {"text": ""}, follow=True)
        self.assertEqual(self._fresh().status, "appealed")
        self.assertContains(page, "Your appeal is heard outside the office")
        self.assertContains(page, "until then nobody can close this")

    def test_it_refuses_in_words_what_cannot_be_done_now(self) -> None:
        self._page()
        page = self.client.post(
            reverse("portal:act", args=[self.complaint.number, "appeal"]),
            {"text": "I do not agree with this"},
        )
        self.assertContains(page, "This cannot be done now")
        self.assertContains(page, "I do not agree with this")

    def test_it_is_withdrawn_but_not_when_others_are_in_danger(self) -> None:
        self._page()
        url = reverse("portal:act", args=[self.complaint.number, "withdraw"])
        self.assertContains(self.client.post(url, {"text": ""}), "may be dangerous")
        self.assertNotContains(self._page(), "Withdraw the complaint")
        harmless = self.w.file("no water in Kothrud")
        self.opened(harmless)
        self.client.post(reverse("portal:act", args=[harmless.number, "withdraw"]))
        harmless.refresh_from_db()
        self.assertEqual(harmless.status, "cancelled")

    def test_it_lets_nobody_act_without_the_secret(self) -> None:
        url = reverse("portal:act", args=[self.complaint.number, "add"])
        self.client.post(url, {"text": "I am a stranger"})
        self.assertFalse(Message.objects.exists())

    def test_it_shows_the_stage_of_the_one_it_is_joined_to(self) -> None:
        other = self.w.file(phone="+919999900077")
        services.merge(
            self._fresh(), parent=other, actor=self.w.actor(self.w.asha), at=NOW
        )
        services.start(Complaint.objects.get(pk=other.pk), actor=self.omkar, at=NOW)
        page = self._page()
        self.assertContains(page, "It is joined to another complaint")
        self.assertContains(page, "In progress")
        self.assertNotContains(page, other.number)

    def test_it_is_one_citizens_own(self) -> None:
        self._page()
        other = self.w.file("no water in Aundh", phone="+919999900077")
        self.assertNotContains(self.client.get(url_of(other)), "no water in Aundh")
        self.assertEqual(citizen_actor(other).complaint_id, other.pk)
