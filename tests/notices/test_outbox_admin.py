from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.models import LogEntry
from django.test import override_settings

from notices.admin_accounts import ChannelAccountAdmin, OptOutAdmin
from notices.admin_notices import NoticeAdmin
from notices.credentials import seal, unseal
from notices.delivery import tick
from notices.models import ChannelAccount, Notice, OptOut
from notices.optouts import stop
from officers.models import Officer, Posting
from tests.base import MEERA, NOW
from tests.notices.provider import DeliveryTestCase

TOKEN = "a3f9c2d17e60b8445566ab12"
NOTICES, ACCOUNTS = "/admin/notices/notice/", "/admin/notices/channelaccount/"


class Inward:
    """A wire that takes in, as those one floor above do."""

    secret_names = ("auth_token",)
    parse = verify = None


class OutboxPageTests(DeliveryTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.w.admin)

    def trouble(self, state: str = "failed", **over: Any) -> Notice:
        return self.owed(state=state, error="dlt differs at 37", **over)

    def page(self, query: str = "") -> str:
        return self.client.get(NOTICES + query).content.decode()

    def send_again(self, *notices: Notice) -> str:
        data = {"action": "again", "_selected_action": [n.pk for n in notices]}
        return self.client.post(NOTICES, data, follow=True).content.decode()

    def test_it_shows_first_what_did_not_arrive(self) -> None:
        self.owed()
        self.trouble()
        page = self.page()
        assert page.count("dlt differs at 37") == 1
        assert "1 notice" in page
        assert "99999" not in page

    def test_other_stages_are_a_click_away(self) -> None:
        self.trouble()
        assert "dlt differs" not in self.page("?state=queued")
        assert "dlt differs" in self.page("?state=failed")

    def test_it_counts_no_more_than_it_shows(self) -> None:
        self.trouble()
        self.page()
        with self.assertNumQueries(9) as asked:
            self.page()
        for query in asked.captured_queries:
            sql = query["sql"]
            assert "DISTINCT" not in sql
            if "COUNT(*)" in sql:
                assert "LIMIT 1000" in sql

    def test_a_person_sends_it_again(self) -> None:
        notice = self.trouble(attempts=6, provider_id="p-old")
        assert "1 message goes again." in self.send_again(notice)
        after = self.now(notice)
        assert (after.state, after.attempts, after.provider_id) == ("queued", 0, "")
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (self.w.admin, str(notice.pk))
        tick(after.not_before)
        assert self.now(notice).state == "sent"

    def test_codes_and_what_arrived_stay(self) -> None:
        code = self.trouble(kind="code")
        gone = self.trouble(text="[…]")
        assert "stay as they are" in self.send_again(code, gone)
        assert self.now(code).state == self.now(gone).state == "failed"
        assert not LogEntry.objects.exists()

    def test_who_asked_to_stop_is_not_written_to(self) -> None:
        account = self.account()
        notice = self.trouble("stopped", account=account)
        stop(account, MEERA, NOW)
        self.send_again(notice)
        tick(self.now(notice).not_before)
        assert self.now(notice).state == "stopped"

    def test_an_auditor_looks_only(self) -> None:
        self.client.force_login(self.auditor())
        notice = self.trouble()
        assert "dlt differs" in self.page()
        self.send_again(notice)
        assert self.now(notice).state == "failed"

    def test_answers_to_strangers_belong_to_the_accounts_house(self) -> None:
        self.trouble(complaint=None, event=None, account=self.account())
        assert "dlt differs" in self.page()
        self.client.force_login(self.stranger())
        assert "dlt differs" not in self.page()

    def test_another_house_sends_nothing_of_ours(self) -> None:
        self.client.force_login(self.stranger())
        notice = self.trouble()
        self.send_again(notice)
        assert self.now(notice).state == "failed"

    def auditor(self) -> Officer:
        return self._posted("auditor", self.w.pune)

    def stranger(self) -> Officer:
        return self._posted("admin", self.w.upp)

    def _posted(self, role: str, organisation: Any) -> Officer:
        officer = Officer.objects.create(username="nobody", is_staff=True)
        Posting.objects.create(
            officer=officer,
            role=role,
            organisation=organisation,
            valid_from="2020-01-01",
        )
        return officer


