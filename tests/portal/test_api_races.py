"""Many at once, with real commits: one complaint, one winner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from complaints.models import Complaint, Message
from operations.models import IdempotencyKey
from portal.models import ExternalNumber
from tests.base import WorldTransactionTestCase
from tests.complaints.stage import to_stage
from tests.portal.api import Program, add_api_source, pothole

pytestmark = pytest.mark.long

AT_ONCE = 20


class RaceTests(WorldTransactionTestCase):
    def setUp(self) -> None:
        super().setUp()
        add_api_source()
        self.app = Program(self.w.asha)

    def together(self, ask: Callable[[int], Any], count: int = AT_ONCE) -> list[Any]:
        def run(n: int) -> Any:
            try:
                return ask(n)
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(run, range(count)))

    def test_the_same_request_many_times_is_one_complaint(self) -> None:
        answers = self.together(
            lambda n: self.app.post("/complaints/", pothole(), idempotency_key="k")
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["number"] for answer in answers}) == 1
        assert len({answer.json()["link"] for answer in answers}) == 1
        assert Complaint.objects.count() == IdempotencyKey.objects.count() == 1

    def test_one_number_of_theirs_is_one_complaint(self) -> None:
        answers = self.together(
            lambda n: self.app.post("/complaints/", pothole(external_id="x-1")), 8
        )
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [201, *[409] * 7]
        (number,) = {answer.json()["number"] for answer in answers}
        assert ExternalNumber.objects.get().complaint.number == number
        assert Complaint.objects.count() == 1

    def test_one_action_many_times_is_done_once(self) -> None:
        complaint = to_stage(self.w, "assigned")
        path = f"/complaints/{complaint.number}/actions/reply/"
        app = Program(self.w.omkar)
        answers = self.together(
            lambda n: app.post(path, {"text": "Coming"}, idempotency_key="r"), 8
        )
        assert {answer.status_code for answer in answers} == {200}
        assert Message.objects.filter(complaint=complaint).count() == 1

    def test_of_two_who_saw_the_same_version_one_wins(self) -> None:
        complaint = to_stage(self.w, "assigned")
        path = f"/complaints/{complaint.number}/actions/start/"
        apps = [Program(self.w.omkar), Program(self.w.hema)]
        answers = self.together(
            lambda n: apps[n].post(path, {"version": complaint.version}), 2
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        assert loser.json()["code"] in ("conflict", "wrong_stage")
