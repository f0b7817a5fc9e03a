from datetime import timedelta

from complaints.models import Complaint, Event
from complaints.models.complaint import ClosedHow
from complaints.number import grouped
from complaints.status import Status
from feedback.models import Rating
from helpline.models import Reveal
from officers.models import Officer
from tests.base import MEERA
from tests.builders import photo
from tests.helpline.desk import DeskTestCase, text_of


class ComplaintTestCase(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file()
        self.sit(self.w.omkar)

    def page(self, officer: Officer | None = None) -> str:
        if officer:
            self.sit(officer)
        response = self.get(f"/admin/complaint/{self.complaint.number}/")
        assert response.status_code == 200
        return text_of(response)

    def press(self, deed: str, officer: Officer | None = None, **given: object) -> None:
        if officer:
            self.sit(officer)
        response = self.do(self.complaint, deed, **given)
        assert response.status_code == 302, text_of(response)
        self.complaint.refresh_from_db()

    def refused(self, deed: str, status: int = 422, **given: object) -> str:
        """The page, with the words of the one who pressed still in it."""
        response = self.do(self.complaint, deed, **given)
        assert response.status_code == status
        return text_of(response)


class PageTests(ComplaintTestCase):
    def test_it_shows_the_whole_story(self) -> None:
        self.press("note", text="Call the school first")
        self.press("reply", text="We come tomorrow")
        page = self.page()
        assert grouped(self.complaint.number) in page
        assert "Big pothole near the school" in page
        assert "Call the school first" in page
        assert "We come tomorrow" in page
        assert "Kothrud ward office" in page
        assert "Why this date" in page
        assert "Why this office" in page
        assert "Messages sent" in page

    def test_it_offers_what_this_person_may_press_now(self) -> None:
        page = self.page()
        for deed in ("start", "resolve", "forward", "note", "reply", "ask", "ask-hold"):
            assert f'id="deed-{deed}"' in page, deed
        for deed in ("reject", "confirm", "dispute", "assign", "merge", "erase"):
            assert f'id="deed-{deed}"' not in page, deed
        agent = self.page(self.w.asha)
        assert 'id="deed-merge"' in agent
        assert 'id="deed-resolve"' not in agent
        assert 'id="deed-reject"' in self.page(self.w.hema)
        assert 'id="deed-erase"' in self.page(self.w.prakash)

    def test_it_is_shut_to_strangers_and_bad_numbers(self) -> None:
        self.sit(self.w.ravi)
        for number in (self.complaint.number, "123", "abc", "1" * 12):
            assert self.get(f"/admin/complaint/{number}/").status_code == 404, number

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        def ask() -> object:
            return self.get(f"/admin/complaint/{self.complaint.number}/")

        few = self.queries(ask)
        for n in range(4):
            self.press("note", text=f"Note number {n}")
            self.press("reply", text=f"Reply number {n}")
        assert self.queries(ask) == few
        assert few <= 26


class RevealTests(ComplaintTestCase):
    def test_it_masks_until_asked_and_keeps_who_asked(self) -> None:
        assert MEERA not in self.page()
        self.client.post(f"/admin/complaint/{self.complaint.number}/reveal/")
        assert MEERA in self.page()
        seen = Reveal.objects.get()
        assert (seen.officer, seen.complaint) == (self.w.omkar, self.complaint)

    def test_it_shows_it_for_ten_minutes_to_nobody_else(self) -> None:
        self.client.post(f"/admin/complaint/{self.complaint.number}/reveal/")
        assert MEERA not in self.page(self.w.asha)
        self.now = self.later(minutes=11)
        assert MEERA not in self.page(self.w.omkar)

    def test_it_stays_shut_to_strangers(self) -> None:
        self.sit(self.w.ravi)
        response = self.client.post(f"/admin/complaint/{self.complaint.number}/reveal/")
        assert response.status_code == 404
        assert not Reveal.objects.exists()


class DeedTests(ComplaintTestCase):
    def test_it_walks_the_whole_life(self) -> None:
        self.press("start")
        self.press(
            "resolve", action_taken="Filled with tar.", cause=self.w.wear.pk,
            photo=photo(),
        )  # fmt: skip
        assert self.complaint.status == Status.RESOLVED
        self.press("dispute", self.w.asha, text="Still there")
        assert self.complaint.reopened == 1
        self.press("resolve", self.w.hema, action_taken="Filled again, with care.",
                   cause=self.w.wear.pk, photo=photo())  # fmt: skip
        self.press("confirm", self.w.asha, score="2", text="Slow")
        assert self.complaint.status == Status.CLOSED
        assert self.complaint.closed_how == ClosedHow.CALLED
        rating = Rating.objects.get()
        assert (rating.score, rating.solved, rating.channel) == (2, True, "phone")
        page = self.page(self.w.asha)
        assert "Rated by the citizen" in page
        assert "Follow-up" in page

    def test_it_confirms_without_a_rating(self) -> None:
        self.press("start")
        self.press(
            "resolve", action_taken="Filled with tar.", cause=self.w.wear.pk,
            photo=photo(),
        )  # fmt: skip
        self.press("confirm", self.w.asha)
        assert self.complaint.closed_how == ClosedHow.CALLED

    def test_it_asks_waits_and_goes_on(self) -> None:
        self.press("ask", question="Which side of the road?")
        assert self.complaint.status == Status.NEED_INFO
        self.press("answer", self.w.asha, text="The left side")
        assert self.complaint.status == Status.IN_PROGRESS
        day = (self.now + timedelta(days=5)).date().isoformat()
        self.press("hold", self.w.hema, reason="The tar comes later", new_date=day)
        assert self.complaint.status == Status.ON_HOLD
        self.press("resume", self.w.omkar)
        assert self.complaint.status == Status.IN_PROGRESS

    def test_it_forwards_and_the_target_accepts_or_sends_back(self) -> None:
        self.press("forward", to=f"a{self.w.aundh.pk}", department=self.w.roads.pk,
                   reason="It lies in Aundh")  # fmt: skip
        assert (self.complaint.status, self.complaint.office) == (
            Status.FORWARDED, self.w.aundh,
        )  # fmt: skip
        self.press("accept", self.w.nitin)
        assert self.complaint.owner == self.w.nitin
        self.press("forward", to=f"o{self.w.upp.pk}", reason="A lamp post of theirs")
        assert self.complaint.organisation == self.w.upp
        page = self.page(self.w.devika)
        assert "UP Power" in page

    def test_it_sorts_a_bounced_one_anew(self) -> None:
        self.press("forward", to=f"a{self.w.aundh.pk}", department=self.w.roads.pk,
                   reason="It lies in Aundh")  # fmt: skip
        self.sit(self.w.nitin)
        self.complaint.refresh_from_db()
        self.do(self.complaint, "bounce", reason="It lies in Kothrud")
        self.complaint.refresh_from_db()
        assert self.complaint.status == Status.TRIAGE
        self.press("assign", self.w.devika, office=self.w.kothrud.pk,
                   department=self.w.roads.pk, owner="")  # fmt: skip
        assert self.complaint.owner == self.w.omkar

    def test_it_gives_work_to_a_chosen_officer(self) -> None:
        self.press("reassign", self.w.hema, owner=self.w.farhan.pk)
        assert self.complaint.owner == self.w.farhan

    def test_it_changes_kind_place_and_priority(self) -> None:
        self.press("category", self.w.devika, category=self.w.resurfacing.pk,
                   area=self.w.kothrud.pk)  # fmt: skip
        assert self.complaint.category == self.w.resurfacing
        self.press("priority", criticality="low", horizon="long", reason="Side road")
        assert (self.complaint.criticality, self.complaint.horizon) == ("low", "long")

    def test_it_joins_rejects_withdraws_and_appeals(self) -> None:
        other = self.w.file(phone="+919999900007")
        self.press("merge", self.w.devika, number=grouped(other.number))
        assert self.complaint.parent == other
        assert self.complaint.number in self.page(self.w.devika)
        self.complaint = other
        self.press("reject", self.w.hema, reason=self.w.abuse.pk, text="Abuse only")
        assert other.status == Status.REJECTED
        self.press("appeal", self.w.asha, text="This is a real hole, look at it")
        assert other.status == Status.APPEALED
        self.complaint = self.w.file("No water in Kothrud", phone="+919999900008")
        self.press("cancel", text="It came back")
        assert self.complaint.status == Status.CANCELLED

    def test_it_takes_further_words_and_photos(self) -> None:
        self.press("add", self.w.asha, text="He says it grew", photo=photo())
        assert "/files/" in self.page()

    def test_it_erases_for_the_privacy_officer(self) -> None:
        self.press("erase", self.w.prakash, sure="on")
        assert "school" not in self.complaint.text
        assert self.page().count("Meera") == 0


class RefusalTests(ComplaintTestCase):
    def test_a_second_officer_is_told_who_was_first(self) -> None:
        stale = self.complaint.version
        self.press("start")
        self.sit(self.w.hema)
        page = self.refused("reassign", 409, version=stale, owner=self.w.farhan.pk)
        assert "Omkar was first: Work started." in page
        assert f'value="{self.w.farhan.pk}" selected' in page

    def test_the_words_stay_even_when_the_action_is_gone(self) -> None:
        stale = self.complaint.version
        self.press("ask", question="Which side of the road?")
        page = self.refused(
            "forward", 409, version=stale, to=f"a{self.w.aundh.pk}",
            reason="A long and careful reason",
        )  # fmt: skip
        assert "A long and careful reason" in page

    def test_a_missing_value_opens_its_form_again(self) -> None:
        self.press("start")
        done = "Filled with tar, well pressed"
        page = self.refused("resolve", action_taken=done, cause=self.w.wear.pk)
        assert "This kind of work needs a photo of the result." in page
        assert done in page
        assert 'id="deed-resolve" open' in page

    def test_a_file_that_is_no_photo_is_refused_in_words(self) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        bad = SimpleUploadedFile("x.jpg", b"GIF89a nothing", content_type="image/jpeg")
        self.press("start")
        page = self.refused(
            "resolve", action_taken="Filled with tar.",
            cause=self.w.wear.pk, photo=bad,
        )  # fmt: skip
        assert "not a photo we can read" in page

    def test_it_refuses_what_the_role_may_not_do(self) -> None:
        before = Event.objects.count()
        self.sit(self.w.asha)
        self.refused(
            "resolve", action_taken="Filled with tar.",
            cause=self.w.wear.pk, photo=photo(),
        )  # fmt: skip
        assert Event.objects.count() == before

    def test_a_wrong_number_to_join_says_check_it(self) -> None:
        self.sit(self.w.devika)
        assert "Check the number" in self.refused("merge", number="123 456 789 012")

    def test_it_knows_no_other_action(self) -> None:
        assert self.do(self.complaint, "explode").status_code == 404
        assert self.client.get(
            f"/admin/complaint/{self.complaint.number}/do/start/"
        ).status_code == 405  # fmt: skip
        assert Complaint.objects.get().status == Status.ASSIGNED


class OfficersTests(ComplaintTestCase):
    def test_it_offers_the_officers_of_another_office(self) -> None:
        self.sit(self.w.devika)
        url = f"/admin/complaint/{self.complaint.number}/officers/"
        answer = self.client.get(
            url, {"office": self.w.aundh.pk, "department": self.w.roads.pk}
        ).json()
        assert [pk for pk, _label in answer["officers"]] == [self.w.nitin.pk]
        assert self.client.get(url, {"office": "x"}).json() == {"officers": []}
