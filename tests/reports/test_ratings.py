"""Means by office, category and way: kept apart, with n and interval, never a rank
of few."""

from datetime import timedelta

import pytest
from django.http import Http404

from complaints.models import Complaint, Event
from feedback.models import Rating, RatingRequest
from officers.models import Area
from reports import ratings
from reports.periods import month_of
from reports.ratings import Line, Ratings
from reports.scope import reporting
from tests.base import NOW
from tests.complaints.stage import to_stage
from tests.reports.seeded import READ_AT, PagesTestCase

PAGE = "/reports/ratings/?month=2026-11"


class RatingsTests(PagesTestCase):
    complaint: Complaint
    given = 0

    def setUp(self) -> None:
        super().setUp()
        self.sign_in(self.w.chitra)
        self.complaint = to_stage(self.w, "closed")
        # what the stage itself asked
        Rating.objects.all().delete()
        RatingRequest.objects.all().delete()

    def rate(
        self, *scores: int, office: Area | None = None, channel: str = "web",
        second: bool = False,
    ) -> None:  # fmt: skip
        """Rows as they are after rating; the road there is tested in tests/feedback."""
        first = Event.objects.filter(complaint=self.complaint).order_by("seq")[0]
        for score in scores:
            self.given += 1
            event = Event.objects.create(
                complaint=self.complaint, seq=1000 + self.given, kind="resolved",
                at=NOW, actor_kind="system", to_status=first.to_status,
            )  # fmt: skip
            request = RatingRequest.objects.create(
                complaint=self.complaint, event=event, token=f"token{self.given}",
                asked_at=NOW, expires_at=NOW + timedelta(days=30), used_at=NOW,
                second=second,
            )  # fmt: skip
            Rating.objects.create(
                request=request, complaint=self.complaint, score=score, solved=True,
                category=self.complaint.category, office=office or self.w.kothrud,
                root_id=self.w.pune.pk, channel=channel, at=NOW, second=second,
            )  # fmt: skip

    def found(self) -> Ratings:
        actor = reporting(self.w.actor(self.w.chitra))
        return ratings.told(actor, month_of(READ_AT.date(), "Asia/Kolkata"))

    def line(self, label: str) -> Line:
        return next(line for line in self.found().offices if label in line.label)

    def test_it_never_mixes_voice_and_writing(self) -> None:
        self.rate(1, 1, 3, channel="sms")
        self.rate(5, 5, channel="phone")
        written, spoken = self.found().whole.means
        assert written.sure is not None
        assert spoken.sure is not None
        assert (written.sure.n, spoken.sure.n) == (3, 2)
        assert round(written.sure.middle, 2) == 1.67
        assert spoken.sure.middle == 5

    def test_it_ranks_nobody_with_fewer_than_thirty(self) -> None:
        self.rate(*[4] * 30)
        self.rate(*[5] * 29, office=self.w.aundh)
        assert self.line("Kothrud").means[0].rank == 1
        assert self.line("Aundh").means[0].rank is None

    def test_it_marks_an_office_by_its_shrunk_mean(self) -> None:
        self.rate(*[5] * 60)
        self.rate(*[2] * 40, office=self.w.aundh)
        assert self.line("Aundh").means[0].below
        assert not self.line("Kothrud").means[0].below

    def test_it_marks_nobody_for_three_bad_ratings(self) -> None:
        self.rate(*[5] * 60)
        self.rate(3, 3, 3, office=self.w.aundh)
        assert not self.line("Aundh").means[0].below

    def test_it_leaves_second_ratings_out(self) -> None:
        self.rate(1)
        self.rate(5, second=True)
        written = self.found().whole.means[0]
        assert written.sure is not None
        assert (written.sure.middle, written.sure.n) == (1, 1)
        assert (self.found().asked, self.found().answered) == (1, 1)

    def test_it_lists_what_it_counts(self) -> None:
        self.rate(4, channel="phone")
        actor = reporting(self.w.actor(self.w.chitra))
        period = month_of(READ_AT.date(), "Asia/Kolkata")
        spoken = ratings.behind(actor, period, {"way": "spoken", "channel": "phone"})
        assert [row.number for row in spoken.rows] == [self.complaint.number]
        written = ratings.behind(actor, period, {"way": "written"})
        assert not written.rows.exists()
        with pytest.raises(Http404):
            ratings.behind(actor, period, {"way": "both"})

    def test_it_shows_the_page_in_hindi(self) -> None:
        self.rate(2, 3, 4)
        self.rate(5, channel="phone")
        self.sign_in(self.w.chitra, "hi")
        page = self.get(PAGE).content.decode()
        assert page.count("/reports/ratings/list/?") == 12
        assert page.count("<svg") == 3

    def test_it_says_that_nobody_rated(self) -> None:
        assert "Nobody rated" in self.get(PAGE).content.decode()

    def test_it_costs_the_same_for_many(self) -> None:
        self.rate(*[3] * 5)
        self.rate(*[4] * 20, office=self.w.aundh, channel="phone")
        with self.assertNumQueries(10):
            self.get(PAGE)
