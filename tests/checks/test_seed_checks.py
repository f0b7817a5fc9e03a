"""What the seed articles ask for, each as the people concerned would see it.

The numbers are those of the list of checks in the domain notes.
"""

import re
from datetime import timedelta
from typing import Any

from django.core import mail
from django.db.models import F

from complaints.models import Complaint, Event
from complaints.number import grouped
from complaints.services import set_priority, start
from feedback.models import FollowUp, Rating
from helpline.models import Call
from notices.models import Article, Notice, Template
from officers.models import Officer
from operations.generation import bump
from tests.base import names
from tests.checks.stage import CheckTestCase, waiting
from tests.helpline.desk import text_of

QUEUE = "/admin/queue/"


class HorizonTests(CheckTestCase):
    """Check 4: the officer's screen, by horizon and by criticality."""

    def setUp(self) -> None:
        super().setUp()
        self.hole = self.w.file()
        here: Any = {"area": self.w.kothrud}
        self.surface = self.w.file("Bad road", category=self.w.resurfacing, **here)
        self.manhole = self.w.file("No cover", category=self.w.open_manhole, **here)
        self.middle = self.w.file("Since Monday", category=self.w.no_water, **here)
        set_priority(
            self.middle, criticality="low", horizon="mid", reason="A pipe is needed",
            actor=self.w.actor(self.w.devika), at=self.now,
        )  # fmt: skip

    def numbers(self, **filters: str) -> set[str]:
        text = text_of(self.page(QUEUE, view="open", **filters))
        return set(re.findall(r'data-row="(\d{12})"', text))

    def test_it_filters_by_horizon(self) -> None:
        self.sit(self.w.hema)
        soon = {self.hole.number, self.manhole.number}
        assert self.numbers() == soon | {self.surface.number, self.middle.number}
        assert self.numbers(horizon="immediate") == soon
        assert self.numbers(horizon="mid") == {self.middle.number}
        assert self.numbers(horizon="long") == {self.surface.number}

    def test_it_filters_by_criticality(self) -> None:
        self.sit(self.w.hema)
        assert self.numbers(criticality="emergency") == {self.manhole.number}
        assert self.numbers(criticality="high") == {self.hole.number}
        assert self.numbers(criticality="low", horizon="mid") == {self.middle.number}
        assert self.numbers(criticality="low", horizon="long") == set()

    def test_new_words_of_the_citizen_mark_the_row_until_somebody_acts(self) -> None:
        visitor = self.visitor()
        visitor.get(f"/s/{self.hole.token}")
        self.sit(self.w.omkar)
        assert f"{self.hole.number}" not in text_of(self.page(QUEUE, view="wrote"))
        self.press(visitor, self.hole, "add", text="A scooter fell into it today")
        shown = text_of(self.page(QUEUE, view="wrote"))
        assert f'data-row="{self.hole.number}"' in shown
        assert '<span class="tag">wrote</span>' in shown
        case = text_of(self.page(f"/admin/complaint/{self.hole.number}/"))
        assert "A scooter fell into it today" in case
        self.did(self.w.omkar, self.hole, "reply", text="We come this afternoon.")
        assert self.hole.number not in text_of(self.page(QUEUE, view="wrote"))


class WardOfficeTests(CheckTestCase):
    """Check 9: the ward office sees its own figures."""

    def figures(self, officer: Officer, **query: str) -> dict[str, int]:
        self.sit(officer)
        text = text_of(self.page("/office/", **query))
        found = re.findall(r'class="figure figure-(\w+)[^"]*">(\d+)<', text)
        return {name: int(value) for name, value in found}

    def listed(self, cell: str) -> set[str]:
        page = text_of(self.page("/office/"))
        link = re.search(rf'href="(/office/list/[^"]*cell={cell}[^"]*)"', page)
        assert link, page
        text = text_of(self.page(link[1].replace("&amp;", "&")))
        return set(re.findall(r"/admin/complaint/(\d{12})/", text))

    def test_it_counts_its_own_area_only(self) -> None:
        solved, late, sent_on = (self.w.file() for _each in range(3))
        for _each in range(2):
            self.w.file("Pothole in Aundh", pin="411007")
        self.solved(self.w.omkar, solved, "Filled with hot mix")
        self.did(
            self.w.hema, sent_on, "forward", to=f"a{self.w.aundh.pk}",
            department=self.w.roads.pk, reason="It is on the Aundh side",
        )  # fmt: skip
        self.now += timedelta(hours=25)
        own = {"received": 2, "resolved": 1, "forwarded": 1, "pending": 1, "late": 1}
        assert self.figures(self.w.hema) == own
        assert self.listed("received") == {solved.number, late.number}
        assert self.listed("resolved") == {solved.number}
        assert self.listed("forwarded") == {sent_on.number}
        assert self.listed("pending") == self.listed("late") == {late.number}
        assert self.figures(self.w.zoya)["received"] == 5

    def test_another_day_is_another_figure(self) -> None:
        self.w.file()
        self.now += timedelta(days=1)
        assert self.figures(self.w.hema, period="today")["received"] == 0
        assert self.figures(self.w.hema, period="7days")["received"] == 1


