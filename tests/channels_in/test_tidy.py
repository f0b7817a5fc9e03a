"""What is not kept: raw bodies after 35 days, and all of who asked to be forgotten."""

from datetime import timedelta

from channels_in import figures, tidy
from channels_in.models import Conversation, Inbound
from complaints.services import erase_personal
from operations import hourly
from tests.base import MEERA, NOW
from tests.channels_in.stage import RAVI, SmsTestCase, account_of


class BlankTests(SmsTestCase):
    def test_it_blanks_after_35_days_and_still_knows_the_repeat(self) -> None:
        row = self.say("Big pothole near the school in Kothrud")
        assert tidy.tidy(NOW + timedelta(days=35)) == 0
        assert tidy.tidy(NOW + timedelta(days=36)) == 2
        row.refresh_from_db()
        assert (bytes(row.body), row.headers, row.sender) == (b"", {}, "")
        assert row.blanked_at is not None and row.provider_id
        assert not Conversation.objects.exists()
        assert tidy.tidy(NOW + timedelta(days=36)) == 0

    def test_it_keeps_what_staff_must_still_read(self) -> None:
        row = self.say("from a bank", sender="AX-BANK")
        tidy.tidy(NOW + timedelta(days=100))
        row.refresh_from_db()
        assert row.state == "dead" and bytes(row.body)

    def test_it_is_done_once_an_hour(self) -> None:
        hourly.forget()
        self.say("Big pothole near the school in Kothrud")
        at = NOW + timedelta(days=36)
        assert tidy.tick(at) == 2
        with self.assertNumQueries(0):
            tidy.tick(at)


class ErasureTests(SmsTestCase):
    def test_it_forgets_the_person_in_the_inbox(self) -> None:
        first = self.say("Big pothole near the school in Kothrud")
        command = self.say("STATUS")
        alone = self.say("HELP")
        other = self.say("No water in Aundh", sender=RAVI)
        self.erase()
        for row in (first, command, alone):
            row.refresh_from_db()
            assert (bytes(row.body), row.headers, row.sender) == (b"", {}, "")
        other.refresh_from_db()
        assert other.sender == RAVI and bytes(other.body)
        assert not Conversation.objects.filter(address=MEERA).exists()
        assert Conversation.objects.filter(address=RAVI).exists()

    def test_it_leaves_another_house_alone(self) -> None:
        house = account_of(self.w.upp, "upp-sms", address="+919999980004")
        self.say("Big pothole near the school in Kothrud")
        row = self.store("no power")
        Inbound.objects.filter(pk=row.pk).update(
            account=house, state="done", sender=MEERA, done_at=NOW
        )
        self.erase()
        row.refresh_from_db()
        assert row.sender == MEERA

    def erase(self) -> None:
        complaint = self.complaint()
        erase_personal(complaint, actor=self.w.actor(self.w.prakash), at=self.at)


class FigureTests(SmsTestCase):
    def test_it_tells_age_dead_and_the_last_of_each_account(self) -> None:
        assert figures.figures(NOW)["inbox_oldest_seconds"] == 0
        self.say("from a bank", sender="AX-BANK")
        self.store("Big pothole in Kothrud", at=NOW)
        found = figures.figures(NOW + timedelta(minutes=2))
        assert found["inbox_oldest_seconds"] == 120
        assert found["inbox_dead"] == 1
        assert found['inbox_last_message_seconds{account="pune-sms"}'] == 119
        assert found['inbox_missed_total{account="pune-sms"}'] == 0

    def test_it_asks_a_fixed_number_of_questions(self) -> None:
        with self.assertNumQueries(3):
            figures.figures(NOW)
