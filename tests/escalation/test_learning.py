"""What people decided is learned, stored plainly and shown; it decides nothing."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from complaints.models import Category, Complaint
from complaints.services import set_category
from escalation import reference
from escalation.learning import examples, extra, nightly, store, suggesting
from escalation.learning.examples import TooFew, of_root
from escalation.learning.shown import suggested_for
from escalation.learning.suggesting import tick
from escalation.learning.training import train
from escalation.models import RoutingDecision, Suggestion
from helpline import casefile
from operations import hourly
from operations.jobs import enqueue
from operations.models import Job
from operations.running import run_waiting
from tests.base import NOW, WorldTestCase

# Looked for, not imported: it takes a second, in every process that collects this.
pytestmark = pytest.mark.skipif(
    find_spec("sklearn") is None, reason="make setup did not install it"
)

STREETS = "Karve Paud Baner Sinhagad Ganesh Tilak Laxmi Jangali Shivaji Nehru".split()
SAID = {
    "pothole": ("the axle of my rickshaw snapped at {}", "{} jawal axle modla"),
    "no_water": ("the geyser is dry again at {}", "{} yethe nal koradaa aahe"),
}


class LearningCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        suggesting.forget()
        folder = Path(settings.PRIVATE_ROOT) / self.id().rpartition(".")[2]
        here = override_settings(PRIVATE_ROOT=folder)
        here.enable()
        self.addCleanup(here.disable)
        few = mock.patch.multiple(examples, FEWEST=20, FEWEST_OF_KIND=5)
        few.start()
        self.addCleanup(few.stop)

    def solved(self, status: str = "resolved") -> list[Complaint]:
        """Forty that people solved under two kinds, in words no rule knows."""
        first = self.w.file("Something is wrong here")
        rows: list[Complaint] = []
        for kind, texts in SAID.items():
            category: Category = getattr(self.w, kind)
            for i, street in enumerate(STREETS * 2):
                row = Complaint.objects.get(pk=first.pk)
                row.pk = None
                row.number = f"9{len(rows):011d}"
                row.token = f"token-{len(rows)}"
                row.text = texts[i % 2].format(street)
                row.status, row.category = status, category
                rows.append(row)
        return Complaint.objects.bulk_create(rows)

    def learn(self, at: datetime = NOW) -> store.Header:
        return train(self.w.pune, at)


class ExampleTests(LearningCase):
    def test_it_learns_from_what_people_solved(self) -> None:
        self.solved()

        found = of_root(self.w.pune.pk)

        assert len(found) == 40
        kinds = {one.category for one in found}
        assert kinds == {self.w.pothole.pk, self.w.no_water.pk}
        keys = [one.complaint for one in found]
        assert keys == sorted(keys, reverse=True)

    def test_it_learns_from_a_correction_of_open_work(self) -> None:
        self.solved()
        complaint = self.w.file("geyser dry")
        actor = self.w.actor(self.w.devika)
        set_category(complaint, category=self.w.no_water, actor=actor, at=NOW)

        assert complaint.pk in {one.complaint for one in of_root(self.w.pune.pk)}

    def test_it_never_reads_what_was_erased_or_is_open_or_of_others(self) -> None:
        rows = self.solved()
        Complaint.objects.filter(pk=rows[0].pk).update(redacted_at=NOW)
        Complaint.objects.filter(pk=rows[1].pk).update(status="assigned")
        Complaint.objects.filter(pk=rows[2].pk).update(organisation=self.w.upp)

        found = {one.complaint for one in of_root(self.w.pune.pk)}

        assert found == {row.pk for row in rows[3:]}

    def test_too_few_are_refused_in_figures(self) -> None:
        with pytest.raises(TooFew, match="0 solved or corrected complaints"):
            of_root(self.w.upp.pk)
        with mock.patch.object(examples, "FEWEST", 41):
            self.solved()
            with pytest.raises(TooFew, match=r"40 solved .* 41 are needed"):
                of_root(self.w.pune.pk)

    def test_only_the_newest_are_read(self) -> None:
        rows = self.solved()
        with mock.patch.object(examples, "MOST", 30):
            found = {one.complaint for one in of_root(self.w.pune.pk)}
        assert found == {row.pk for row in rows[10:]}


class ModelTests(LearningCase):
    def test_it_measures_on_what_was_held_out(self) -> None:
        self.solved()

        header = self.learn()

        assert (header.examples, header.held_out) == (40, 8)
        assert header.right == header.among_three == 8
        assert store.newest("PUNE") == header

    def test_the_same_examples_make_the_same_model(self) -> None:
        self.solved()
        one, two = self.learn(), self.learn(self.later(hours=1))
        first, second = store.load(one), store.load(two)
        assert first is not None and second is not None
        assert (first.weights == second.weights).all()

    def test_files_hold_numbers_and_a_header_and_no_words(self) -> None:
        self.solved()
        header = self.learn()

        folder = Path(settings.PRIVATE_ROOT) / "learning/PUNE"
        assert {path.suffix for path in folder.iterdir()} == {".npz", ".json"}
        said = json.loads((folder / f"{header.name}.json").read_text())
        assert said["categories"] == header.categories
        for path in folder.iterdir():
            assert path.stat().st_mode & 0o077 == 0
            assert b"axle" not in path.read_bytes()

    def test_the_newest_three_stay(self) -> None:
        self.solved()
        for hour in range(5):
            self.learn(self.later(hours=hour))
        folder = Path(settings.PRIVATE_ROOT) / "learning/PUNE"
        assert len(list(folder.glob("*.npz"))) == len(list(folder.glob("*.json"))) == 3

    def test_a_broken_file_is_no_model(self) -> None:
        self.solved()
        header = self.learn()
        path = Path(settings.PRIVATE_ROOT) / f"learning/PUNE/{header.name}.npz"
        path.write_bytes(path.read_bytes()[:-1] + b"?")

        assert store.load(header) is None
        with self.assertLogs("escalation.learning.suggesting", "WARNING"):
            assert tick(NOW) == 0

    def test_a_header_that_cannot_be_read_is_passed_over(self) -> None:
        self.solved()
        header = self.learn()
        folder = Path(settings.PRIVATE_ROOT) / "learning/PUNE"
        (folder / "29991231T000000000000Z.json").write_text('{"format": 9}')
        assert store.newest("PUNE") == header


class SuggestingTests(LearningCase):
    def waiting(self) -> Complaint:
        complaint = self.w.file("my axle snapped, Kothrud")
        assert complaint.status == "triage"
        return complaint

    def test_it_suggests_for_what_waits_and_decides_nothing(self) -> None:
        self.solved()
        complaint = self.waiting()
        header = self.learn()
        before = Complaint.objects.values().get(pk=complaint.pk)

        assert tick(NOW) > 0

        said = list(Suggestion.objects.filter(complaint=complaint).order_by("-share"))
        assert said[0].category == self.w.pothole
        assert said[0].model == header.name
        assert 0.5 < said[0].share <= 1
        assert len(said) == 2  # it knows two kinds
        assert Complaint.objects.values().get(pk=complaint.pk) == before

    def test_it_says_it_once_until_it_learned_anew(self) -> None:
        self.solved()
        complaint = self.waiting()
        self.learn()
        tick(NOW)
        suggesting.forget()
        assert tick(NOW) == 0

        newer = self.learn(self.later(hours=1))
        suggesting.forget()

        assert tick(NOW) > 0
        models = Suggestion.objects.filter(complaint=complaint).values_list("model")
        assert set(models) == {(newer.name,)}

    def test_it_looks_at_decisions_that_were_not_sure(self) -> None:
        self.solved()
        sure, unsure = self.w.file(), self.w.file("Bad pothole water, Kothrud")
        Complaint.objects.filter(pk=unsure.pk).update(status="assigned")
        RoutingDecision.objects.filter(complaint=unsure).update(confidence=0.6)
        self.learn()

        tick(NOW)

        assert Suggestion.objects.filter(complaint=unsure).exists()
        assert not Suggestion.objects.filter(complaint=sure).exists()

    def test_it_leaves_out_erased_texts_and_comes_to_rest(self) -> None:
        self.solved()
        complaint = self.waiting()
        Complaint.objects.filter(pk=complaint.pk).update(redacted_at=NOW)
        foreign = self.waiting()
        self.learn()
        with mock.patch.object(reference, "categories_of", return_value=[self.w.bribe]):
            assert tick(NOW) == 0
            suggesting._worker.look_at = 0.0
            assert tick(NOW) == 0
        assert not Suggestion.objects.exists()
        assert foreign.pk in suggesting._worker.passed

    def test_without_a_model_it_asks_nothing(self) -> None:
        self.waiting()
        with self.assertNumQueries(0):
            assert tick(NOW) == 0

    def test_without_the_extra_it_does_nothing(self) -> None:
        self.solved()
        self.waiting()
        self.learn()
        with mock.patch.object(extra, "is_installed", return_value=False):
            assert tick(NOW) == 0


class ShownTests(LearningCase):
    def test_pages_show_it_with_its_percentage(self) -> None:
        self.solved()
        complaint = self.w.file("my axle snapped, Kothrud")
        self.learn()
        tick(NOW)
        self.client.force_login(self.w.devika)

        for address in (
            "/admin/queue/?view=triage", f"/admin/complaint/{complaint.number}/",
        ):  # fmt: skip
            with self.subTest(page=address):
                with mock.patch("django.utils.timezone.now", return_value=NOW):
                    page = self.client.get(address).content.decode()
                assert "Learned from people:" in page
                shown = suggested_for([complaint.pk])[complaint.pk][0]
                assert shown.category == self.w.pothole
                assert f"{shown.percent}&nbsp;%" in page

    def test_a_desk_that_never_learned_asks_nothing(self) -> None:
        complaint = self.w.file()
        with self.assertNumQueries(0):
            assert suggested_for([complaint.pk]) == {}
            assert casefile._learned(complaint) == []

    def test_a_page_of_many_asks_once(self) -> None:
        rows = self.solved(status="triage")
        Complaint.objects.filter(pk__in=[r.pk for r in rows[::2]]).update(
            status="resolved"
        )
        self.learn()
        tick(NOW)
        with CaptureQueriesContext(connection) as asked:
            found = suggested_for([row.pk for row in rows])
        assert len(found) == 20
        assert len(asked) == 1

    def test_web_pages_never_load_the_library(self) -> None:
        code = (
            "import django, sys; django.setup();"
            "import config.urls, escalation.learning.suggesting;"
            "sys.exit(any(m in sys.modules for m in ('sklearn', 'numpy')))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=settings.BASE_DIR,
            env={
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "SUNWAI_DATA": str(settings.PRIVATE_ROOT),
                "PATH": "",
            },
            check=False,
        )
        assert done.returncode == 0


class CommandTests(LearningCase):
    def test_it_says_what_it_learned(self) -> None:
        self.solved()
        out, err = StringIO(), StringIO()

        call_command("learn_routing", stdout=out, stderr=err)

        assert out.getvalue() == (
            "PUNE: learned from 40 complaints of 2 kinds. Of 8 held out, 8 were told "
            "rightly (100%), 8 among the first three.\n"
        )
        assert "UPP: 0 solved or corrected complaints" in err.getvalue()

    def test_it_refuses_clearly(self) -> None:
        with pytest.raises(CommandError, match="no organisation “MVV” at the top"):
            call_command("learn_routing", root="MVV")
        with pytest.raises(CommandError, match="Nothing was learned"):
            call_command("learn_routing", root="PUNE", stderr=StringIO())
        with (
            mock.patch.object(extra, "is_installed", return_value=False),
            pytest.raises(CommandError, match=r"requirements-learning\.txt"),
        ):
            call_command("learn_routing", root="PUNE")


class JobTests(LearningCase):
    def run_job(self, **args: str) -> Job:
        job = enqueue("learn_routing", args=args, requested_by=None, at=NOW)
        run_waiting(clock=lambda: NOW)
        job.refresh_from_db()
        return job

    def test_it_learns_in_the_background(self) -> None:
        self.solved()
        job = self.run_job(root="PUNE")
        assert (job.state, job.error) == (Job.State.DONE, "")
        assert store.newest("PUNE") is not None

    def test_it_fails_with_a_code(self) -> None:
        assert self.run_job().error == "too_few"
        with mock.patch.object(extra, "is_installed", return_value=False):
            assert self.run_job().error == "not_installed"

    def test_a_night_that_has_too_few_is_no_failure(self) -> None:
        job = enqueue(
            "learn_routing", args={"root": "PUNE", "nightly": 1}, requested_by=None,
            at=NOW,
        )  # fmt: skip
        run_waiting(clock=lambda: NOW)
        job.refresh_from_db()
        assert (job.state, job.error) == (Job.State.DONE, "")


class NightTests(LearningCase):
    """Three in the morning of Pune, where enough was put right."""

    NIGHT = (NOW + timedelta(days=1)).astimezone(UTC).replace(hour=21, minute=30)

    def setUp(self) -> None:
        super().setUp()
        hourly.forget()
        few = mock.patch.object(nightly, "FEWEST_NEW", 2)
        few.start()
        self.addCleanup(few.stop)

    def corrected(self, count: int = 2, at: datetime = NOW) -> None:
        for _ in range(count):
            complaint = self.w.file("geyser dry")
            actor = self.w.actor(self.w.devika)
            set_category(complaint, category=self.w.no_water, actor=actor, at=at)

    def ask(self, at: datetime) -> int:
        hourly.forget()
        return nightly.tick(at)

    def test_it_asks_once_a_night_for_whoever_has_something_to_learn(self) -> None:
        self.solved()
        self.corrected()

        assert self.ask(self.NIGHT) == 1

        job = Job.objects.get(kind="learn_routing")
        assert job.args == {"root": "PUNE", "nightly": 1}
        assert self.ask(self.NIGHT + timedelta(hours=1)) == 0
        run_waiting(clock=lambda: self.NIGHT)
        job.refresh_from_db()
        assert (job.state, job.error) == (Job.State.DONE, "")
        assert store.newest("PUNE") is not None

    def test_it_waits_for_new_corrections(self) -> None:
        self.solved()
        self.corrected()
        self.learn(self.NIGHT)
        after = self.NIGHT + timedelta(days=1)
        assert self.ask(after) == 0

        self.corrected(1, self.NIGHT + timedelta(hours=9))
        assert self.ask(after) == 0
        self.corrected(1, self.NIGHT + timedelta(hours=9))
        assert self.ask(after + timedelta(hours=1)) == 1

    def test_it_is_silent_by_day_with_too_few_and_without_the_extra(self) -> None:
        self.corrected()
        assert self.ask(self.NIGHT) == 0  # nothing solved yet
        self.solved()
        assert self.ask(self.NIGHT + timedelta(hours=8)) == 0
        with mock.patch.object(extra, "is_installed", return_value=False):
            with self.assertNumQueries(0):
                assert nightly.tick.__wrapped__(self.NIGHT) == 0  # type: ignore[attr-defined]  # as @wraps leaves it
        assert not Job.objects.filter(kind="learn_routing").exists()
        assert self.ask(self.NIGHT + timedelta(days=1)) == 1
