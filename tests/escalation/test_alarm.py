"""Danger: the citizen, the officer on duty and the second level hear of it at once."""

from datetime import date
from unittest.mock import patch

from complaints.models import Complaint, Event, FailedReaction
from complaints.services import (
    add,
    ask_citizen,
    assign,
    citizen_replied,
    forward,
    set_category,
    set_priority,
)
from escalation.language.lexicons import find_danger
from escalation.models import EmergencyPhrase
from notices.models import Notice
from officers.models import Leave
from operations.generation import bump
from tests.base import NOW, WorldTestCase

HINDI = "कोई मैनहोल में गिर गया है"


class AlarmCase(WorldTestCase):
    def alarmed(self, complaint: Complaint) -> set[str]:
        told = Notice.objects.filter(complaint=complaint, kind="staff_emergency")
        return set(told.values_list("officer__username", flat=True))

    def safety_told(self, complaint: Complaint) -> int:
        return Notice.objects.filter(complaint=complaint, kind="emergency").count()


class WordTests(AlarmCase):
    def _danger(self, text: str) -> bool:
        return find_danger(text, self.w.pune.pk) is not None

    def test_it_hears_the_words_in_any_order_but_close_together(self) -> None:
        assert self._danger("A child fell into the manhole!")
        assert self._danger("into a manhole somebody fell")
        assert self._danger("मैनहोल में बच्चा गिर गया")

    def test_it_does_not_hear_words_that_only_stand_in_one_text(self) -> None:
        assert not self._danger(
            "The wall fell last year. Please also clean the park and the road, paint"
            " the school and look at the manhole some day"
        )
        assert not self._danger("pothole in Kothrud")
        assert not self._danger("")

    def test_it_hears_nothing_where_no_words_were_given(self) -> None:
        assert find_danger(HINDI, self.w.upp.pk) is None

    def test_it_hears_words_that_were_added_a_moment_ago(self) -> None:
        assert not self._danger("tree on a live wire")
        EmergencyPhrase.objects.create(
            organisation=self.w.pune, language="en", words="live wire"
        )
        bump("escalation")
        assert self._danger("tree on a live wire")


class RegisteredTests(AlarmCase):
    def test_it_tells_the_officer_on_duty_and_the_second_level(self) -> None:
        complaint = self.w.file("A boy fell in manhole, Kothrud")

        assert complaint.criticality == "emergency"
        assert complaint.owner == self.w.omkar
        assert self.alarmed(complaint) == {"omkar", "hema"}

    def test_it_is_an_emergency_by_its_kind_alone(self) -> None:
        complaint = self.w.file("near the school", category=self.w.open_manhole,
                                area=self.w.kothrud)  # fmt: skip

        assert complaint.criticality == "emergency"
        assert self.alarmed(complaint) == {"omkar", "hema"}

    def test_it_tells_the_citizen_first_what_to_do(self) -> None:
        complaint = self.w.file("A boy fell in manhole, Kothrud")

        first = Notice.objects.filter(complaint=complaint).order_by("pk").first()
        assert first is not None
        assert (first.kind, first.priority) == ("emergency", 0)
        assert "112" in first.text

    def test_it_waits_for_no_quiet_hours(self) -> None:
        night = self.later(hours=16)  # 01:12 in India
        complaint = self.w.file("A boy fell in manhole, Kothrud", at=night)

        told = Notice.objects.filter(
            complaint=complaint, kind__in=["emergency", "staff_emergency"]
        )
        assert {notice.not_before for notice in told} == {night}
        assert {notice.priority for notice in told} == {0}

    def test_it_waits_for_no_place_in_hindi(self) -> None:
        """In the transaction of the registration: no worker has to come first."""
        complaint = self.w.file(HINDI, language="hi")

        assert complaint.status == "triage"
        assert complaint.category == self.w.open_manhole
        assert complaint.criticality == "emergency"
        assert self.alarmed(complaint) == {"devika", "sunil", "chitra"}
        assert self.safety_told(complaint) == 1

    def test_it_tells_office_and_desk_while_the_kind_is_not_known(self) -> None:
        EmergencyPhrase.objects.create(
            organisation=self.w.pune, language="en", words="burning"
        )
        bump("escalation")

        complaint = self.w.file("burning, burning! Kothrud")

        assert complaint.status == "triage"
        assert self.alarmed(complaint) == {
            "omkar", "hema", "devika", "sunil", "chitra",
        }  # fmt: skip

    def test_it_keeps_the_kind_that_is_sure(self) -> None:
        complaint = self.w.file("no water in Kothrud, one fell in manhole")

        assert complaint.category in (self.w.no_water, self.w.open_manhole)
        assert complaint.criticality == "emergency"

    def test_it_tells_the_next_one_up_while_the_head_is_on_leave(self) -> None:
        Leave.objects.create(
            officer=self.w.hema, from_date=date(2026, 11, 1), to_date=date(2026, 12, 1)
        )

        assert self.alarmed(self.w.file(f"{HINDI}, Kothrud")) == {"omkar", "zoya"}

    def test_it_registers_though_nobody_can_be_told(self) -> None:
        with (
            patch("escalation.alarm.tell_officer", side_effect=RuntimeError),
            self.assertLogs("complaints.unit", "ERROR"),
        ):
            complaint = self.w.file(HINDI)

        assert complaint.criticality == "emergency"
        assert self.safety_told(complaint) == 1
        kept = FailedReaction.objects.get()
        assert kept.reaction == "escalation.alarm.raise_alarm"

    def test_it_tells_nobody_of_a_common_complaint(self) -> None:
        complaint = self.w.file()

        assert self.alarmed(complaint) == set()
        assert self.safety_told(complaint) == 0


