"""What every wire must bear. A channel's test file inherits it:

class TwilioSmsTests(ChannelContract, WorldTestCase):
    slug = "sms_twilio"
    ...the methods below that raise NotImplementedError
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar
from unittest import mock

from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_in import inbox
from channels_in.models import Inbound
from channels_in.wires import wire_of
from complaints.models import Complaint
from notices.models import ChannelAccount
from officers.models import Organisation
from operations.generation import forget_all
from tests.base import WorldTestCase

PLEASANT = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck)
)


@dataclass(frozen=True)
class Delivery:
    """A request as the provider makes it."""

    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)


class ChannelContract(WorldTestCase):
    __test__: ClassVar[bool] = False  # the classes that inherit set it to True
    slug: ClassVar[str]
    signature_header: ClassVar[str]

    # what the channel's tests say ---------------------------------------------------
    def make_account(
        self, organisation: Organisation, code: str, *, secret: str
    ) -> ChannelAccount:
        """`secret` "" is an account whose secret nobody has entered."""
        raise NotImplementedError

    def sign(self, path: str, body: bytes, *, secret: str) -> Delivery:
        """Any bytes, signed as the provider does for this address."""
        raise NotImplementedError

    def message(self, provider_id: str, text: str) -> bytes:
        raise NotImplementedError

    def unknown(self) -> bytes:
        """Of a kind that we do not know, or that says nothing to us."""
        raise NotImplementedError

    def unreadable(self) -> bytes:
        """A message that `parse` refuses; holds the words "lost words"."""
        raise NotImplementedError

    # what a channel may say otherwise ------------------------------------------------
    def hook_of(self, code: str) -> str:
        """Where a message is posted. In a call what a key answers stands in the query,
        and whatever is told there is told at once."""
        return f"/hooks/{self.slug}/{code}/"

    def told_at_once(self) -> bytes:
        """What `self.right` is answered."""
        wire = wire_of(self.slug)
        assert wire is not None
        return wire.answer

    # Complaints that there are before and after `self.right`: in a call nobody makes
    # one, it is about one.
    complaints: ClassVar[tuple[int, int]] = (0, 1)

    # ---------------------------------------------------------------------------------
    def setUp(self) -> None:
        super().setUp()
        self.account = self.make_account(self.w.pune, "one", secret="right")
        forget_all()
        self.hook = self.hook_of("one")
        self.right = self.sign(
            self.hook, self.message("id-1", "Big pothole in Kothrud"), secret="right"
        )

    def post(self, delivery: Delivery, path: str = "", **extra: Any) -> Any:
        return Client(raise_request_exception=False).post(
            path or self.hook,
            delivery.body,
            content_type=delivery.content_type,
            headers=delivery.headers,
            **extra,
        )

    def work(self, **later: float) -> None:
        """The view stores with the real clock: the worker comes a little after it."""
        inbox.tick(timezone.now() + timedelta(minutes=1, **later))

    def _unstored(self, delivery: Delivery, path: str = "", status: int = 403) -> None:
        assert self.post(delivery, path).status_code == status
        assert not Inbound.objects.exists()

    def _with_signature(self, change: Any) -> Delivery:
        headers = dict(self.right.headers)
        headers[self.signature_header] = change(headers[self.signature_header])
        return replace(self.right, headers=headers)

    # taking in ----------------------------------------------------------------------
    def test_it_stores_and_answers_as_the_provider_expects(self) -> None:
        wire = wire_of(self.slug)
        assert wire is not None
        response = self.post(self.right)
        assert response.status_code == 200
        assert response.content == self.told_at_once()
        assert response["Content-Type"].startswith(wire.answer_type)
        assert not response.cookies
        row = Inbound.objects.get()
        assert (row.state, row.what, row.attempts) == ("waiting", "message", 0)
        assert bytes(row.body) == self.right.body

    def test_it_asks_the_database_once(self) -> None:
        self.post(self.right)
        again = self.sign(self.hook, self.message("id-2", "x y z"), secret="right")
        with self.assertNumQueries(1):
            self.post(again)

    def test_it_knows_a_repeat(self) -> None:
        statuses = {self.post(self.right).status_code for _n in range(100)}
        assert statuses == {200}
        assert Inbound.objects.count() == 1
        self.work()
        complaints = Complaint.objects.count()
        self.post(self.right)
        self.work()
        assert Inbound.objects.count() == 1
        assert Complaint.objects.count() == complaints == self.complaints[1]

    def test_it_stores_what_it_does_not_know(self) -> None:
        body = self.unknown()
        assert self.post(self.sign(self.hook, body, secret="right")).status_code == 200
        self.work()
        assert Inbound.objects.get().state == "done"
        assert Complaint.objects.count() == self.complaints[0]

    def test_it_says_try_again_while_the_database_is_away(self) -> None:
        with mock.patch.object(inbox, "accept", side_effect=OperationalError("gone")):
            response = self.post(self.right)
        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0
        assert b"gone" not in response.content

    # refusing -----------------------------------------------------------------------
    def test_it_refuses_without_a_signature(self) -> None:
        headers = dict(self.right.headers)
        del headers[self.signature_header]
        self._unstored(replace(self.right, headers=headers))
        self._unstored(self._with_signature(lambda _given: ""))

    def test_it_refuses_a_wrong_signature(self) -> None:
        other = self.sign(self.hook, self.right.body, secret="wrong")
        self._unstored(other)
        self._unstored(self._with_signature(lambda given: given[::-1]))

    def test_it_refuses_a_part_of_the_signature(self) -> None:
        self._unstored(self._with_signature(lambda given: given[:-1]))
        self._unstored(self._with_signature(lambda given: given[:4]))
        self._unstored(self._with_signature(lambda given: given + "="))

    def test_it_refuses_another_body_under_the_signature(self) -> None:
        other = self.message("id-1", "Another text")
        self._unstored(replace(self.right, body=other))

    def test_it_refuses_everything_while_no_secret_is_set(self) -> None:
        self.make_account(self.w.pune, "bare", secret="")
        path = f"/hooks/{self.slug}/bare/"
        for secret in ("", "right", "None"):
            self._unstored(self.sign(path, self.right.body, secret=secret), path)

    def test_it_knows_no_other_account(self) -> None:
        self._unstored(self.right, f"/hooks/{self.slug}/nobody/", 404)
        self._unstored(self.right, "/hooks/nobody/one/", 404)
        self._unstored(self.right, "/hooks/console/one/", 404)

    def test_it_refuses_what_another_account_was_sent(self) -> None:
        """Also where somebody entered one secret for both."""
        self.make_account(self.w.upp, "two", secret="other")
        path = f"/hooks/{self.slug}/two/"
        self._unstored(self.right, path)
        self._unstored(self.sign(self.hook, self.right.body, secret="other"), path)

    def test_it_closes_with_the_account(self) -> None:
        ChannelAccount.objects.filter(pk=self.account.pk).update(active=False)
        forget_all()
        self._unstored(self.right, status=404)

    def test_it_takes_posts_only(self) -> None:
        for method in ("get", "head", "put", "delete", "patch", "options"):
            response = getattr(Client(), method)(self.hook)
            assert response.status_code == 405, method

    def test_it_believes_its_public_address_only(self) -> None:
        """Whatever a proxy or a stranger says of host and scheme."""
        response = self.post(
            self.right,
            HTTP_X_FORWARDED_HOST="evil.example.org",
            HTTP_X_FORWARDED_PROTO="https",
            HTTP_X_FORWARDED_PORT="8443",
            HTTP_HOST="localhost:4430",
        )
        assert response.status_code == 200

    # any bytes ----------------------------------------------------------------------
    def test_it_refuses_a_long_body_before_it_is_read(self) -> None:
        wire = wire_of(self.slug)
        assert wire is not None
        long = replace(self.right, body=b"x" * (wire.longest_body + 1))
        with mock.patch.object(type(wire), "verify") as verify:
            self._unstored(long, status=413)
        verify.assert_not_called()
        huge = replace(self.right, body=b"x" * 5_000_000)
        self._unstored(huge, status=413)

    def test_it_bears_an_empty_body(self) -> None:
        assert self.post(replace(self.right, body=b"")).status_code == 403
        signed = self.post(self.sign(self.hook, b"", secret="right"))
        assert signed.status_code in (200, 403)

    def test_it_bears_nul_and_broken_text(self) -> None:
        for number, text in enumerate(
            ("a\x00b", "\u202eevil", "e" + "\u0301" * 9000, "\ufffd", "[" * 9000)
        ):
            body = self.message(f"id-x{number}", text)
            delivery = self.sign(self.hook, body, secret="right")
            assert self.post(delivery).status_code in (200, 413)
        self.work()
        assert set(Inbound.objects.values_list("state", flat=True)) == {"done"}

    def test_it_never_fails_on_any_bytes(self) -> None:
        @PLEASANT
        @given(st.binary(max_size=400), st.booleans())
        def bears(body: bytes, with_signature: bool) -> None:
            secret = "right" if with_signature else "wrong"
            try:
                delivery = self.sign(self.hook, body, secret=secret)
            except ValueError:
                delivery = replace(self.right, body=body)
            before = Inbound.objects.count()
            assert self.post(delivery).status_code in (200, 400, 403, 413)
            assert Inbound.objects.count() <= before + 1

        bears()
        self.work()
        assert not Inbound.objects.filter(state__in=["waiting", "working"]).exists()

    # reading ------------------------------------------------------------------------
    def test_it_keeps_what_cannot_be_read_for_staff(self) -> None:
        self.post(self.sign(self.hook, self.unreadable(), secret="right"))
        self.post(self.right)
        self.work()
        dead = Inbound.objects.get(state="dead")
        assert b"lost" in bytes(dead.body) and dead.error
        assert Inbound.objects.filter(state="done").count() == 1
        self.work(days=1)
        dead.refresh_from_db()
        assert dead.state == "dead" and dead.attempts <= 5
