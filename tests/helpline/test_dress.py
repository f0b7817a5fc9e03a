import re
from itertools import combinations
from pathlib import Path

from django.test import SimpleTestCase

from complaints.models import Event, FailedReaction
from complaints.status import Status
from complaints.workflow import BY_ACTION
from helpline.deeds import DEEDS
from officers.models import Role
from operations.models import Heartbeat
from tests.base import NOW
from tests.helpline.desk import DeskTestCase, text_of

ROOT = Path(__file__).resolve().parents[2]
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=\"|<style|javascript:")


class BarTests(DeskTestCase):
    def bar(self, url: str = "/admin/") -> str:
        return text_of(self.get(url))

    def test_it_leads_to_what_ones_role_may_open(self) -> None:
        for officer, yes, no in (
            (self.w.asha, ["console", "queue", "follow-ups"], ["field", "reports"]),
            (self.w.omkar, ["queue", "field"], ["office", "follow-ups", "reports"]),
            (self.w.chitra, ["queue", "office", "reports"], ["follow-ups"]),
        ):
            self.sit(officer)
            page = self.bar()
            for name in yes:
                assert re.search(rf'href="(/admin)?/{name}/"', page), (officer, name)
            for name in no:
                assert not re.search(rf'href="(/admin)?/{name}/"', page), (
                    officer,
                    name,
                )

    def test_it_warns_when_the_worker_is_silent(self) -> None:
        self.sit(self.w.asha)
        assert "The worker is silent" in self.bar()
        assert "The worker is silent" in self.bar("/admin/queue/")

    def test_it_is_quiet_while_the_worker_works(self) -> None:
        Heartbeat.objects.create(
            name="worker", host="here", pid=1, started_at=NOW, beat_at=NOW,
            progress_at=NOW,
        )  # fmt: skip
        self.sit(self.w.asha)
        assert "The worker is silent" not in self.bar("/admin/queue/")

    def test_it_warns_of_reactions_that_were_given_up(self) -> None:
        event = Event.objects.filter(complaint=self.w.file())[0]
        FailedReaction.objects.create(
            event=event, reaction="notices.x", error="E", next_at=None
        )
        self.sit(self.w.asha)
        assert "has failed and needs a person" in self.bar("/admin/queue/")

    def test_it_is_strict_about_scripts_and_styles(self) -> None:
        self.sit(self.w.asha)
        for url in ("/admin/", "/admin/queue/", "/admin/console/"):
            response = self.get(url)
            policy = response["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert not INLINE.search(text_of(response)), url


class TemplateTests(SimpleTestCase):
    def test_it_holds_nothing_inline(self) -> None:
        for folder in ("helpline", "admin"):
            for path in (ROOT / "templates" / folder).glob("*.html"):
                assert not INLINE.search(path.read_text()), path.name


class KeyTests:
    def test_no_two_actions_share_one_at_the_same_time(self) -> None:
        clashes = [
            (status, role, one.name, other.name)
            for status in Status
            for role in Role
            for one, other in combinations(DEEDS, 2)
            if one.key == other.key
            and all(
                status in BY_ACTION[deed.guard].sources
                and role in BY_ACTION[deed.guard].roles
                for deed in (one, other)
            )
        ]
        assert not clashes
        assert "v" not in {deed.key for deed in DEEDS}  # shows the citizen's contact
