"""A small size of each drill, for every change; `make drill` holds the full one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.held import DRILLS, Ground
from tests.drills.house import prepared

SIZE = int(os.environ.get("DRILL_SIZE", "200"))

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder: Path = tmp_path_factory.mktemp("drill")
    for each in (folder, *folder.parents[:3]):
        each.chmod(each.stat().st_mode | 0o055)  # the postgres user looks in
    with prepared(folder) as (server, data):
        yield Ground(folder, server, data, SIZE)


@pytest.mark.parametrize("name", DRILLS)
def test_it_loses_and_doubles_nothing(name: str, ground: Ground) -> None:
    result = DRILLS[name](ground)
    assert result.ledger.accepted
    assert result.broken
