"""Check 5: a solved docket is called until the citizen says yes; "no" opens it again.

MP East, in Hindi, as seed 1 tells it: solved or not, how long, any trouble. From the
SMS to the last call, by what the citizen's telephone and the pages show.
"""

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from complaints.models import Complaint
from complaints.models.complaint import ClosedHow
from complaints.number import grouped
from complaints.status import Status
from feedback.models import CallBack, ContactTry, Rating
from officers.models import Officer
from tests.checks.houses import HouseTestCase
from tests.checks.words import latin, pretended
from tests.helpline.desk import text_of

RADHA = "99999-00021"
FAULT = "जबलपुर में मेरे घर की बिजली नहीं है"
HALF = "जबलपुर में हमारे यहाँ एक फेज गायब है"
DESK = "/admin/call-backs/"
AGENT = "agent.jabalpur"


class CallBackTests(HouseTestCase):
    preset, root = "mp_east", "MPPMCL"

    def complain(self, words: str = FAULT) -> None:
        self.text(RADHA, "mpez-sms", words)
        self.docket = Complaint.objects.get()
        assert self.docket.language == "hi"
        self.phones.heard(RADHA, "hi", self.number("mpez-sms"))

    def fresh(self) -> Complaint:
        self.docket = Complaint.objects.select_related("owner").get()
        return self.docket

    def solve(self, unreachable: str = "not_home") -> None:
        """By who has it, on the field page; nobody met the citizen for a code."""
        docket = self.fresh()
        worker = docket.owner or self.head()
        seat = self.seat(worker.username)
        form = text_of(seat.get(f"/field/{docket.number}/solved/"))
        causes = re.search(r'name="cause".*?value="(\d+)"', form, re.S)
        assert causes, form
        answer = seat.post(
            f"/field/{docket.number}/solved/",
            {
                "version": docket.version, "cause": causes[1],
                "action_taken": "ट्रांसफार्मर का फ्यूज़ बदला", "unreachable": unreachable,
            },
        )  # fmt: skip
        assert answer.status_code == 303, text_of(answer)
        self.work()
        assert self.fresh().status == Status.RESOLVED

    def head(self) -> Officer:
        return Officer.objects.get(username="ce.jabalpur")

    def called(self) -> str:
        """The agent takes the next call; the address of its page."""
        self.now = max(self.now, self.due())
        agent = self.agent()
        page = text_of(agent.get(DESK))
        assert grouped(self.docket.number) in page
        answer = agent.post(f"{DESK}next/")
        assert re.fullmatch(rf"{DESK}\d+/", answer["Location"]), answer["Location"]
        return str(answer["Location"])

    def agent(self) -> Client:
        return self.seat(AGENT)

    def due(self) -> Any:
        return CallBack.objects.get(side="desk", state="open").next_at

    def says(self, call: str, outcome: str, **typed: Any) -> None:
        agent = self.agent()
        page = text_of(agent.get(call))
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen, page
        given = {"outcome": outcome, "seen": seen[1]} | typed
        answer = agent.post(f"{call}save/", given)
        assert answer.status_code == 302, text_of(answer)
        self.work()

    def test_it_is_called_until_the_citizen_says_yes(self) -> None:
        self.complain()
        self.solve()
        call = self.called()
        self.says(call, "no_answer")
        assert timedelta(hours=2) <= self.due() - self.now < timedelta(days=1)
        call = self.called()
        self.says(
            call, "not_solved", took="2", took_unit="hours", trouble="yes", score="1",
            text="आधे घर में अब भी बिजली नहीं है",
        )  # fmt: skip
        assert self.fresh().reopened == 1 and self.docket.is_open
        assert not CallBack.objects.filter(side="desk", state="open").exists()
        heard = self.phones.heard(RADHA, "hi", self.number("mpez-sms"))
        assert "resolved_feedback" in heard and "reopened" in heard

        # the office owes word meanwhile, and cannot end it
        told = CallBack.objects.get(side="office", state="open")
        seat = self.seat(self.head().username)
        url = f"/office/phone/{told.pk}/"
        assert "Phone today" in text_of(seat.get("/office/"))
        for outcome in ("solved", "informed"):
            seat.post(url, {"outcome": outcome, "seen": 0})
        assert self.fresh().is_open
        assert ContactTry.objects.filter(own_office=True).count() == 1

        # solved again, called again: opened once means always called
        self.now += timedelta(hours=3)
        self.solve()
        for outcome in ("busy", "off"):
            self.says(self.called(), outcome)
        self.says(
            self.called(), "solved", took="2", took_unit="days", trouble="no",
            score="4", text="अब ठीक है",
        )  # fmt: skip
        docket = self.fresh()
        assert (docket.status, docket.closed_how) == (Status.CLOSED, ClosedHow.CALLED)
        assert not CallBack.objects.filter(state="open").exists()
        first, last = Rating.objects.order_by("pk")
        assert (first.solved, first.took_minutes, first.trouble) == (False, 120, True)
        assert (last.solved, last.took_minutes, last.trouble) == (True, 2880, False)
        assert {first.taken_by, last.taken_by} == {Officer.objects.get(username=AGENT)}
        story = text_of(self.agent().get(f"/admin/complaint/{docket.number}/"))
        for word in ("No answer", "Says: not solved", "Busy", "Says: solved"):
            assert f"Citizen phoned</strong>: {word}" in story

    def test_what_is_read_out_is_hindi(self) -> None:
        self.complain()
        self.solve()
        call = self.called()
        with pretended():
            page = text_of(self.agent().get(call))
        spoken = re.search(r'<div class="spoken" lang="hi">(.*?)</div>', page, re.S)
        assert spoken
        assert not set(latin(re.sub(r"<[^>]+>", " ", spoken[1]))) - {"Priyanka"}
        assert grouped(self.docket.number) in spoken[1]

    def test_the_lot_calls_what_nobody_calls_anyhow(self) -> None:
        self.complain(HALF)
        self.solve(unreachable="")
        assert not CallBack.objects.exists()
        self.now += timedelta(days=1)
        self.work()
        drawn = CallBack.objects.get()
        assert (drawn.why, drawn.side) == ("sample", "desk")
        self.says(self.called(), "solved", score="5")
        assert self.fresh().closed_how == ClosedHow.CALLED
