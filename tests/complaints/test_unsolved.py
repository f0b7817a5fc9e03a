""" "Not solved": twice opened again, then the appeal by itself; never by who closed it
falsely, and judged by nobody of the office."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, Event, Message
from complaints.models.category import Criticality
from complaints.refusals import Invalid, NotAllowed, Refused, WrongStage
from complaints.services import (
    accept,
    add,
    allow,
    appeal,
    assign,
    auto_close,
    cancel,
    confirm,
    dismiss,
    dispute,
    escalate,
    forward,
    merge,
    not_solved,
    reassign,
    reject,
    resolve,
    start,
)
from complaints.status import Status
from officers.models import Posting
from tests.base import NOW, WorldTestCase
from tests.builders import three_tries
from tests.complaints.stage import assigned, solved, to_stage

S = Status
ORDER = "The hole was never filled. It must be done anew by the zone itself."


class UnsolvedCase(WorldTestCase):
    def says_no(self, complaint: Complaint, text: str = "") -> Complaint:
        actor = self.w.citizen(complaint)
        not_solved(complaint, text=text, actor=actor, at=NOW)
        complaint.refresh_from_db()
        return complaint

    def resolved(self, reopened: int = 0, **over: object) -> Complaint:
        complaint = to_stage(self.w, S.RESOLVED)
        Complaint.objects.filter(pk=complaint.pk).update(reopened=reopened, **over)
        complaint.refresh_from_db()
        return complaint

    def in_appeal(self) -> Complaint:
        return self.says_no(self.resolved(reopened=2))

    def last(self, complaint: Complaint) -> Event:
        """What the citizen or the judge did, not what routing made of it."""
        own = ("disputed", "reopened", "appealed", "closed")
        return complaint.events.filter(kind__in=own).latest("seq")


class NotSolvedTests(UnsolvedCase):
    def test_the_first_two_open_it_again_to_the_level_above_with_priority(self) -> None:
        for level, above in ((1, 2), (2, 3), (3, 4), (4, 4)):
            complaint = self.resolved(level=level, criticality=Criticality.NORMAL)
            due = complaint.due_at
            self.says_no(complaint)
            assert self.last(complaint).data["level"] == above
            assert complaint.criticality == Criticality.HIGH
            assert (complaint.reopened, complaint.due_at) == (1, due)

    def test_an_emergency_stays_one(self) -> None:
        complaint = self.resolved(criticality=Criticality.EMERGENCY)
        assert self.says_no(complaint).criticality == Criticality.EMERGENCY

    def test_the_third_is_the_appeal_by_itself_without_a_word(self) -> None:
        complaint = self.in_appeal()
        assert complaint.status == S.APPEALED
        assert complaint.appealed_at == NOW
        assert complaint.step_due_at == NOW + timedelta(days=30)
        assert self.last(complaint).data["from"] == S.RESOLVED
        assert not Message.objects.filter(event=self.last(complaint)).exists()

    def test_its_words_are_kept_where_there_are_any(self) -> None:
        complaint = self.says_no(self.resolved(reopened=2), "Still dark")
        assert Message.objects.get(event=self.last(complaint)).text == "Still dark"

    def test_a_telecom_appeal_has_39_days(self) -> None:
        self.w.pune.appeal_days = 39
        self.w.pune.save(update_fields=["appeal_days"])
        assert self.in_appeal().step_due_at == NOW + timedelta(days=39)

    def test_a_dispute_beside_the_road_is_refused_the_third_time(self) -> None:
        complaint = self.resolved(reopened=2)
        with pytest.raises(Refused) as caught:
            dispute(complaint, text="", actor=self.w.citizen(complaint), at=NOW)
        assert caught.value.code == "reopens_used"

    def test_of_a_closed_one_it_is_the_reopening_or_a_refusal(self) -> None:
        complaint = self.resolved()
        confirm(complaint, actor=self.w.citizen(complaint), at=NOW)
        self.says_no(complaint)
        assert self.last(complaint).kind == "reopened"
        closed = self.resolved(reopened=2)
        confirm(closed, actor=self.w.citizen(closed), at=NOW)
        with pytest.raises(Refused) as caught:
            self.says_no(closed)
        assert caught.value.code == "reopens_used"

    def test_after_an_allowed_appeal_it_goes_to_the_top_without_limit(self) -> None:
        complaint = self.in_appeal()
        allow(complaint, order=ORDER, actor=self.w.actor(self.w.anand), at=NOW)
        for _time in range(3):
            Complaint.objects.filter(pk=complaint.pk).update(status=S.RESOLVED)
            complaint.refresh_from_db()
            self.says_no(complaint)
            assert self.last(complaint).data["level"] == 4
        assert complaint.reopened == 6

    def test_at_any_other_stage_it_is_refused(self) -> None:
        for stage in (S.ASSIGNED, S.REJECTED, S.CANCELLED):
            with pytest.raises(WrongStage):
                self.says_no(to_stage(self.w, stage))


class FalseClosingTests(UnsolvedCase):
    """Omkar called it solved; Meera says it is not."""

    def opened_again(self) -> Complaint:
        """Before anybody has it."""
        complaint = self.says_no(self.resolved())
        Complaint.objects.filter(pk=complaint.pk).update(status=S.REOPENED, owner=None)
        complaint.refresh_from_db()
        return complaint

    def put_before(self, complaint: Complaint, owner: object) -> None:
        assign(
            complaint, organisation=self.w.pune, office=self.w.kothrud,
            department=self.w.roads, owner=owner,  # type: ignore[arg-type]  # an officer
            actor=self.w.actor(self.w.devika), at=NOW,
        )  # fmt: skip

    def test_it_is_not_put_before_him_again(self) -> None:
        complaint = self.opened_again()
        with pytest.raises(Invalid) as caught:
            self.put_before(complaint, self.w.omkar)
        assert caught.value.code == "false_closing"
        self.put_before(complaint, self.w.farhan)
        with pytest.raises(Invalid, match="called it solved"):
            reassign(
                complaint, owner=self.w.omkar, actor=self.w.actor(self.w.hema), at=NOW
            )

    def test_he_neither_begins_nor_solves_it(self) -> None:
        complaint = self.opened_again()
        self.put_before(complaint, self.w.farhan)
        omkar = self.w.actor(self.w.omkar)
        with pytest.raises(NotAllowed, match="Somebody else"):
            start(complaint, actor=omkar, at=NOW)
        with pytest.raises(NotAllowed):
            resolve(
                complaint, action_taken="Filled the hole again", cause=self.w.wear,
                actor=omkar, at=NOW,
            )  # fmt: skip
        solved(self.w, complaint)

    def test_he_does_not_get_it_by_a_detour(self) -> None:
        complaint = self.opened_again()
        self.put_before(complaint, self.w.hema)
        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="Theirs",
            actor=self.w.actor(self.w.hema), at=NOW,
        )  # fmt: skip
        Posting.objects.create(
            officer=self.w.omkar, role="officer", organisation=self.w.pune,
            area=self.w.aundh,
        )  # fmt: skip
        with pytest.raises(Invalid):
            accept(
                complaint, owner=self.w.omkar, actor=self.w.actor(self.w.zoya), at=NOW
            )

    def test_who_never_closed_it_falsely_is_asked_nothing(self) -> None:
        complaint = assigned(self.w, to_stage(self.w, S.ASSIGNED))
        start(complaint, actor=self.w.actor(self.w.omkar), at=NOW)


class AppealTests(UnsolvedCase):
    def test_nothing_else_touches_it_until_it_is_decided(self) -> None:
        complaint = self.in_appeal()
        w, citizen = self.w, self.w.citizen(complaint)
        hema, asha = w.actor(w.hema), w.actor(w.asha)
        other = to_stage(w, S.ASSIGNED)
        deeds: tuple[Callable[[], object], ...] = (
            lambda: confirm(complaint, actor=citizen, at=NOW),
            lambda: not_solved(complaint, text="", actor=citizen, at=NOW),
            lambda: appeal(complaint, text="Once more, please", actor=citizen, at=NOW),
            lambda: cancel(complaint, actor=citizen, at=NOW),
            lambda: reject(complaint, reason=w.abuse, text="", actor=hema, at=NOW),
            lambda: start(complaint, actor=hema, at=NOW),
            lambda: merge(complaint, parent=other, actor=asha, at=NOW),
            lambda: escalate(
                complaint, level=2, to_officer_id=None, why="", actor=citizen, at=NOW
            ),
            lambda: auto_close(
                complaint, tries=three_tries(NOW), actor=SYSTEM_ACTOR, at=NOW
            ),
        )
        for deed in deeds:
            with pytest.raises(Refused):
                deed()
        complaint.refresh_from_db()
        assert complaint.status == S.APPEALED
        # the citizen may still add what the authority should know
        add(complaint, text="A child fell in", actor=citizen, at=NOW)

    def test_somebody_of_the_office_does_not_judge(self) -> None:
        complaint = self.in_appeal()
        Posting.objects.create(
            officer=self.w.hema, role="appellate_authority", organisation=self.w.pune
        )
        with pytest.raises(NotAllowed) as caught:
            dismiss(complaint, order=ORDER, actor=self.w.actor(self.w.hema), at=NOW)
        assert caught.value.code == "own_office"

    def test_who_ended_it_does_not_judge_that(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        sunil = self.w.actor(self.w.sunil)
        reject(complaint, reason=self.w.abuse, text="", actor=sunil, at=NOW)
        citizen = self.w.citizen(complaint)
        appeal(complaint, text="It is a real hole", actor=citizen, at=NOW)
        Posting.objects.create(
            officer=self.w.sunil, role="appellate_authority", organisation=self.w.pune
        )
        with pytest.raises(NotAllowed) as caught:
            allow(complaint, order=ORDER, actor=self.w.actor(self.w.sunil), at=NOW)
        assert caught.value.code == "own_deed"

    def test_a_dismissed_one_is_final(self) -> None:
        complaint = self.in_appeal()
        dismiss(complaint, order=ORDER, actor=self.w.actor(self.w.anand), at=NOW)
        complaint.refresh_from_db()
        with pytest.raises(Refused) as caught:
            self.says_no(complaint)
        assert caught.value.code == "appeal_used"
        with pytest.raises(Refused) as caught:
            appeal(
                complaint, text="Once more, please", actor=self.w.citizen(complaint),
                at=NOW,
            )  # fmt: skip
        assert caught.value.code == "appeal_used"

    def test_a_dismissal_of_the_first_appeal_leaves_no_reopening(self) -> None:
        complaint = self.resolved()
        citizen = self.w.citizen(complaint)
        confirm(complaint, actor=citizen, at=NOW)
        appeal(complaint, text="Nobody ever came", actor=citizen, at=NOW)
        dismiss(complaint, order=ORDER, actor=self.w.actor(self.w.anand), at=NOW)
        with pytest.raises(Refused):
            self.says_no(complaint)

    def test_an_order_needs_words(self) -> None:
        complaint = self.in_appeal()
        with pytest.raises(Invalid):
            allow(complaint, order="Yes.", actor=self.w.actor(self.w.anand), at=NOW)


class UnansweredTests(UnsolvedCase):
    def test_it_is_refused_while_something_lacks(self) -> None:
        complaint = self.resolved()
        with pytest.raises(Refused) as caught:
            auto_close(
                complaint, tries=three_tries(NOW)[:2], actor=SYSTEM_ACTOR, at=NOW
            )
        assert caught.value.code == "tries_lacking"

    def test_who_cannot_be_asked_keeps_the_time_to_object(self) -> None:
        complaint = self.resolved()
        early, over = NOW + timedelta(days=29), NOW + timedelta(days=32)
        with pytest.raises(Refused) as caught:
            auto_close(
                complaint, tries=(), ways=frozenset(), actor=SYSTEM_ACTOR, at=early
            )
        assert caught.value.code == "too_early"
        auto_close(complaint, tries=(), ways=frozenset(), actor=SYSTEM_ACTOR, at=over)
        assert self.last(complaint).data["why"] == "no_contact"
