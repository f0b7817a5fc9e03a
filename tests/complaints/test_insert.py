"""Many rows by one statement: what bulk_create would have written."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.groups import MANY, insert, insert_owed
from complaints.models import Event
from escalation.models import Step
from tests.base import NOW, WorldTestCase

FIELDS = ("complaint_id", "seq", "kind", "at", "data", "caused_by_id", "to_status")


class InsertTests(WorldTestCase):
    def events(self, count: int) -> list[Event]:
        complaint = self.w.file()
        return [
            Event(
                complaint=complaint, seq=100 + each, kind="noted", at=NOW,
                actor_kind="system", to_status="assigned",
                data={"n": each, "said": 'a "word", {or} \\ two'},
            )
            for each in range(count)
        ]  # fmt: skip

    def test_it_writes_and_tells_the_keys_in_order(self) -> None:
        for count in (1, 3 * MANY):
            rows = self.events(count)
            with CaptureQueriesContext(connection) as captured:
                insert(rows)
            assert len(captured) == 1
            kept = Event.objects.in_bulk([row.pk for row in rows])
            for row in rows:
                found = kept[row.pk]
                assert [getattr(found, name) for name in FIELDS] == [
                    getattr(row, name) for name in FIELDS
                ]

    def test_it_leaves_out_what_is_there(self) -> None:
        complaint = self.w.file()
        rows = [
            Step(complaint=complaint, name=f"step {each}", for_at=NOW, at=None)
            for each in range(2 * MANY)
        ]
        insert_owed(rows[:MANY])
        insert_owed([*rows, *rows])
        kept = Step.objects.filter(complaint=complaint, name__startswith="step ")
        assert kept.count() == 2 * MANY

    def test_it_writes_nothing_for_nothing(self) -> None:
        with self.assertNumQueries(0):
            insert([])
            insert_owed([])
