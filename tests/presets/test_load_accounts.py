"""Numbers and mailboxes from channel_accounts.csv, and faults of the tables of ways."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.models import ChannelAccount
from officers.models import Organisation
from operations.generation import forget_all
from presets.faults import BadPreset
from presets.load import Loaded, load
from tests.presets import tiny

NOW = datetime(2026, 11, 21, 3, 42, tzinfo=UTC)
HEADER = "code,organisation,channel,sender,address"
SMS = "town-sms,TOWN,sms,sms_twilio,99999-80901"
MAIL = "town-mail,TOWN,email,email,town@example.org"


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    forget_all()


def given(root: Path, **tables: tuple[str, ...]) -> None:
    folder = tiny.write(root)
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def loaded(root: Path, *lines: str) -> Loaded:
    given(root, channel_accounts=(HEADER, *lines))
    return load("town", at=NOW, root=root)


def refused(root: Path, **tables: tuple[str, ...]) -> str:
    given(root, **tables)
    with pytest.raises(BadPreset) as refusal:
        load("town", at=NOW, root=root)
    return str(refusal.value.faults[0])


@pytest.mark.django_db
class AccountTests:
    def test_it_enters_number_and_mailbox_without_secrets(self, tmp_path: Path) -> None:
        loaded(tmp_path, SMS, MAIL)
        sms = ChannelAccount.objects.get(code="town-sms")
        assert (sms.sender, sms.address) == ("sms_twilio", "+919999980901")
        assert (sms.sealed, sms.provider_account, sms.registered) == ("", "", False)
        assert set(ChannelAccount.objects.values_list("code", flat=True)) == {
            "town-sms", "town-mail",
        }  # fmt: skip
        assert loaded(tmp_path, SMS, MAIL).nothing_changed

    def test_it_keeps_what_an_administrator_entered(self, tmp_path: Path) -> None:
        loaded(tmp_path, SMS)
        theirs = {"address": "+912012345678", "provider_account": "AC1", "header": "X"}
        ChannelAccount.objects.filter(code="town-sms").update(**theirs)
        assert loaded(tmp_path, SMS).nothing_changed
        sms = ChannelAccount.objects.get(code="town-sms")
        assert (sms.address, sms.provider_account) == ("+912012345678", "AC1")

    def test_it_retires_the_stand_in(self, tmp_path: Path) -> None:
        tiny.write(tmp_path)
        load("town", at=NOW, root=tmp_path)
        assert ChannelAccount.objects.get(channel="sms").sender == "console"
        loaded(tmp_path, SMS, MAIL)
        in_use = ChannelAccount.objects.filter(active=True)
        assert set(in_use.values_list("code", flat=True)) == {"town-sms", "town-mail"}
        # the mailbox there was got its code and is no second one
        assert ChannelAccount.objects.filter(channel="email").count() == 1

    def test_it_rests_when_its_line_goes_and_wakes_with_it(
        self, tmp_path: Path
    ) -> None:
        tiny.write(tmp_path)
        load("town", at=NOW, root=tmp_path)
        loaded(tmp_path, SMS, MAIL)
        loaded(tmp_path, MAIL)
        sms = ChannelAccount.objects.get(code="town-sms")
        assert not sms.active
        assert ChannelAccount.objects.get(sender="console").active
        loaded(tmp_path, SMS, MAIL)
        sms.refresh_from_db()
        assert sms.active

    def test_it_takes_no_number_of_another_organisation(self, tmp_path: Path) -> None:
        other = Organisation.objects.create(
            code="CITY", kind="city", names={"en": "City"}
        )
        ChannelAccount.objects.create(
            organisation=other, channel="sms", sender="sms_twilio", code="city-sms",
            address="+919999980901",
        )  # fmt: skip
        assert refused(tmp_path, channel_accounts=(HEADER, SMS)) == (
            "channel_accounts.csv, line 2, column address: “+919999980901” belongs to"
            " CITY"
        )
        taken = SMS.replace("town-sms", "city-sms").replace("80901", "80902")
        assert "column code: the code “city-sms” belongs to CITY" in refused(
            tmp_path, channel_accounts=(HEADER, taken)
        )


@pytest.mark.django_db
class WayFaultTests:
    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("99999-80901", "12", "column address: “12” is no telephone number"),
            ("99999-80901", "", "column address: must not be empty"),
            ("town-sms", "town.sms", "column code: “town.sms” may hold letters"),
            (",TOWN,", ",CITY,", "column organisation: “CITY” is not in"),
        ],
    )
    def test_it_names_the_cell_of_an_account(
        self, tmp_path: Path, old: str, new: str, told: str
    ) -> None:
        lines = (HEADER, SMS.replace(old, new))
        found = refused(tmp_path, channel_accounts=lines)
        assert found.startswith("channel_accounts.csv, line 2, ")
        assert told in found

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("TOWN,TownSewa,TOWN,,", "column tag: “TownSewa” is no hashtag"),
            ("TOWN,#Town Sewa,TOWN,,", "column tag: “#Town Sewa” is no hashtag"),
            ("TOWN,#TownSewa,TOWN,huge,", "column criticality: “huge” is not one"),
            ("TOWN,#TownSewa,TOWN,,soon", "column horizon: “soon” is not one"),
            ("TOWN,#TownSewa,RAIL,,", "column target: “RAIL” is not in"),
        ],
    )
    def test_it_names_the_cell_of_a_hashtag(
        self, tmp_path: Path, line: str, told: str
    ) -> None:
        lines = ("organisation,tag,target,criticality,horizon", line)
        found = refused(tmp_path, hashtags=lines)
        assert found.startswith("hashtags.csv, line 2, ")
        assert told in found

    def test_it_finds_a_hashtag_twice(self, tmp_path: Path) -> None:
        lines = (
            "organisation,tag,target,criticality,horizon",
            "TOWN,#TownSewa,TOWN,,", "TOWN,#townsewa,TOWN,high,",
        )  # fmt: skip
        assert refused(tmp_path, hashtags=lines) == (
            "hashtags.csv, line 3, column tag: the same is on line 2"
        )
