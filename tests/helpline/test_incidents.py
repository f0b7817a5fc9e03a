"""/admin/incidents/, the console's red box, and where members show what they are of."""

from datetime import timedelta
from typing import Any, ClassVar
from unittest import mock

from complaints.models import Cause, Complaint, Connection
from helpline import incident_pages
from helpline.models import Call
from incidents.models import Incident, Membership, Update
from incidents.services import close, restore
from operations.models import Job
from tests.base import NOW
from tests.builders import photo
from tests.helpline.desk import DeskTestCase, text_of
from tests.incidents.stage import burst_pipe, declared, dry, member, prepare, work

URL = "/admin/incidents/"
CONSOLE = "/admin/console/"


class IncidentPagesTestCase(DeskTestCase):
    pipe: ClassVar[Cause]

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        prepare(cls.w)
        cls.pipe = burst_pipe(cls.w)

    def setUp(self) -> None:
        super().setUp()
        self.sit(self.w.devika)

    def post(self, path: str, **given: Any) -> Any:
        return self.client.post(f"{URL}{path}", given)


class ListTests(IncidentPagesTestCase):
    def test_the_late_stand_first_then_those_without_a_time(self) -> None:
        fine = declared(self.w, area=self.w.aundh)
        none = declared(self.w, area=self.w.sus, expected_at=None)
        late = declared(self.w)
        Incident.objects.filter(pk=late.pk).update(expected_at=NOW - timedelta(hours=1))
        text = text_of(self.get(URL))
        places = [text.index(f'data-row="{each.pk}"') for each in (late, none, fine)]
        assert places == sorted(places)
        assert "Time has passed" in text
        assert "No expected time" in text

    def test_it_costs_the_same_for_one_and_for_many(self) -> None:
        member(self.w, declared(self.w))
        few = self.queries(lambda: self.get(URL))
        for area in (self.w.aundh, self.w.sus, self.w.zone):
            incident = declared(self.w, area=area)
            for n in range(3):
                member(self.w, incident, n)
        assert self.queries(lambda: self.get(URL)) == few <= 9

    def test_members_are_counted_to_the_cap(self) -> None:
        incident = declared(self.w)
        for n in range(3):
            member(self.w, incident, n)
        assert incident_pages.counts([incident.pk]) == {incident.pk: "3"}
        with mock.patch.object(incident_pages, "COUNT_AT_MOST", 2):
            assert incident_pages.counts([incident.pk]) == {incident.pk: "more than 2"}

    def test_what_is_over_has_a_page_of_its_own(self) -> None:
        incident = declared(self.w)
        close(incident, actor=self.w.actor(self.w.devika), at=NOW)
        assert "No incident is open." in text_of(self.get(URL))
        text = text_of(self.get(URL, over=1))
        assert "closed without a repair" in text
        assert self.queries(lambda: self.get(URL, over=1)) <= 6

    def test_it_is_on_the_bar_of_those_who_read_complaints(self) -> None:
        assert f'href="{URL}"' in text_of(self.get("/admin/queue/"))
        self.sit(self.w.admin)
        assert self.get(URL).status_code == 403

    def test_other_offices_see_none_of_it(self) -> None:
        incident = declared(self.w)
        for officer in (self.w.ravi, self.w.nitin):
            self.sit(officer)
            assert "No water" not in text_of(self.get(URL))
            assert self.get(f"{URL}{incident.pk}/").status_code == 404
            for deed in ("update", "restore", "close"):
                answer = self.post(f"{incident.pk}/{deed}/", version=1)
                assert answer.status_code == 404
        assert self.get(f"{URL}{2**70}/").status_code == 404