class StatusMailTests(CheckTestCase):
    """Check 10, by e-mail: who has no phone number hears as much as the others."""

    MEERA, OMKAR = "meera@example.org", "omkar@example.org"

    def setUp(self) -> None:
        super().setUp()
        Officer.objects.update(phone="")
        self.visitor_ = self.visitor("it")
        self.complaint = self.send(self.visitor_, email=self.MEERA, language="it")

    def stage(self, kind: str, to_citizen: str, to_officer: str = "") -> None:
        """The change owes one message to each, in their languages, and it is sent."""
        self.work()
        event = self.complaint.events.filter(kind=kind).latest("seq")
        told = Notice.objects.filter(event=event).order_by("audience")
        rows = [(n.kind, n.recipient, n.language, n.channel, n.state) for n in told]
        expected = [(to_citizen, self.MEERA, "it", "email", "sent")]
        if to_officer:
            expected.append((to_officer, self.OMKAR, "mr", "email", "sent"))
        assert rows == expected
        assert waiting() == 0
        for notice in told:
            self.assert_in_their_words(notice)

    def assert_in_their_words(self, notice: Notice) -> None:
        """The longest piece of a text of that language, whatever its blanks hold."""
        texts = Template.objects.filter(
            organisation=self.w.pune, key=notice.kind, language=notice.language
        )
        pieces = [
            max(re.split(r"\{[a-z]+\}|\n", row.text), key=len).strip() for row in texts
        ]
        assert any(piece in notice.text for piece in pieces), (pieces, notice.text)

    def test_each_change_tells_both_once(self) -> None:
        self.stage("registered", "registered")
        self.stage("assigned", "assigned", "staff_assigned")
        self.did(self.w.hema, self.complaint, "start")
        self.stage("started", "in_progress", "staff_stage")
        self.did(self.w.hema, self.complaint, "ask", question="On which side of it?")
        self.stage("asked", "need_info", "staff_stage")
        self.press(self.visitor_, self.complaint, "answer", text="A destra")
        self.stage("answered", "resumed", "staff_citizen_wrote")
        self.did(
            self.w.hema, self.complaint, "hold", reason="The asphalt comes on Monday",
            new_date=f"{self.now + timedelta(days=3):%Y-%m-%d}",
        )  # fmt: skip
        self.stage("held", "delay_interim", "staff_stage")
        self.did(self.w.hema, self.complaint, "resume")
        self.stage("resumed", "resumed", "staff_stage")
        self.solved(self.w.hema, self.complaint, "Filled with hot mix")
        self.stage("resolved", "resolved_feedback", "staff_stage")
        self.press(self.visitor_, self.complaint, "confirm")
        self.stage("closed", "closed", "staff_stage")
        letters = [(m.to[0], m.extra_headers["Content-Language"]) for m in mail.outbox]
        assert letters.count((self.MEERA, "it")) == 9
        assert letters.count((self.OMKAR, "mr")) == 8
        assert len(letters) == 17
        for event in Event.objects.exclude(to_status=F("from_status")):
            told = Notice.objects.filter(event=event, audience="citizen")
            assert told.count() == 1, event.kind

    def test_who_stays_responsible_hears_what_the_owner_did(self) -> None:
        self.did(self.w.hema, self.complaint, "reassign", owner=self.w.farhan.pk)
        self.work()
        self.complaint.refresh_from_db()
        assert self.complaint.responsible == self.w.omkar
        start(self.complaint, actor=self.w.actor(self.w.farhan), at=self.now)
        self.stage("started", "in_progress", "staff_stage")

    def test_an_untrue_solved_is_told_to_the_first_officer_too(self) -> None:
        self.solved(self.w.hema, self.complaint, "Filled with hot mix")
        self.work()
        self.press(self.visitor_, self.complaint, "dispute", text="È ancora lì")
        self.stage("disputed", "reopened", "staff_reopened")


