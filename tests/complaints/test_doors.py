"""What each door writes: fields, events, words, ledger; and what it refuses."""

from itertools import pairwise
from typing import Any

from complaints.actors import SYSTEM_ACTOR
from complaints.attachments import store
from complaints.models import Complaint, Custody, Event, Message
from complaints.models.complaint import ClosedHow
from complaints.refusals import Conflict, Invalid, NotAllowed, Refused
from complaints.services import (
    accept,
    allow,
    appeal,
    ask_citizen,
    ask_hold,
    auto_close,
    bounce,
    cancel,
    citizen_replied,
    confirm,
    dismiss,
    dispute,
    erase_personal,
    forward,
    hold,
    merge,
    note,
    reassign,
    refuse_hold,
    reject,
    reopen,
    reply,
    resolve,
    resume,
    set_priority,
    start,
)
from complaints.status import Status
from tests.base import NOW, WorldTestCase
from tests.builders import photo, three_tries
from tests.complaints.stage import assigned, solved, to_stage

S = Status


class DoorTests(WorldTestCase):
    def test_the_ledger_has_no_gap_and_no_overlap(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        omkar = self.w.actor(self.w.omkar)
        start(complaint, actor=omkar, at=self.later(hours=1))
        ask_citizen(complaint, question="Where?", actor=omkar, at=self.later(hours=2))
        citizen_replied(
            complaint,
            text="By the school",
            actor=self.w.citizen(complaint),
            at=self.later(hours=5),
        )
        legs = list(
            Custody.objects.filter(complaint=complaint).order_by("from_at", "pk")
        )
        for one, two in pairwise(legs):
            assert one.to_at == two.from_at
        assert legs[-1].to_at is None
        assert Custody.Holder.CITIZEN in {leg.holder for leg in legs}

    def test_two_officers_at_once_one_wins_and_the_other_is_told_who(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        seen = complaint.version
        start(complaint, actor=self.w.actor(self.w.omkar), at=NOW, version=seen)
        with self.assertRaises(Conflict) as caught:
            start(complaint, actor=self.w.actor(self.w.hema), at=NOW, version=seen)
        assert "Omkar" in str(caught.exception)
        assert Event.objects.filter(complaint=complaint, kind="started").count() == 1

    def test_a_stale_copy_cannot_write(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        stale = Complaint.objects.get(pk=complaint.pk)
        start(complaint, actor=self.w.actor(self.w.omkar), at=NOW)
        with self.assertRaises(Refused):
            note(stale, text="late", actor=self.w.actor(self.w.asha), at=NOW)

    def test_forward_keeps_number_and_promise_and_names_the_target(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        number, due = complaint.number, complaint.due_at
        forward(
            complaint,
            organisation=self.w.pune,
            office=self.w.aundh,
            department=self.w.roads,
            reason="The road lies in Aundh",
            actor=self.w.actor(self.w.omkar),
            at=NOW,
        )
        complaint.refresh_from_db()
        assert (complaint.number, complaint.due_at) == (number, due)
        assert (complaint.status, complaint.office) == (S.FORWARDED, self.w.aundh)
        assert complaint.owner is None

    def test_forward_to_itself_is_refused(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        with self.assertRaises(Invalid):
            forward(
                complaint,
                organisation=self.w.pune,
                office=self.w.kothrud,
                department=self.w.roads,
                reason="Not ours",
                actor=self.w.actor(self.w.omkar),
                at=NOW,
            )

    def test_only_another_house_is_a_partner_in_the_ledger(self) -> None:
        for organisation, holder in (
            (self.w.upp, Custody.Holder.OFFICE),  # the holding over the receiver
            (self.w.pune, Custody.Holder.PARTNER),
        ):
            complaint = to_stage(self.w, S.ASSIGNED)
            Complaint.objects.filter(pk=complaint.pk).update(received_by=self.w.mvv)
            complaint.refresh_from_db()
            forward(
                complaint,
                organisation=organisation,
                office=None,
                department=None,
                reason="It is decided there",
                actor=self.w.actor(self.w.omkar),
                at=NOW,
            )
            leg = Custody.objects.get(complaint=complaint, to_at=None)
            assert leg.holder == holder

    def test_accept_and_bounce_and_the_head_after_two(self) -> None:
        complaint = to_stage(self.w, S.FORWARDED)
        wasim = self.w.actor(self.w.wasim)
        accept(complaint, owner=self.w.wasim, actor=wasim, at=NOW)
        assert complaint.status == S.ASSIGNED
        again = to_stage(self.w, S.FORWARDED)
        Complaint.objects.filter(pk=again.pk).update(bounced=2)
        again.refresh_from_db()
        with self.assertRaises(NotAllowed):
            bounce(again, reason="Not ours", actor=wasim, at=NOW)
        hema = self.w.actor(self.w.hema)
        with self.assertRaises(NotAllowed) as caught:
            bounce(again, reason="Electricity", actor=hema, at=NOW)
        assert "decide who has it" in str(caught.exception)
        accept(again, owner=self.w.wasim, actor=hema, at=NOW)
        assert again.status == S.ASSIGNED

    def test_one_question_only_and_the_answer_goes_on(self) -> None:
        complaint = to_stage(self.w, S.NEED_INFO)
        assert Complaint.objects.get(pk=complaint.pk).paused_at == NOW
        citizen_replied(
            complaint, text="Left side", actor=self.w.citizen(complaint), at=NOW
        )
        complaint.refresh_from_db()
        assert complaint.paused_at is None
        with self.assertRaises(Invalid) as caught:
            ask_citizen(
                complaint,
                question="And now?",
                actor=self.w.actor(self.w.omkar),
                at=NOW,
            )
        assert caught.exception.code == "pause_used"

    def test_seven_days_without_answer_the_office_decides(self) -> None:
        complaint = to_stage(self.w, S.NEED_INFO)
        citizen_replied(complaint, text="", actor=SYSTEM_ACTOR, at=self.later(days=7))
        assert complaint.status == S.IN_PROGRESS
        assert complaint.events.filter(kind="answer_overdue").exists()

    def test_hold_is_the_second_levels_word(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        omkar, hema = self.w.actor(self.w.omkar), self.w.actor(self.w.hema)
        due, soon = complaint.due_at, self.later(hours=3)
        with self.assertRaises(NotAllowed):
            hold(complaint, reason="Hot mix", new_date=soon, actor=omkar, at=NOW)

        ask_hold(complaint, reason="Hot mix", new_date=soon, actor=omkar, at=NOW)
        assert (complaint.status, complaint.hold_asked) == (S.ASSIGNED, soon)
        assert not complaint.messages.filter(public=True).exists()
        refuse_hold(complaint, reason="Do it today", actor=hema, at=NOW)
        assert (complaint.status, complaint.hold_asked) == (S.ASSIGNED, None)

        ask_hold(complaint, reason="Hot mix", new_date=soon, actor=omkar, at=NOW)
        hold(complaint, reason="Hot mix", new_date=soon, actor=hema, at=NOW)
        assert (complaint.status, complaint.hold_asked) == (S.ON_HOLD, None)
        assert complaint.due_at == due
        assert complaint.messages.get(public=True).text == "Hot mix"
        resume(complaint, actor=omkar, at=NOW)
        assert complaint.status == S.IN_PROGRESS

    def test_only_what_was_asked_for_is_refused(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        hema = self.w.actor(self.w.hema)
        with self.assertRaises(Invalid):
            refuse_hold(complaint, reason="Do it today", actor=hema, at=NOW)

    def test_resolve_asks_for_what_was_done_the_cause_and_a_photo(self) -> None:
        complaint = to_stage(self.w, S.IN_PROGRESS)
        omkar = self.w.actor(self.w.omkar)
        cases: list[tuple[dict[str, Any], str]] = [
            ({"action_taken": "done", "cause": self.w.wear}, "action_taken"),
            ({"action_taken": "Filled the hole", "cause": None}, "cause"),
            ({"action_taken": "Filled the hole", "cause": self.w.wear}, "photo"),
        ]
        for given, field in cases:
            with self.subTest(field=field), self.assertRaises(Invalid) as caught:
                resolve(complaint, actor=omkar, at=NOW, **given)
            assert caught.exception.field == field
        solved(self.w, complaint)
        complaint.refresh_from_db()
        assert complaint.attachments.count() == 1
        assert complaint.resolved_by == self.w.omkar

    def test_only_the_citizens_word_closes(self) -> None:
        complaint = to_stage(self.w, S.RESOLVED)
        with self.assertRaises(NotAllowed):
            confirm(complaint, actor=self.w.actor(self.w.omkar), at=NOW)
        confirm(complaint, actor=self.w.citizen(complaint), at=NOW)
        assert complaint.closed_how == ClosedHow.CONFIRMED
        called = to_stage(self.w, S.RESOLVED)
        confirm(called, actor=self.w.actor(self.w.asha), at=NOW)
        assert called.closed_how == ClosedHow.CALLED
        silent = to_stage(self.w, S.RESOLVED)
        auto_close(silent, tries=three_tries(NOW), actor=SYSTEM_ACTOR, at=NOW)
        assert silent.closed_how == ClosedHow.UNCONFIRMED

    def test_dispute_opens_again_and_counts(self) -> None:
        complaint = to_stage(self.w, S.RESOLVED)
        due = complaint.due_at
        dispute(complaint, text="Not done", actor=self.w.citizen(complaint), at=NOW)
        complaint.refresh_from_db()
        assert complaint.reopened == 1
        assert complaint.due_at == due
        assert complaint.resolved_at is None

    def test_what_was_only_called_solved_has_no_last_day(self) -> None:
        complaint = to_stage(self.w, S.RESOLVED)
        citizen, late = self.w.citizen(complaint), self.later(days=40)
        dispute(complaint, text="", actor=citizen, at=late)
        assert complaint.status in (S.REOPENED, S.ASSIGNED)

    def test_reopening_after_the_window_points_to_appeal(self) -> None:
        complaint = to_stage(self.w, S.CLOSED)
        with self.assertRaises(Refused) as caught:
            reopen(
                complaint,
                text="",
                actor=self.w.citizen(complaint),
                at=self.later(days=40),
            )
        assert caught.exception.code == "window_over"

    def test_two_reopens_then_appeal(self) -> None:
        complaint = to_stage(self.w, S.CLOSED)
        Complaint.objects.filter(pk=complaint.pk).update(reopened=2)
        complaint.refresh_from_db()
        citizen = self.w.citizen(complaint)
        with self.assertRaises(Refused) as caught:
            reopen(complaint, text="", actor=citizen, at=NOW)
        assert caught.exception.code == "reopens_used"
        appeal(complaint, text="Closed without work", actor=citizen, at=NOW)
        assert complaint.status == S.APPEALED
        order = "The office filled nothing; it must be done again."
        allow(complaint, order=order, actor=self.w.actor(self.w.anand), at=NOW)
        complaint.refresh_from_db()
        assert complaint.closed_at is None

    def test_a_dismissed_appeal_is_final(self) -> None:
        complaint = to_stage(self.w, S.APPEALED)
        order = "Abuse is no complaint; the refusal stands."
        dismiss(complaint, order=order, actor=self.w.actor(self.w.anand), at=NOW)
        assert complaint.closed_how == ClosedHow.DISMISSED
        with self.assertRaises(Refused):
            appeal(
                complaint,
                text="Once more please",
                actor=self.w.citizen(complaint),
                at=NOW,
            )

    def test_reject_needs_a_reason_and_a_head(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        with self.assertRaises(NotAllowed):
            reject(
                complaint,
                reason=self.w.abuse,
                text="",
                actor=self.w.actor(self.w.omkar),
                at=NOW,
            )
        hema = self.w.actor(self.w.hema)
        with self.assertRaises(Invalid):
            reject(complaint, reason=None, text="", actor=hema, at=NOW)

    def test_a_danger_is_not_the_callers_to_withdraw(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)  # potholes are a safety category
        for actor in (self.w.citizen(complaint), self.w.actor(self.w.asha)):
            with self.assertRaises(NotAllowed):
                cancel(complaint, actor=actor, at=NOW)
        cancel(complaint, actor=self.w.actor(self.w.sunil), at=NOW)
        assert complaint.status == S.CANCELLED

    def test_merge_follows_to_the_top_and_refuses_nonsense(self) -> None:
        parent = to_stage(self.w, S.ASSIGNED)
        child = assigned(self.w, self.w.file(category=self.w.pothole))
        grandchild = assigned(self.w, self.w.file(category=self.w.pothole))
        devika = self.w.actor(self.w.devika)
        merge(child, parent=parent, actor=devika, at=NOW)
        merge(grandchild, parent=child, actor=devika, at=NOW)
        assert grandchild.parent == parent
        top = to_stage(self.w, S.ASSIGNED)
        merge(parent, parent=top, actor=devika, at=NOW)
        child.refresh_from_db()
        assert child.parent == top
        parent = top
        with self.assertRaises(Invalid):
            merge(parent, parent=parent, actor=devika, at=NOW)
        closed = to_stage(self.w, S.CLOSED)
        with self.assertRaises(Invalid):
            merge(parent, parent=closed, actor=devika, at=NOW)

    def test_reassign_keeps_the_stage_and_the_first_owner_responsible(self) -> None:
        complaint = to_stage(self.w, S.IN_PROGRESS)
        hema = self.w.actor(self.w.hema)
        reassign(complaint, owner=self.w.farhan, actor=hema, at=NOW)
        assert (complaint.status, complaint.owner) == (S.IN_PROGRESS, self.w.farhan)
        assert complaint.responsible == self.w.omkar
        with self.assertRaises(Invalid):
            reassign(complaint, owner=self.w.ravi, actor=hema, at=NOW)

    def test_words_are_apart_from_events_private_ones_marked(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        note(complaint, text="He calls daily", actor=self.w.actor(self.w.asha), at=NOW)
        reply(complaint, text="We come today", actor=self.w.actor(self.w.asha), at=NOW)
        public = dict(
            Message.objects.filter(complaint=complaint).values_list("kind", "public")
        )
        assert public == {"note": False, "reply": True}

    def test_priority_keeps_its_history_and_reason(self) -> None:
        complaint = to_stage(self.w, S.ASSIGNED)
        set_priority(
            complaint,
            criticality="low",
            horizon="mid",
            reason="Side lane",
            actor=self.w.actor(self.w.devika),
            at=NOW,
        )
        event = complaint.events.get(kind="priority_set")
        assert event.data == {"from": ["high", "immediate"], "to": ["low", "mid"]}

    def test_a_photo_belongs_to_one_complaint_only(self) -> None:
        complaint = to_stage(self.w, S.IN_PROGRESS)
        file = store(photo(), at=NOW)
        omkar = self.w.actor(self.w.omkar)
        note(complaint, text="See", files=(file,), actor=omkar, at=NOW)
        with self.assertRaises(Invalid):
            note(complaint, text="Again", files=(file,), actor=omkar, at=NOW)

    def test_erasure_blanks_words_and_person_but_keeps_the_figures(self) -> None:
        complaint = to_stage(self.w, S.CLOSED)
        events = complaint.events.count()
        erase_personal(complaint, actor=self.w.actor(self.w.prakash), at=NOW)
        complaint.refresh_from_db()
        assert complaint.citizen is None
        assert "school" not in complaint.text + complaint.search_text
        assert complaint.category == self.w.pothole
        assert complaint.events.count() == events + 1
        assert not complaint.attachments.get().file
