"""One text about two things becomes two complaints, when an agent agrees."""

from datetime import timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest
from django.db import connection

from complaints.models import Complaint, Custody, Event, FailedReaction
from complaints.number import grouped
from complaints.refusals import Conflict, Invalid, NotAllowed, Refused, WrongStage
from complaints.services import cancel, split
from complaints.services.splitting import others_of
from escalation.models import Step
from notices.kinds import CITIZEN
from notices.models import Notice
from notices.segments import count
from tests.base import MEERA, NOW, WorldTestCase, WorldTransactionTestCase

TEXT = "Big pothole near the school in Kothrud and no water since Monday"
SECOND = "no water since Monday"


class SplitCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.first = self.w.file(TEXT, category=self.w.pothole, pin="411038")
        self.at = NOW + timedelta(hours=2)
        self.asha = self.w.actor(self.w.asha)

    def split(self, **over: object) -> Complaint:
        given = {
            "text": SECOND, "category": self.w.no_water, "actor": self.asha,
            "at": self.at,
        } | over  # fmt: skip
        return split(self.first, **given)  # type: ignore[arg-type]  # as split() takes

    def citizens_notices(self) -> list[Notice]:
        rows = Notice.objects.filter(audience=CITIZEN, created_at__gte=self.at)
        return list(rows.order_by("pk"))


class DoorTests(SplitCase):
    def test_the_second_is_a_complaint_in_its_own_right(self) -> None:
        second = self.split()
        second.refresh_from_db()

        assert second.number != self.first.number
        assert second.text == SECOND
        assert second.category == self.w.no_water
        assert (second.office, second.department) == (self.w.kothrud, self.w.water)
        assert (second.status, second.owner) == ("assigned", self.w.wasim)
        assert second.citizen == self.first.citizen
        assert (second.source, second.language) == (self.first.source, "en")
        assert second.parent is None
        assert Event.objects.filter(complaint=second, kind="registered").exists()

    def test_its_clock_runs_from_the_moment_the_first_came_in(self) -> None:
        second = self.split()

        assert second.registered_at == self.first.registered_at
        assert second.due_at == NOW + timedelta(hours=24)
        assert Step.objects.filter(complaint=second, name="warn").count() == 1
        legs = list(Custody.objects.filter(complaint=second).order_by("from_at", "pk"))
        assert legs[0].from_at == NOW
        assert [leg.to_at for leg in legs][-1] is None
        assert all(a.to_at == b.from_at for a, b in pairwise(legs))

    def test_the_first_stays_as_it_is(self) -> None:
        due, status = self.first.due_at, self.first.status
        self.split()
        self.first.refresh_from_db()

        assert (self.first.due_at, self.first.status) == (due, status)
        assert self.first.text == TEXT
        assert self.first.owner == self.w.omkar

    def test_each_knows_the_other(self) -> None:
        second = self.split()

        assert others_of(self.first) == [second.pk]
        assert others_of(second) == [self.first.pk]

    def test_twice_makes_one(self) -> None:
        version = self.first.version
        second = self.split(version=version)
        stale = Complaint.objects.get(pk=self.first.pk)
        stale.version = version
        self.first = stale

        assert self.split(version=version) == second
        assert Complaint.objects.count() == 2

    def test_who_saw_an_older_page_is_told(self) -> None:
        with self.assertRaises(Conflict):
            self.split(version=self.first.version - 1)
        assert Complaint.objects.count() == 1

    def test_a_third_thing_is_another_one(self) -> None:
        self.split()
        third = self.split(text="the road is bad too", category=self.w.resurfacing)

        assert Complaint.objects.count() == 3
        assert set(others_of(self.first)) > {third.pk}

    def test_it_ends_somewhere(self) -> None:
        for n in range(4):
            self.split(text=f"no water in lane {n}")
        with self.assertRaises(Refused):
            self.split(text="no water in lane 9")

    def test_officers_do_not_split(self) -> None:
        with self.assertRaises(NotAllowed):
            self.split(actor=self.w.actor(self.w.omkar))

    def test_what_is_over_is_not_split(self) -> None:
        sunil = self.w.actor(self.w.sunil)
        cancel(self.first, text="", actor=sunil, at=self.at)
        with self.assertRaises(WrongStage):
            self.split()

    def test_it_takes_no_kind_of_another_house_and_no_empty_words(self) -> None:
        with self.assertRaises(Invalid):
            self.split(category=self.w.no_supply)
        with self.assertRaises(Invalid):
            self.split(text="  ")
        assert Complaint.objects.count() == 1


class ToldTests(SplitCase):
    def test_the_citizen_gets_both_numbers_in_one_message(self) -> None:
        second = self.split()

        (notice,) = self.citizens_notices()
        assert (notice.kind, notice.recipient) == ("split", MEERA)
        digits = notice.text.replace(" ", "")
        assert self.first.number in digits and second.number in digits
        assert "Pothole" in notice.text and "No water" in notice.text
        assert f"/s/{self.first.token}" in notice.text
        assert not FailedReaction.objects.exists()

    def test_it_is_two_parts_at_most_in_every_language(self) -> None:
        for language in ("en", "hi", "mr", "it"):
            with self.subTest(language=language):
                self.first = self.w.file(
                    TEXT, category=self.w.pothole, pin="411038", language=language
                )
                Notice.objects.all().delete()
                self.split()
                (notice,) = self.citizens_notices()
                assert (notice.kind, notice.language) == ("split", language)
                assert notice.segments == count(notice.text).segments <= 2

    def test_its_officer_is_told_as_of_any_other(self) -> None:
        second = self.split()

        (notice,) = Notice.objects.filter(complaint=second)
        assert (notice.kind, notice.officer) == ("staff_assigned", self.w.wasim)

    def test_a_danger_is_told_all_the_same(self) -> None:
        self.split(text="and an open manhole", category=self.w.open_manhole)

        kinds = {notice.kind for notice in self.citizens_notices()}
        assert kinds == {"split", "emergency"}

    def test_what_happens_to_the_second_later_is_told_as_ever(self) -> None:
        from complaints.services import start

        second = self.split()
        start(second, actor=self.w.actor(self.w.wasim), at=self.at)

        kinds = [notice.kind for notice in self.citizens_notices()]
        assert kinds == ["split", "in_progress"]


class CitizensPageTests(SplitCase):
    def test_both_pages_name_the_other_number(self) -> None:
        second = self.split()
        for one, other in ((self.first, second), (second, self.first)):
            page = self.client.get(f"/s/{one.token}", follow=True).content.decode()
            assert f'href="/c/{other.number}/"' in page
            assert grouped(other.number) in page


@pytest.mark.postgres
class RaceTests(WorldTransactionTestCase):
    def test_two_at_once_make_one(self) -> None:
        first = self.w.file(TEXT, category=self.w.pothole)
        asha = self.w.actor(self.w.asha)
        together = Barrier(2)
        made: list[int] = []

        def press() -> None:
            try:
                mine = Complaint.objects.get(pk=first.pk)
                together.wait(timeout=10)
                second = split(
                    mine, text=SECOND, category=self.w.no_water, actor=asha, at=NOW,
                    version=first.version,
                )  # fmt: skip
                made.append(second.pk)
            finally:
                connection.close()

        threads = [Thread(target=press) for _each in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert len(made) == 2 and len(set(made)) == 1
        assert Complaint.objects.count() == 2