class NewTests(IncidentPagesTestCase):
    def typed(self, **over: Any) -> dict[str, Any]:
        return {
            "area": self.w.kothrud.pk, "category": self.w.no_water.pk,
            "expected_at": "2026-11-21T14:12", "cause": self.pipe.pk,
            "note": "Tankers come",
        } | over  # fmt: skip

    def test_first_it_shows_what_is_there(self) -> None:
        for n in range(3):
            dry(self.w, n)
        assert "bribe" not in text_of(self.get(f"{URL}new/")).lower()
        page = self.post("new/", **self.typed())
        text = text_of(page)
        assert "3 complaints of this kind lie there" in " ".join(text.split())
        assert not Incident.objects.exists()
        seen = f"{self.w.kothrud.pk}-{self.w.no_water.pk}"
        assert f'name="seen" value="{seen}"' in text
        done = self.post("new/", **self.typed(seen=seen, join_open="on"))
        incident = Incident.objects.get()
        assert done["Location"] == f"{URL}{incident.pk}/"
        assert incident.expected_at == NOW + timedelta(hours=5)
        assert (incident.cause, incident.note) == (self.pipe, "Tankers come")
        work()
        assert Membership.objects.count() == 3

    def test_another_place_is_shown_anew(self) -> None:
        seen = f"{self.w.aundh.pk}-{self.w.no_water.pk}"
        self.post("new/", **self.typed(seen=seen))
        assert not Incident.objects.exists()

    def test_it_says_what_is_declared_already(self) -> None:
        declared(self.w, area=self.w.zone)
        text = text_of(self.post("new/", **self.typed()))
        assert "Open already" in text
        declared(self.w)
        seen = f"{self.w.kothrud.pk}-{self.w.no_water.pk}"
        page = self.post("new/", **self.typed(seen=seen))
        assert page.status_code == 409
        assert "declared for that place already" in text_of(page)
        assert "Tankers come" in text_of(page)

    def test_it_keeps_what_was_typed_when_refused(self) -> None:
        seen = f"{self.w.kothrud.pk}-{self.w.no_water.pk}"
        for over in (
            {"area": ""}, {"category": 999}, {"expected_at": "2020-01-01T00:00"},
            {"expected_at": "0001-01-01T00:00"}, {"expected_at": "x"},
            {"note": "n\0" * 300},
        ):  # fmt: skip
            page = self.post("new/", **self.typed(**({"seen": seen} | over)))
            assert page.status_code == 422, over
        assert not Incident.objects.exists()

    def test_a_head_declares_in_the_own_ward_only(self) -> None:
        self.sit(self.w.hema)
        seen = f"{self.w.aundh.pk}-{self.w.no_water.pk}"
        page = self.post("new/", **self.typed(area=self.w.aundh.pk, seen=seen))
        assert page.status_code == 422
        assert "manager of that place" in text_of(page)

    def test_agents_declare_nothing(self) -> None:
        self.sit(self.w.asha)
        assert self.get(f"{URL}new/").status_code == 403
        assert "Declare an incident" not in text_of(self.get(URL))


