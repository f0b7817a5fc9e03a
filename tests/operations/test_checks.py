from datetime import datetime

import pytest
from django.db import connection
from django.test import TestCase, override_settings

from operations.checks import check_engine, check_wiring

REACTIONS: dict[str, tuple[object, ...]] = {}


def tick(at: datetime) -> int:
    return 0


HERE = f"{__name__}.tick"
WIRED = {
    "SUNWAI_REACTIONS": [f"{__name__}.REACTIONS"],
    "SUNWAI_CHANNELS": {"sms": HERE},
    "SUNWAI_COMMANDS": {"status": HERE},
    "SUNWAI_TICKS": [HERE],
    "SUNWAI_JOBS": {"export": HERE},
    "SUNWAI_FIGURES": [HERE],
}


class WiringCheckTests(TestCase):
    def ids(self, **changed: object) -> list[str | None]:
        with override_settings(**(WIRED | changed)):
            return [found.id for found in check_wiring(app_configs=None)]

    def test_it_passes_what_is_wired_well(self) -> None:
        assert self.ids() == []

    def test_it_refuses_a_path_that_leads_nowhere(self) -> None:
        for name in ("SUNWAI_CHANNELS", "SUNWAI_COMMANDS", "SUNWAI_JOBS"):
            assert self.ids(**{name: {"x": "operations.nowhere"}}) == [
                "operations.E001"
            ]
        for name in ("SUNWAI_REACTIONS", "SUNWAI_TICKS", "SUNWAI_FIGURES"):
            assert self.ids(**{name: ["nowhere.at_all"]}) == ["operations.E001"]

    def test_it_refuses_the_wrong_kind_of_thing(self) -> None:
        assert self.ids(SUNWAI_REACTIONS=[HERE]) == ["operations.E002"]
        assert self.ids(SUNWAI_TICKS=[f"{__name__}.REACTIONS"]) == ["operations.E002"]

    def test_it_refuses_a_line_written_twice(self) -> None:
        assert self.ids(SUNWAI_TICKS=[HERE, HERE]) == ["operations.E003"]


class EngineCheckTests(TestCase):
    def test_it_passes_the_engine_of_these_tests(self) -> None:
        assert check_engine(databases=["default"]) == []

    def test_it_asks_no_database_that_is_not_named(self) -> None:
        with self.assertNumQueries(0):
            assert check_engine(databases=None) == []

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own setting")
    def test_it_warns_of_transactions_that_begin_late(self) -> None:
        options = connection.settings_dict["OPTIONS"]
        before = options.pop("transaction_mode")
        try:
            found = check_engine(databases=["default"])
        finally:
            options["transaction_mode"] = before
        assert [one.id for one in found] == ["operations.W014"]
