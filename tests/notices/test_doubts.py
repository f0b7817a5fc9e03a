from datetime import timedelta

from notices import outcomes
from notices.delivery import tick
from notices.doubts import LATER
from notices.due import LEASE
from notices.models import Breaker, Notice
from notices.port import DeliveryError, Sender
from tests.base import MEERA, NOW
from tests.notices.provider import DeliveryTestCase, Provider

DOUBT = timedelta(seconds=Sender.settles_in_seconds)
SECOND = timedelta(seconds=1)


class DoubtTests(DeliveryTestCase):
    def lost(self) -> None:
        """The line broke after the last byte: it may be there."""
        Provider.does = [DeliveryError("time-out", unknown=True)]

    def test_a_crash_leaves_it_unsure_and_not_twice_sent(self) -> None:
        notice = self.owed()
        self.crash(notice)
        assert tick(NOW + LEASE - SECOND) == 0
        tick(NOW + LEASE)
        after = self.now(notice)
        assert (after.state, after.error) == ("unsure", "lease ran out")
        tick(NOW + LEASE + DOUBT - SECOND)
        assert len(Provider.sent) == 1

    def test_a_stage_is_sent_once_more_and_never_again(self) -> None:
        notice = self.owed()
        self.crash(notice)
        tick(NOW + LEASE)
        self.lost()
        tick(NOW + LEASE + DOUBT)
        after = self.now(notice)
        assert (after.state, after.resent, after.attempts) == ("unsure", True, 2)
        tick(NOW + LEASE + DOUBT + DOUBT)
        assert self.now(notice).lease_until is None
        assert tick(NOW + timedelta(days=2)) == 0
        assert len(Provider.sent) == 2

    def test_the_second_copy_may_arrive(self) -> None:
        notice = self.owed()
        self.lost()
        tick(NOW)
        tick(NOW + DOUBT)
        after = self.now(notice)
        assert (after.state, after.resent, after.error) == ("sent", True, "")

    def test_a_code_is_never_sent_twice(self) -> None:
        notice = self.owed("code")
        self.crash(notice)
        tick(NOW + LEASE)
        tick(NOW + LEASE + DOUBT)
        after = self.now(notice)
        assert (after.state, after.lease_until) == ("unsure", None)
        assert tick(NOW + timedelta(days=1)) == 0
        assert len(Provider.sent) == 1

    def test_a_doubt_past_its_time_rests(self) -> None:
        notice = self.owed(expires_at=NOW + timedelta(minutes=5))
        self.crash(notice)
        tick(NOW + LEASE)
        tick(NOW + LEASE + DOUBT)
        assert self.now(notice).state == "unsure"
        assert len(Provider.sent) == 1

    def test_a_late_word_of_ours_does_not_overwrite(self) -> None:
        notice = self.owed()
        outcomes.failed(notice, "not ours", DeliveryError("busy"), NOW)
        assert self.now(notice).state == "queued"

    def test_a_send_that_outlived_its_lease_is_still_sent(self) -> None:
        notice = self.owed()
        self.crash(notice)
        tick(NOW + LEASE)
        claim = self.now(notice).claim
        outcomes.sent(notice, claim, "p-late", NOW + LEASE)
        after = self.now(notice)
        assert (after.state, after.provider_id) == ("sent", "p-late")


class AskTests(DeliveryTestCase):
    def doubtful(self, kind: str = "registered") -> Notice:
        notice = self.owed(kind)
        Provider.does = [DeliveryError("time-out", unknown=True)]
        tick(NOW)
        return self.now(notice)

    def test_the_provider_is_asked_once_it_can_know(self) -> None:
        notice = self.doubtful()
        Provider.has = "p-known"
        tick(NOW + DOUBT - SECOND)
        assert Provider.asked == []
        tick(NOW + DOUBT)
        after = self.now(notice)
        assert (after.state, after.provider_id) == ("sent", "p-known")
        (asked,) = Provider.asked
        assert (asked.notice_id, asked.claimed_at) == (notice.pk, NOW)
        assert len(Provider.sent) == 1

    def test_each_sender_says_when_its_list_can_be_believed(self) -> None:
        self.patch.setattr(Provider, "settles_in_seconds", 20.0)
        notice = self.doubtful()
        assert notice.lease_until == NOW + timedelta(seconds=20)

    def test_what_it_surely_has_not_goes_again_even_a_code(self) -> None:
        notice = self.doubtful("code")
        Provider.has = ""
        tick(NOW + DOUBT)
        after = self.now(notice)
        assert (after.state, after.attempts, after.resent) == ("sent", 2, False)

    def test_no_answer_is_no_knowledge(self) -> None:
        notice = self.doubtful()

        def broken(*args: object) -> str:
            raise ValueError(MEERA)

        self.patch.setattr(Provider, "look_up", broken)
        with self.assertLogs("notices.delivery", "ERROR") as logs:
            tick(NOW + DOUBT)
        assert "99999" not in "".join(logs.output)
        assert self.now(notice).resent

    def test_a_worker_that_dies_asking_leaves_the_question(self) -> None:
        notice = self.doubtful()
        Notice.objects.filter(pk=notice.pk).update(
            claim="theirs", lease_until=NOW + DOUBT + LEASE
        )
        tick(NOW + DOUBT)
        assert Provider.asked == []
        tick(NOW + DOUBT + LEASE)
        assert [m.notice_id for m in Provider.asked] == [notice.pk]

    def test_a_provider_that_is_away_is_asked_later(self) -> None:
        notice = self.doubtful()
        Breaker.objects.update(failures=5, open_until=NOW + DOUBT + SECOND)
        tick(NOW + DOUBT)
        assert Provider.asked == []
        assert self.now(notice).lease_until == NOW + DOUBT + LATER

    def test_doubt_upon_doubt_ends(self) -> None:
        notice = self.doubtful()
        Provider.has = ""
        at = NOW
        for _try in range(10):
            at += DOUBT
            Provider.does = [DeliveryError("time-out", unknown=True)]
            tick(at)
        after = self.now(notice)
        assert (after.state, after.lease_until) == ("unsure", None)
        assert after.attempts == outcomes.MOST_ATTEMPTS
