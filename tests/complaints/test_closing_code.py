"""The citizen's closing code: sent, five times wrong, once right, kept nowhere."""

import logging
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from complaints.models import Category, Citizen, ClosingCode, Complaint, Event
from complaints.refusals import Conflict, Invalid, NotAllowed, Refused, WrongStage
from complaints.services import resolve, send_closing_code
from complaints.services.closing_code import MOST_TRIES, digits_of, tried, waiting
from complaints.services.proof import Unreachable
from complaints.status import Status
from notices.delivery import tick
from notices.models import Notice
from tests.base import MEERA, NOW, World, WorldTestCase, WorldTransactionTestCase
from tests.complaints.stage import to_stage

DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
GUESSERS = 12
DONE = "Put the fuse back and checked the line"


def demand(w: World, **flags: bool) -> None:
    w.pothole.photo_required = False
    Category.objects.filter(pk=w.pothole.pk).update(photo_required=False, **flags)


def wrong_one(row: ClosingCode) -> str:
    return f"{(int(digits_of(row)) + 1) % 10**6:06d}"


class Coded:
    w: World

    def job(self) -> Complaint:
        demand(self.w, code_required=True)
        return Complaint.objects.get(pk=to_stage(self.w, "assigned").pk)

    def send(self, complaint: Complaint, **when: float) -> ClosingCode:
        at = NOW + timedelta(**when)
        send_closing_code(complaint, actor=self.w.actor(self.w.omkar), at=at)
        return ClosingCode.objects.filter(complaint=complaint).latest("sent_at")

    def solve(self, complaint: Complaint, **given: Any) -> Complaint:
        fresh = Complaint.objects.get(pk=complaint.pk)
        at = given.pop("at", NOW + timedelta(minutes=5))
        actor = given.pop("actor", self.w.actor(self.w.omkar))
        return resolve(
            fresh, action_taken=DONE, cause=self.w.wear, actor=actor, at=at, **given
        )

    def refused(self, complaint: Complaint, **given: Any) -> str:
        with pytest.raises(Refused) as caught:
            self.solve(complaint, **given)
        return caught.value.code


class SendingTests(Coded, WorldTestCase):
    def test_it_goes_to_the_citizen_and_works_once(self) -> None:
        complaint = self.job()
        row = self.send(complaint)
        code = digits_of(row)
        notice = Notice.objects.get(complaint=complaint, kind="closure_otp")
        assert (notice.recipient, notice.audience) == (MEERA, "citizen")
        assert code in notice.text
        solved = self.solve(complaint, code=f" {code[:3]} {code[3:]}")
        assert solved.status == Status.RESOLVED
        data = Event.objects.get(complaint=complaint, kind="resolved").data
        assert (data["proof"], data["unreachable"]) == ("code", "")
        row.refresh_from_db()
        assert row.used_at is not None
        assert row.tries == 0
        with pytest.raises(Invalid) as caught:
            tried(complaint, code, NOW + timedelta(minutes=6))
        assert caught.value.code == "no_code"

    def test_it_is_typed_in_the_citizens_digits(self) -> None:
        complaint = self.job()
        code = digits_of(self.send(complaint)).translate(DEVANAGARI)
        assert self.solve(complaint, code=code).status == Status.RESOLVED

    def test_it_is_nobodys_to_send_but_of_who_solves(self) -> None:
        done = to_stage(self.w, "closed")
        complaint = self.job()
        for officer in (self.w.asha, self.w.nitin, self.w.sunil):
            with pytest.raises(NotAllowed):
                send_closing_code(complaint, actor=self.w.actor(officer), at=NOW)
        with pytest.raises(WrongStage):
            send_closing_code(done, actor=self.w.actor(self.w.omkar), at=NOW)

    def test_it_goes_three_times_a_day(self) -> None:
        complaint = self.job()
        for minute in range(3):
            self.send(complaint, minutes=minute)
        with pytest.raises(Invalid) as caught:
            self.send(complaint, minutes=4)
        assert caught.value.code == "codes_used"
        self.send(complaint, hours=25)
        assert ClosingCode.objects.filter(complaint=complaint).count() == 4

    def test_it_is_sent_once_when_pressed_twice(self) -> None:
        complaint = self.job()
        seen = complaint.version
        self.send(complaint)
        with pytest.raises(Conflict):
            send_closing_code(
                complaint, actor=self.w.actor(self.w.omkar), at=NOW, version=seen
            )
        assert ClosingCode.objects.filter(complaint=complaint).count() == 1

    def test_a_new_one_ends_the_one_before(self) -> None:
        complaint = self.job()
        first, second = self.send(complaint), self.send(complaint, minutes=1)
        assert digits_of(first) != digits_of(second)
        assert self.refused(complaint, code=digits_of(first)) == "wrong_code"
        assert self.solve(complaint, code=digits_of(second)).resolved_at

    def test_it_works_for_a_day(self) -> None:
        complaint = self.job()
        code = digits_of(self.send(complaint))
        late = NOW + timedelta(hours=24, minutes=1)
        assert self.refused(complaint, code=code, at=late) == "code_old"
        assert waiting(complaint, late) is None
        just = NOW + timedelta(hours=23, minutes=59)
        assert waiting(complaint, just) is not None
        assert self.solve(complaint, code=code, at=just).resolved_at


