"""The schema against the API: whatever fits it and what does not, the same each time.

Two checks are left out. `positive_data_acceptance`: a code that fits its pattern but
names nothing is refused with 400, and no schema lists the codes of every organisation.
`ignored_auth`: it takes our own header for one that it made up; each address is asked
without a token in tests/security/test_api_matrix.py.
"""

from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.complaints.stage import to_stage
from tests.portal.api import ApiTestCase, Program

pytestmark = pytest.mark.long

EXAMPLES = 4  # of each mode, for each operation
STAGES = ("assigned", "triage", "resolved", "in_progress", "closed", "appealed")


class FuzzTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        # as Django's own test client does: the connection is the test's transaction
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)
        # here, not above: it takes a second, in every process that collects this
        checks = pytest.importorskip("schemathesis.checks")
        checks.load_all_checks()
        self.left_out = [checks.positive_data_acceptance, checks.ignored_auth]
        self.program = Program(self.w.sunil, requests_per_minute=10**6)
        self.open = [to_stage(self.w, stage).number for stage in STAGES]

    def test_it_keeps_what_the_schema_says(self) -> None:
        schemathesis = pytest.importorskip("schemathesis")
        modes = pytest.importorskip("schemathesis.generation.modes")
        schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
        for found in schema.get_all_operations():
            operation = found.ok()
            for mode in (modes.GenerationMode.POSITIVE, modes.GenerationMode.NEGATIVE):
                with self.subTest(operation=operation.label, mode=mode.value):
                    self.attack(operation.as_strategy(generation_mode=mode))

    def attack(self, cases: Any) -> None:
        @settings(
            max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(cases, st.sampled_from(self.open))
        def once(case: Any, number: str) -> None:
            if "number" in (case.path_parameters or {}):
                case.path_parameters["number"] = number
            secret = self.program.secret
            answer = case.call(headers={"Authorization": f"Bearer {secret}"})
            case.validate_response(answer, excluded_checks=self.left_out)

        once()
