"""Back office of tokens and webhooks: shown once, and only for the own house."""

import re
from datetime import date
from typing import Any

from django.test import Client

from notices.credentials import unseal
from officers import tokens
from officers.models import ApiToken, Officer, Posting, Role
from portal.models import WebhookDelivery, WebhookSubscription
from tests.base import NOW
from tests.portal.api import ApiTestCase, partner

TOKENS = "/admin/officers/apitoken/"
HOOKS = "/admin/portal/webhooksubscription/"
DELIVERIES = "/admin/portal/webhookdelivery/"


class AdminCase(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.program = partner(self.w.pune)
        self.sit(self.w.admin)

    def sit(self, officer: Officer) -> None:
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(officer)

    def shown(self, answer: Any, mark: str) -> str:
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        found = re.search(rf'value="({mark}[\w-]+)"', answer.content.decode())
        assert found is not None, answer.content.decode()[-3000:]
        return found[1]


class TokenAdminTests(AdminCase):
    def add(self, **over: Any) -> Any:
        given = {
            "organisation": self.w.pune.pk, "officer": self.program.pk,
            "name": "Telco desk", "requests_per_minute": 60,
            "expires_at_0": "2027-11-21", "expires_at_1": "00:00:00",
        } | over  # fmt: skip
        return self.client.post(f"{TOKENS}add/", given)

    def test_the_secret_is_shown_once_and_works(self) -> None:
        secret = self.shown(self.add(), "sw_")
        row = ApiToken.objects.get()
        assert tokens.find(secret, NOW) == row
        assert (row.made_by, row.requests_per_minute) == (self.w.admin, 60)
        for url in (TOKENS, f"{TOKENS}{row.pk}/change/", f"{TOKENS}{row.pk}/history/"):
            page = self.client.get(url).content.decode()
            assert secret not in page
            assert row.digest not in page
            assert row.prefix in page or url.endswith("history/")

    def test_it_is_revoked_for_ever(self) -> None:
        secret = self.shown(self.add(), "sw_")
        row = ApiToken.objects.get()
        given = {"name": "Telco", "requests_per_minute": 60, "revoke": "on"}
        answer = self.client.post(f"{TOKENS}{row.pk}/change/", given)
        assert answer.status_code == 302
        assert tokens.find(secret, NOW) is None
        page = self.client.get(f"{TOKENS}{row.pk}/change/").content.decode()
        assert 'name="revoke"' not in page
        given |= {"revoked_at": "", "officer": self.w.asha.pk, "digest": "x"}
        self.client.post(f"{TOKENS}{row.pk}/change/", given)
        row.refresh_from_db()
        assert row.revoked_at == NOW
        assert row.officer == self.program

    def test_no_key_to_another_house(self) -> None:
        fresh = Officer.objects.create(username="fresh")
        Posting.objects.create(
            officer=self.w.lata, role=Role.AGENT, organisation=self.w.pune,
            valid_to=date(2026, 1, 1),
        )  # fmt: skip
        for over in (
            {"officer": self.w.ravi.pk}, {"organisation": self.w.upp.pk},
            {"officer": fresh.pk}, {"officer": self.w.lata.pk},
            {"expires_at_0": "2020-01-01"},
        ):  # fmt: skip
            answer = self.add(**over)
            assert b"errornote" in answer.content, over
        assert not ApiToken.objects.exists()

    def test_others_see_and_make_none(self) -> None:
        self.add()
        row = ApiToken.objects.get()
        for officer in (self.w.omkar, self.w.asha, self.w.ravi):
            self.sit(officer)
            assert self.client.get(TOKENS).status_code == 403
            assert self.add().status_code == 403
        self.sit(self.w.sunil)  # a supervisor reads settings
        assert self.client.get(f"{TOKENS}{row.pk}/change/").status_code == 200
        assert self.add().status_code == 403


class WebhookAdminTests(AdminCase):
    def add(self, **over: Any) -> Any:
        given = {
            "organisation": self.w.pune.pk, "officer": self.program.pk,
            "url": "https://partner.example.org/hook", "kinds": ["forwarded"],
            "active": "on",
        } | over  # fmt: skip
        return self.client.post(f"{HOOKS}add/", given)

    def change(self, **over: Any) -> Any:
        row = WebhookSubscription.objects.get()
        given = {
            "organisation": row.organisation_id, "officer": row.officer_id,
            "url": row.url, "active": "on",
        } | over  # fmt: skip
        return self.client.post(f"{HOOKS}{row.pk}/change/", given)

    def test_the_secret_is_shown_once_and_kept_sealed(self) -> None:
        secret = self.shown(self.add(), "whsec_")
        row = WebhookSubscription.objects.get()
        assert row.kinds == ["forwarded"]
        assert secret not in row.sealed
        assert unseal(row.sealed) == {"secret": secret}
        assert (
            secret not in self.client.get(f"{HOOKS}{row.pk}/change/").content.decode()
        )
        renewed = self.shown(self.change(renew="on"), "whsec_")
        row.refresh_from_db()
        assert unseal(row.sealed) == {"secret": renewed} != {"secret": secret}
        assert row.kinds == []

    def test_a_test_is_sent_by_the_worker(self) -> None:
        self.add()
        assert self.change(test="on").status_code == 302
        row = WebhookDelivery.objects.get()
        assert (row.event, row.state) == (None, "waiting")
        assert "ping" in self.client.get(DELIVERIES).content.decode()
        page = self.client.get(f"{DELIVERIES}{row.pk}/change/").content.decode()
        assert 'name="state"' not in page
        self.client.post(f"{DELIVERIES}{row.pk}/change/", {"state": "done"})
        row.refresh_from_db()
        assert row.state == "waiting"

    def test_addresses_that_are_not_safe_are_refused(self) -> None:
        for url in ("http://partner.example.org/", "ftp://x/", "javascript:alert(1)"):
            assert b"errornote" in self.add(url=url).content
        assert not WebhookSubscription.objects.exists()

    def test_nobody_subscribes_for_another_house(self) -> None:
        for over in ({"officer": self.w.ravi.pk}, {"organisation": self.w.upp.pk}):
            assert b"errornote" in self.add(**over).content
        other = partner(self.w.upp, "uma")
        WebhookSubscription.objects.create(
            officer=other, organisation=self.w.upp, url="https://upp.example.org/",
            created_at=NOW,
        )  # fmt: skip
        assert "upp.example.org" not in self.client.get(HOOKS).content.decode()
