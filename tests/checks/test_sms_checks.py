"""Check 10, by SMS: read off the telephones of the citizen and of the officer."""

from datetime import timedelta

from django.test import override_settings
from django.utils import translation

from channels_in.sms_twilio import sending
from complaints.models import Complaint
from officers.models import Officer
from operations.generation import forget_all
from tests.checks.stage import CheckTestCase
from tests.simulator import SLUG, give_account, running_simulator, sms_account
from tests.telephones import Phones

CHIARA = "99999-00003"
HOLE = "Buca stradale davanti alla scuola di Kothrud"


class SmsTestCase(CheckTestCase):
    """Chiara reads Italian; Omkar and Hema Marathi, Wasim Hindi, Zoya English."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(translation.activate, "en")
        simulator = self.enterContext(running_simulator())
        simulator.turn(SLUG, receipts="none")
        self.enterContext(override_settings(SUNWAI_SIMULATOR_URL=simulator.url))
        self.addCleanup(sending._made.cache_clear)
        sms_account(self.w.pune)
        give_account(simulator, reach="http://127.0.0.1:9")
        forget_all()
        self.phones = Phones(simulator, self.w.pune)
        self.chiara = self.visitor("it")

    def complains(self, **typed: str) -> Complaint:
        return self.send(
            self.chiara,
            **{"phone": CHIARA, "language": "it", "text": HOLE, "pin": "411038"}
            | typed,
        )

    def stage(self, citizen: str, *staff: tuple[Officer, str]) -> None:
        """Since the last one each got just these, in their language; nobody more."""
        self.work()
        assert self.phones.heard(CHIARA, "it") == citizen.split()
        told = {officer.pk: kinds.split() for officer, kinds in staff}
        for officer in Officer.objects.all():
            heard = self.phones.heard(officer.phone, officer.language)
            assert heard == told.get(officer.pk, []), officer


class StatusSmsTests(SmsTestCase):
    def test_each_change_rings_once_at_both(self) -> None:
        w, complaint = self.w, self.complains()
        self.stage("registered assigned", (w.omkar, "staff_assigned"))
        self.did(w.hema, complaint, "start")
        self.stage("in_progress", (w.omkar, "staff_stage"))
        self.did(w.hema, complaint, "ask", question="On which side of it?")
        self.stage("need_info", (w.omkar, "staff_stage"))
        self.press(self.chiara, complaint, "answer", text="A destra")
        self.stage("resumed", (w.omkar, "staff_citizen_wrote"))
        day = f"{self.now + timedelta(days=3):%Y-%m-%d}"
        why = "The asphalt comes on Monday"
        self.did(w.hema, complaint, "hold", reason=why, new_date=day)
        self.stage("delay_interim", (w.omkar, "staff_stage"))
        self.did(w.hema, complaint, "resume")
        self.stage("resumed", (w.omkar, "staff_stage"))
        self.solved(w.hema, complaint, "Filled with hot mix")
        self.stage("resolved_feedback", (w.omkar, "staff_stage"))
        self.press(self.chiara, complaint, "dispute", text="È ancora lì")
        self.stage("reopened", (w.omkar, "staff_reopened"), (w.zoya, "staff_assigned"))
        self.solved(w.zoya, complaint, "Dug out and laid anew")
        self.stage("resolved_feedback", (w.omkar, "staff_stage"))
        self.press(self.chiara, complaint, "confirm")
        self.stage("closed", (w.zoya, "staff_stage"))

    def test_an_office_that_is_not_the_right_one(self) -> None:
        w, complaint = self.w, self.complains()
        self.stage("registered assigned", (w.omkar, "staff_assigned"))
        self.did(
            w.hema, complaint, "forward", to=f"a{w.aundh.pk}",
            department=w.roads.pk, reason="It is on the Aundh side",
        )  # fmt: skip
        self.stage("forwarded", (w.zoya, "staff_forwarded"))
        self.did(w.zoya, complaint, "accept", owner=w.nitin.pk)
        self.stage("assigned", (w.nitin, "staff_assigned"))
        self.did(w.nitin, complaint, "start")
        self.stage("in_progress", (w.omkar, "staff_stage"))

    def test_what_is_refused_and_what_is_taken_back(self) -> None:
        w, complaint = self.w, self.complains()
        self.stage("registered assigned", (w.omkar, "staff_assigned"))
        self.did(
            w.hema, complaint, "reject", reason=w.abuse.pk, text="Only abuse in it"
        )
        self.stage("rejected", (w.omkar, "staff_stage"))
        other = self.complains(text="Manca l'acqua a Kothrud")
        self.stage("registered assigned", (w.wasim, "staff_assigned"))
        self.press(self.chiara, other, "withdraw")
        self.stage("cancelled", (w.wasim, "staff_stage"))


class QuietHoursTests(SmsTestCase):
    """Nobody's telephone rings between nine in the evening and eight."""

    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.complains()
        self.stage("registered assigned", (self.w.omkar, "staff_assigned"))
        self.now += timedelta(hours=12)  # 21:12

    def test_what_happens_at_night_is_told_in_the_morning_in_order(self) -> None:
        w = self.w
        self.did(w.hema, self.complaint, "start")
        self.stage("")
        self.now += timedelta(hours=1)
        self.solved(w.hema, self.complaint, "Filled with hot mix")
        self.stage("")
        self.now += timedelta(hours=9, minutes=40)  # 07:52
        self.stage("")
        self.now += timedelta(minutes=8)
        # that the time ran out is no news of what was solved meanwhile
        heard = "staff_stage staff_stage"
        self.stage("in_progress resolved_feedback", (w.omkar, heard))

    def test_a_danger_rings_at_any_hour(self) -> None:
        danger = {"text": "A child fell in manhole in Kothrud", "go": "check"}
        given = {"kind": "complaint", "pin": "411038", "phone": CHIARA, "key": "k"}
        sent = self.chiara.post("/new/PUNE/", danger | given)
        assert sent.status_code == 303  # asked nothing more
        self.work()
        heard = self.phones.heard(CHIARA, "it")
        assert heard == ["emergency", "registered", "assigned"]
        assert "staff_emergency" in self.phones.heard(self.w.omkar.phone, "mr")
