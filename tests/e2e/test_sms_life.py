"""A complaint by SMS alone, over HTTP both ways: in Hindi, Marathi and Italian."""

from typing import NamedTuple

import pytest

from complaints.models import Complaint, Event
from complaints.number import grouped
from feedback.models import FollowUp, Rating
from notices.models import Notice
from officers.models import Officer
from tests.e2e.telephones import TelephoneTestCase
from tests.telephones import in_devanagari

pytestmark = pytest.mark.long

RAMESH, STRANGER = "99999-00001", "99999-00009"
UNKNOWN = "148302975116"


class Words(NamedTuple):
    complaint: str
    status: str
    low: str
    again: str
    best: str
    stop: str
    start: str


HINDI = Words(
    "कोथरूड में स्कूल के सामने सड़क में गड्ढा है, कल एक स्कूटर गिर गया",
    "स्थिति", "अंक 2", "फिर", "अंक 5", "रोको", "शुरू",
)  # fmt: skip
MARATHI = Words(
    "कोथरूड इथे शाळेसमोर रस्त्यावर मोठा खड्डा आहे",
    "स्थिती", "गुण 2", "पुन्हा", "५", "थांबा", "सुरू",
)  # fmt: skip
ITALIAN = Words(
    "A Kothrud c'è una buca stradale davanti alla scuola, è pericolosa",
    "stato", "vota 2", "REOPEN", "5", "ferma", "avvia",
)  # fmt: skip


class HindiLifeTests(TelephoneTestCase):
    """From the first SMS to a closed docket, opened again twice on the way."""

    def test_from_the_first_word_to_the_last(self) -> None:
        self.he_complains()
        self.he_asks_where_it_stands()
        self.a_stranger_learns_nothing()
        self.omkar_solves_it()
        self.he_is_not_content_and_says_two()
        self.hema_solves_it()
        self.it_is_not_true_and_he_says_so()
        self.he_wants_silence_and_then_news_again()
        self.he_rates_it_five()
        assert waiting() == []

    def ramesh(self, *kinds: str) -> None:
        """He heard just these since the last time, in Hindi."""
        assert self.phones.heard(RAMESH, "hi") == [*kinds]
        assert in_devanagari(self.phones.bodies)

    def officer(self, officer: Officer, *kinds: str) -> None:
        """Just these too, in Marathi, as they like it."""
        assert self.phones.heard(officer.phone, "mr") == [*kinds]

    # the way -----------------------------------------------------------------
    def he_complains(self) -> None:
        self.text(RAMESH, HINDI.complaint)
        self.complaint = Complaint.objects.get()
        self.ramesh("registered", "assigned")
        number = grouped(self.complaint.number)
        assert all(number in body for body in self.phones.bodies)
        assert self.complaint.category == self.w.pothole
        assert self.complaint.area == self.w.kothrud
        assert (self.complaint.status, self.complaint.language) == ("assigned", "hi")
        assert self.complaint.owner == self.w.omkar
        self.officer(self.w.omkar, "staff_assigned")

    def he_asks_where_it_stands(self) -> None:
        self.text(RAMESH, HINDI.status)
        self.ramesh("status_reply")
        self.text(RAMESH, f"{HINDI.status} {grouped(self.complaint.number)}")
        self.ramesh("status_reply")

    def a_stranger_learns_nothing(self) -> None:
        before = Event.objects.count()
        answers = []
        for number in (self.complaint.number, UNKNOWN):
            self.text(STRANGER, f"{HINDI.status} {number}")
            assert self.phones.heard(STRANGER, "hi") == ["not_found_reply"]
            answers += self.phones.bodies
        assert answers[0] == answers[1]
        for words in (f"फिर {self.complaint.number}", f"अंक 1 {self.complaint.number}"):
            self.text(STRANGER, words)
            assert self.phones.heard(STRANGER, "hi") == ["not_found_reply"]
        assert Event.objects.count() == before
        assert Complaint.objects.get().status == "assigned"
        self.ramesh()

    def omkar_solves_it(self) -> None:
        self.did(self.w.omkar, self.complaint, "start")
        self.ramesh("in_progress")
        self.solved(self.w.omkar, self.complaint, "गड्ढा डामर से भर दिया")
        self.ramesh("resolved_feedback")
        self.officer(self.w.omkar)  # his own doing

    def he_is_not_content_and_says_two(self) -> None:
        self.text(RAMESH, HINDI.low)
        self.ramesh("rated_reply", "reopened")
        rating = Rating.objects.get()
        assert (rating.score, rating.channel, rating.solved) == (2, "sms", False)
        assert FollowUp.objects.get().rating == rating
        self.complaint.refresh_from_db()
        assert (self.complaint.status, self.complaint.reopened) == ("assigned", 1)
        self.officer(self.w.omkar, "staff_reopened")
        self.officer(self.w.hema, "staff_assigned")
        self.officer(self.w.asha, "staff_low_rating")

    def hema_solves_it(self) -> None:
        self.did(self.w.hema, self.complaint, "start")
        self.ramesh("in_progress")
        self.solved(self.w.hema, self.complaint, "खोदकर नई परत डाली")
        self.ramesh("resolved_feedback")
        self.officer(self.w.omkar, "staff_stage", "staff_stage")

    def it_is_not_true_and_he_says_so(self) -> None:
        self.text(RAMESH, HINDI.again)
        self.ramesh("reopened")
        self.complaint.refresh_from_db()
        assert (self.complaint.status, self.complaint.reopened) == ("assigned", 2)

    def he_wants_silence_and_then_news_again(self) -> None:
        self.text(RAMESH, HINDI.stop)
        self.ramesh("stop_reply")
        owner = self.complaint.owner
        assert owner is not None
        self.did(owner, self.complaint, "start")
        self.ramesh()
        silenced = Notice.objects.get(state="stopped")
        assert (silenced.kind, silenced.recipient) == ("in_progress", "+919999900001")
        self.text(RAMESH, HINDI.status)  # who asks is answered
        self.ramesh("status_reply")
        self.text(RAMESH, HINDI.start)
        self.ramesh("start_reply")
        self.solved(owner, self.complaint, "पूरी सड़क फिर से बनाई")
        self.ramesh("resolved_feedback")

    def he_rates_it_five(self) -> None:
        self.text(RAMESH, HINDI.best)
        self.ramesh("rated_reply", "closed")
        self.complaint.refresh_from_db()
        closed = (self.complaint.status, self.complaint.closed_how)
        assert closed == ("closed", "confirmed")
        scores = Rating.objects.order_by("pk").values_list("score", flat=True)
        assert list(scores) == [2, 5]
        assert FollowUp.objects.count() == 1