class AccountPageTests(DeliveryTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.w.admin)
        wired = override_settings(
            SUNWAI_CHANNELS={
                "console": "notices.senders.console.ConsoleSender",
                "inward": "tests.notices.test_outbox_admin.Inward",
            }
        )
        wired.enable()
        self.addCleanup(wired.disable)
        self.ours = self.account("inward", sealed=seal({"auth_token": TOKEN}))

    def url(self) -> str:
        return f"{ACCOUNTS}{self.ours.pk}/change/"

    def page(self) -> str:
        return self.client.get(self.url()).content.decode()

    def save(self, **over: object) -> str:
        data = {
            "organisation": self.w.pune.pk, "channel": "sms", "address": "INWARD",
            "active": "on", "sender": "inward", "code": "inward",
            "provider_account": "AC1", "variable_limit": "40", "entity_id": "",
            "header": "", "secret_auth_token": "",
        } | over  # fmt: skip
        return self.client.post(self.url(), data, follow=True).content.decode()

    def secrets(self) -> dict[str, str]:
        return unseal(ChannelAccount.objects.get(pk=self.ours.pk).sealed)

    def test_a_secret_goes_in_and_never_comes_out(self) -> None:
        page = self.page()
        assert TOKEN not in page
        assert self.ours.sealed not in page
        assert "Set, ends with …ab12." in page

    def test_what_is_left_empty_stays(self) -> None:
        self.save(provider_account="AC2")
        self.ours.refresh_from_db()
        assert self.ours.provider_account == "AC2"
        assert self.secrets() == {"auth_token": TOKEN}

    def test_a_new_one_takes_its_place(self) -> None:
        self.save(secret_auth_token="another one")
        assert self.secrets() == {"auth_token": "another one"}
        assert "Set." in self.page()
        assert "another one" not in self.page()

    def test_it_says_when_none_is_set(self) -> None:
        ChannelAccount.objects.update(sealed="")
        assert "Not set." in self.page()

    def test_one_that_cannot_be_read_is_entered_anew(self) -> None:
        ChannelAccount.objects.update(sealed="gAAAA-broken")
        assert "sealed with a key that is gone" in self.page()
        self.save(secret_auth_token=TOKEN)
        assert self.secrets() == {"auth_token": TOKEN}

    def test_the_addresses_to_enter_at_the_provider_are_shown(self) -> None:
        page = self.page()
        assert "<code>https://s.example.in/hooks/inward/inward/</code>" in page
        assert "<code>https://s.example.in/hooks/inward/inward/status/</code>" in page

    def test_a_wire_that_takes_in_needs_a_code(self) -> None:
        assert "The provider needs an address to call." in self.save(code="")
        assert "The provider needs" not in self.save(sender="console", code="")

    def test_a_header_that_cannot_be_registered_is_refused(self) -> None:
        assert "3 to 6 letters" in self.save(registered="on", header="PUNECITY")

    def test_a_new_account_is_saved_before_its_secrets(self) -> None:
        page = self.client.get(ACCOUNTS + "add/").content.decode()
        assert "Save it, then enter its secrets." in page

    def test_the_list_of_opt_outs_is_masked(self) -> None:
        stop(self.ours, MEERA, NOW)
        page = self.client.get("/admin/notices/optout/").content.decode()
        assert "99999" not in page
        assert "•0001" in page

    def test_all_are_scoped(self) -> None:
        site = AdminSite()
        for model, admin in (
            (Notice, NoticeAdmin), (ChannelAccount, ChannelAccountAdmin),
            (OptOut, OptOutAdmin),
        ):  # fmt: skip
            assert not admin(model, site).has_delete_permission(None)  # type: ignore[arg-type]  # it asks nobody
