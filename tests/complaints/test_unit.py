from unittest import mock

from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from complaints import append_only, failed, unit
from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, Event, FailedReaction
from complaints.services import note, reply, set_deadline, start
from tests.base import NOW, WorldTestCase
from tests.complaints.stage import to_stage

heard: list[str] = []


def first(event: Event) -> None:
    heard.append(f"first {event.kind}")
    if event.kind == "started":
        complaint = Complaint.objects.get(pk=event.complaint_id)
        set_deadline(
            complaint, step_due_at=NOW, step_reason="x", why="test",
            actor=SYSTEM_ACTOR, at=NOW,
        )  # fmt: skip


def second(event: Event) -> None:
    heard.append(f"second {event.kind}")


def broken(event: Event) -> None:
    complaint = Complaint.objects.get(pk=event.complaint_id)
    note(complaint, text="half done", actor=SYSTEM_ACTOR, at=NOW)
    raise RuntimeError("half done")


def forever(event: Event) -> None:
    complaint = Complaint.objects.get(pk=event.complaint_id)
    set_deadline(
        complaint, step_due_at=None, step_reason=str(event.seq), why="loop",
        actor=SYSTEM_ACTOR, at=NOW,
    )  # fmt: skip


def wired(**reactions: object) -> "mock._patch[object]":
    return mock.patch.object(unit, "_all_reactions", lambda: reactions)


class UnitTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        heard.clear()
        self.complaint = to_stage(self.w, "assigned")
        self.omkar = self.w.actor(self.w.omkar)

    def test_all_reactions_of_one_event_run_before_the_next_event(self) -> None:
        with wired(started=(first, second), deadline_set=(first, second)):
            start(self.complaint, actor=self.omkar, at=NOW)
        assert heard == [
            "first started", "second started", "first deadline_set",
            "second deadline_set",
        ]  # fmt: skip

    def test_what_a_reaction_does_names_its_cause(self) -> None:
        with wired(started=(first,)):
            start(self.complaint, actor=self.omkar, at=NOW)
        caused = Event.objects.filter(complaint=self.complaint, kind="deadline_set")
        last = caused.order_by("seq").last()
        assert last is not None
        assert last.caused_by is not None
        assert last.caused_by.kind == "started"

    def test_a_faulty_reaction_does_not_refuse_the_change(self) -> None:
        with wired(started=(broken, second)):
            start(self.complaint, actor=self.omkar, at=NOW)
        self.complaint.refresh_from_db()
        assert self.complaint.status == "in_progress"
        assert heard == ["second started"]
        kept = FailedReaction.objects.get(event__kind="started")
        assert "broken" in kept.reaction
        assert "half done" not in kept.error

    def test_what_a_faulty_reaction_did_is_taken_back_from_our_object_too(self) -> None:
        def half(event: Event) -> None:
            complaint = unit.latest(event)
            note(complaint, text="half done", actor=SYSTEM_ACTOR, at=NOW)
            unit.owe(FailedReaction(event=event, reaction="owed", error="x"))
            raise RuntimeError

        with wired(started=(half, second)):
            start(self.complaint, actor=self.omkar, at=NOW)
            assert self.complaint.version == self.complaint.events.count()
            note(self.complaint, text="goes on", actor=self.omkar, at=NOW)
        assert not FailedReaction.objects.filter(reaction="owed").exists()
        assert heard == ["second started"]

    def test_a_reaction_that_asks_nothing_costs_nothing(self) -> None:
        with wired(), CaptureQueriesContext(connection) as without:
            note(self.complaint, text="one", actor=self.omkar, at=NOW)
        with wired(noted=(second, second)), CaptureQueriesContext(connection) as two:
            note(self.complaint, text="two", actor=self.omkar, at=NOW)
        assert len(two) == len(without)

    def test_rows_that_are_owed_cost_one_statement(self) -> None:
        def owing(event: Event) -> None:
            for name in ("one", "two"):
                unit.owe(FailedReaction(event=event, reaction=name, error="x"))

        with wired(), CaptureQueriesContext(connection) as without:
            note(self.complaint, text="one", actor=self.omkar, at=NOW)
        with wired(noted=(owing, owing)), CaptureQueriesContext(connection) as some:
            note(self.complaint, text="two", actor=self.omkar, at=NOW)
        assert len(some) == len(without) + 1
        assert FailedReaction.objects.filter(error="x").count() == 2

    def test_the_latest_is_what_this_unit_wrote_last(self) -> None:
        seen = []

        def look(event: Event) -> None:
            seen.append(unit.latest(event).status)

        with wired(started=(look,)), unit.unit_of_work():
            start(self.complaint, actor=self.omkar, at=NOW)
        assert seen == ["in_progress"]

    def test_an_essential_reaction_that_fails_takes_the_change_back(self) -> None:
        def routing(event: Event) -> None:
            raise RuntimeError

        unit.essential(routing)
        with wired(started=(routing,)), self.assertRaises(RuntimeError):
            with transaction.atomic():
                start(self.complaint, actor=self.omkar, at=NOW)
        self.complaint.refresh_from_db()
        assert self.complaint.status == "assigned"

    def test_reactions_that_set_each_other_off_are_stopped(self) -> None:
        with wired(deadline_set=(forever,), started=(forever,)):
            with self.assertRaises(unit.TooManyEvents), transaction.atomic():
                start(self.complaint, actor=self.omkar, at=NOW)

    def test_an_event_outside_a_unit_of_work_is_an_error(self) -> None:
        with self.assertRaises(RuntimeError):
            unit.change(self.complaint, "noted", actor=self.omkar, at=NOW)


