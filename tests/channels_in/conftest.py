from collections.abc import Iterator
from pathlib import Path

import pytest

from channels_in.simulator.server import Simulator
from tests.channels_in.desk_stub import Desk, listening_desk
from tests.simulator import give_account, running_simulator


@pytest.fixture
def desk() -> Iterator[Desk]:
    with listening_desk() as desk:
        yield desk


@pytest.fixture
def simulator(desk: Desk, tmp_path: Path) -> Iterator[Simulator]:
    """Whose callbacks come to the desk, by the address that the world knows it by."""
    with running_simulator(tmp_path) as simulator:
        give_account(simulator, public="http://desk.example.org", reach=desk.url)
        yield simulator
