"""The provider's side: Twilio's own library cannot tell it from Twilio."""

import json
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from channels_in.simulator.here import NotHere, is_loopback
from channels_in.simulator.messages import BadPhone, phone_number
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
    twilio_client,
    until,
)

CALLBACK = "http://desk.example.org/hooks/sms_twilio/pune-sms/status/"


@pytest.fixture
def client(simulator: Simulator) -> Iterator[Any]:
    with twilio_client(simulator) as client:
        yield client


def send(client: Any, body: str = "Your complaint is registered", **over: str) -> Any:
    given = {"to": MEERA, "from_": NUMBER, "body": body} | over
    return client.messages.create(**given)


class SendingTests:
    def test_it_takes_a_message(self, client: Any, simulator: Simulator) -> None:
        sent = send(client, "आपकी शिकायत दर्ज है")
        assert (sent.sid[:2], len(sent.sid), sent.status) == ("SM", 34, "queued")
        assert (sent.direction, sent.num_segments) == ("outbound-api", "1")
        assert sent.date_sent is None
        (seen,) = simulator.phone(MEERA)
        assert (seen["body"], seen["sender"]) == ("आपकी शिकायत दर्ज है", NUMBER)
        until(lambda: client.messages(sent.sid).fetch().status == "delivered")
        assert client.messages(sent.sid).fetch().date_sent is not None

    @pytest.mark.parametrize(
        ("over", "code"),
        [
            ({"to": "99999"}, 21211),
            ({"from_": "+919999989999"}, 21606),
            ({"body": ""}, 21602),
            ({"body": "a" * 1601}, 21617),
            ({"to": ""}, 21604),
        ],
    )
    def test_it_refuses_as_twilio_does(
        self, client: Any, over: dict[str, str], code: int
    ) -> None:
        with pytest.raises(TwilioRestException) as refused:
            send(client, **over)
        assert (refused.value.status, refused.value.code) == (400, code)

    def test_it_takes_a_registered_header_as_sender(self, client: Any) -> None:
        assert send(client, from_="SUNWAI").from_ == "SUNWAI"

    @pytest.mark.parametrize(
        ("sid", "secret"), [(SID, "wrong"), ("AC" + "9" * 32, "x")]
    )
    def test_it_wants_the_secret(
        self, simulator: Simulator, sid: str, secret: str
    ) -> None:
        with twilio_client(simulator, sid, secret) as stranger:
            with pytest.raises(TwilioRestException) as refused:
                send(stranger)
        assert (refused.value.status, refused.value.code) == (401, 20003)

    def test_it_shows_no_message_of_another_account(
        self, client: Any, simulator: Simulator
    ) -> None:
        other = "AC" + "2" * 32
        give_account(simulator, code="upp", number="+919999980002", sid=other)
        sent = send(client)
        with twilio_client(simulator, other) as stranger:
            assert stranger.messages.list() == []
            with pytest.raises(TwilioRestException) as refused:
                stranger.messages(sent.sid).fetch()
        assert refused.value.status == 404


class ListTests:
    def test_it_lists_newest_first_in_pages(self, client: Any) -> None:
        sids = [send(client, f"Message {n}").sid for n in range(5)]
        listed = client.messages.list(page_size=2)
        assert [each.sid for each in listed] == sids[::-1]

    def test_it_filters_by_both_ends(self, client: Any, simulator: Simulator) -> None:
        out = send(client).sid
        simulator.say("99999-00001", NUMBER, "No water")
        assert [each.sid for each in client.messages.list(to=MEERA)] == [out]
        (came,) = client.messages.list(from_=MEERA, to=NUMBER)
        assert (came.body, came.direction, came.status) == (
            "No water", "inbound", "received",
        )  # fmt: skip

    def test_it_filters_by_time(self, client: Any, simulator: Simulator) -> None:
        sid, _ = simulator.say("99999-00001", NUMBER, "No water")
        at = simulator.phone(MEERA)[0]["sent"]
        now = datetime.fromtimestamp(at, UTC).replace(microsecond=0)

        def found(**when: Any) -> bool:
            return [each.sid for each in client.messages.list(**when)] == [sid]

        second = timedelta(seconds=1)
        assert found(date_sent_after=now)
        assert not found(date_sent_after=now + second)
        assert found(date_sent_before=now)
        assert not found(date_sent_before=now - second)
        assert found(date_sent=f"{now:%Y-%m-%d}")
        assert not found(date_sent=f"{now - timedelta(days=1):%Y-%m-%d}")

    def test_it_does_not_list_by_time_what_has_not_left(self, client: Any) -> None:
        sid = send(client).sid
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        until(lambda: client.messages(sid).fetch().status != "queued")
        assert len(client.messages.list(date_sent_after=long_ago)) == 1

    def test_it_calls_a_bad_date_bad(self, simulator: Simulator) -> None:
        url = f"{simulator.url}/{SLUG}/2010-04-01/Accounts/{SID}/Messages.json"
        with httpx.Client(auth=(SID, SECRET), trust_env=False) as plain:
            assert plain.get(url, params={"DateSent": "soon"}).status_code == 400