class RatingTests(CheckTestCase):
    """Check 11: 1 is the lowest; no rating below the reference is lost."""

    def rated(self, score: int) -> Complaint:
        complaint = self.w.file(phone="", email=f"citizen{score}@example.org")
        self.solved(self.w.omkar, complaint, "Filled with hot mix")
        self.link_of = self.link(self.work()[-1])
        visitor = self.visitor()
        page = text_of(visitor.get(self.link_of))
        assert "1 = lowest" in page and "5 = best" in page
        answer = visitor.post(self.link_of, {"score": str(score), "solved": "yes"})
        assert answer.status_code == 303
        self.now += timedelta(minutes=5)
        return complaint

    def test_each_below_the_reference_is_followed_up(self) -> None:
        rated = {score: self.rated(score) for score in (5, 4, 3, 2, 1)}
        below = {
            rating.complaint.number: rating.score
            for rating in Rating.objects.select_related("complaint")
            if FollowUp.objects.filter(rating=rating).exists()
        }
        # 5 against 3.0 known before; then the mean falls from 5 with each of them
        assert below == {rated[score].number: score for score in (4, 3, 2, 1)}
        assert {c.status for c in Complaint.objects.all()} == {"closed"}
        self.sit(self.w.sunil)
        text = text_of(self.page("/admin/follow-ups/", show="all"))
        order = re.findall(r"/admin/complaint/(\d{12})/", text)
        assert set(order) == set(below)
        assert {order[0], order[1]} == {rated[1].number, rated[2].number}
        assert order[2:] == [rated[3].number, rated[4].number]

    def test_none_is_lost_until_the_call_centre_has_acted(self) -> None:
        complaint = self.rated(1)
        self.now += timedelta(days=100)
        self.work()
        self.sit(self.w.sunil)
        assert complaint.number in text_of(self.page("/admin/follow-ups/", show="all"))
        row = FollowUp.objects.get()
        self.client.post(
            f"/admin/follow-ups/{row.pk}/close/", {"reason": "", "outcome": ""}
        )
        assert complaint.number in text_of(self.page("/admin/follow-ups/", show="all"))
        self.client.post(
            f"/admin/follow-ups/{row.pk}/close/",
            {
                "reason": FollowUp.Reason.values[0],
                "outcome": "Phoned; it is filled now",
            },
        )
        assert complaint.number not in text_of(
            self.page("/admin/follow-ups/", show="all")
        )
        row.refresh_from_db()
        assert (row.state, row.owner) == ("done", self.w.sunil)

    def test_a_good_rating_with_not_solved_is_followed_up_and_opens_it(self) -> None:
        complaint = self.w.file(phone="", email="meera@example.org")
        self.solved(self.w.omkar, complaint, "Filled with hot mix")
        link = self.link(self.work()[-1])
        self.visitor().post(link, {"score": "5", "solved": "no"})
        assert FollowUp.objects.get().complaint == complaint
        complaint.refresh_from_db()
        assert complaint.reopened == 1


class AbroadTests(CheckTestCase):
    """Check 12: from anywhere in the world, by web, with an e-mail address only."""

    def test_it_is_registered_and_tracked_without_an_indian_number(self) -> None:
        complaint = self.send(
            self.visitor("it"), text="Buca stradale davanti alla scuola di Kothrud",
            email="chiara@example.org", name="Chiara", language="it",
        )  # fmt: skip
        assert complaint.office == self.w.kothrud
        assert complaint.category == self.w.pothole
        letters = [m for m in self.work() if m.to == ["chiara@example.org"]]
        assert grouped(complaint.number) in letters[0].body
        # at home, another day, from the letter
        self.now += timedelta(days=1)
        again = self.visitor("it")
        landed = again.get(self.link(letters[0]), follow=True)
        assert landed.redirect_chain[-1][0] == f"/c/{complaint.number}/"
        assert "Buca stradale davanti alla scuola" in text_of(landed)
        self.press(again, complaint, "add", text="È ancora lì")

    def test_a_code_by_email_opens_it_from_the_bare_number(self) -> None:
        complaint = self.send(self.visitor(), email="chiara@example.org")
        self.work()
        elsewhere = self.visitor()
        page = f"/c/{complaint.number}/"
        assert "Big pothole" not in text_of(elsewhere.get(page))
        elsewhere.post(f"{page}code/")
        (letter,) = self.work()
        assert letter.to == ["chiara@example.org"]
        code = re.search(r"\b\d{6}\b", str(letter.body))
        assert code, letter.body
        elsewhere.post(f"{page}open/", {"secret": code[0]})
        assert "Big pothole" in text_of(elsewhere.get(page))

    def test_a_number_of_another_country_is_taken_too(self) -> None:
        complaint = self.send(self.visitor("it"), phone="+39 06 1234567", language="it")
        notice = Notice.objects.get(complaint=complaint, kind="registered")
        assert notice.recipient == "+39061234567"


class InformationCallTests(CheckTestCase):
    """Check 14, first half: who only wants to know is done in one screen."""

    def test_one_screen_one_press_first_contact(self) -> None:
        article = Article.objects.create(
            organisation=self.w.pune, code="TAX", topic="property_tax",
            titles=names("When is property tax due?", "संपत्ति कर कब देना है?"),
            bodies=names("By 31 May, at any ward office.", "31 मई तक, वार्ड कार्यालय में."),
            words=["property tax"],
        )  # fmt: skip
        bump("notices")
        self.sit(self.w.asha)
        console = "/admin/console/"
        assert 'name="do" value="inform"' in text_of(self.page(console))
        typed = {
            "key": "call-1", "who": "+919999900042", "language": "hi",
            "source": "phone", "text": "property tax kab bharna hai",
        }  # fmt: skip
        seen = self.client.post(f"{console}look/", typed)
        assert "संपत्ति कर कब देना है?" in text_of(seen)
        answer = self.client.post(
            console, typed | {"do": "inform", "article": article.pk}
        )
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"] == console
        call = Call.objects.get()
        assert call.first_contact
        assert (call.officer, call.article) == (self.w.asha, article)
        assert call.ended_at == self.now
        assert call.wrap_up is not None and call.wrap_up.counts_as == "FCR"
        assert not Complaint.objects.exists()
        assert not Notice.objects.exists()
