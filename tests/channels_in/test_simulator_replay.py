"""Recorded payloads over HTTP to a running site: taken once, however often sent."""

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import LiveServerTestCase

from channels_in.models import Inbound
from notices.models import ChannelAccount
from notices.texts import REFERENCE
from operations.generation import bump
from tests.base import WorldTransactionTestCase
from tests.channels_in.desk_stub import listening_desk
from tests.simulator import SLUG, give_account, running_simulator, sms_account

pytestmark = pytest.mark.long

PAYLOADS = Path(__file__).parent / "payloads"


@contextmanager
def written(data: Any) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.json"
        path.write_text(json.dumps(data))
        yield path


class ReplayTestCase(WorldTransactionTestCase, LiveServerTestCase):
    def setUp(self) -> None:
        super().setUp()
        sms_account(self.w.pune)

    def replay(self, path: Path = PAYLOADS, *args: str) -> str:
        out = io.StringIO()
        if "--url" not in args:
            args = (*args, "--url", self.live_server_url)
        call_command("replay", str(path), *args, stdout=out)
        return out.getvalue()

    def stored(self) -> list[tuple[str, str]]:
        return list(Inbound.objects.order_by("pk").values_list("what", "provider_id"))


class SendingTests(ReplayTestCase):
    def test_it_posts_what_is_a_payload_and_tells_of_the_rest(self) -> None:
        said = self.replay(PAYLOADS, "--account", "pune-sms")
        assert "200 hindi_pothole.json SM00000000000000000000000000000001" in said
        assert "skipped many.json#3: no wire is called pigeon" in said
        assert "skipped notes.md: a .md file is no payload" in said
        assert "4 posted: 4 taken." in said
        assert sorted(what for what, _id in self.stored()) == [
            "message", "message", "message", "receipt",
        ]  # fmt: skip

    def test_it_changes_nothing_the_second_time(self) -> None:
        once = PAYLOADS / "many.json"
        self.replay(once, "--times", "5", "--shuffle", "7")
        assert len(self.stored()) == 2
        self.replay(once)
        assert len(self.stored()) == 2

    def test_it_shuffles_the_same_way_each_time(self) -> None:
        wanted = ("--account", "pune-sms", "--times", "3", "--shuffle", "1")
        first = self.replay(PAYLOADS, *wanted)
        assert self.replay(PAYLOADS, *wanted) == first
        assert self.replay(PAYLOADS, *wanted[:-1], "2") != first

    def test_it_fails_when_one_is_refused(self) -> None:
        with listening_desk() as desk:
            desk.status = 403
            with pytest.raises(CommandError, match="2 posted: 2 refused"):
                self.replay(PAYLOADS / "many.json", "--url", desk.url)
            (first, second) = desk.told
            assert first.path == "/hooks/sms_twilio/pune-sms/"
            assert second.path == "/hooks/sms_twilio/pune-sms/status/"

    def test_it_fails_when_nobody_answers(self) -> None:
        with pytest.raises(CommandError, match="2 without an answer"):
            self.replay(PAYLOADS / "many.json", "--url", "http://127.0.0.1:9")


class RefusalTests(ReplayTestCase):
    def refused(self, words: str, *args: Any) -> None:
        with pytest.raises(CommandError, match=words):
            self.replay(*args)

    def test_it_says_what_is_missing(self) -> None:
        self.refused("names no account", PAYLOADS / "rubbish.form")
        self.refused("has the code other", PAYLOADS, "--account", "other")
        self.refused("nothing to post", PAYLOADS / "notes.md")
        self.refused("Cannot read", PAYLOADS / "gone.json")
        ChannelAccount.objects.update(sealed="")
        bump(REFERENCE)
        self.refused("no secret to sign with", PAYLOADS / "many.json")
        ChannelAccount.objects.update(sealed="sealed elsewhere")
        bump(REFERENCE)
        self.refused("cannot be read", PAYLOADS / "many.json")

    def test_it_is_content_with_a_folder_of_other_things(self) -> None:
        with written({"neither": 1}) as path:
            said = self.replay(path.parent)
        assert "skipped own.json: names no wire, and has no form" in said
        assert "0 posted: nothing in this folder is a payload." in said

    def test_it_skips_what_it_cannot_read(self) -> None:
        for data in ({"wire": SLUG}, {"neither": 1}, 7, {"params": {"CallSid": "CA1"}}):
            with written(data) as path:
                self.refused("nothing to post", path)


class WholeWayTests(ReplayTestCase):
    def test_a_phone_reaches_the_desk(self) -> None:
        with running_simulator() as simulator:
            give_account(simulator, reach=self.live_server_url)
            simulator.turn(SLUG, repeat=5, together=True)
            sid, hooks = simulator.say("99999-00001", "+919999980001", "पाणी नाही")
        assert [each["status"] for each in hooks] == [200] * 5
        assert self.stored() == [("message", sid)]