class ReceiptTests:
    def test_it_tells_sent_then_delivered_and_signs(
        self, client: Any, desk: Desk
    ) -> None:
        sent = send(client, status_callback=CALLBACK)
        until(lambda: len(desk.told) == 2)
        assert [each.form["MessageStatus"] for each in desk.told] == [
            "sent", "delivered",
        ]  # fmt: skip
        assert desk.sids() == [sent.sid, sent.sid]
        for told in desk.told:
            signature = told.headers["x-twilio-signature"]
            assert RequestValidator(SECRET).validate(CALLBACK, told.form, signature)
            assert told.path == "/hooks/sms_twilio/pune-sms/status/"


class CitizenTests:
    def test_it_signs_over_the_public_address(
        self, simulator: Simulator, desk: Desk
    ) -> None:
        sid, (hook,) = simulator.say("99999-00001", NUMBER, "खड्डा & पाणी + 50% ©")
        (told,) = desk.told
        url = "http://desk.example.org/hooks/sms_twilio/pune-sms/"
        validate = RequestValidator(SECRET).validate
        assert validate(url, told.form, told.headers["x-twilio-signature"])
        assert not validate(desk.url, told.form, told.headers["x-twilio-signature"])
        assert (hook["status"], told.form["MessageSid"]) == (200, sid)
        assert told.form | {
            "From": MEERA, "To": NUMBER, "AccountSid": SID, "NumMedia": "0",
            "Body": "खड्डा & पाणी + 50% ©", "SmsStatus": "received",
        } == told.form  # fmt: skip

    def test_it_serves_photos_to_who_has_the_secret(
        self, simulator: Simulator, desk: Desk, client: Any
    ) -> None:
        said = {
            "from": "99999-00001", "to": NUMBER, "text": "", "photos": ["pothole"],
        }  # fmt: skip
        sid = httpx.post(f"{simulator.url}/control/say", json=said).json()["sid"]
        form = desk.told[0].form
        assert (sid[:2], form["NumMedia"]) == ("MM", "1")
        assert form["MediaContentType0"] == "image/jpeg"
        with httpx.Client(trust_env=False) as plain:
            assert plain.get(form["MediaUrl0"]).status_code == 401
            got = plain.get(form["MediaUrl0"], auth=(SID, SECRET))
            simulator.turn(SLUG, media_redirect=True)
            sent_on = plain.get(form["MediaUrl0"], auth=(SID, SECRET))
            assert plain.get(sent_on.headers["location"]).content == got.content
        assert got.content.startswith(b"\xff\xd8")
        assert sent_on.status_code == 307
        (media,) = client.messages(sid).media.list()
        assert media.content_type == "image/jpeg"

    def test_it_tells_when_the_desk_does_not_answer(self, simulator: Simulator) -> None:
        give_account(simulator, code="gone", number="+919999980009", sid="AC9",
                     reach="http://127.0.0.1:9")  # fmt: skip
        _, (hook,) = simulator.say("99999-00001", "+919999980009", "No water")
        assert (hook["status"], hook["error"]) == (0, "refused")

    @pytest.mark.parametrize(
        "typed", ["99999-00001", "+91 99999 00001", "9999900001", "919999900001"]
    )
    def test_it_knows_its_phones(self, typed: str) -> None:
        assert phone_number(typed) == MEERA

    @pytest.mark.parametrize("typed", ["", "98765-43210", "99999-0001", "+19999900001"])
    def test_it_writes_for_no_real_phone(self, typed: str) -> None:
        with pytest.raises(BadPhone):
            phone_number(typed)


