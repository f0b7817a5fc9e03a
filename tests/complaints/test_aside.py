"""What could not be done waits its time, and lets the others pass."""

import logging
from datetime import timedelta

from complaints.aside import Aside
from complaints.models import Complaint
from complaints.refusals import Refused, WrongStage
from operations.ticks import TickTooLongError
from tests.base import NOW, WorldTestCase

MINUTE = timedelta(minutes=1)


class AsideTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.aside = Aside("trying", MINUTE, logging.getLogger("tests.aside"))

    def oldest(self) -> list[int]:
        rows = Complaint.objects.all()
        return self.aside.oldest(rows, "registered_at", "pk", key="pk", most=2)

    def test_it_lets_those_behind_pass_until_its_time_is_over(self) -> None:
        first, second, third = (self.w.file().pk for _each in range(3))
        assert self.oldest() == [first, second]
        self.aside.add(first, NOW)
        assert self.oldest() == [second, third]
        self.aside.take_back(NOW + MINUTE / 2)
        assert list(self.aside) == [first]
        self.aside.take_back(NOW + MINUTE)
        assert self.oldest() == [first, second]

    def test_it_sets_aside_what_was_not_done(self) -> None:
        assert self.aside.safely(1, NOW, lambda: True)
        assert not self.aside.safely(2, NOW, lambda: False)
        assert list(self.aside) == [2]

    def test_it_goes_on_after_a_refusal_and_a_fault(self) -> None:
        def refuse() -> bool:
            raise WrongStage("not now")

        def fail() -> bool:
            raise ArithmeticError

        with self.assertLogs("tests.aside", "INFO") as logged:
            assert not self.aside.safely(1, NOW, refuse)
            assert not self.aside.safely(2, NOW, fail)
        assert [line.levelname for line in logged.records] == ["INFO", "ERROR"]
        assert set(self.aside) == {1, 2}
        assert issubclass(WrongStage, Refused)

    def test_it_stops_with_the_tick(self) -> None:
        def late() -> bool:
            raise TickTooLongError

        with self.assertRaises(TickTooLongError):
            self.aside.safely(1, NOW, late)