class OneTests(IncidentPagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.incident = declared(self.w)
        self.path = f"{self.incident.pk}/"

    def test_it_shows_news_and_members_at_a_fixed_cost(self) -> None:
        one = member(self.w, self.incident, 1)
        few = self.queries(lambda: self.get(f"{URL}{self.path}"))
        for n in range(2, 6):
            member(self.w, self.incident, n)
        assert self.queries(lambda: self.get(f"{URL}{self.path}")) == few <= 9
        text = text_of(self.get(f"{URL}{self.path}"))
        assert one.number in text
        assert "House 1" not in text
        assert "Declared" in text and "Devika" in text

    def test_a_new_time_is_kept_and_told(self) -> None:
        member(self.w, self.incident)
        answer = self.post(
            f"{self.path}update/", version=1, expected_at="2026-11-21T18:00",
            cause=self.pipe.pk, note="",
        )  # fmt: skip
        assert answer.status_code == 302
        self.incident.refresh_from_db()
        assert self.incident.expected_at is not None
        assert self.incident.expected_at.isoformat() == "2026-11-21T12:30:00+00:00"
        work()
        assert "All members reached" in text_of(self.get(f"{URL}{self.path}"))

    def test_somebody_was_first(self) -> None:
        restore(
            Incident.objects.get(), cause=self.pipe, at=NOW,
            actor=self.w.actor(self.w.sunil),
        )  # fmt: skip
        page = self.post(f"{self.path}update/", version=1, note="Digging in the road")
        assert page.status_code == 409
        assert "Sunil" in text_of(page)
        assert "Digging in the road" in text_of(page)

    def test_the_repair_asks_for_cause_and_photo(self) -> None:
        assert self.post(f"{self.path}restore/", version=1).status_code == 422
        holes = declared(self.w, category=self.w.pothole)
        path, cause = f"{holes.pk}/restore/", self.w.wear.pk
        page = self.post(path, version=1, cause=cause)
        assert page.status_code == 422
        assert "needs a photo" in text_of(page)
        done = self.post(path, version=1, cause=cause, photo=photo())
        assert done.status_code == 302
        assert Job.objects.get().args["photos"]

    def test_it_is_closed_as_a_mistake(self) -> None:
        complaint = member(self.w, self.incident)
        assert self.post(f"{self.path}close/", version=1).status_code == 302
        work()
        complaint.refresh_from_db()
        assert complaint.is_open
        assert Membership.objects.get().left_at == NOW
        assert self.post(f"{self.path}close/", version=2).status_code == 409

    def test_who_may_only_read_has_no_forms(self) -> None:
        self.sit(self.w.asha)
        text = text_of(self.get(f"{URL}{self.path}"))
        assert "Repaired" not in text
        page = self.post(f"{self.path}close/", version=1)
        assert page.status_code == 422
        assert "manager of that place" in text_of(page)
        assert self.post(f"{self.path}update/", version="x").status_code in (404, 422)
        assert Update.objects.count() == 1


class ConsoleTests(IncidentPagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.incident = declared(self.w)
        self.sit(self.w.asha)

    def typed(self, **over: Any) -> dict[str, Any]:
        return {
            "key": "one-time-key", "organisation": self.w.pune.pk, "who": "99999 10001",
            "language": "en", "kind": "complaint", "source": "phone",
        } | over  # fmt: skip

    def look(self, **over: Any) -> str:
        return text_of(self.client.post(f"{CONSOLE}look/", self.typed(**over)))

    def test_it_stands_on_top_when_kind_or_place_is_known(self) -> None:
        assert "No water, Kothrud" not in self.look()
        assert "No water, Kothrud" in self.look(area=self.w.kothrud.pk)
        text = self.look(category=self.w.no_water.pk, area=self.w.kothrud.pk)
        assert f'value="join:{self.incident.pk}"' in text
        assert 'data-key="alt+j"' in text
        assert self.look(area=self.w.aundh.pk).count("alt+j") == 0

    def test_the_callers_connection_is_place_enough(self) -> None:
        Connection.objects.create(
            organisation=self.w.pune, number="170012345", area=self.w.kothrud
        )
        assert "No water, Kothrud" in self.look(who="170012345")

    def test_one_key_registers_and_joins_with_nothing_typed(self) -> None:
        answer = self.client.post(CONSOLE, self.typed(do=f"join:{self.incident.pk}"))
        call = Call.objects.get()
        assert answer["Location"] == f"{CONSOLE}calls/{call.pk}/"
        complaint = call.complaint
        assert complaint is not None
        assert (complaint.text, complaint.category) == ("No water", self.w.no_water)
        assert complaint.office == self.w.kothrud
        row = Membership.objects.get()
        assert (row.how, row.by) == ("key", self.w.asha)
        assert call.wrap_up is not None and call.wrap_up.code == "W02"
        text = text_of(self.get(answer["Location"]))
        assert "It should be repaired by Sat 21 Nov 14:12." in text

    def test_the_callers_own_words_and_place_are_kept(self) -> None:
        self.client.post(
            CONSOLE,
            self.typed(
                do=f"join:{self.incident.pk}", text="Dry since six", pin="411038"
            ),
        )
        complaint = Complaint.objects.get()
        assert (complaint.text, complaint.pin) == ("Dry since six", "411038")

    def test_what_is_over_is_said(self) -> None:
        close(self.incident, actor=self.w.actor(self.w.devika), at=NOW)
        for which in (self.incident.pk, "x", 2**70, ""):
            answer = self.client.post(CONSOLE, self.typed(do=f"join:{which}"))
            assert answer.status_code == 422
            assert "This incident is over." in text_of(answer)
        assert not Complaint.objects.exists()


class MembersElsewhereTests(IncidentPagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.incident = declared(self.w)
        self.complaint = member(self.w, self.incident)

    def test_the_queue_names_the_incident(self) -> None:
        assert "part of: No water, Kothrud" in text_of(
            self.get("/admin/queue/", view="open")
        )
        assert "part of: No water, Kothrud" in text_of(
            self.get("/admin/queue/", q="House")
        )

    def test_the_complaints_page_tells_of_it_and_lets_it_leave(self) -> None:
        page = f"/admin/complaint/{self.complaint.number}/"
        text = text_of(self.get(page))
        assert f'href="{URL}{self.incident.pk}/"' in text
        assert "Part of a known fault" in text
        assert self.do(self.complaint, "leave").status_code == 302
        assert 'id="deed-leave"' not in text_of(self.get(page))
        done = self.do(self.complaint, "join", incident=self.incident.pk)
        assert done.status_code == 302
        assert Membership.objects.filter(left_at=None).count() == 1

    def test_joining_is_offered_only_while_one_is_open(self) -> None:
        other = dry(self.w, 7)
        page = f"/admin/complaint/{other.number}/"
        assert "Part of an incident" in text_of(self.get(page))
        close(self.incident, actor=self.w.actor(self.w.devika), at=NOW)
        assert "Part of an incident" not in text_of(self.get(page))

    def test_the_field_page_names_it(self) -> None:
        self.sit(self.w.wasim)
        assert "Part of: No water, Kothrud" in text_of(self.get("/field/"))
        page = text_of(self.get(f"/field/{self.complaint.number}/"))
        assert "One repair ends it for all." in page
