"""The real presets, loaded once, and the history invented on top of them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase

from complaints.models import Complaint, Custody, Event, FailedReaction
from notices.models import Notice
from officers.models import Area, Organisation, Posting
from operations.generation import forget_all
from operations.jobs import RunningJob
from operations.models import Job
from presets.history.plots import PLOTS
from presets.history.seed import FIRST, plot_of, seed_job, tell, today
from presets.history.town import NotLoaded, Town
from presets.history.words import grievances
from presets.load import load
from presets.logins import logins
from presets.models import ToldStory

pytestmark = pytest.mark.long

# A Saturday at noon in India.
NOON = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
STORIES = range(1, 13)


class _TakeBack(Exception):
    pass


class RealPresetTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        forget_all()
        for name in ("pmc", "uppcl"):
            load(name, at=NOON)

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        forget_all()

    def test_it_puts_both_into_one_installation(self) -> None:
        discoms = Organisation.objects.filter(parent__code="UPPCL")
        assert discoms.count() == 5
        assert Area.objects.filter(level="ward_office").count() == 15
        assert Posting.objects.on(NOON.date()).count() > 300
        assert load("pmc", at=NOON).nothing_changed
        assert load("uppcl", at=NOON).nothing_changed

    def test_it_has_a_login_for_every_role(self) -> None:
        found = logins()
        assert {login.organisation for login in found} == {"PMC", "UPPCL"}
        city = {each.role for each in found if each.organisation == "PMC"}
        assert {"agent", "officer", "field_staff", "dept_head", "admin"} <= city
        assert all(login.page.startswith("/") for login in found)

    def test_it_tells_the_same_every_time(self) -> None:
        first, second = self.told_and_taken_back(), self.told_and_taken_back()
        assert first == second
        assert sum(first["stages"].values()) >= len(STORIES)

    def told_and_taken_back(self) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        try:
            with transaction.atomic():
                told = tell(STORIES, at=NOON)
                assert (told.stories, not told.refused) == (len(STORIES), True)
                self.keeps_to_the_past()
                rows = Complaint.objects.order_by("pk")
                seen["stages"] = Counter(rows.values_list("status", flat=True))
                seen["texts"] = list(rows.values_list("text", "registered_at"))
                seen["owners"] = list(rows.values_list("owner__username", flat=True))
                seen["events"] = Event.objects.count()
                raise _TakeBack
        except _TakeBack:
            pass
        return seen

    def keeps_to_the_past(self) -> None:
        """Nothing lies ahead, no reaction failed, and no old message waits."""
        present = today(NOON)
        assert not FailedReaction.objects.exists()
        assert not Event.objects.filter(at__gt=present).exists()
        oldest = present - timedelta(days=90)
        assert not Complaint.objects.filter(registered_at__lt=oldest).exists()
        queued = Notice.objects.filter(state="queued")
        assert not queued.filter(not_before__lte=present).exists()
        assert Notice.objects.filter(state="sent").exists()
        for complaint in Complaint.objects.all():
            legs = Custody.objects.filter(complaint=complaint).order_by("pk")
            for one, other in pairwise(legs):
                assert one.to_at is not None and one.to_at <= other.from_at

    def test_it_is_a_job_that_adds_nothing_twice(self) -> None:
        tell(range(1, 3), at=NOON)
        job = Job.objects.create(
            kind="seed_demo", args={"complaints": 3}, created_at=NOON, handed_at=NOON,
            state="running", lease_until=NOON + timedelta(days=1), attempts=1,
        )  # fmt: skip
        running = RunningJob(job, clock=lambda: NOON)
        seed_job(running)
        assert (running.done, running.total) == (3, 3)
        assert ToldStory.objects.count() == 3
        count = Complaint.objects.count()
        again = tell(range(1, 4), at=NOON + timedelta(days=2))
        assert (again.stories, again.already) == (0, 3)
        assert Complaint.objects.count() == count


class PlotTests:
    def test_it_has_300_first_ones(self) -> None:
        assert sum(plot.first for plot in PLOTS) == FIRST

    def test_it_depends_on_the_number_alone(self) -> None:
        assert [plot_of(n) for n in range(1, 900)] == [
            plot_of(n) for n in range(1, 900)
        ]

    def test_it_has_words_in_every_language(self) -> None:
        texts = [g for preset in ("pmc", "uppcl") for g in grievances(preset)]
        assert len({g.text for g in texts}) >= 120
        assert {g.script for g in texts} == {"en", "hi", "mr", "it", "hinglish"}
        assert all("{place}" in g.text for g in texts if g.category)


@pytest.mark.django_db
class TownTests:
    def test_it_asks_for_the_preset(self) -> None:
        with pytest.raises(NotLoaded, match="load_preset pmc"):
            Town("pmc", NOON)
