"""At every stage the citizen and the officer answerable each get one message.

The table is the promise: what somebody does, and the text that each of the two is
owed for it, in their own language and in two SMS parts at the most.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from complaints import services
from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Complaint, Event
from notices.models import Notice, Template
from notices.outbox import tell_citizen, tell_officer
from officers.models import Officer
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, World
from tests.builders import three_tries
from tests.notices.cases import NoticesTestCase

LANGUAGES = ("en", "hi", "mr", "it")
QUESTION = "Which of the two poles is it, the one at the school or at the temple?"
WORK_DONE = "Filled the pothole and rolled it flat"


@dataclass(frozen=True)
class Step:
    """What is done to a complaint that is with Omkar (unless `before` says more)."""

    act: Callable[[World, Complaint], object]
    citizen: str = ""
    staff: str = ""
    officer: str = "omkar"
    before: tuple[str, ...] = ()
    judge: str = ""  # what Anand, outside the office, is told


def _by(w: World, officer: Officer) -> Actor:
    return w.actor(officer, NOW)


def _resolve(w: World, c: Complaint) -> object:
    return services.resolve(
        c, action_taken=WORK_DONE, cause=w.wear, actor=_by(w, w.omkar), at=NOW
    )


def _opened_twice(w: World, c: Complaint) -> None:
    Complaint.objects.filter(pk=c.pk).update(reopened=2)
    c.refresh_from_db()


def _forward(w: World, c: Complaint) -> object:
    return services.forward(
        c, organisation=w.pune, office=w.aundh, department=w.roads,
        reason="Lies beyond the bridge", actor=_by(w, w.hema), at=NOW,
    )  # fmt: skip


def _merge(w: World, c: Complaint) -> object:
    other = w.file(phone="+919999900002", name="Ramesh")
    return services.merge(c, parent=other, actor=_by(w, w.asha), at=NOW)


ORDER = "The work was not done as the charter asks for. It is to be done again."

STEPS: dict[str, Step] = {
    "assigned": Step(lambda w, c: c, "assigned", "staff_assigned"),
    "reassigned": Step(
        lambda w, c: services.reassign(c, owner=w.farhan, actor=_by(w, w.hema), at=NOW),
        staff="staff_assigned", officer="farhan",
    ),
    "started": Step(
        lambda w, c: services.start(c, actor=_by(w, w.omkar), at=NOW), "in_progress"
    ),
    "asked": Step(
        lambda w, c: services.ask_citizen(
            c, question=QUESTION, actor=_by(w, w.omkar), at=NOW
        ),
        "need_info",
    ),
    "answered": Step(
        lambda w, c: services.citizen_replied(
            c, text="The one at the school", actor=w.citizen(c), at=NOW
        ),
        "resumed", "staff_citizen_wrote", before=("asked",),
    ),
    "answer_overdue": Step(
        lambda w, c: services.citizen_replied(c, text="", actor=SYSTEM_ACTOR, at=NOW),
        "resumed", "staff_stage", before=("asked",),
    ),
    "hold_asked": Step(
        lambda w, c: services.ask_hold(
            c, reason="The asphalt plant is shut", new_date=NOW + timedelta(hours=9),
            actor=_by(w, w.omkar), at=NOW,
        ),
    ),
    "hold_refused": Step(
        lambda w, c: services.refuse_hold(
            c, reason="Do it today", actor=_by(w, w.hema), at=NOW
        ),
        staff="staff_hold_refused", before=("hold_asked",),
    ),
    "held": Step(
        lambda w, c: services.hold(
            c, reason="The road is dug up for water", new_date=NOW + timedelta(days=9),
            actor=_by(w, w.hema), at=NOW,
        ),
        "delay_interim", "staff_stage",
    ),
    "resumed by the system": Step(
        lambda w, c: services.resume(c, actor=SYSTEM_ACTOR, at=NOW),
        "resumed", "staff_stage", before=("held",),
    ),
    "resumed": Step(
        lambda w, c: services.resume(c, actor=_by(w, w.omkar), at=NOW),
        "resumed", before=("held",),
    ),
    "forwarded": Step(_forward, "forwarded", "staff_forwarded", "zoya"),
    "accepted": Step(
        lambda w, c: services.accept(c, owner=w.nitin, actor=_by(w, w.zoya), at=NOW),
        "assigned", "staff_assigned", "nitin", before=("forwarded",),
    ),
    "resolved": Step(_resolve, "resolved_feedback"),
    "disputed": Step(
        lambda w, c: services.dispute(
            c, text="It is still there", actor=w.citizen(c), at=NOW
        ),
        "reopened", "staff_reopened", before=("resolved",),
    ),
    "followed up": Step(
        lambda w, c: services.followed_up(
            c, follow_up=1, reason="late", ask=True, actor=_by(w, w.asha), at=NOW
        ),
        "second_survey", before=("resolved",),
    ),
    "closed": Step(
        lambda w, c: services.confirm(c, actor=w.citizen(c), at=NOW),
        "closed", "staff_stage", before=("resolved",),
    ),
    "unconfirmed": Step(
        lambda w, c: services.auto_close(
            c, tries=three_tries(NOW), actor=SYSTEM_ACTOR, at=NOW
        ),
        "unconfirmed", "staff_stage", before=("resolved",),
    ),
    "reopened": Step(
        lambda w, c: services.reopen(
            c, text="It broke again", actor=_by(w, w.asha), at=NOW
        ),
        "reopened", "staff_reopened", before=("resolved", "closed"),
    ),
    "rejected": Step(
        lambda w, c: services.reject(
            c, reason=w.abuse, text="", actor=_by(w, w.hema), at=NOW
        ),
        "rejected", "staff_stage",
    ),
    "appealed": Step(
        lambda w, c: services.appeal(
            c, text="I was not heard at all", actor=w.citizen(c), at=NOW
        ),
        "appealed", "staff_citizen_wrote", before=("resolved", "closed"),
        judge="staff_appeal",
    ),
    "appealed by itself": Step(
        lambda w, c: services.not_solved(c, text="", actor=w.citizen(c), at=NOW),
        "appealed", "staff_stage", before=("resolved", "opened twice"),
        judge="staff_appeal",
    ),
    "appeal_allowed": Step(
        lambda w, c: services.allow(c, order=ORDER, actor=_by(w, w.anand), at=NOW),
        "appeal_allowed", "staff_reopened", before=("resolved", "closed", "appealed"),
    ),
    "appeal_dismissed": Step(
        lambda w, c: services.dismiss(c, order=ORDER, actor=_by(w, w.anand), at=NOW),
        "appeal_decided", "staff_stage", before=("resolved", "closed", "appealed"),
    ),
    "cancelled": Step(
        lambda w, c: services.cancel(c, actor=_by(w, w.sunil), at=NOW),
        "cancelled", "staff_stage",
    ),
    # no deed: as if the citizen had said so twice before
    "opened twice": Step(_opened_twice),
    "merged": Step(_merge, "duplicate", "staff_stage"),
    "replied": Step(
        lambda w, c: services.reply(
            c, text="We come on Monday.", actor=_by(w, w.asha), at=NOW
        ),
        "reply",
    ),
    "added": Step(
        lambda w, c: services.add(
            c, text="A scooter fell today", actor=w.citizen(c), at=NOW
        ),
        staff="staff_citizen_wrote",
    ),
    # what the floors above tell through the same two doors
    "escalated": Step(
        lambda w, c: tell_citizen(_last(c), "escalated", officer=w.hema), "escalated",
    ),
    "staff_overdue": Step(
        lambda w, c: tell_officer(_last(c), w.omkar, "staff_overdue", officer=w.hema),
        staff="staff_overdue",
    ),
    "staff_due_soon": Step(
        lambda w, c: tell_officer(_last(c), w.omkar, "staff_due_soon", n=12),
        staff="staff_due_soon",
    ),
}  # fmt: skip

# Keys of the domain's table that later issues reach: incidents, bills, panels, codes.
LATER = frozenset(
    {
        "outage_notice", "restored", "planned_outage", "bill_reminder", "closure_otp",
        "panel_survey",
    }
)  # fmt: skip
DOMAIN = Path(__file__).parents[3] / "shared/domain/message_templates.csv"


def _last(complaint: Complaint) -> Event:
    return complaint.events.order_by("-seq")[0]


class StageTests(NoticesTestCase):
    def _owed(self, step: Step, complaint: Complaint) -> list[Notice]:
        """Do the step, return what it made us owe."""
        for before in step.before:
            STEPS[before].act(self.w, complaint)
        known = Notice.objects.filter(event=_last(complaint))
        old = (
            set()
            if step is STEPS["assigned"]
            else {*known.values_list("pk", flat=True)}
        )
        step.act(self.w, complaint)
        return [notice for notice in self.told(complaint) if notice.pk not in old]

    def _check(self, notices: list[Notice], language: str) -> None:
        for notice in notices:
            assert notice.language == language
            assert re.fullmatch(_pattern(notice), notice.text), notice.text
            assert 1 <= notice.segments <= 2, (notice.segments, notice.text)
            assert "{" not in notice.text

    def _check_step(self, step: Step, complaint: Complaint, language: str) -> None:
        owed = self._owed(step, complaint)
        expected = [key for key in (step.citizen, step.judge, step.staff) if key]
        assert self.kinds(owed) == expected
        self._check(owed, language)
        staff = [notice.officer for notice in owed if notice.audience == "staff"]
        judge = [self.w.anand] * bool(step.judge)
        assert staff == judge + [getattr(self.w, step.officer)] * bool(step.staff)

    def test_each_tells_both_once_in_their_language(self) -> None:
        for language in LANGUAGES:
            Officer.objects.update(language=language)
            bump(REFERENCE)
            for officer in (self.w.omkar, self.w.hema, self.w.farhan, self.w.nitin):
                officer.refresh_from_db()
            pk = self.assigned(language=language, category=self.w.resurfacing).pk
            for name, step in STEPS.items():
                with self.subTest(step=name, language=language):
                    start = transaction.savepoint()
                    try:
                        self._check_step(step, Complaint.objects.get(pk=pk), language)
                    finally:
                        transaction.savepoint_rollback(start)

    def test_registering_tells_the_citizen(self) -> None:
        for language in LANGUAGES:
            with self.subTest(language=language):
                complaint = self.w.file(language=language, category=self.w.no_water)
                owed = self.told(complaint)
                assert self.kinds(owed) == ["registered"]
                self._check(owed, language)

    def test_nobody_is_told_what_they_did_themselves(self) -> None:
        complaint = self.assigned()
        services.reassign(
            complaint, owner=self.w.hema, actor=self.w.actor(self.w.hema), at=NOW
        )
        assert self.told(complaint) == []

    def test_triage_says_nothing_more(self) -> None:
        complaint = self.w.file("Something is wrong")
        services.send_to_triage(complaint, actor=SYSTEM_ACTOR, at=NOW)
        assert self.told(complaint) == []

    def test_it_reaches_every_text_of_the_domain(self) -> None:
        if not DOMAIN.exists():
            pytest.skip("the domain's table is not beside this repository")
        with DOMAIN.open(encoding="utf-8", newline="") as file:
            keys = {row["key"] for row in csv.DictReader(file)}
        reached = {step.citizen for step in STEPS.values()} | {"registered"}
        reached |= {step.staff for step in STEPS.values()}
        assert keys - LATER <= reached


def _pattern(notice: Notice) -> str:
    text = Template.objects.get(
        organisation__code="PUNE",
        key=notice.kind,
        language=notice.language,
        channel="any",
    ).text
    return ".+".join(re.escape(part) for part in re.split(r"\{[a-z]+\}", text))
