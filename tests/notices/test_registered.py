from datetime import timedelta

from django.core.exceptions import ValidationError

from notices.delivery import tick
from notices.dlt import differs
from notices.models import ChannelAccount, Notice, Template
from operations.generation import bump
from tests.base import NOW
from tests.notices.provider import DeliveryTestCase, Provider

ENGLISH = (
    "{#var#}: Complaint {#var#} registered: {#var#}. To be solved by {#var#}."
    " Track: {#var#} or call {#var#}"
)
HINDI = (
    "{#var#}: शिकायत {#var#} दर्ज हुई: {#var#}. {#var#} तक हल होगी. देखें {#var#} या {#var#}"
)
LONG = "Pune Municipal Corporation of the whole city, the old and the new"


class RegisteredTests(DeliveryTestCase):
    """An account whose texts the Indian operators compare with their register."""

    def setUp(self) -> None:
        super().setUp()
        self.account(registered=True, entity_id="1101234567890123456", header="PUNEMC")
        self.register("en", ENGLISH, "1107000000000000001")
        self.register("hi", HINDI, "1107000000000000002")

    def register(self, language: str, text: str, id_: str) -> None:
        Template.objects.filter(
            organisation=self.w.pune, key="registered", language=language
        ).update(registered_text=text, registered_id=id_)
        bump("notices")

    def filed(self, language: str = "en") -> Notice:
        return Notice.objects.get(complaint=self.w.file(language=language))

    def test_it_leaves_under_its_id(self) -> None:
        notice = self.filed()
        tick(NOW)
        assert self.now(notice).state == "sent"
        (message,) = Provider.sent
        assert message.template_id == "1107000000000000001"
        assert (message.keys.header, message.keys.entity_id) == (
            "PUNEMC",
            "1101234567890123456",
        )

    def test_hindi_has_an_id_of_its_own(self) -> None:
        self.filed("hi")
        tick(NOW)
        assert Provider.sent[0].template_id == "1107000000000000002"
        assert differs(Provider.sent[0].text, HINDI, 40) is None

    def test_long_values_are_cut_to_what_the_operator_takes(self) -> None:
        self.w.pune.names = {"en": LONG}
        self.w.pune.save(update_fields=["names"])
        bump("officers")
        for limit in (30, 40):
            ChannelAccount.objects.update(variable_limit=limit)
            bump("notices")
            notice = self.filed()
            tick(NOW)
            assert self.now(notice).state == "sent", self.now(notice).error
            head = Provider.sent[-1].text.partition(":")[0]
            assert head in (LONG[:limit].rstrip(), "PUNE")

    def test_a_text_that_was_changed_is_kept_back(self) -> None:
        Template.objects.filter(key="registered", language="en").update(
            text="{org}: Complaint {no} registered: {type}. To be done by {due}"
        )
        bump("notices")
        notice = self.filed()
        tick(NOW)
        after = self.now(notice)
        assert after.state == "failed"
        place = after.text.index("done by") + 1
        assert after.error == f"dlt differs at {place}"
        assert Provider.sent == []
        assert tick(NOW + timedelta(days=1)) == 0

    def test_what_is_not_registered_is_kept_back(self) -> None:
        self.register("en", "", "")
        notice = self.filed()
        tick(NOW)
        after = self.now(notice)
        assert (after.state, after.error) == ("failed", "dlt not registered")
        assert Provider.sent == []

    def test_an_id_without_its_text_is_none(self) -> None:
        self.register("en", "", "1107000000000000001")
        notice = self.filed()
        tick(NOW)
        assert self.now(notice).error == "dlt not registered"

    def test_a_refusal_says_nothing_of_the_provider(self) -> None:
        self.register("en", "", "")
        for _n in range(7):
            self.filed()
        tick(NOW)
        self.register("en", ENGLISH, "1107000000000000001")
        notice = self.filed()
        tick(NOW + timedelta(seconds=1))
        assert self.now(notice).state == "sent"

    def test_the_header_is_as_the_register_has_it(self) -> None:
        for header, fits in (
            ("PUNEMC", True), ("PMC", True), ("600123", True),
            ("PM", False), ("PUNECITY", False), ("60012", False), ("PUNE1", False),
        ):  # fmt: skip
            account = ChannelAccount(
                organisation=self.w.pune, channel="sms", address="x", sender="console",
                registered=True, entity_id="1101234567890123456", header=header,
            )  # fmt: skip
            assert (self.wrong(account) == set()) is fits, header

    def test_an_account_that_is_not_registered_needs_no_header(self) -> None:
        account = ChannelAccount(
            organisation=self.w.pune, channel="sms", address="x", sender="console"
        )
        assert self.wrong(account) == set()
        account.registered = True
        assert self.wrong(account) == {"header", "entity_id"}

    def wrong(self, account: ChannelAccount) -> set[str]:
        try:
            account.full_clean(exclude=["sealed"])
        except ValidationError as error:
            return set(error.message_dict)
        return set()
