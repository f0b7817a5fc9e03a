"""The demonstration's numbers: secrets of their own, and the simulator knows them."""

import pytest
from django.test import override_settings

from notices.accounts import keys_of
from notices.models import ChannelAccount
from presets.simulated import SimulatorSilent, equip, register
from tests.base import WorldTestCase
from tests.simulator import NUMBER, running_simulator, sms_account


class EquipTests(WorldTestCase):
    def secret(self) -> str:
        return keys_of(ChannelAccount.objects.get()).secrets["auth_token"]

    def test_it_gives_a_secret_once(self) -> None:
        sms_account(self.w.pune, provider_account="", sealed="")
        assert equip() == 1
        account, made = ChannelAccount.objects.get(), self.secret()
        assert account.provider_account.startswith("AC")
        assert len(account.provider_account) == 34
        assert made not in account.sealed
        assert equip() == 0
        assert self.secret() == made

    def test_it_replaces_what_nobody_can_read(self) -> None:
        sms_account(self.w.pune, sealed="sealed with a key that is gone")
        assert equip() == 1
        assert self.secret()

    def test_it_leaves_other_ways_alone(self) -> None:
        sms_account(self.w.pune, sender="console", sealed="")
        assert equip() == 0


class RegisterTests(WorldTestCase):
    def test_it_tells_the_simulator(self) -> None:
        sms_account(self.w.pune)
        with running_simulator() as simulator:
            with override_settings(SUNWAI_SIMULATOR_URL=simulator.url):
                register(8123)
                register(8123)
            (told,) = simulator.store.all("SELECT number, reach FROM accounts")
        assert told == {"number": NUMBER, "reach": "http://127.0.0.1:8123"}

    def test_it_says_when_nobody_listens(self) -> None:
        sms_account(self.w.pune)
        with override_settings(SUNWAI_SIMULATOR_URL="http://127.0.0.1:9"):
            with pytest.raises(SimulatorSilent):
                register(8123)
