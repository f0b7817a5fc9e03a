"""What becomes of words: a complaint, more about one, an answer, a friendly reply."""

from datetime import timedelta

from django.utils.translation import gettext, override

from channels_in import inbox
from complaints.models import Complaint, Message
from complaints.services import ask_citizen
from complaints.status import Status
from notices.models import Notice
from tests.base import MEERA, NOW
from tests.channels_in.stage import RAVI, SmsTestCase, account_of


class NewComplaintTests(SmsTestCase):
    def test_it_registers_what_is_said_in_words(self) -> None:
        row = self.say("Big pothole near the school in Kothrud")
        complaint = self.complaint()
        assert row.state == "done" and row.attempts == 1
        assert row.complaint == complaint and row.sender == MEERA
        assert complaint.source.code == "sms"
        assert complaint.received_by == self.w.pune
        assert complaint.office == self.w.kothrud
        assert complaint.language == "en"
        assert self.told()[0] == "registered"

    def test_it_answers_from_the_number_that_was_written_to(self) -> None:
        self.say("Big pothole near the school in Kothrud")
        accounts = Notice.objects.filter(recipient=MEERA).values_list("account")
        assert {pk for (pk,) in accounts} == {self.account.pk}

    def test_it_answers_in_the_language_of_the_words(self) -> None:
        self.say("कोथरूड में सड़क में गड्ढा है")
        assert self.complaint().language == "hi"
        assert self.last().language == "hi"

    def test_it_keeps_the_language_for_what_shows_none(self) -> None:
        self.say("कोथरूड में सड़क में गड्ढा है")
        self.say("STATUS")
        assert self.last().language == "hi"

    def test_it_counts_from_the_moment_we_had_it(self) -> None:
        row = self.store("No water in Aundh since morning", at=NOW)
        self.later(hours=2)
        inbox.tick(self.at)
        row.refresh_from_db()
        assert row.complaint is not None
        assert row.complaint.registered_at == NOW

    def test_it_takes_a_sentence_that_begins_with_a_commands_word(self) -> None:
        for text in (
            "stop the water leak near Kothrud school",
            "help us no water in Aundh for three days",
            "status of the road in Kothrud is very bad",
            "rate of water tax is too high here",
            "escalate this now nobody has come to Kothrud",
            "reopen the park gate in Kothrud",
            "शुरू से पानी नहीं आ रहा",
            "फिर पानी नहीं आया",
        ):
            before = Complaint.objects.count()
            self.say(text)
            assert Complaint.objects.count() == before + 1, text

    def test_it_takes_a_long_text_whole(self) -> None:
        text = "pothole in Kothrud " * 400
        self.say(text)
        complaint = self.complaint()
        said = [complaint.text, *Message.objects.values_list("text", flat=True)]
        assert "".join(said).replace(" ", "") == text.replace(" ", "")

    def test_it_says_what_to_write_where_nothing_is_said(self) -> None:
        for text in ("", "hello", "नमस्ते", "👍", "ok", "?", "x"):
            self.say(text, sender=RAVI)
        assert set(self.told(RAVI)) == {"help_reply"}
        assert not Complaint.objects.exists()