class ShortLifeTests(TelephoneTestCase):
    def live(self, words: Words, language: str) -> list[str]:
        """All that the phone heard."""

        def hears(*kinds: str) -> None:
            assert self.phones.heard(RAMESH, language) == [*kinds]
            heard.extend(self.phones.bodies)

        heard: list[str] = []
        self.text(RAMESH, words.complaint)
        complaint = Complaint.objects.get()
        assert (complaint.language, complaint.owner) == (language, self.w.omkar)
        hears("registered", "assigned")
        self.text(RAMESH, words.status)
        hears("status_reply")
        self.text(RAMESH, words.stop)
        hears("stop_reply")
        self.text(RAMESH, words.start)
        hears("start_reply")
        self.did(self.w.omkar, complaint, "start")
        hears("in_progress")
        self.solved(self.w.omkar, complaint, "Filled with hot mix")
        hears("resolved_feedback")
        self.text(RAMESH, words.again)
        hears("reopened")
        self.solved(self.w.hema, complaint, "Dug out and laid anew")
        hears("resolved_feedback")
        self.text(RAMESH, words.best)
        hears("rated_reply", "closed")
        complaint.refresh_from_db()
        assert (complaint.status, complaint.rating) == ("closed", 5)
        assert waiting() == []
        return heard

    def test_in_marathi(self) -> None:
        assert in_devanagari(self.live(MARATHI, "mr"))

    def test_in_italian(self) -> None:
        assert not in_devanagari(self.live(ITALIAN, "it"))


def waiting() -> list[tuple[str, str]]:
    left = Notice.objects.exclude(state__in=["sent", "delivered", "stopped"])
    return list(left.values_list("kind", "state"))
