"""STATUS, RATE, REOPEN, ESCALATE, JOIN, STOP: what each does, and for whom."""

from typing import Any

from complaints.models import Complaint, Event, Message
from complaints.services import confirm, resolve
from complaints.status import Status
from feedback.models import Rating, RatingRequest
from incidents.models import Membership
from incidents.services import declare
from notices.models import Notice, OptOut
from tests.base import MEERA, NOW
from tests.channels_in.stage import RAVI, SmsTestCase


class CommandCase(SmsTestCase):
    def solved(self, text: str = "No water in Aundh") -> Complaint:
        complaint = self.w.file(text)
        resolve(
            complaint,
            action_taken="The valve was opened again.",
            cause=self.w.wear,
            actor=self.w.actor(self.w.zoya),
            at=self.at,
        )
        complaint.refresh_from_db()
        return complaint

    def status(self, complaint: Complaint) -> str:
        return str(
            Complaint.objects.values_list("status", flat=True).get(pk=complaint.pk)
        )


class StatusTests(CommandCase):
    def test_it_tells_the_newest_without_a_number(self) -> None:
        self.w.file()
        newest = self.w.file("No water in Aundh", at=self.later(minutes=1))
        self.say("status")
        assert self.told()[-1] == "status_reply"
        assert newest.number in self.last().text.replace(" ", "")

    def test_it_tells_the_one_that_is_named(self) -> None:
        first = self.w.file()
        self.w.file("No water in Aundh")
        self.say(first.number)
        assert first.number in self.last().text.replace(" ", "")

    def test_it_says_nothing_of_others_and_the_same_of_none(self) -> None:
        complaint = self.w.file()
        answers = []
        for text in (
            complaint.number, f"STATUS {complaint.number}", "STATUS 123456789012",
            "123456789012", f"REOPEN {complaint.number}", f"RATE 1 {complaint.number}",
            f"ESCALATE {complaint.number}", f"JOIN {complaint.number}", "STATUS",
        ):  # fmt: skip
            self.say(text, sender=RAVI)
            answers.append((self.told(RAVI)[-1], self.last(RAVI).text))
        assert len(set(answers)) == 1
        assert answers[0][0] == "not_found_reply"
        assert complaint.number not in answers[0][1].replace(" ", "")

    def test_it_takes_one_person_for_two_in_two_houses(self) -> None:
        other = self.w.file(
            "no power in Gomti Nagar", organisation=self.w.mvv, phone=MEERA
        )
        self.say(f"STATUS {other.number}")
        assert self.told()[-1] == "not_found_reply"


class RateTests(CommandCase):
    def test_it_confirms_what_was_solved(self) -> None:
        complaint = self.solved()
        self.say("RATE 5 quick work")
        rating = Rating.objects.get()
        assert (rating.score, rating.solved, rating.words) == (5, True, "quick work")
        assert rating.channel == "sms"
        assert self.status(complaint) == Status.CLOSED
        assert "rated_reply" in self.told()

    def test_it_takes_a_bare_digit_where_one_rating_is_asked(self) -> None:
        self.solved()
        self.say("४")
        assert Rating.objects.get().score == 4

    def test_it_opens_again_what_is_rated_one_or_two(self) -> None:
        complaint = self.solved()
        self.say("1")
        rating = Rating.objects.get()
        assert (rating.score, rating.solved) == (1, False)
        assert Event.objects.filter(complaint=complaint, kind="disputed").exists()

    def test_it_reads_how_long_it_took_and_keeps_the_words(self) -> None:
        complaint = self.solved()
        self.say("RATE 4 २ घंटे लगे")
        rating = Rating.objects.get()
        assert (rating.took_minutes, rating.words) == (120, "२ घंटे लगे")
        complaint.refresh_from_db()
        assert complaint.told_in_time is True

    def test_it_asks_which_of_two_is_meant(self) -> None:
        self.solved()
        self.solved("No water in Aundh at all today")
        self.say("5")
        assert self.told()[-1] == "help_reply"
        self.say("rate 5")
        assert self.told()[-1] == "rate_how_reply"
        assert not Rating.objects.exists()

    def test_it_counts_once(self) -> None:
        complaint = self.solved()
        self.say(f"RATE 5 {complaint.number}")
        self.say(f"RATE 1 {complaint.number}")
        assert Rating.objects.count() == 1
        assert self.told()[-1] == "too_late_reply"

    def test_it_says_how(self) -> None:
        complaint = self.solved()
        for text in ("RATE", f"RATE {complaint.number}", "RATE 9"):
            self.say(text)
            assert self.told()[-1] == "rate_how_reply", text
        assert not RatingRequest.objects.exclude(used_at=None).exists()

    def test_it_tells_the_stage_of_what_is_worked_on(self) -> None:
        self.w.file()
        self.say("RATE 5")
        assert self.told()[-1] == "status_reply"

    def test_it_is_too_late_the_second_time(self) -> None:
        self.solved()
        self.say("RATE 5")
        self.say("RATE 4")
        assert self.told()[-1] == "too_late_reply"


