"""Lists and single complaints: only what the caller may see, at a known price."""

from datetime import timedelta
from typing import ClassVar

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from complaints.services import accept, add, erase_personal, forward, note, reply, start
from officers.models import Officer, Posting, Role
from tests.base import MEERA, NOW
from tests.complaints.stage import to_stage
from tests.portal.api import ApiTestCase, Program, partner

STATEMENTS = 6  # one of them writes down, once an hour, that the token is used
PHONES = [f"+9199999002{n:02d}" for n in range(30)]


class ListTests(ApiTestCase):
    filed: ClassVar[list[Complaint]]

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.filed = [
            cls.w.file(
                f"Big pothole number {n} in Kothrud", phone=PHONES[n],
                at=NOW + timedelta(minutes=n),
            )
            for n in range(7)
        ]  # fmt: skip

    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.asha)
        self.now = NOW + timedelta(minutes=30)

    def ask(self, **query: object) -> list[str]:
        return self.numbers(self.app.get("/complaints/", **query))

    def walk(self, app: Program, **query: object) -> list[str]:
        found: list[str] = []
        cursor = ""
        for _page in range(20):
            asked = query | ({"cursor": cursor} if cursor else {})
            answer = app.get("/complaints/", **asked)
            found += self.numbers(answer)
            cursor = answer.json()["next"]
            if not cursor:
                return found
        raise AssertionError("no last page")

    def test_it_lists_what_the_office_holds_the_newest_first(self) -> None:
        newest = [each.number for each in reversed(self.filed)]
        assert self.ask() == newest
        assert self.numbers(Program(self.w.omkar).get("/complaints/")) == newest
        for stranger in (self.w.nitin, self.w.ravi, self.w.lata, self.w.admin):
            assert self.numbers(Program(stranger).get("/complaints/")) == []

    def test_pages_join_up_in_every_order(self) -> None:
        numbers = [each.number for each in self.filed]
        for query, wanted in (
            ({}, numbers[::-1]), ({"order": "due"}, numbers),
            ({"held": "ever"}, numbers[::-1]), ({"q": "pothole"}, numbers[::-1]),
        ):  # fmt: skip
            with self.subTest(query=query):
                assert self.walk(self.app, page_size=3, **query) == wanted

    def test_a_page_stays_where_it_is_while_rows_arrive(self) -> None:
        first = self.app.get("/complaints/", page_size=3).json()
        late = self.w.file("One more pothole in Kothrud", phone=PHONES[9], at=self.now)
        second = self.app.get("/complaints/", page_size=3, cursor=first["next"])
        third = second.json()["next"]
        rows = [row["number"] for row in first["results"]] + self.numbers(second)
        rows += self.numbers(self.app.get("/complaints/", page_size=3, cursor=third))
        assert rows == [each.number for each in reversed(self.filed)]
        assert late.number not in rows

    def test_a_cursor_is_good_for_its_own_list_only(self) -> None:
        cursor = self.app.get("/complaints/", page_size=3).json()["next"]
        for query in (
            {"cursor": cursor, "order": "due"}, {"cursor": cursor, "status": "closed"},
            {"cursor": cursor[:-2]}, {"cursor": "1-2"}, {"cursor": "0"},
        ):  # fmt: skip
            answer = self.app.get("/complaints/", **query)
            assert (answer.status_code, answer.json()["field"]) == (400, "cursor")
        assert self.app.get("/complaints/", cursor=cursor, page_size=2).json()["next"]

    def test_it_filters_by_code(self) -> None:
        triage = self.w.file("please help me", phone=PHONES[20], at=self.now)
        other = self.w.file(
            "Big pothole", area=self.w.aundh, phone=PHONES[21], at=self.now
        )
        everything = {each.number for each in (*self.filed, triage, other)}
        assert self.ask(status="triage") == [triage.number]
        assert self.ask(office="Z2-AUNDH") == [other.number]
        assert set(self.ask(office="Z2")) == everything - {triage.number}
        assert self.ask(area="Z2-AUNDH") == [other.number]
        assert set(self.ask(category="MU01")) == everything - {triage.number}
        assert self.ask(category="MU99") == []
        assert set(self.ask(department="ROAD")) == everything - {triage.number}
        assert set(self.ask(source="web")) == everything
        assert self.ask(source="phone") == []
        assert set(self.ask(organisation="PUNE")) == everything
        assert self.ask(organisation="MVV") == []

    def test_it_filters_by_time(self) -> None:
        numbers = [each.number for each in self.filed]
        since = (NOW + timedelta(minutes=5)).isoformat()
        assert self.ask(registered_from=since) == numbers[:4:-1]
        assert self.ask(registered_to=since) == numbers[4::-1]
        assert self.ask(late="true") == []
        self.now = NOW + timedelta(hours=24, minutes=2)
        assert self.ask(late="true") == numbers[1::-1]
        assert [r["late"] for r in self.app.get("/complaints/").json()["results"]] == [
            False, False, False, False, False, True, True,
        ]  # fmt: skip

    def test_it_searches(self) -> None:
        third = self.filed[3]
        manhole = self.w.file("Open manhole, very deep", phone=PHONES[25])
        assert self.ask(q="deep manhole") == [manhole.number]
        assert self.ask(q=third.number) == [third.number]
        assert self.ask(q=PHONES[3][3:]) == [third.number]
        assert self.numbers(Program(self.w.ravi).get("/complaints/", q="pothole")) == []

    def test_it_finds_by_the_programs_own_number(self) -> None:
        made = self.app.post(
            "/complaints/", {"text": "pothole in Kothrud", "external_id": "x-1"}
        )
        assert self.ask(external_id="x-1") == [made.json()["number"]]
        assert self.ask(external_id="x-2") == []
        assert (
            self.numbers(Program(self.w.omkar).get("/complaints/", external_id="x-1"))
            == []
        )

    def test_what_it_does_not_know_is_refused(self) -> None:
        """A16."""
        for query in (
            {"ordering": "citizen__name"}, {"fields": "token"}, {"_connector": "OR"},
            {"citizen__name__startswith": "M"}, {"status": "closed\0"},
            {"status": "x"}, {"order": "-pk"}, {"page_size": "0"}, {"page_size": "201"},
            {"page_size": "1e2"}, {"late": "false"}, {"registered_from": "yesterday"},
            {"held": "always"}, {"category": "a b"}, {"q": ""}, {"q": "x" * 201},
        ):  # fmt: skip
            answer = self.app.get("/complaints/", **query)
            assert answer.status_code == 400, query
            assert answer.json()["field"] in query

    def test_it_counts_its_statements_at_any_depth(self) -> None:
        Program(self.w.asha).get("/complaints/")  # reference rows are kept from now on
        cursor = ""
        for query, most in (
            ({}, STATEMENTS), ({"order": "due"}, STATEMENTS),
            ({"held": "ever"}, STATEMENTS), ({"q": "pothole"}, STATEMENTS + 2),
        ):  # fmt: skip
            for _page in range(3):
                asked = (
                    query | {"page_size": 2} | ({"cursor": cursor} if cursor else {})
                )
                with CaptureQueriesContext(connection) as seen:
                    answer = self.app.get("/complaints/", **asked)
                assert len(seen) <= most, [q["sql"][:90] for q in seen]
                rows_counted = any("count(" in q["sql"].lower() for q in seen)
                # a search looks at a sample of fixed size on PostgreSQL
                assert not rows_counted or "q" in query
                cursor = answer.json()["next"]
            cursor = ""


class DetailTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = to_stage(self.w, "assigned")
        self.path = f"/complaints/{self.complaint.number}/"

    def read(self, officer: Officer) -> dict[str, object]:
        answer = Program(officer).get(self.path)
        assert answer.status_code == 200, answer.content
        told: dict[str, object] = answer.json()
        return told

    def test_it_tells_the_whole_story(self) -> None:
        omkar = self.w.actor(self.w.omkar)
        start(self.complaint, actor=omkar, at=self.later(hours=1))
        reply(self.complaint, text="We come today", actor=omkar, at=self.later(hours=2))
        note(self.complaint, text="Kept to us", actor=omkar, at=self.later(hours=2))
        told = self.read(self.w.omkar)
        kinds = [event["kind"] for event in told["events"]]  # type: ignore[attr-defined]  # JSON
        assert kinds == ["registered", "assigned", "started", "replied", "noted"]
        assert [m["text"] for m in told["messages"]] == ["We come today"]  # type: ignore[attr-defined]  # JSON
        assert "Kothrud" in str(told["why_office"])
        assert told["why_date"]
        assert told["actions"][:2] == ["ask_citizen", "ask_hold"]  # type: ignore[index]  # JSON
        assert told["version"] == self.complaint.version

    def test_it_counts_its_statements(self) -> None:
        app = Program(self.w.omkar)
        app.get(self.path)
        with self.assertNumQueries(10):
            app.get(self.path)

    def test_personal_data_is_masked_as_on_the_screens(self) -> None:
        monitor = partner(self.w.pune, "mona")
        Posting.objects.filter(officer=monitor).update(role=Role.MONITORING_TEAM)
        for officer, name, phone in (
            (self.w.omkar, "Meera Joshi", MEERA),  # the owner may call
            (self.w.hema, "Meera Joshi", ""),
            (self.w.asha, "Meera Joshi", ""),
            (monitor, "", ""),
        ):
            with self.subTest(officer=officer.username):
                person = self.read(officer)["citizen"]
                assert person == {
                    "name": name, "contact": "+91 ••••• •0001", "phone": phone,
                }  # fmt: skip
                if not phone:
                    assert MEERA[3:] not in str(self.read(officer))
                assert self.complaint.token not in str(self.read(officer))

    def test_the_owner_may_call_only_while_the_work_is_open(self) -> None:
        solved = to_stage(self.w, "resolved")
        told = Program(self.w.omkar).get(f"/complaints/{solved.number}/").json()
        assert told["citizen"]["phone"] == ""

    def test_foreign_and_unknown_are_the_same(self) -> None:
        unknown = Program(self.w.ravi).get("/complaints/100000000002/")
        for officer in (self.w.ravi, self.w.nitin, self.w.lata, self.w.admin):
            answer = Program(officer).get(self.path)
            assert answer.status_code == 404
            assert answer.json() == unknown.json()
        for number in ("0", "nothing", "1" * 12, "%00", "१"):
            assert Program(self.w.asha).get(f"/complaints/{number}/").status_code == 404

    def test_a_former_holder_reads_its_own_leg(self) -> None:
        omkar, nitin = self.w.actor(self.w.omkar), self.w.actor(self.w.nitin)
        reply(self.complaint, text="Seen", actor=omkar, at=self.later(minutes=1))
        forward(
            self.complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="Lies in Aundh", actor=omkar,
            at=self.later(hours=1),
        )  # fmt: skip
        accept(self.complaint, owner=self.w.nitin, actor=nitin, at=self.later(hours=2))
        app = Program(self.w.nitin)
        photo = app.photo()
        self.now = self.later(hours=3)
        said = app.act(self.complaint, "reply", text="Later", attachments=[photo])
        assert said.status_code == 200, said.content
        told = self.read(self.w.omkar)
        assert "Seen" in str(told["messages"])
        assert "Later" not in str(told["messages"])
        assert told["attachments"] == told["actions"] == []
        assert told["citizen"] == {"name": "", "contact": "", "phone": ""}
        url = f"/attachments/{photo}/"
        assert b"".join(app.get(url).streaming_content)
        assert Program(self.w.omkar).get(url).status_code == 404
        former = Program(self.w.omkar)
        assert self.numbers(former.get("/complaints/")) == []
        assert len(self.numbers(former.get("/complaints/", held="ever"))) == 1

    def test_photos_are_read_by_whoever_reads_the_complaint(self) -> None:
        app = Program(self.w.omkar)
        app.act(self.complaint, "add", attachments=[app.photo()])
        (photo,) = app.get(self.path).json()["attachments"]
        path = photo["url"].partition("/api/v1")[2]
        answer = app.get(path)
        assert answer["Content-Type"] == photo["content_type"] == "image/jpeg"
        assert len(b"".join(answer.streaming_content)) == photo["size"]
        for stranger in (self.w.ravi, self.w.nitin):
            assert Program(stranger).get(path).status_code == 404
        assert self.client.get(photo["url"]).status_code == 401

    def test_photos_that_nobody_claimed_are_read_by_nobody(self) -> None:
        app = Program(self.w.omkar)
        assert app.get(f"/attachments/{app.photo()}/").status_code == 404

    def test_erased_words_stay_erased(self) -> None:
        add(
            self.complaint,
            text="my name is Meera",
            actor=self.w.actor(self.w.asha),
            at=NOW,
        )
        erase_personal(self.complaint, actor=self.w.actor(self.w.prakash), at=NOW)
        assert "Meera" not in str(self.read(self.w.omkar))
        assert Complaint.objects.get().citizen is None
