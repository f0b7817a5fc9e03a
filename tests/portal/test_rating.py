from datetime import timedelta
from typing import Any

from complaints import services
from complaints.attachments import store
from complaints.models import Complaint
from feedback.models import FollowUp, Rating, RatingRequest
from feedback.services import ask
from tests.base import NOW
from tests.builders import photo
from tests.portal.base import PortalTestCase


class RatingCase(PortalTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file()
        services.resolve(
            self.complaint, action_taken="Filled with hot mix", cause=self.w.wear,
            files=(store(photo(), at=NOW),), actor=self.w.actor(self.w.omkar),
            at=NOW + timedelta(hours=2),
        )  # fmt: skip
        self.clock.return_value = NOW + timedelta(hours=3)
        resolved = self.complaint.events.get(kind="resolved")
        self.asked = ask(resolved)
        self.url = f"/f/{self.asked.token}/"


class RatingTests(RatingCase):
    def _status(self) -> str:
        return Complaint.objects.get(pk=self.complaint.pk).status

    def test_it_votes_for_nothing_when_it_is_looked_at(self) -> None:
        for _look in range(3):
            page = self.client.get(self.url)
            self.client.head(self.url)
        self.assertContains(page, "1 = lowest")
        self.assertContains(page, "5 = best")
        self.assertFalse(Rating.objects.exists())
        self.assertEqual(page["Cache-Control"], "no-store")

    def test_it_works_without_the_last_slash_too(self) -> None:
        self.assertEqual(self.client.get(f"/f/{self.asked.token}").status_code, 200)

    def test_it_closes_what_is_solved(self) -> None:
        answer = self.client.post(
            self.url, {"score": "5", "solved": "yes", "comment": "धन्यवाद"}
        )
        self.assertEqual(answer.status_code, 303)
        self.assertContains(self.client.get(answer["Location"]), "complaint is closed")
        self.assertEqual(self._status(), "closed")
        self.assertEqual(Rating.objects.get().words, "धन्यवाद")

    def test_it_opens_again_what_is_not_solved_whatever_the_score(self) -> None:
        answer = self.client.post(self.url, {"score": "5", "solved": "no"})
        self.assertContains(self.client.get(answer["Location"]), "open again")
        self.assertNotIn(self._status(), ("resolved", "closed"))
        self.assertEqual(FollowUp.objects.get().rank, 1)

    def test_it_counts_once(self) -> None:
        for score in ("5", "1"):
            self.client.post(self.url, {"score": score, "solved": "yes"})
        self.assertEqual(Rating.objects.get().score, 5)

    def test_it_says_what_is_missing_and_keeps_the_words(self) -> None:
        for score in ("", "0", "6", "x"):
            page = self.client.post(self.url, {"score": score, "comment": "Too late"})
            self.assertContains(page, "Choose a number from 1 to 5.")
            self.assertContains(page, "Say whether the problem is solved.")
            self.assertContains(page, "Too late")
        self.assertFalse(Rating.objects.exists())

    def test_it_is_over_when_its_time_is_over(self) -> None:
        RatingRequest.objects.update(expires_at=NOW)
        self.assertContains(self.client.get(self.url), "time for this rating is over")
        page = self.client.post(self.url, {"score": "5", "solved": "yes"})
        self.assertContains(page, "time for this rating is over")

    def test_it_is_refused_when_work_goes_on(self) -> None:
        services.dispute(
            Complaint.objects.get(pk=self.complaint.pk), text="Still there",
            actor=self.w.citizen(self.complaint), at=NOW + timedelta(hours=3),
        )  # fmt: skip
        page = self.client.post(self.url, {"score": "5", "solved": "yes"})
        self.assertContains(page, "nothing to rate yet")

    def test_it_knows_no_other_link(self) -> None:
        page = self.client.get("/f/abcdefghijklmnop/")
        self.assertContains(page, "This link does not work", status_code=404)

    def test_it_is_offered_on_the_status_page(self) -> None:
        page = self.client.get(self.opened(self.complaint))
        self.assertContains(page, f"/f/{self.asked.token}")


class ThreeQuestionsTests(RatingCase):
    def answer(self, **typed: str) -> Any:
        return self.client.post(self.url, {"score": "5", "solved": "yes"} | typed)

    def test_it_asks_how_long_and_whether_it_gave_trouble(self) -> None:
        page = self.client.get(self.url)
        for asked in ("How long did it take?", "Did it give you any trouble?"):
            self.assertContains(page, asked)
        self.assertNotContains(page, "<script")
        self.answer(took="१.५", took_unit="hours", trouble="no")
        rating = Rating.objects.get()
        self.assertEqual((rating.took_minutes, rating.trouble), (90, False))
        self.complaint.refresh_from_db()
        self.assertTrue(self.complaint.told_in_time)

    def test_both_may_be_left_empty(self) -> None:
        self.answer(took="", took_unit="hours")
        rating = Rating.objects.get()
        self.assertEqual((rating.took_minutes, rating.trouble), (None, None))
        self.complaint.refresh_from_db()
        self.assertIsNone(self.complaint.told_in_time)

    def test_a_number_without_a_unit_is_asked_about_and_kept(self) -> None:
        page = self.answer(took="2")
        self.assertContains(page, "Choose minutes, hours or days.")
        self.assertContains(page, 'value="2"')
        page = self.answer(took="two", took_unit="days")
        self.assertContains(page, "Write only a number here")
        self.assertContains(page, "error-summary")
        page = self.answer(took="99999", took_unit="days")
        self.assertContains(page, "too long a time")
        self.assertFalse(Rating.objects.exists())

    def test_it_says_what_comes_next(self) -> None:
        self.answer(score="1")
        page = self.client.get(self.url)
        self.assertContains(page, "calls or writes to you by")
        self.assertContains(page, "Mon 23 Nov")
        RatingRequest.objects.update(second=True)
        Rating.objects.update(second=True)
        page = self.client.get(self.url)
        self.assertContains(page, "Your first rating stays as it is")

    def test_the_second_time_it_asks_only_how_it_is_now(self) -> None:
        RatingRequest.objects.update(second=True)
        page = self.client.get(self.url)
        self.assertContains(page, "Please tell us how it is now.")
        self.assertNotContains(page, "How long did it take?")
        self.answer(score="2")
        self.assertTrue(Rating.objects.get().second)
        self.assertFalse(FollowUp.objects.exists())
