"""A small size of each drill, for every change; `make drill` holds the full one."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.drills.held import DRILLS, Ground
from tests.drills.house import prepared

SIZE = int(os.environ.get("DRILL_SIZE", "200"))

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    # Not pytest's own folder: the next run of pytest shuts it to the postgres user.
    with TemporaryDirectory(prefix="sunwai-drill-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        with prepared(folder) as (server, data):
            yield Ground(folder, server, data, SIZE)


@pytest.mark.parametrize("name", DRILLS)
def test_it_loses_and_doubles_nothing(name: str, ground: Ground) -> None:
    result = DRILLS[name](ground)
    assert result.ledger.accepted
    assert result.broken
