"""Two people act on one complaint at the same moment, fifty times: one outcome each,
and nothing is doubled: no event, no rating, no message, no follow-up."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from complaints.models import Complaint, Custody, Event, FailedReaction
from complaints.refusals import Refused
from complaints.services import (
    allow,
    appeal,
    confirm,
    dismiss,
    not_solved,
    resolve,
)
from complaints.status import Status
from feedback import silence
from feedback.models import CallBack, ContactTry, FollowUp, Rating, RatingRequest
from feedback.services import rate
from notices.models import Notice
from officers.models import Officer, Posting
from tests.base import NOW, WorldTransactionTestCase

pytestmark = pytest.mark.long

ROUNDS = 50
ORDER = "We have heard both sides and looked at the place ourselves."
Deed = Callable[[Complaint], object]


class TruthRaceTests(WorldTransactionTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.judge = self.second_authority()

    def second_authority(self) -> Officer:
        officer = Officer.objects.create(username="bela", first_name="Bela")
        Posting.objects.create(
            officer=officer, role="appellate_authority", organisation=self.w.pune
        )
        return officer

    def at_once(self, complaint: Complaint, *deeds: Deed) -> int:
        """Each with the complaint as read a moment before; how many were taken."""
        gate = Barrier(len(deeds))

        def run(deed: Deed) -> bool:
            try:
                mine = Complaint.objects.select_related("category", "organisation")
                found = mine.get(pk=complaint.pk)
                gate.wait(timeout=60)
                deed(found)
            except Refused:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(len(deeds)) as pool:
            taken = sum(pool.map(run, deeds))
        complaint.refresh_from_db()
        return taken

    def solves(self, officer: Officer) -> Deed:
        actor = self.w.actor(officer)
        return lambda c: resolve(
            c, action_taken="Mended the pipe at the corner", cause=self.w.wear,
            actor=actor, at=NOW,
        )  # fmt: skip

    def by_owner(self, complaint: Complaint) -> Deed:
        return self.solves(complaint.owner or self.w.chitra)

    def says_no(self, officer: Officer | None = None) -> Deed:
        def deed(complaint: Complaint) -> object:
            by = self.w.actor(officer) if officer else self.w.citizen(complaint)
            return not_solved(complaint, text="", actor=by, at=NOW)

        return deed

    def rates(self, score: int, *, solved: bool, channel: str) -> Deed:
        def deed(complaint: Complaint) -> object:
            asked = RatingRequest.objects.filter(complaint=complaint).latest("pk")
            return rate(
                asked, score=score, solved=solved, comment="", channel=channel,
                actor=self.w.citizen(complaint), at=NOW,
            )  # fmt: skip

        return deed

    def confirms(self, complaint: Complaint) -> object:
        return confirm(complaint, actor=self.w.citizen(complaint), at=NOW)

    def judges(self, door: Callable[..., object], officer: Officer) -> Deed:
        actor = self.w.actor(officer)
        return lambda c: door(c, order=ORDER, actor=actor, at=NOW)

    # ---------------------------------------------------------------------------------

    def test_each_has_one_outcome_and_nothing_is_doubled(self) -> None:
        for n in range(ROUNDS):
            with self.subTest(round=n):
                self.one_round(n)
        assert not FailedReaction.objects.exists()

    def one_round(self, n: int) -> None:
        complaint = self.w.file("no water in Kothrud", phone=f"+91999990{n:04}")
        assert complaint.owner == self.w.wasim
        self.resolved_twice(complaint)
        self.disputed_twice(complaint)
        self.everything_at_once(complaint)
        self.appealed_twice(complaint)
        self.judged_twice(complaint)
        self.nothing_doubled(complaint)

    def resolved_twice(self, complaint: Complaint) -> None:
        wasim, hema = self.solves(self.w.wasim), self.solves(self.w.hema)
        assert self.at_once(complaint, wasim, hema) == 1
        assert complaint.status == Status.RESOLVED
        assert self.events(complaint)["resolved"] == 1
        assert RatingRequest.objects.filter(complaint=complaint).count() == 1

    def disputed_twice(self, complaint: Complaint) -> None:
        link, phone = self.says_no(), self.says_no(self.w.asha)
        assert self.at_once(complaint, link, phone) == 1
        assert complaint.reopened == 1
        assert complaint.owner_id not in (None, complaint.resolved_by_id)
        assert self.events(complaint)["disputed"] == 1

    def everything_at_once(self, complaint: Complaint) -> None:
        assert self.at_once(complaint, self.by_owner(complaint)) == 1
        taken = self.at_once(
            complaint,
            self.rates(5, solved=True, channel="web"),
            self.rates(1, solved=False, channel="sms"),
            self.confirms,
            self.says_no(),
        )
        assert taken >= 1
        found = self.events(complaint)
        assert found["rated"] == self.ratings(complaint) <= 1
        assert found["low_rated"] <= 1
        assert found["closed"] <= 1
        assert found["disputed"] + found["reopened"] == complaint.reopened <= 2

    def appealed_twice(self, complaint: Complaint) -> None:
        if complaint.status == Status.CLOSED:
            text = "Nobody came to look at it"
            deed: Deed = lambda c: appeal(  # noqa: E731 (one of two, by the stage)
                c, text=text, actor=self.w.citizen(c), at=NOW
            )
        else:
            assert self.at_once(complaint, self.by_owner(complaint)) == 1
            deed = self.says_no()
        assert self.at_once(complaint, deed, deed) == 1
        assert complaint.status == Status.APPEALED
        assert self.events(complaint)["appealed"] == 1

    def judged_twice(self, complaint: Complaint) -> None:
        allows = self.judges(allow, self.w.anand)
        dismisses = self.judges(dismiss, self.judge)
        assert self.at_once(complaint, allows, dismisses) == 1
        found = self.events(complaint)
        assert found["appeal_allowed"] + found["appeal_dismissed"] == 1

    def nothing_doubled(self, complaint: Complaint) -> None:
        events = list(complaint.events.order_by("seq").values_list("seq", flat=True))
        assert events == list(range(1, complaint.version + 1))
        told = Counter(
            Notice.objects.filter(complaint=complaint).values_list(
                "event__kind", "kind", "recipient"
            )
        )
        per_event = self.events(complaint)
        for (event, kind, _recipient), many in told.items():
            assert many <= per_event[event or ""], (event, kind, many)
        assert told["appealed", "staff_appeal", self.contact(self.w.anand)] <= 1
        assert FollowUp.objects.filter(complaint=complaint).count() <= 1
        assert Custody.objects.filter(complaint=complaint, to_at=None).count() <= 1

    def contact(self, officer: Officer) -> str:
        return officer.phone or officer.email

    def events(self, complaint: Complaint) -> Counter[str]:
        rows = Event.objects.filter(complaint=complaint)
        return Counter(rows.values_list("kind", flat=True))

    def ratings(self, complaint: Complaint) -> int:
        return Rating.objects.filter(complaint=complaint).count()


class SilenceRaceTests(WorldTransactionTestCase):
    """Four workers look at the same silent citizen at the same moment."""

    WORKERS = 4

    def look(self, complaint: Complaint, at: datetime) -> None:
        gate = Barrier(self.WORKERS)

        def run(_n: int) -> None:
            gate.wait(timeout=60)
            try:
                silence._safely(complaint.pk, at)
            finally:
                connection.close()

        with ThreadPoolExecutor(self.WORKERS) as pool:
            list(pool.map(run, range(self.WORKERS)))

    def arrived(self, kind: str, at: datetime) -> None:
        Notice.objects.filter(kind=kind).update(
            state="delivered", sent_at=at, delivered_at=at
        )

    def test_each_step_is_taken_once(self) -> None:
        complaint = self.w.file("no water in Kothrud")
        resolve(
            complaint, action_taken="Mended the pipe", cause=self.w.wear,
            actor=self.w.actor(self.w.wasim), at=NOW,
        )  # fmt: skip
        event = complaint.events.get(kind="resolved")
        self.arrived("resolved_feedback", NOW + timedelta(hours=1))
        again = NOW + timedelta(hours=29)
        self.look(complaint, again)
        assert ContactTry.objects.count() == 1
        assert Notice.objects.filter(kind="resolved_again").count() == 1

        self.arrived("resolved_again", again)
        self.look(complaint, NOW + timedelta(days=2, hours=8))
        assert ContactTry.objects.count() == 2
        assert CallBack.objects.get().why == "silent"

        ContactTry.objects.create(
            complaint=complaint, event=event, way="call", outcome="no_answer",
            at=NOW + timedelta(days=3, hours=8),
        )  # fmt: skip
        self.look(complaint, NOW + timedelta(days=7))
        assert complaint.events.filter(kind="closed").count() == 1
        assert Notice.objects.filter(kind="unconfirmed").count() == 1