class MoreTests(SmsTestCase):
    def test_it_adds_the_same_words_to_the_same_complaint(self) -> None:
        self.say("No water in Aundh!")
        self.later(hours=23)
        self.say("no water in aundh")
        assert Complaint.objects.count() == 1
        assert self.told()[-1] == "added_reply"

    def test_it_registers_the_same_words_of_another_day(self) -> None:
        self.say("No water in Aundh!")
        self.later(hours=25)
        self.say("No water in Aundh!")
        assert Complaint.objects.count() == 2

    def test_it_registers_the_same_words_of_another_person(self) -> None:
        self.say("No water in Aundh!")
        self.say("No water in Aundh!", sender=RAVI)
        assert Complaint.objects.count() == 2

    def test_it_adds_to_the_number_that_is_named(self) -> None:
        complaint = self.w.file()
        self.say(f"For {complaint.number}: it is even deeper after the rain")
        assert Complaint.objects.count() == 1
        said = Message.objects.get(complaint=complaint, kind="citizen")
        assert "even deeper" in said.text
        assert self.told()[-1] == "added_reply"

    def test_it_registers_words_that_name_somebody_elses_number(self) -> None:
        complaint = self.w.file()
        version = complaint.version
        self.say(f"As in {complaint.number}: pothole in Kothrud", sender=RAVI)
        complaint.refresh_from_db()
        assert complaint.version == version
        assert Complaint.objects.count() == 2

    def test_it_takes_the_answer_to_a_question(self) -> None:
        complaint = self.asked()
        self.say("148302975110")  # a consumer number, as was asked
        complaint.refresh_from_db()
        assert complaint.status == Status.IN_PROGRESS
        said = Message.objects.get(complaint=complaint, kind="answer")
        assert said.text == "148302975110"

    def test_it_takes_an_answer_of_one_word(self) -> None:
        complaint = self.asked()
        self.say("No")
        complaint.refresh_from_db()
        assert complaint.status == Status.IN_PROGRESS

    def test_it_still_serves_commands_while_a_question_is_open(self) -> None:
        complaint = self.asked()
        self.say("STATUS")
        complaint.refresh_from_db()
        assert complaint.status == Status.NEED_INFO
        assert self.told()[-1] == "status_reply"

    def test_it_does_not_guess_which_of_two_questions_is_meant(self) -> None:
        first, second = self.asked(), self.asked("No water in Aundh")
        self.say("It is beside the temple in Kothrud, big pothole")
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.status == second.status == Status.NEED_INFO
        assert Complaint.objects.count() == 3

    def asked(self, text: str = "") -> Complaint:
        complaint = self.w.file(text)
        actor = self.w.actor(self.w.devika)
        ask_citizen(
            complaint, question="What is your consumer number?", actor=actor, at=NOW
        )
        return complaint


class LimitTests(SmsTestCase):
    def test_it_answers_thirty_times_an_hour_and_stores_everything(self) -> None:
        for _n in range(40):
            self.say("hello", sender=RAVI)
        assert len(self.told(RAVI)) == 30

    def test_it_registers_without_a_word_after_that(self) -> None:
        for _n in range(30):
            self.say("hello", sender=RAVI)
        self.say("No water in Aundh since morning", sender=RAVI)
        assert Complaint.objects.count() == 1
        waiting = Notice.objects.filter(recipient=RAVI, state="queued")
        assert waiting.count() == 30
        self.later(hours=1)
        self.say("STATUS", sender=RAVI)
        assert self.told(RAVI)[-1] == "status_reply"


class PhotoTests(SmsTestCase):
    def photo(self, sender: str = MEERA, text: str = "") -> None:
        url = "https://api.twilio.com/2010-04-01/Accounts/x/Messages/y/Media/z"
        self.say(
            text, sender, NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg"
        )

    def test_it_is_a_complaint_of_its_own_where_nothing_was_said(self) -> None:
        self.photo()
        complaint = self.complaint()
        assert complaint.status == Status.TRIAGE
        with override(complaint.language):
            assert complaint.text == gettext("A photo without words.")

    def test_it_belongs_to_what_was_said_before_it(self) -> None:
        self.say("Big pothole near the school in Kothrud")
        told = len(self.told())
        self.photo()
        self.later(minutes=9)
        self.photo()
        assert Complaint.objects.count() == 1
        assert len(self.told()) == told

    def test_it_is_something_new_after_ten_minutes(self) -> None:
        self.say("Big pothole near the school in Kothrud")
        self.later(minutes=11)
        self.photo()
        assert Complaint.objects.count() == 2


class SubtreeTests(SmsTestCase):
    """A message to one discom's number never reaches its sibling."""

    def setUp(self) -> None:
        super().setUp()
        self.account = account_of(self.w.kes, "kes-sms", address="+919999980002")

    def test_it_waits_for_a_person_of_the_receiver(self) -> None:
        self.say("no power in Gomti Nagar #mvv 226010")
        complaint = self.complaint()
        assert complaint.received_by == self.w.kes
        assert complaint.organisation == self.w.kes
        assert complaint.status == Status.TRIAGE

    def test_it_is_answered_from_the_receivers_number(self) -> None:
        self.say("no power in Gomti Nagar #mvv 226010")
        notice = Notice.objects.filter(recipient=MEERA).first()
        assert notice is not None and notice.account == self.account

    def test_it_is_the_same_person_at_both(self) -> None:
        self.say("no power in Gomti Nagar")
        first = self.complaint()
        self.later(minutes=1)
        self.say(f"STATUS {first.number}")
        assert self.told()[-1] == "status_reply"
        assert timedelta(0) < self.at - first.registered_at
