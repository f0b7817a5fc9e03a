"""Declare, update, restore, close: who may, what is checked, who was first."""

from datetime import timedelta
from typing import Any

from complaints.attachments import store
from complaints.models import Category
from complaints.refusals import Conflict, Invalid, NotAllowed, Refused
from incidents.models import Incident, Update
from incidents.services import close, declare, restore, update
from incidents.sweep import tick
from operations.models import Job
from tests.base import NOW, WorldTestCase
from tests.builders import photo
from tests.incidents.stage import BACK_AT, burst_pipe, declared, prepare


class IncidentTestCase(WorldTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        prepare(cls.w)

    def fresh(self, incident: Incident) -> Incident:
        return Incident.objects.get(pk=incident.pk)

    def news(self, incident: Incident) -> list[str]:
        rows = Update.objects.filter(incident=incident).order_by("pk")
        return list(rows.values_list("kind", flat=True))


class DeclareTests(IncidentTestCase):
    def test_it_is_for_managers_of_the_place(self) -> None:
        w = self.w
        for officer in (w.devika, w.sunil, w.hema, w.zoya, w.chitra):
            incident = declared(w, actor=w.actor(officer))
            close(incident, actor=w.actor(officer), at=NOW)
        for officer in (w.asha, w.omkar, w.farhan, w.admin, w.ravi, w.lata):
            with self.subTest(officer), self.assertRaises(NotAllowed):
                declared(w, actor=w.actor(officer))
        with self.assertRaises(NotAllowed):  # Hema's ward is Kothrud
            declared(w, area=w.aundh, actor=w.actor(w.hema))
        with self.assertRaises(NotAllowed):  # the whole zone is above her
            declared(w, area=w.zone, actor=w.actor(w.hema))

    def test_a_citizen_declares_nothing(self) -> None:
        complaint = self.w.file()
        with self.assertRaises(NotAllowed):
            declared(self.w, actor=self.w.citizen(complaint))

    def test_it_stands_once_for_a_place_and_kind(self) -> None:
        first = declared(self.w)
        with self.assertRaises(Conflict):
            declared(self.w, actor=self.w.actor(self.w.sunil))
        declared(self.w, area=self.w.aundh)
        close(first, actor=self.w.actor(self.w.devika), at=NOW)
        declared(self.w)

    def test_it_checks_what_it_is_given(self) -> None:
        w = self.w
        wrong: list[dict[str, Any]] = [
            {"category": w.bribe},
            {"category": w.no_supply},
            {"area": w.gomti},
            {"expected_at": NOW - timedelta(minutes=1)},
            {"expected_at": NOW + timedelta(days=90)},
            {"note": "x" * 201},
        ]
        for over in wrong:
            with self.subTest(over), self.assertRaises(Invalid):
                declared(w, **over)
        assert not Incident.objects.exists()

    def test_it_writes_its_first_news_and_asks_nobody_to_be_told(self) -> None:
        incident = declared(self.w, note="Tankers are on the way")
        assert self.news(incident) == ["declared"]
        assert incident.declared_by == self.w.devika
        assert not Job.objects.exists()

    def test_an_incident_in_a_discom_belongs_to_it(self) -> None:
        w = self.w
        head = w._officer("uma", "Uma", "hi", "dispatcher", w.upp)
        incident = declare(
            organisation=w.mvv, area=w.gomti, category=w.no_supply,
            actor=w.actor(head), at=NOW,
        )  # fmt: skip
        assert incident.organisation == w.mvv


class UpdateTests(IncidentTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.incident = declared(self.w)
        self.given: dict[str, Any] = {"actor": self.w.actor(self.w.devika), "at": NOW}

    def test_a_new_time_and_a_cause_are_news_that_a_job_tells(self) -> None:
        later = BACK_AT + timedelta(hours=2)
        update(self.incident, expected_at=later, **self.given)
        update(self.incident, cause=burst_pipe(self.w), **self.given)
        update(self.incident, note="Tankers at the school", **self.given)
        assert self.news(self.incident) == ["declared", "expected", "cause", "cause"]
        row = self.fresh(self.incident)
        assert (row.expected_at, row.version) == (later, 4)
        assert [job.kind for job in Job.objects.all()] == ["tell_incident"] * 3

    def test_nothing_new_is_refused(self) -> None:
        with self.assertRaises(Refused):
            update(self.incident, expected_at=BACK_AT, **self.given)

    def test_the_second_of_two_hears_who_was_first(self) -> None:
        seen = self.incident.version
        update(self.incident, note="One", **self.given)
        with self.assertRaises(Conflict) as caught:
            update(
                self.fresh(self.incident), note="Two", version=seen,
                actor=self.w.actor(self.w.sunil), at=NOW,
            )  # fmt: skip
        assert "Devika" in str(caught.exception)

    def test_it_is_refused_to_those_who_may_not(self) -> None:
        with self.assertRaises(NotAllowed):
            update(self.incident, note="x", actor=self.w.actor(self.w.asha), at=NOW)


class EndTests(IncidentTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.incident = declared(self.w)
        self.given: dict[str, Any] = {"actor": self.w.actor(self.w.devika), "at": NOW}

    def test_a_repair_needs_its_cause(self) -> None:
        with self.assertRaises(Invalid) as caught:
            restore(self.incident, **self.given)
        assert caught.exception.field == "cause"
        restore(self.incident, cause=burst_pipe(self.w), **self.given)
        assert self.fresh(self.incident).state == "restored"

    def test_a_repair_needs_one_photo_where_the_kind_does(self) -> None:
        holes = declared(self.w, category=self.w.pothole)
        with self.assertRaises(Invalid) as caught:
            restore(holes, cause=self.w.wear, **self.given)
        assert caught.exception.code == "photo_required"
        files = (store(photo(), at=NOW),)
        restore(holes, cause=self.w.wear, files=files, **self.given)

    def test_it_is_restored_once(self) -> None:
        cause = burst_pipe(self.w)
        restore(self.incident, cause=cause, **self.given)
        for again in (self.incident, self.fresh(self.incident)):
            with self.assertRaises(Conflict):
                restore(again, cause=cause, **self.given)
        with self.assertRaises(Conflict):
            update(self.fresh(self.incident), note="x", **self.given)

    def test_it_is_over_a_day_after_the_repair(self) -> None:
        restore(self.incident, cause=burst_pipe(self.w), **self.given)
        assert tick(self.later(hours=23)) == 0
        assert tick(self.later(hours=24)) == 1
        assert tick(self.later(hours=25)) == 0
        row = self.fresh(self.incident)
        assert (row.state, row.closed_at) == ("closed", self.later(hours=24))

    def test_a_mistake_is_closed_without_a_repair(self) -> None:
        close(self.incident, **self.given)
        assert self.fresh(self.incident).state == "closed"
        with self.assertRaises(Conflict):
            close(self.fresh(self.incident), **self.given)


class ScopeTests(IncidentTestCase):
    def test_it_is_seen_where_its_place_touches_a_posting(self) -> None:
        w, incident = self.w, declared(self.w)
        for officer in (w.asha, w.omkar, w.zoya, w.vikram, w.chitra):
            assert Incident.objects.visible_to(w.actor(officer)).get() == incident
        for officer in (w.nitin, w.ravi, w.lata, w.admin):
            assert not Incident.objects.visible_to(w.actor(officer)).exists()

    def test_a_kind_without_a_name_is_none(self) -> None:
        assert str(declared(self.w)) == "No water, Kothrud"
        assert Category.objects.filter(burst=True).count() == 2
