from threading import Barrier, Thread

from django.db import transaction
from django.test import TestCase

from operations.generation import ReferenceCache, bump, forget_all


class ReferenceCacheTests(TestCase):
    def setUp(self) -> None:
        forget_all()
        self.built = 0
        self.cache = ReferenceCache("areas", self.build)

    def build(self) -> int:
        self.built += 1
        return self.built

    def test_it_builds_once_and_asks_the_database_once_a_second(self) -> None:
        with self.assertNumQueries(1):
            assert self.cache.get(at_monotonic=10.0) == 1
            assert self.cache.get(at_monotonic=10.9) == 1
        with self.assertNumQueries(1):
            assert self.cache.get(at_monotonic=11.1) == 1

    def test_it_asks_for_all_names_together(self) -> None:
        words = ReferenceCache("words", lambda: "w")
        with self.assertNumQueries(1):
            self.cache.get(at_monotonic=10.0)
            words.get(at_monotonic=10.5)

    def test_it_sees_a_change_of_its_own_process_at_once(self) -> None:
        self.cache.get(at_monotonic=10.0)
        bump("areas")
        assert self.cache.get(at_monotonic=10.1) == 2
        assert self.cache.get(at_monotonic=10.2) == 2

    def test_it_leaves_other_names_alone(self) -> None:
        self.cache.get(at_monotonic=10.0)
        bump("words")
        assert self.cache.get(at_monotonic=10.1) == 1

    def test_it_builds_again_after_a_change_that_was_taken_back(self) -> None:
        class TakenBackError(Exception):
            pass

        self.cache.get(at_monotonic=10.0)
        try:
            with transaction.atomic():
                bump("areas")
                assert self.cache.get(at_monotonic=10.1) == 2
                raise TakenBackError
        except TakenBackError:
            pass
        # A plain count would be the same again here, and the cache would keep 2.
        bump("areas")
        assert self.cache.get(at_monotonic=20.0) == 3

    def test_it_forgets_for_the_next_test(self) -> None:
        self.cache.get(at_monotonic=10.0)
        forget_all()
        assert self.cache.get(at_monotonic=10.0) == 2

    def test_it_builds_once_for_many_threads(self) -> None:
        self.cache.get(at_monotonic=10.0)  # the numbers are read by now
        self.cache.forget()
        start, seen = Barrier(8), []

        def ask() -> None:
            start.wait()
            seen.append(self.cache.get(at_monotonic=10.0))

        # Within the same second: no thread looks at the database.
        threads = [Thread(target=ask) for _thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [2] * 8
