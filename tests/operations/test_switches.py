from datetime import UTC, datetime
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import TestCase

from operations import switches
from operations.generation import forget_all
from operations.models import Switch
from operations.switches import BY_HAND, MESSAGES, freeze, frozen, thaw

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _run(action: str) -> str:
    out = StringIO()
    call_command("messages", action, stdout=out)
    return out.getvalue()


class SwitchTests(TestCase):
    def setUp(self) -> None:
        forget_all()
        self.addCleanup(forget_all)

    def test_it_is_open_until_somebody_freezes_it(self) -> None:
        assert not frozen(MESSAGES)
        freeze(MESSAGES, why=BY_HAND, at=NOON)
        assert frozen(MESSAGES)
        assert not frozen("something else")
        thaw(MESSAGES, at=NOON)
        assert not frozen(MESSAGES)

    def test_it_costs_a_tick_no_query(self) -> None:
        frozen(MESSAGES)
        with self.assertNumQueries(0):
            frozen(MESSAGES)

    def test_it_is_frozen_by_sql_as_by_hand(self) -> None:
        thaw(MESSAGES, at=NOON)
        with connection.cursor() as cursor:
            for statement in switches.freezing_sql(NOON).split(";"):
                if statement.strip():
                    cursor.execute(statement)
        forget_all()
        assert frozen(MESSAGES)
        switch = Switch.objects.get()
        assert (switch.why, switch.changed_at) == ("restored", NOON)

    def test_it_is_turned_and_shown_by_a_command(self) -> None:
        assert "leave as they fall due" in _run("show")
        assert "frozen since" in _run("freeze")
        assert frozen(MESSAGES)
        assert "(by_hand)" in _run("show")
        assert "leave as they fall due" in _run("thaw")
        assert not frozen(MESSAGES)
