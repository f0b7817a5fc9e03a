"""Webhooks: owed with the change, signed, tried again, told to nobody else."""

import hmac
import json
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from complaints.services import accept, bounce, forward, start
from officers.models import Organisation, Posting
from operations.outgoing import OutgoingError, RefusedAddressError
from portal.api import delivery, webhooks
from portal.api.delivery import MOST_ATTEMPTS, Sending
from portal.api.webhooks import new_secret, sealed
from portal.models import WebhookDelivery, WebhookSubscription
from tests.base import MEERA, NOW, WorldTestCase, names
from tests.complaints.stage import to_stage
from tests.portal.api import partner

URL = "https://partner.example.org/hook"


class Receiver:
    """Stands in for the network: keeps what came, answers what it is told to."""

    def __init__(self) -> None:
        self.answers: list[int | Exception] = []
        self.got: list[tuple[str, bytes, Mapping[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.got.append((url, body, headers))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer

    def kinds(self) -> list[str]:
        return [json.loads(body)["kind"] for _url, body, _headers in self.got]


class WebhookTestCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.operator = Organisation.objects.create(
            code="TELCO", kind="operator", names=names("Telco"), phone="198",
            languages=["en"],
        )  # fmt: skip
        self.tara = partner(self.operator)
        self.receiver = Receiver()
        self.sending = Sending(self.receiver)
        self.addCleanup(self.stop)

    def stop(self) -> None:
        if self.sending.pool is not None:
            self.sending.pool.shutdown()

    def subscribe(self, **over: Any) -> WebhookSubscription:
        self.secret = new_secret()
        given = {
            "officer": self.tara, "organisation": self.operator, "url": URL,
            "sealed": sealed(self.secret), "created_at": NOW,
            "kinds": ["registered", "assigned", "forwarded", "bounced"],
        } | over  # fmt: skip
        row = WebhookSubscription.objects.create(**given)
        webhooks.changed()
        return row

    def send(self, at: datetime = NOW) -> None:
        """Turns of the worker until nothing is due and nothing in the air."""
        for _turn in range(200):
            if not self.sending.turn(at):
                return
        raise AssertionError("it never rests")

    def states(self) -> list[str]:
        rows = WebhookDelivery.objects.order_by("pk")
        return list(rows.values_list("state", flat=True))

    def forwarded(self) -> Any:
        complaint = to_stage(self.w, "assigned")
        forward(
            complaint, organisation=self.operator, office=None, department=None,
            reason="Their cable lies there", actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        return complaint


class TellingTests(WebhookTestCase):
    def test_without_a_subscription_it_costs_nothing(self) -> None:
        self.w.file()
        complaint = to_stage(self.w, "assigned")
        with CaptureQueriesContext(connection) as seen:
            start(complaint, actor=self.w.actor(self.w.omkar), at=NOW)
        assert not any("webhook" in query["sql"] for query in seen)

    def test_it_tells_codes_and_never_words_or_people(self) -> None:
        self.subscribe()
        complaint = self.forwarded()
        self.send()
        ((url, body, headers),) = self.receiver.got
        told = json.loads(body)
        assert url == URL
        assert told == {
            "id": WebhookDelivery.objects.get().pk, "kind": "forwarded",
            "number": complaint.number, "seq": 3, "by": "officer",
            "at": NOW.isoformat(), "from_status": "assigned", "status": "forwarded",
            "organisation": "TELCO", "office": None, "category": "MU01",
            "due_at": complaint.due_at.isoformat(),
        }  # fmt: skip
        for secret in (MEERA[3:], "Meera", "cable", complaint.token):
            assert secret.encode() not in body
        assert headers["Sunwai-Event"] == "forwarded"
        assert headers["Sunwai-Delivery"] == str(told["id"])

    def test_the_signature_can_be_checked(self) -> None:
        self.subscribe()
        self.forwarded()
        self.send(self.later(minutes=5))
        ((_url, body, headers),) = self.receiver.got
        given = dict(part.split("=") for part in headers["Sunwai-Signature"].split(","))
        assert int(given["t"]) == int(self.later(minutes=5).timestamp())
        expected = hmac.new(
            self.secret.encode(), f"{given['t']}.".encode() + body, "sha256"
        )
        assert given["v1"] == expected.hexdigest()

    def test_it_tells_only_the_kinds_that_were_asked_for(self) -> None:
        self.subscribe(kinds=["accepted", "resolved"])
        complaint = self.forwarded()
        accept(complaint, owner=None, actor=self.w.actor(self.tara), at=NOW)
        self.send()
        assert self.receiver.kinds() == ["accepted"]

    def test_each_event_is_told_once_to_each(self) -> None:
        self.subscribe()
        self.subscribe(url="https://partner.example.org/other")
        self.forwarded()
        self.send()
        self.send(self.later(days=1))
        assert len(self.receiver.got) == 2
        assert self.states() == ["done", "done"]


class RightTests(WebhookTestCase):
    """Only what the subscriber may see, asked at the moment of sending."""

    def test_what_others_hold_is_not_owed(self) -> None:
        self.subscribe()
        to_stage(self.w, "assigned")
        assert self.states() == []

    def test_a_right_that_was_taken_away_stops_it(self) -> None:
        self.subscribe()
        self.forwarded()
        Posting.objects.filter(officer=self.tara).update(
            valid_to=(NOW - timedelta(days=1)).date()
        )
        self.send()
        assert self.states() == ["dropped"]
        assert self.receiver.got == []

    def test_a_login_or_a_subscription_that_was_ended_stops_it(self) -> None:
        row = self.subscribe()
        self.forwarded()
        WebhookSubscription.objects.filter(pk=row.pk).update(active=False)
        self.forwarded()
        self.send()
        WebhookSubscription.objects.filter(pk=row.pk).update(active=True)
        self.tara.is_active = False
        self.tara.save()
        webhooks.changed()
        self.forwarded()
        self.send()
        assert set(self.states()) == {"dropped"}
        assert self.receiver.got == []

    def test_a_former_holder_hears_that_it_let_go_and_no_more(self) -> None:
        self.subscribe()
        complaint = self.forwarded()
        bounce(
            complaint, reason="Not our cable", actor=self.w.actor(self.tara),
            at=self.later(hours=1),
        )  # fmt: skip
        complaint.refresh_from_db()
        self.send(self.later(hours=2))
        assert self.receiver.kinds() == ["forwarded", "bounced"]

    def test_an_organisation_is_not_told_of_its_sisters(self) -> None:
        self.subscribe(officer=self.w.ravi, organisation=self.w.mvv)
        self.w.file("no power", organisation=self.w.kes)
        self.send()
        assert self.receiver.got == []
        mine = self.w.file("no power", organisation=self.w.mvv, area=self.w.gomti,
                           category=self.w.no_supply)  # fmt: skip
        self.send()
        assert {json.loads(body)["number"] for _u, body, _h in self.receiver.got} == {
            mine.number
        }


class TryingTests(WebhookTestCase):
    def test_it_tries_again_later_and_then_gives_up(self) -> None:
        self.subscribe()
        self.forwarded()
        self.receiver.answers = [
            500, OutgoingError("timeout", sent=True), 302, 429, *[503] * 20
        ]  # fmt: skip
        at, waited = NOW, []
        for _try in range(MOST_ATTEMPTS):
            self.send(at)
            row = WebhookDelivery.objects.get()
            waited.append(row.not_before - at)
            at = max(row.not_before, at)
        assert row.state == "dead"
        assert (row.attempts, row.response_code) == (MOST_ATTEMPTS, 503)
        assert waited[:7] == sorted(waited[:7])
        assert timedelta(seconds=30) <= waited[0] <= timedelta(seconds=38)
        assert timedelta(days=1) <= waited[-2] <= timedelta(days=1.25)
        self.send(at + timedelta(days=9))
        assert len(self.receiver.got) == MOST_ATTEMPTS

    def test_an_address_of_ours_is_never_tried_again(self) -> None:
        """A28."""
        self.subscribe()
        self.forwarded()
        self.receiver.answers = [RefusedAddressError("private_address")]
        self.send()
        row = WebhookDelivery.objects.get()
        assert (row.state, row.error) == ("dead", "private_address")

    def test_a_claim_whose_worker_died_is_sent_once_more(self) -> None:
        self.subscribe()
        self.forwarded()
        WebhookDelivery.objects.update(
            state="sending", claim="x", attempts=1,
            lease_until=NOW + timedelta(minutes=1),
        )  # fmt: skip
        self.send()
        assert self.receiver.got == []
        self.send(self.later(minutes=2))
        assert self.states() == ["done"]

    def test_a_slow_subscriber_holds_up_itself_alone(self) -> None:
        self.subscribe()
        self.subscribe(url="https://partner.example.org/slow")
        slow = WebhookSubscription.objects.get(url__endswith="slow")
        for _n in range(4):
            self.forwarded()
        self.sending.flights = {
            Future(): WebhookDelivery(subscription=slow) for _n in range(2)
        }  # in the air, never landing
        for _turn in range(12):
            self.sending.turn(NOW)
        assert {url for url, _body, _headers in self.receiver.got} == {URL}
        assert len(self.receiver.got) == 4
        self.sending.flights.clear()
        self.send()
        assert len(self.receiver.got) == 8

    def test_secrets_that_cannot_be_read_are_told_to_staff(self) -> None:
        self.subscribe(sealed="broken")
        self.forwarded()
        self.send()
        assert WebhookDelivery.objects.get().error == "secret_unreadable"

    def test_settled_rows_go_after_a_while(self) -> None:
        self.subscribe()
        self.forwarded()
        self.send()
        self.send(self.later(days=34))
        assert self.states() == ["done"]
        self.send(self.later(days=36))
        assert self.states() == []


class Hook(BaseHTTPRequestHandler):
    seen: list[dict[str, str]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append({n.lower(): v for n, v in self.headers.items()})
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class WireTests(WebhookTestCase):
    """Over a real socket, to this machine."""

    def setUp(self) -> None:
        super().setUp()
        server = HTTPServer(("127.0.0.1", 0), Hook)
        thread = Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        Hook.seen.clear()
        self.base = f"http://127.0.0.1:{server.server_port}"
        self.sending.post = delivery.post

    @override_settings(OUTGOING_LOOPBACK=True)
    def test_it_arrives(self) -> None:
        self.subscribe(url=f"{self.base}/hook")
        self.forwarded()
        self.send()
        assert self.states() == ["done"]
        (headers,) = Hook.seen
        assert headers["sunwai-signature"].startswith("t=")
        assert headers["content-type"] == "application/json"

    @override_settings(OUTGOING_LOOPBACK=True)
    def test_no_redirect_is_followed(self) -> None:
        self.subscribe(url=f"{self.base}/away")
        self.forwarded()
        self.send()
        row = WebhookDelivery.objects.get()
        assert (row.state, row.response_code) == ("waiting", 302)
        assert len(Hook.seen) == 1

    @override_settings(OUTGOING_LOOPBACK=False)
    def test_outside_the_demo_this_machine_is_not_reached(self) -> None:
        """A28."""
        self.subscribe(url=f"{self.base}/hook")
        self.forwarded()
        self.send()
        assert (self.states(), Hook.seen) == (["dead"], [])
