"""Photos of an MMS: fetched by a job, added once, or told to staff as lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.test import override_settings
from django.utils.translation import ngettext, override

from channels_in import media
from channels_in.models import Inbound, InboundMedia
from complaints.models import Attachment, Complaint, Event, Message
from operations.jobs import enqueue
from operations.models import Job
from operations.outgoing import Answer, Client, OutgoingError, RefusedAddressError
from operations.running import run_waiting
from tests.base import MEERA
from tests.builders import photo_bytes
from tests.channels_in.stage import SID, TOKEN, SmsTestCase

HOST = "https://api.twilio.com/2010-04-01/Accounts/x/Messages/y/Media/"
CDN = "https://mms.twiliocdn.com/x/y/z"


class MediaCase(SmsTestCase):
    def send(self, text: str = "Big pothole in Kothrud", photos: int = 1) -> Inbound:
        given = {"NumMedia": str(photos)}
        for n in range(photos):
            given[f"MediaUrl{n}"] = f"{HOST}{n}"
            given[f"MediaContentType{n}"] = "image/jpeg"
        return self.say(text, MEERA, **given)

    @contextmanager
    def provider(self, *answers: Any) -> Iterator[list[tuple[str, Any]]]:
        """Answers in turn; an exception is raised. What was asked is listed."""
        asked: list[tuple[str, Any]] = []
        left = list(answers)

        def get(_self: Client, url: str, *, auth: Any = None, **kwargs: Any) -> Answer:
            asked.append((url, auth))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            assert isinstance(answer, Answer)
            return answer

        with mock.patch.object(Client, "get", get):
            yield asked

    def run_jobs(self) -> None:
        run_waiting(clock=lambda: self.at)


GOOD = Answer(200, {}, photo_bytes())


class FetchTests(MediaCase):
    def test_it_waits_sealed_until_the_job_runs(self) -> None:
        row = self.send()
        waiting = InboundMedia.objects.get()
        assert waiting.inbound == row and waiting.state == "waiting"
        assert "twilio" not in waiting.url
        assert Job.objects.filter(kind="fetch_media").count() == 1

    def test_it_is_added_with_our_password_for_it(self) -> None:
        self.send()
        with self.provider(GOOD) as asked:
            self.run_jobs()
        assert asked == [(f"{HOST}0", (SID, TOKEN))]
        kept = Attachment.objects.get()
        assert kept.complaint == self.complaint()
        assert kept.content_type == "image/jpeg"
        ended = InboundMedia.objects.get()
        assert (ended.state, ended.url, ended.attachment) == ("done", "", kept)

    def test_it_adds_all_photos_at_once(self) -> None:
        self.send(photos=3)
        with self.provider(GOOD):
            self.run_jobs()
        assert Attachment.objects.exclude(complaint=None).count() == 3
        assert Event.objects.filter(kind="added").count() == 1

    def test_it_adds_nothing_twice(self) -> None:
        row = self.send()
        with self.provider(GOOD):
            self.run_jobs()
            Job.objects.update(state="queued", attempts=0)
            self.run_jobs()
            enqueue(
                "fetch_media", args={"inbound": row.pk}, requested_by=None, at=self.at
            )
            self.run_jobs()
        assert Attachment.objects.count() == 1
        assert Event.objects.filter(kind="added").count() == 1

    def test_it_adds_once_though_two_jobs_fetched_it(self) -> None:
        self.send()
        row = InboundMedia.objects.select_related("inbound", "complaint").get()
        with self.provider(GOOD):
            one, two = (media._fetched(row, self.at) for _n in range(2))
        media._write_down([(row, one)], [], self.at)
        media._write_down([(row, two)], [], self.at)
        assert Attachment.objects.exclude(complaint=None).count() == 1

    def test_it_takes_one_hop_without_the_password(self) -> None:
        self.send()
        hop = Answer(307, {"location": CDN}, b"")
        with self.provider(hop, GOOD) as asked:
            self.run_jobs()
        assert asked == [(f"{HOST}0", (SID, TOKEN)), (CDN, None)]
        assert Attachment.objects.count() == 1

    def test_it_takes_no_second_hop(self) -> None:
        self.send()
        hop = Answer(302, {"location": CDN}, b"")
        with self.provider(hop, hop):
            self.run_jobs()
        assert not Attachment.objects.exists()

    def test_it_goes_to_listed_hosts_only(self) -> None:
        """By the real client: the hop is asked for its host like the first."""
        for there in (
            "https://evil.example.org/a", "http://127.0.0.1:8000/",
            "//169.254.169.254/", "https://[::ffff:127.0.0.1]/", "",
        ):  # fmt: skip
            client = Client(
                allow=lambda host: host in {"api.twilio.com"}, timeout=1, longest=10
            )
            with override_settings(OUTGOING_LOOPBACK=False):
                try:
                    client.get(there)
                except RefusedAddressError:
                    continue
            raise AssertionError(there)

    def test_it_tries_again_later(self) -> None:
        self.send()
        with self.provider(OutgoingError("timeout"), GOOD):
            self.run_jobs()
            assert not Attachment.objects.exists()
            assert media.tick(self.at) == 0
            assert media.tick(self.later(minutes=5)) == 1
            assert media.tick(self.at) == 0
            self.run_jobs()
        assert Attachment.objects.count() == 1


class LostTests(MediaCase):
    def lost(self, answer: Any, rounds: int = 1) -> None:
        self.send()
        with self.provider(answer):
            for _n in range(rounds):
                self.run_jobs()
                media.tick(self.later(minutes=6))
            self.run_jobs()
        assert InboundMedia.objects.get().state == "gone"
        assert InboundMedia.objects.get().url == ""
        assert not Attachment.objects.exclude(complaint=None).exists()
        note = Message.objects.get(kind="note")
        with override("mr"):
            assert note.text == ngettext(
                "A photo came with this message but could not be fetched.",
                "%(n)s photos came with this message but could not be fetched.",
                1,
            )
        assert not note.public

    def test_it_is_told_to_staff_what_is_no_photo(self) -> None:
        self.lost(Answer(200, {}, b"BEGIN:VCARD"))

    def test_it_is_told_what_is_too_large(self) -> None:
        self.lost(RefusedAddressError("too_long"))

    def test_it_is_told_what_may_not_be_asked_for(self) -> None:
        self.lost(RefusedAddressError("private_address"))

    def test_it_is_told_what_is_gone(self) -> None:
        self.lost(Answer(410, {}, b""))

    def test_it_is_told_what_never_came(self) -> None:
        self.lost(Answer(404, {}, b""), rounds=5)

    def test_it_keeps_the_complaint(self) -> None:
        self.lost(Answer(410, {}, b""))
        assert Complaint.objects.count() == 1
