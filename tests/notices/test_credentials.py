from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.test import override_settings

from notices.accounts import by_code, keys_of
from notices.credentials import UnreadableSecretsError, seal, unseal
from notices.delivery import tick
from notices.models import ChannelAccount
from notices.texts import REFERENCE
from operations.generation import bump
from tests.base import NOW
from tests.notices.provider import DeliveryTestCase, Provider

SECRETS = {"auth_token": "a3f9c2d17e60b8445566", "note": "नमस्ते"}
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class SealTests:
    def test_what_is_sealed_can_be_read_again(self) -> None:
        assert unseal(seal(SECRETS)) == SECRETS

    def test_it_tells_nothing_of_itself(self) -> None:
        sealed = seal(SECRETS)
        assert "a3f9" not in sealed
        assert "auth_token" not in sealed
        assert sealed != seal(SECRETS)

    def test_nothing_is_nothing(self) -> None:
        assert seal({}) == seal({"auth_token": ""}) == ""
        assert unseal("") == {}

    def test_keys_are_changed_without_a_gap(self) -> None:
        with override_settings(CREDENTIALS_KEYS=[OLD]):
            sealed = seal(SECRETS)
        with override_settings(CREDENTIALS_KEYS=[NEW, OLD]):
            assert unseal(sealed) == SECRETS
            again = seal(unseal(sealed))
        with override_settings(CREDENTIALS_KEYS=[NEW]):
            assert unseal(again) == SECRETS
            with pytest.raises(UnreadableSecretsError):
                unseal(sealed)

    @pytest.mark.parametrize("sealed", ["x", "gAAAAA", "é", seal(SECRETS)[:-4]])
    def test_what_was_tampered_with_is_refused(self, sealed: str) -> None:
        with pytest.raises(UnreadableSecretsError):
            unseal(sealed)

    @override_settings(CREDENTIALS_KEYS=["not a key"])
    def test_a_key_that_is_none_says_nothing_of_itself(self) -> None:
        with pytest.raises(UnreadableSecretsError) as refused:
            seal(SECRETS)
        assert "not a key" not in str(refused.value)

    def test_a_key_is_made_at_the_first_start(self) -> None:
        (key,) = settings.CREDENTIALS_KEYS
        assert Fernet(key)


class AccountTests(DeliveryTestCase):
    def sealed(self, **over: Any) -> ChannelAccount:
        return self.account(provider_account="AC99999", sealed=seal(SECRETS), **over)

    def test_the_wire_is_given_its_keys(self) -> None:
        notice = self.owed(account=self.sealed(header="PUNEMC"))
        tick(NOW)
        assert self.now(notice).state == "sent"
        keys = Provider.sent[0].keys
        assert keys.secrets == SECRETS
        assert (keys.code, keys.provider_account) == ("console", "AC99999")
        assert Provider.sent[0].claimed_at == NOW

    def test_keys_are_not_shown(self) -> None:
        assert "a3f9" not in repr(keys_of(self.sealed()))

    def test_without_their_key_the_message_waits(self) -> None:
        notice = self.owed(account=self.sealed())
        with override_settings(CREDENTIALS_KEYS=[NEW]):
            tick(NOW)
        after = self.now(notice)
        assert (after.state, after.error) == ("queued", "secrets unreadable")
        tick(after.not_before)
        assert self.now(notice).state == "sent"

    def test_a_hook_finds_its_account(self) -> None:
        account = self.sealed()
        assert by_code("console", "console") == account
        assert by_code("email", "console") is None
        assert by_code("console", "") is None
        ChannelAccount.objects.update(active=False)
        bump(REFERENCE)
        assert by_code("console", "console") is None

    def test_an_account_without_a_hook_needs_no_code(self) -> None:
        for address in ("A", "B"):
            self.account(address=address, code="")
