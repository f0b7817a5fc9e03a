"""Each knob does what it says, the same every time."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from channels_in.simulator.knobs import BadKnob, Knobs
from channels_in.simulator.server import Simulator
from tests.base import MEERA
from tests.channels_in.desk_stub import Desk
from tests.simulator import (
    NUMBER,
    SECRET,
    SID,
    SLUG,
    give_account,
    running_simulator,
    until,
)

CALLBACK = "http://desk.example.org/hooks/sms_twilio/pune-sms/status/"


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    base = f"{simulator.url}/{SLUG}/2010-04-01/Accounts/{SID}"
    with httpx.Client(
        base_url=base, auth=(SID, SECRET), trust_env=False, timeout=10
    ) as client:
        yield client


def send(client: httpx.Client, body: str = "Registered") -> httpx.Response:
    form = {"To": MEERA, "From": NUMBER, "Body": body, "StatusCallback": CALLBACK}
    return client.post("/Messages.json", data=form)


def statuses(client: httpx.Client, times: int) -> list[int]:
    return [send(client).status_code for _ in range(times)]


class FaultTests:
    @pytest.mark.parametrize(
        ("fault", "code"), [("400", 21614), ("429", 20429), ("500", 20500)]
    )
    def test_it_refuses_the_next_ones(
        self, simulator: Simulator, client: httpx.Client, fault: str, code: int
    ) -> None:
        simulator.turn(SLUG, fault=fault, fault_next=2)
        first = send(client)
        assert first.json()["code"] == code
        assert [first.status_code, *statuses(client, 2)] == [int(fault)] * 2 + [201]
        assert len(simulator.phone(MEERA)) == 1

    def test_it_refuses_each_third(
        self, simulator: Simulator, client: httpx.Client
    ) -> None:
        simulator.turn(SLUG, fault="503", fault_every=3, retry_after=7)
        assert statuses(client, 6) == [201, 201, 503, 201, 201, 503]
        refused = [send(client) for _ in range(3)][-1]
        assert refused.headers["Retry-After"] == "7"

    def test_it_refuses_questions_only_if_told(
        self, simulator: Simulator, client: httpx.Client
    ) -> None:
        simulator.turn(SLUG, fault="500")
        assert client.get("/Messages.json").status_code == 200
        simulator.turn(SLUG, fault_all=True)
        assert client.get("/Messages.json").status_code == 500

    def test_it_takes_a_message_and_cuts_the_line(
        self, simulator: Simulator, client: httpx.Client
    ) -> None:
        simulator.turn(SLUG, fault="cut", fault_next=1)
        with pytest.raises(httpx.TransportError):
            send(client, "Taken all the same")
        listed = client.get("/Messages.json", params={"To": MEERA}).json()["messages"]
        assert [each["body"] for each in listed] == ["Taken all the same"]
        cut = next(row for row in simulator.requests() if row["fault"])
        assert (cut["fault"], cut["status"]) == ("cut", 0)

    def test_it_takes_a_message_and_calls_it_an_error(
        self, simulator: Simulator, client: httpx.Client
    ) -> None:
        simulator.turn(SLUG, fault="taken_500", fault_next=1)
        assert send(client).status_code == 500
        assert len(simulator.phone(MEERA)) == 1

    def test_it_talks_nonsense(
        self, simulator: Simulator, client: httpx.Client
    ) -> None:
        simulator.turn(SLUG, fault="garbage", fault_next=1)
        answer = send(client)
        assert (answer.status_code, answer.text[:6]) == (200, "<html>")


class SlownessTests:
    def test_it_takes_first_and_answers_late(
        self, simulator: Simulator, client: httpx.Client
    ) -> None:
        simulator.turn(SLUG, latency_ms=300)
        with pytest.raises(httpx.ReadTimeout):
            client.get("/Messages.json", timeout=0.05)
        began = monotonic()
        assert send(client).status_code == 201
        assert monotonic() - began >= 0.3

    def test_it_drips(self, simulator: Simulator, client: httpx.Client) -> None:
        simulator.turn(SLUG, drip_ms=5)
        began = monotonic()
        whole = send(client)
        assert whole.json()["status"] == "queued"
        assert monotonic() - began >= 0.005 * (len(whole.content) // 16)

    def test_it_can_be_stopped_while_slow(
        self, simulator: Simulator, client: httpx.Client
    ) -> None:
        simulator.turn(SLUG, latency_ms=60_000)
        with pytest.raises(httpx.ReadTimeout):
            client.get("/Messages.json", timeout=0.05)
        # the fixture stops it, and does not wait a minute


class WebhookTests:
    def test_it_repeats(self, simulator: Simulator, desk: Desk) -> None:
        simulator.turn(SLUG, repeat=3)
        sid, hooks = simulator.say("99999-00001", NUMBER, "No water")
        assert desk.sids() == [sid] * 3
        assert [each["status"] for each in hooks] == [200] * 3
        same = {each.headers["x-twilio-signature"] for each in desk.told}
        assert len(same) == 1

    def test_it_repeats_at_the_same_moment(
        self, simulator: Simulator, desk: Desk
    ) -> None:
        simulator.turn(SLUG, repeat=5, together=True)
        sid, _ = simulator.say("99999-00001", NUMBER, "No water")
        assert desk.sids() == [sid] * 5

    @pytest.mark.parametrize(
        ("order", "places"),
        [("reversed", [2, 1, 0]), ("mixed", [1, 0, 2]), ("as_sent", [0, 1, 2])],
    )
    def test_it_holds_and_releases_in_another_order(
        self, simulator: Simulator, desk: Desk, order: str, places: list[int]
    ) -> None:
        simulator.turn(SLUG, hold=True)
        sids = [simulator.say("99999-00001", NUMBER, str(n))[0] for n in range(3)]
        assert (desk.told, simulator.held(SLUG)) == ([], 3)
        assert simulator.release(SLUG, order) == 3
        assert desk.sids() == [sids[place] for place in places]
        assert simulator.release(SLUG, order) == 0

    def test_it_need_not_wait_for_the_desk(
        self, simulator: Simulator, desk: Desk
    ) -> None:
        sid, hooks = simulator.say("99999-00001", NUMBER, "No water", wait=False)
        assert hooks == []
        assert until(desk.sids) == [sid]

    def test_it_tells_what_the_desk_answered(
        self, simulator: Simulator, desk: Desk
    ) -> None:
        desk.status = 403
        _, (hook,) = simulator.say("99999-00001", NUMBER, "No water")
        assert hook["status"] == 403
        assert simulator.phone(MEERA)[0]["hooks"][0]["status"] == 403


class ReceiptTests:
    def test_it_drops_them(
        self, simulator: Simulator, client: httpx.Client, desk: Desk
    ) -> None:
        simulator.turn(SLUG, receipts="none", receipts_ms=0)
        send(client)
        until(lambda: simulator.phone(MEERA)[0]["status"] == "delivered")
        assert desk.told == []

    def test_it_says_that_nobody_got_it(
        self, simulator: Simulator, client: httpx.Client, desk: Desk
    ) -> None:
        simulator.turn(SLUG, receipts="failed", receipts_ms=0)
        send(client)
        until(lambda: len(desk.told) == 2)
        last = desk.told[-1].form
        assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30003")

    def test_it_brings_them_late(
        self, simulator: Simulator, client: httpx.Client, desk: Desk
    ) -> None:
        simulator.turn(SLUG, receipts_ms=3_600_000)
        send(client)
        until(lambda: len(desk.told) == 1)
        assert simulator.phone(MEERA)[0]["status"] == "sent"

    def test_it_goes_on_after_a_restart(self, desk: Desk, tmp_path: Path) -> None:
        with running_simulator(tmp_path) as first:
            give_account(first, reach=desk.url)
            first.turn(SLUG, receipts_ms=3_600_000)
            url = f"{first.url}/{SLUG}/2010-04-01/Accounts/{SID}/Messages.json"
            form = {"To": MEERA, "From": NUMBER, "Body": "Registered"}
            httpx.post(url, data=form, auth=(SID, SECRET), trust_env=False)
        with running_simulator(tmp_path) as second:
            second.turn(SLUG, receipts_ms=0)
            until(lambda: second.phone(MEERA)[0]["status"] == "delivered")


class BoardTests:
    @pytest.mark.parametrize(
        "values",
        [
            {"fault": "418"}, {"lottery": 1}, {"repeat": 0}, {"repeat": "3"},
            {"receipts": "twice"}, {"fault_every": 0}, {"latency_ms": -1},
            {"hold": 1}, {"receipts_ms": -1},
        ],
    )  # fmt: skip
    def test_it_has_no_other_position(self, values: dict[str, Any]) -> None:
        with pytest.raises(BadKnob):
            Knobs().changed(values)

    def test_it_is_put_right_at_once(self, simulator: Simulator) -> None:
        url = f"{simulator.url}/control/knobs"
        turned = httpx.put(url, json={SLUG: {"fault": "500", "repeat": 2}})
        assert turned.json()[SLUG]["repeat"] == 2
        simulator.turn(SLUG, hold=True)
        assert simulator.knobs(SLUG).fault == "500"
        assert httpx.put(url, json={SLUG: {}}).status_code == 200
        assert simulator.knobs(SLUG) == Knobs()
