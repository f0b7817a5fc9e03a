"""A worker with nothing to do leaves the write lock to the others."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from operations.ticks import TickLoop

WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "SAVEPOINT")


class IdleRoundTests(TestCase):
    def test_it_writes_nothing(self) -> None:
        loop = TickLoop()
        loop.round()  # what is done once an hour
        loop.round()
        with CaptureQueriesContext(connection) as seen:
            assert loop.round() == 0
        said = [query["sql"] for query in seen]
        assert loop.failing() == []
        assert [sql for sql in said if sql.startswith(WRITES)] == []