class RetryTests(WorldTestCase):
    def kept(self) -> FailedReaction:
        complaint = to_stage(self.w, "assigned")
        reply(complaint, text="Soon", actor=self.w.actor(self.w.asha), at=NOW)
        event = complaint.events.get(kind="replied")
        return FailedReaction.objects.create(
            event=event,
            reaction="tests.complaints.test_unit.second",
            error="RuntimeError",
            next_at=NOW,
        )

    def test_the_worker_tries_again_and_is_done(self) -> None:
        kept = self.kept()
        heard.clear()
        assert failed.tick(NOW) == 1
        kept.refresh_from_db()
        assert kept.done_at == NOW
        assert heard == ["second replied"]
        assert failed.tick(self.later(days=1)) == 0

    def test_it_gives_up_after_eight_tries_and_waits_for_a_person(self) -> None:
        kept = self.kept()
        path = "tests.complaints.test_unit.broken"
        FailedReaction.objects.filter(pk=kept.pk).update(reaction=path)
        for day in range(12):
            failed.tick(self.later(days=day))
        kept.refresh_from_db()
        assert (kept.attempts, kept.next_at) == (failed.MOST_TRIES, None)


class AppendOnlyTests(WorldTestCase):
    def test_an_event_can_neither_be_changed_nor_deleted(self) -> None:
        event = to_stage(self.w, "assigned").events.order_by("seq")[0]
        for sql in (
            "UPDATE complaints_event SET kind = 'x' WHERE id = %s",
            "DELETE FROM complaints_event WHERE id = %s",
        ):
            with self.assertRaises(Exception) as caught, transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(sql, [event.pk])
            assert "append-only" in str(caught.exception)

    def test_the_triggers_stand_after_all_migrations(self) -> None:
        names = append_only.installed(connection)
        assert sum(name.startswith("complaints_event_") for name in names) == 2

    def test_installing_twice_is_harmless(self) -> None:
        append_only.install(connection)
        append_only.install(connection)

    def test_two_events_cannot_have_one_place(self) -> None:
        event = to_stage(self.w, "assigned").events.order_by("seq")[0]
        with self.assertRaises(IntegrityError), transaction.atomic():
            Event.objects.create(
                complaint=event.complaint, seq=event.seq, kind="noted", at=NOW,
                actor_kind="system", to_status="assigned",
            )  # fmt: skip
