"""The simulator for one test, and a desk's account in it.

with running_simulator(tmp_path) as simulator:
    give_account(simulator, reach=self.live_server_url)
    simulator.say("99999-00001", NUMBER, "No water in Aundh")
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from channels_in.simulator.server import Simulator
from notices.credentials import seal
from notices.models import ChannelAccount
from officers.models import Organisation

SLUG = "sms_twilio"
CODE = "pune-sms"
NUMBER = "+919999980001"
SID = "AC" + "0" * 31 + "1"
SECRET = "a secret of the simulation"


@contextmanager
def running_simulator(folder: Path | None = None) -> Iterator[Simulator]:
    """On a free port, with a file of its own."""
    with tempfile.TemporaryDirectory() as made:
        simulator = Simulator((folder or Path(made)) / "simulator.sqlite3")
        simulator.start()
        try:
            yield simulator
        finally:
            simulator.stop()


def give_account(simulator: Simulator, **over: str) -> None:
    """Tell the simulator of an account; `reach` is where the desk listens."""
    given = {
        "code": CODE, "number": NUMBER, "sid": SID, "secret": SECRET,
        "public": settings.PUBLIC_URL,
    } | over  # fmt: skip
    simulator.register(SLUG, **given)


class _Redirected(TwilioHttpClient):  # type: ignore[misc]  # no types in the library
    """Twilio's own client knows one address; this gives it ours."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self.base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        url = url.replace("https://api.twilio.com", self.base)
        return super().request(method, url, *args, **kwargs)

    def close(self) -> None:
        self.session.close()


@contextmanager
def twilio_client(
    simulator: Simulator, sid: str = SID, secret: str = SECRET
) -> Iterator[Any]:
    """The provider's own library, talking to the simulator."""
    http = _Redirected(f"{simulator.url}/{SLUG}")
    yield Client(sid, secret, http_client=http)
    http.close()


def until(condition: Any, seconds: float = 10) -> Any:
    """Wait for another thread; the limit is only there to end a failing test."""
    end = monotonic() + seconds
    while not (found := condition()):
        if monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        sleep(0.01)
    return found


def sms_account(organisation: Organisation, **over: Any) -> ChannelAccount:
    """The desk's side of `give_account`."""
    given = {
        "organisation": organisation, "channel": "sms", "sender": SLUG, "code": CODE,
        "address": NUMBER, "provider_account": SID,
        "sealed": seal({"auth_token": SECRET}),
    } | over  # fmt: skip
    return ChannelAccount.objects.create(**given)