class ControlTests:
    def ask(self, simulator: Simulator, **headers: str) -> int:
        host, port = simulator.url.removeprefix("http://").split(":")
        plain = HTTPConnection(host, int(port), timeout=5)
        plain.request("POST", "/control/reset", b"{}", headers)
        status = plain.getresponse().status
        plain.close()
        return status

    def test_it_is_deaf_to_pages_in_a_browser(self, simulator: Simulator) -> None:
        as_json = {"Content-Type": "application/json"}
        assert self.ask(simulator, **as_json) == 200
        assert self.ask(simulator) == 403
        assert self.ask(simulator, **as_json, Origin="http://evil.example.org") == 403
        assert self.ask(simulator, **as_json, Host="evil.example.org") == 403

    def test_it_never_shows_the_secret(self, simulator: Simulator, client: Any) -> None:
        send(client)
        for path in ("accounts", "requests", "state", "webhooks"):
            shown = httpx.get(f"{simulator.url}/control/{path}").text
            assert SECRET not in shown
            assert "Basic " not in shown

    def test_it_keeps_every_request(
        self, simulator: Simulator, client: Any, tmp_path: Path
    ) -> None:
        send(client, "Kept")
        path = tmp_path / "simulator.sqlite3"
        file = sqlite3.connect(path)
        ((method, url, headers, body, status, answer),) = file.execute(
            "SELECT method, path, headers, body, status, answer FROM requests"
        ).fetchall()
        file.close()
        assert (method, status) == ("POST", 201)
        assert url == f"/{SLUG}/2010-04-01/Accounts/{SID}/Messages.json"
        assert b"Body=Kept" in body
        assert "twilio-python" in json.loads(headers)["User-Agent"]
        assert json.loads(answer)["body"] == "Kept"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_it_remembers_after_a_restart(self, tmp_path: Path, desk: Desk) -> None:
        with running_simulator(tmp_path) as first:
            give_account(first, reach=desk.url)
            first.say("99999-00001", NUMBER, "No water")
            first.turn(SLUG, repeat=3)
        with running_simulator(tmp_path) as second:
            assert [each["body"] for each in second.phone(MEERA)] == ["No water"]
            assert second.knobs(SLUG).repeat == 3
            second.reset()
            assert second.phone(MEERA) == []
            assert len(second.phones()) == 4

    @pytest.mark.parametrize(
        ("method", "path", "data", "status"),
        [
            ("POST", "say", {"from": "98765-43210", "to": NUMBER, "text": ""}, 400),
            ("POST", "say", {"from": "99999-00001", "to": "+1", "text": ""}, 404),
            ("POST", "say", {"from": "99999-00001"}, 400),
            ("PUT", "knobs", {SLUG: {"fault": "418"}}, 400),
            ("PUT", "knobs", {SLUG: {"lattency_ms": 1}}, 400),
            ("PUT", "knobs", {"pigeons": {}}, 400),
            ("POST", "release", {"slug": SLUG, "order": "by lot"}, 400),
            ("GET", "nothing", None, 404),
        ],
    )
    def test_it_says_what_is_wrong(
        self, simulator: Simulator, method: str, path: str, data: Any, status: int
    ) -> None:
        url = f"{simulator.url}/control/{path}"
        answer = httpx.request(method, url, json=data)
        assert answer.status_code == status
        assert answer.json()["error"]


class PlaceTests:
    def test_it_stays_on_this_machine(self, tmp_path: Path) -> None:
        assert is_loopback("127.0.0.1")
        assert not is_loopback("0.0.0.0")  # noqa: S104  what must be refused
        with pytest.raises(NotHere):
            Simulator(tmp_path / "s.sqlite3", host="0.0.0.0")  # noqa: S104  as above
        with running_simulator() as simulator:
            with pytest.raises(NotHere):
                give_account(simulator, reach="http://desk.example.org")

    def test_it_says_that_its_port_is_taken(
        self, simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port = simulator.url.rpartition(":")[2]
        monkeypatch.setattr("signal.signal", lambda *_: None)
        with pytest.raises(CommandError, match=f"Port {port} is taken"):
            call_command("simulator", "--port", port, "--file", str(tmp_path / "s"))
        with pytest.raises(CommandError, match="not this machine"):
            call_command("simulator", "--host", "0.0.0.0", "--file", "s")  # noqa: S104  as above
