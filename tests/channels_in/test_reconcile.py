"""What the provider took in and never told us, told by its list."""

from datetime import UTC, datetime, timedelta

from django.test import override_settings

from channels_in import inbox, reconcile
from channels_in.models import Inbound, Reconciliation
from channels_in.simulator.messages import Photo
from channels_in.sms_twilio import sending
from complaints.models import Attachment, Complaint
from operations.models import Job
from operations.running import run_waiting
from tests.base import WorldTestCase
from tests.builders import photo_bytes
from tests.simulator import NUMBER, give_account, running_simulator, sms_account

PERSON = "+919999900001"
NOBODY = "http://127.0.0.1:1"


def now() -> datetime:
    return datetime.now(UTC)


def compare(later: timedelta = timedelta(0)) -> None:
    assert reconcile.tick(now() + later) == 1
    run_waiting()


class ReconcileTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.simulator = self.enterContext(running_simulator())
        self.enterContext(override_settings(SUNWAI_SIMULATOR_URL=self.simulator.url))
        self.addCleanup(sending._made.cache_clear)
        give_account(self.simulator, reach=NOBODY)

    def test_it_takes_in_what_never_came(self) -> None:
        sms_account(self.w.pune)
        self.simulator.say(PERSON, NUMBER, "Big pothole near the school in Kothrud")
        compare()
        assert inbox.tick(now())
        assert Complaint.objects.get().source.code == "sms"
        state = Reconciliation.objects.get()
        assert (state.missed, state.error) == (1, "") and state.done_at is not None

    def test_it_finds_nothing_the_second_time(self) -> None:
        sms_account(self.w.pune)
        self.simulator.say(PERSON, NUMBER, "Big pothole near the school in Kothrud")
        compare()
        compare(timedelta(minutes=5))
        assert Inbound.objects.count() == 1
        assert Reconciliation.objects.get().missed == 1

    def test_it_brings_photos_too(self) -> None:
        sms_account(self.w.pune)
        self.simulator.turn("sms_twilio", media_redirect=True)
        photo = Photo("pothole.jpg", "image/jpeg", photo_bytes())
        self.simulator.say(PERSON, NUMBER, "Big pothole in Kothrud", photos=[photo])
        compare()
        inbox.tick(now())
        run_waiting()
        assert Attachment.objects.get().complaint == Complaint.objects.get()

    def test_it_asks_every_five_minutes_and_one_worker_does(self) -> None:
        sms_account(self.w.pune)
        at = now()
        assert reconcile.tick(at) == 1
        assert reconcile.tick(at) == 0
        assert reconcile.tick(at + timedelta(minutes=4)) == 0
        assert reconcile.tick(at + timedelta(minutes=5)) == 1
        assert Job.objects.filter(kind="reconcile_account").count() == 2

    def test_it_says_why_it_could_not(self) -> None:
        sms_account(self.w.pune)
        self.simulator.turn("sms_twilio", fault="500", fault_all=True)
        compare()
        state = Reconciliation.objects.get()
        assert state.error and state.done_at is None
        assert Job.objects.get().state == "done"

    def test_it_leaves_old_messages_of_a_new_number_alone(self) -> None:
        account = sms_account(self.w.pune)
        state = Reconciliation(account=account, asked_at=now())
        assert now() - reconcile._since(state, now()) <= timedelta(minutes=15)
        state.done_at = now() - timedelta(days=300)
        assert now() - reconcile._since(state, now()) <= timedelta(days=8)

    def test_it_leaves_accounts_that_cannot_be_asked(self) -> None:
        sms_account(self.w.pune, sender="console", code="con")
        sms_account(self.w.upp, active=False, code="off", address="+919999980009")
        assert reconcile.tick(now()) == 0
