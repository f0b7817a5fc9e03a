from datetime import UTC, datetime, timedelta

from django.test import TestCase

from operations import counters
from operations.counters import allowed, hit, tries
from operations.models import Counter
from tests.operations.conftest import Desk

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class CounterTests(TestCase):
    def test_it_counts_each_try_of_a_window_in_one_statement(self) -> None:
        with self.assertNumQueries(1):
            assert hit("code:asha", window=HOUR, at=NOON) == 1
        with self.assertNumQueries(1):
            assert hit("code:asha", window=HOUR, at=NOON + 59 * MINUTE) == 2

    def test_it_begins_again_with_the_next_window(self) -> None:
        hit("code:asha", window=HOUR, at=NOON)
        assert hit("code:asha", window=HOUR, at=NOON + HOUR) == 1

    def test_it_keeps_people_limits_and_windows_apart(self) -> None:
        hit("code:asha", window=HOUR, at=NOON)
        assert hit("code:ravi", window=HOUR, at=NOON) == 1
        assert hit("sms:asha", window=HOUR, at=NOON) == 1
        # Noon begins an hour and a day alike: two limits, two counts.
        midnight = NOON.replace(hour=0)
        assert hit("code:asha", window=HOUR, at=midnight) == 1
        assert hit("code:asha", window=timedelta(days=1), at=midnight) == 1

    def test_it_allows_up_to_the_limit(self) -> None:
        answers = [
            allowed("code:asha", limit=2, window=HOUR, at=NOON) for _try in range(4)
        ]
        assert answers == [True, True, False, False]

    def test_it_tells_the_tries_without_adding_one(self) -> None:
        assert tries("code:asha", window=HOUR, at=NOON) == 0
        hit("code:asha", window=HOUR, at=NOON)
        assert tries("code:asha", window=HOUR, at=NOON) == 1
        assert tries("code:asha", window=HOUR, at=NOON) == 1

    def test_it_stores_no_phone_number(self) -> None:
        hit("code:+919999900001", window=HOUR, at=NOON)
        stored = Counter.objects.get()
        assert stored.key.startswith("code:")
        assert "99999" not in stored.key

    def test_it_drops_only_windows_that_are_over(self) -> None:
        hit("code:asha", window=HOUR, at=NOON)
        hit("code:asha", window=timedelta(days=1), at=NOON)
        assert counters.prune(NOON + 2 * HOUR) == 1
        assert tries("code:asha", window=timedelta(days=1), at=NOON) == 1


def test_it_counts_across_processes(desk: Desk) -> None:
    code = (
        "from datetime import UTC, datetime, timedelta\n"
        "from operations.counters import hit\n"
        "at = datetime(2026, 11, 22, tzinfo=UTC)\n"
        "for _try in range(60): hit('race:asha', window=timedelta(1), at=at)\n"
        "count = hit('race:asha', window=timedelta(1), at=at)\n"
        "import pathlib, os; pathlib.Path(os.environ['SUNWAI_DATA'],"
        " f'{count}.count').touch()\n"
    )
    for process in [desk.script(code), desk.script(code)]:
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
    counts = [int(path.stem) for path in desk.folder.glob("*.count")]
    assert max(counts) == 122