class ReopenTests(CommandCase):
    def test_it_disputes_what_was_called_solved(self) -> None:
        complaint = self.solved()
        self.say(f"REOPEN {complaint.number} still no water")
        assert Event.objects.filter(complaint=complaint, kind="disputed").exists()
        said = Message.objects.get(complaint=complaint, kind="dispute")
        assert said.text == "still no water"
        assert "reopened" in self.told()

    def test_it_opens_what_was_closed(self) -> None:
        complaint = self.solved()
        confirm(complaint, actor=self.w.citizen(complaint), at=self.at)
        self.say("reopen it is dry again")
        assert Event.objects.filter(complaint=complaint, kind="reopened").exists()

    def test_it_takes_no_for_an_answer(self) -> None:
        complaint = self.solved()
        self.say("NO")
        assert Event.objects.filter(complaint=complaint, kind="disputed").exists()

    def test_it_is_too_late_one_day_after_closing(self) -> None:
        complaint = self.solved()
        confirm(complaint, actor=self.w.citizen(complaint), at=self.at)
        self.later(days=60)
        self.say(f"REOPEN {complaint.number} still no water")
        assert self.told()[-1] == "too_late_reply"
        assert self.status(complaint) == Status.CLOSED

    def test_it_is_never_too_late_for_what_was_only_called_solved(self) -> None:
        complaint = self.solved()
        self.later(days=60)
        self.say(f"REOPEN {complaint.number} still no water")
        assert Event.objects.filter(complaint=complaint, kind="disputed").exists()

    def test_the_third_time_it_is_the_appeal_by_itself(self) -> None:
        complaint = self.solved()
        Complaint.objects.filter(pk=complaint.pk).update(reopened=2)
        self.say("NO")
        assert self.status(complaint) == Status.APPEALED
        assert "appealed" in self.told()

    def test_it_tells_the_stage_of_what_is_open(self) -> None:
        complaint = self.w.file()
        version = complaint.version
        self.say(f"REOPEN {complaint.number} faster please")
        complaint.refresh_from_db()
        assert complaint.version == version
        assert self.told()[-1] == "status_reply"


class EscalateTests(CommandCase):
    def test_it_reminds_before_the_promise_and_once_a_day(self) -> None:
        complaint = self.w.file()
        self.say("ESCALATE")
        assert self.told()[-1] == "escalate_reminder_reply"
        told = Notice.objects.filter(audience="staff", kind="staff_citizen_wrote")
        assert told.count() == 1
        self.say("ESCALATE")
        assert self.told()[-1] == "escalate_wait_reply"
        assert told.count() == 1
        complaint.refresh_from_db()
        assert complaint.level == 1

    def test_it_climbs_one_level_after_the_promise_once_a_day(self) -> None:
        complaint = self.w.file()
        assert complaint.due_at is not None
        self.at = complaint.due_at
        self.say(f"ESCALATE {complaint.number} nobody came for a week")
        complaint.refresh_from_db()
        assert complaint.level == 2
        assert "escalated" in self.told()
        self.say("ESCALATE")
        complaint.refresh_from_db()
        assert complaint.level == 2
        self.later(hours=24, minutes=1)
        self.say("ESCALATE")
        complaint.refresh_from_db()
        assert complaint.level == 3

    def test_it_keeps_the_words(self) -> None:
        complaint = self.w.file()
        self.say(f"ESCALATE {complaint.number} nobody came for a week")
        said = Message.objects.get(complaint=complaint, kind="citizen")
        assert "nobody came for a week" in said.text

    def test_it_is_nothing_where_all_is_done(self) -> None:
        complaint = self.solved()
        self.say(f"ESCALATE {complaint.number}")
        assert self.told()[-1] == "status_reply"


class JoinTests(CommandCase):
    def incident(self, **over: Any) -> Any:
        return declare(
            organisation=self.w.pune, area=self.w.aundh, category=self.w.no_water,
            cause=None, note="", expected_at=None, actor=self.w.actor(self.w.zoya),
            at=self.at, **over,
        )  # fmt: skip

    def test_it_is_offered_and_taken(self) -> None:
        self.incident()
        self.say("No water in Aundh since morning")
        assert "incident_reply" in self.told()
        self.say("JOIN")
        member = Membership.objects.get()
        assert member.complaint == self.complaint()
        assert member.how == Membership.How.WORD
        assert self.told()[-1] == "joined_reply"

    def test_it_is_not_offered_for_another_fault(self) -> None:
        self.incident()
        self.say("Big pothole near the school in Kothrud")
        assert "incident_reply" not in self.told()

    def test_it_tells_the_stage_where_nothing_is_wrong_there(self) -> None:
        self.w.file()
        self.say("JOIN")
        assert self.told()[-1] == "status_reply"
        assert not Membership.objects.exists()


class SilenceTests(CommandCase):
    def test_it_stops_and_starts(self) -> None:
        self.say("STOP")
        assert OptOut.objects.get().address == MEERA
        assert self.told()[-1] == "stop_reply"
        self.say("START")
        assert not OptOut.objects.exists()
        assert self.told()[-1] == "start_reply"

    def test_it_goes_on_taking_complaints(self) -> None:
        self.say("STOP")
        self.say("No water in Aundh")
        assert Complaint.objects.count() == 1

    def test_it_is_no_complaint_and_no_complaint_is_one(self) -> None:
        self.say("stop the water leak in Aundh")
        assert not OptOut.objects.exists()
        assert Complaint.objects.get().registered_at > NOW