class LaterTests(AlarmCase):
    def test_it_hears_danger_in_a_further_word(self) -> None:
        complaint = self.w.file("pothole in Kothrud")

        add(
            complaint, text="Now one fell in manhole beside it",
            actor=self.w.citizen(complaint), at=self.later(hours=1),
        )  # fmt: skip

        complaint.refresh_from_db()
        assert complaint.criticality == "emergency"
        assert self.alarmed(complaint) == {"omkar", "hema"}
        assert self.safety_told(complaint) == 1

    def test_it_hears_danger_in_an_answer(self) -> None:
        complaint = self.w.file("pothole in Kothrud")
        ask_citizen(
            complaint, question="Which lane?", actor=self.w.actor(self.w.omkar),
            at=self.later(hours=1),
        )  # fmt: skip

        citizen_replied(
            complaint, text=HINDI, actor=self.w.citizen(complaint),
            at=self.later(hours=2),
        )  # fmt: skip

        complaint.refresh_from_db()
        assert complaint.criticality == "emergency"

    def test_it_hears_danger_about_finished_work(self) -> None:
        complaint = self.w.file("pothole in Kothrud")
        Complaint.objects.filter(pk=complaint.pk).update(status="cancelled")
        complaint.refresh_from_db()

        add(complaint, text=HINDI, actor=self.w.citizen(complaint), at=NOW)

        assert self.alarmed(complaint) == {"omkar", "hema"}

    def test_it_sounds_once_for_one_complaint(self) -> None:
        complaint = self.w.file(f"{HINDI}, Kothrud")
        before = Notice.objects.filter(kind="staff_emergency").count()

        add(complaint, text=HINDI, actor=self.w.citizen(complaint), at=NOW)
        set_category(
            complaint, category=self.w.open_manhole, at=NOW,
            actor=self.w.actor(self.w.devika),
        )  # fmt: skip

        assert Notice.objects.filter(kind="staff_emergency").count() == before

    def test_it_sounds_when_a_person_sees_the_danger(self) -> None:
        complaint = self.w.file("pothole in Kothrud")

        set_priority(
            complaint, criticality="emergency", horizon="immediate", reason="deep hole",
            actor=self.w.actor(self.w.devika), at=NOW,
        )  # fmt: skip

        assert self.alarmed(complaint) == {"omkar", "hema"}

    def test_it_sounds_for_the_office_that_triage_chose(self) -> None:
        complaint = self.w.file(HINDI)

        assign(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, owner=self.w.nitin, at=NOW,
            actor=self.w.actor(self.w.devika),
        )  # fmt: skip

        assert {"nitin", "zoya"} <= self.alarmed(complaint)

    def test_it_sounds_for_the_office_it_was_forwarded_to(self) -> None:
        complaint = self.w.file(f"{HINDI}, Kothrud")

        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="over there", at=NOW,
            actor=self.w.actor(self.w.hema),
        )  # fmt: skip

        assert {"nitin", "zoya"} <= self.alarmed(complaint)

    def test_it_stays_an_emergency_whatever_kind_routing_finds(self) -> None:
        complaint = self.w.file(f"{HINDI} pothole in Kothrud")

        assert complaint.criticality == "emergency"
        assert complaint.horizon == "immediate"
        assert Event.objects.filter(complaint=complaint).count() == 2