class TryingTests(Coded, WorldTestCase):
    def test_after_five_tries_a_new_one_must_be_sent(self) -> None:
        complaint = self.job()
        row = self.send(complaint)
        for _try in range(MOST_TRIES - 1):
            assert self.refused(complaint, code=wrong_one(row)) == "wrong_code"
        assert self.refused(complaint, code=wrong_one(row)) == "code_tries"
        assert self.refused(complaint, code=digits_of(row)) == "code_tries"
        again = self.send(complaint, minutes=1)
        assert self.solve(complaint, code=digits_of(again)).resolved_at

    def test_what_is_no_code_is_no_try(self) -> None:
        complaint = self.job()
        assert self.refused(complaint, code="123456") == "no_code"
        row = self.send(complaint)
        for typed in ("12345", "1234567", "abc", "१२३", "x" * 500):
            assert self.refused(complaint, code=typed) == "code_form"
        assert self.refused(complaint, code=digits_of(row), reading="?") == (
            "reading_form"
        )
        row.refresh_from_db()
        assert row.tries == 0

    def test_who_may_not_solve_it_has_no_try(self) -> None:
        complaint = self.job()
        row = self.send(complaint)
        nitin = self.w.actor(self.w.nitin)
        assert self.refused(complaint, code=wrong_one(row), actor=nitin) == (
            "not_allowed"
        )
        row.refresh_from_db()
        assert row.tries == 0

    def test_without_it_there_is_a_reason(self) -> None:
        complaint = self.job()
        assert self.refused(complaint) == "code_required"
        assert self.refused(complaint, unreachable="asleep") == "invalid"
        assert self.refused(complaint, unreachable="no_contact") == "has_contact"
        self.solve(complaint, unreachable=Unreachable.NOT_HOME)
        data = Event.objects.get(complaint=complaint, kind="resolved").data
        assert (data["proof"], data["unreachable"]) == ("unreachable", "not_home")

    def test_without_a_contact_the_reason_is_that(self) -> None:
        complaint = self.job()
        Complaint.objects.filter(pk=complaint.pk).update(citizen=None)
        complaint.refresh_from_db()
        with pytest.raises(Invalid) as caught:
            self.send(complaint)
        assert caught.value.code == "no_contact"
        self.solve(complaint)
        data = Event.objects.get(complaint=complaint, kind="resolved").data
        assert data["unreachable"] == "no_contact"

    def test_a_kind_that_needs_none_may_have_one(self) -> None:
        demand(self.w)
        plain, coded = to_stage(self.w, "assigned"), to_stage(self.w, "assigned")
        self.solve(plain)
        assert Event.objects.get(complaint=plain, kind="resolved").data["proof"] == ""
        self.solve(coded, code=digits_of(self.send(coded)))
        told = Event.objects.get(complaint=coded, kind="resolved").data
        assert told["proof"] == "code"


class ReadingTests(Coded, WorldTestCase):
    def test_it_is_asked_for_where_the_kind_needs_it(self) -> None:
        demand(self.w, reading_required=True)
        complaint = to_stage(self.w, "assigned")
        assert self.refused(complaint) == "reading_required"
        for typed in ("12345678901", "12.3456", "-5", "1 2 x", "1.2.3"):
            assert self.refused(complaint, reading=typed) == "reading_form", typed
        self.solve(complaint, reading="०१२ ३४५,६")
        data = Event.objects.get(complaint=complaint, kind="resolved").data
        assert data["reading"] == "012345.6"


class SecretTests(Coded, WorldTestCase):
    """The six digits stand in the message until it has left, and nowhere else."""

    def test_no_log_and_no_event_holds_it(self) -> None:
        complaint = self.job()
        with self.assertLogs(level=logging.DEBUG) as seen:
            logging.getLogger("here").debug("something to see")
            row = self.send(complaint)
            self.refused(complaint, code=wrong_one(row))
            deliver(NOW)
            self.solve(complaint, code=digits_of(row))
        code = digits_of(row)
        assert not any(code in line for line in seen.output)
        assert not any(code in str(one.data) for one in Event.objects.all())

    def test_no_column_holds_it_once_the_message_left(self) -> None:
        complaint = self.job()
        code = digits_of(self.send(complaint))
        deliver(NOW)
        notice = Notice.objects.get(complaint=complaint, kind="closure_otp")
        assert notice.state == Notice.State.SENT
        assert "•••" in notice.text
        assert columns_with(code) == []

    def test_no_column_holds_it_when_the_message_was_too_late(self) -> None:
        complaint = self.job()
        code = digits_of(self.send(complaint))
        deliver(NOW + timedelta(hours=1))
        notice = Notice.objects.get(complaint=complaint, kind="closure_otp")
        assert notice.state == Notice.State.EXPIRED
        assert columns_with(code) == []


def deliver(at: datetime) -> None:
    while tick(at):
        pass


def columns_with(code: str) -> list[str]:
    """Every table is asked: nobody has to think of a new one."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (our own names)
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                held = zip(names, row, strict=True)
                found += [f"{table}.{n}" for n, v in held if _stands_in(code, v)]
    return found


def _stands_in(code: str, value: object) -> bool:
    # Six digits that stand alone; behind a point they are parts of a second.
    alone = rf"(?<![\d.]){code}(?!\d)"
    return isinstance(value, str) and re.search(alone, value) is not None


class RolledBackTests(Coded, WorldTransactionTestCase):
    """A refusal takes everything back but the count of tries."""

    def test_a_wrong_try_is_counted_though_nothing_else_is_kept(self) -> None:
        complaint = self.job()
        row = self.send(complaint)
        for left in range(MOST_TRIES):
            self.refused(complaint, code=wrong_one(row))
            row.refresh_from_db()
            assert row.tries == left + 1
        assert self.refused(complaint, code=digits_of(row)) == "code_tries"
        assert Citizen.objects.exists()
        assert Complaint.objects.get(pk=complaint.pk).status == Status.ASSIGNED

    def test_many_at_once_have_five_tries_together(self) -> None:
        complaint = self.job()
        row = self.send(complaint)
        right = int(digits_of(row))
        gate = Barrier(GUESSERS)

        def guess(number: int) -> str:
            typed = f"{(right + 1 + number) % 10**6:06d}"
            gate.wait(timeout=60)
            try:
                return self.refused(complaint, code=typed)
            finally:
                connection.close()

        with ThreadPoolExecutor(GUESSERS) as pool:
            told = Counter(pool.map(guess, range(GUESSERS)))
        row.refresh_from_db()
        assert row.tries == MOST_TRIES
        # Who counted the fifth is told that it was the last.
        assert told["wrong_code"] + told["code_tries"] == GUESSERS
        assert told["wrong_code"] < MOST_TRIES

    def test_two_who_know_it_solve_it_once(self) -> None:
        complaint = self.job()
        code = digits_of(self.send(complaint))
        gate = Barrier(2)

        def solve(officer: str) -> str:
            actor = self.w.actor(getattr(self.w, officer))
            gate.wait(timeout=60)
            try:
                self.solve(complaint, code=code, actor=actor)
            except Refused as refused:
                return type(refused).__name__
            finally:
                connection.close()
            return "won"

        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(solve, ["omkar", "hema"]))
        assert told.count("won") == 1, told
        assert Event.objects.filter(complaint=complaint, kind="resolved").count() == 1
