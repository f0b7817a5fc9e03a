"""What a program may do to a complaint: the same doors, the same refusals."""

from datetime import timedelta
from typing import Any

import pytest

from complaints.models import Attachment, Complaint, Custody, Event, Message
from complaints.services import escalate, forward
from officers.models import Officer, Organisation, Posting, Role
from portal.api.actions import ACTIONS
from tests.base import NOW, names
from tests.complaints.stage import to_stage
from tests.portal.api import Answer, ApiTestCase, Program, partner


class PartnerTests(ApiTestCase):
    """a8: a private operator sees its own complaints only, and can answer."""

    def setUp(self) -> None:
        super().setUp()
        self.operator = Organisation.objects.create(
            code="TELCO", kind="operator", names=names("Telco"), phone="198",
            languages=["en"],
        )  # fmt: skip
        self.app = Program(partner(self.operator))
        self.other = to_stage(self.w, "assigned")
        self.complaint = to_stage(self.w, "assigned")
        forward(
            self.complaint, organisation=self.operator, office=None, department=None,
            reason="Their cable lies there", actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        self.now = NOW + timedelta(hours=1)

    def did(self, name: str, **given: Any) -> dict[str, Any]:
        answer = self.app.act(self.complaint, name, **given)
        assert answer.status_code == 200, answer.content
        told: dict[str, Any] = answer.json()
        return told

    def test_it_accepts_answers_and_resolves_what_is_its_own(self) -> None:
        assert self.numbers(self.app.get("/complaints/")) == [self.complaint.number]
        assert self.app.get(f"/complaints/{self.other.number}/").status_code == 404
        read = self.app.get(f"/complaints/{self.complaint.number}/").json()
        assert read["actions"][:2] == ["accept", "bounce"]
        assert self.did("accept")["status"] == "assigned"
        assert self.did("start")["status"] == "in_progress"
        self.did("reply", text="Our people are on the way.")
        photo = self.app.photo()
        causes = {row["code"] for row in self.app.get("/causes/").json()["results"]}
        assert causes == set()
        self.cause()
        told = self.did(
            "resolve", action_taken="The cable was buried.", cause="CABLE",
            attachments=[photo],
        )  # fmt: skip
        assert told["status"] == "resolved"
        assert "confirm" not in told["actions"]
        self.complaint.refresh_from_db()
        assert self.complaint.owner == self.complaint.resolved_by == self.app.officer
        reply = Message.objects.get(complaint=self.complaint, kind="reply")
        assert (reply.public, reply.author) == (True, self.app.officer)
        assert Attachment.objects.get(token=photo).complaint == self.complaint
        kinds = Event.objects.filter(complaint=self.complaint, actor=self.app.officer)
        assert list(kinds.order_by("seq").values_list("kind", flat=True)) == [
            "accepted", "started", "replied", "resolved",
        ]  # fmt: skip
        assert Custody.objects.filter(organisation=self.operator).count() >= 2

    def cause(self) -> None:
        from complaints.models import Cause
        from operations.generation import forget_all

        Cause.objects.create(
            organisation=self.operator, code="CABLE", names=names("Cable")
        )
        forget_all()

    def test_it_sends_back_what_is_not_its_own_and_keeps_its_leg(self) -> None:
        assert self.did("bounce", reason="Not our cable")["status"] == "triage"
        assert self.numbers(self.app.get("/complaints/")) == []
        assert (
            self.app.get(f"/complaints/{self.complaint.number}/").json()["actions"]
            == []
        )
        again = self.app.act(self.complaint, "accept")
        assert again.status_code == 403

    def test_a_right_that_ended_ends_at_once(self) -> None:
        """A06."""
        self.did("accept")
        Posting.objects.filter(officer=self.app.officer).update(valid_to=NOW.date())
        self.now = NOW + timedelta(days=1)
        assert self.numbers(self.app.get("/complaints/")) == []
        assert self.app.act(self.complaint, "start").status_code == 404


class RefusalTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.omkar)
        self.complaint = to_stage(self.w, "assigned")

    def refused(self, answer: Answer, status: int) -> dict[str, str]:
        assert answer.status_code == status, answer.content
        told: dict[str, str] = answer.json()
        assert told["message"]
        return told

    def test_the_role_the_stage_and_the_values_have_codes_of_their_own(self) -> None:
        told = self.refused(self.app.act(self.complaint, "confirm"), 403)
        assert told["code"] == "not_allowed"
        told = self.refused(self.app.act(self.complaint, "accept"), 409)
        assert told["code"] == "wrong_stage"
        told = self.refused(
            self.app.act(
                self.complaint, "resolve", action_taken="Filled with tar.", cause="WEAR"
            ),
            400,
        )  # no photo
        assert (told["code"], told["field"]) == ("photo_required", "attachments")
        told = self.refused(
            self.app.act(self.complaint, "ask_hold", reason="Tar is late",
                         new_date="2026-11-20T00:00:00Z"),
            400,
        )  # fmt: skip
        assert told["field"] == "new_date"
        for given in ({"cause": "NO"}, {"cause": "WEAR", "status": "closed"}, {}):
            told = self.refused(
                self.app.act(
                    self.complaint, "resolve", action_taken="Filled with tar.", **given
                ),
                400,
            )
            assert told["field"] in ("cause", "status")

    def test_who_looked_at_an_older_version_hears_who_was_first(self) -> None:
        number, seen = self.complaint.number, self.complaint.version
        mark = self.app.get(f"/complaints/{number}/")["ETag"]
        assert mark == f'"{seen}"'
        done = Program(self.w.farhan).act(self.complaint, "start")
        assert done.status_code == 404  # not his job
        done = Program(self.w.hema).act(self.complaint, "start", version=seen)
        assert done.status_code == 200
        assert done["ETag"] == f'"{seen + 1}"'
        question = {"question": "Which side of the road?"}
        path = f"/complaints/{number}/actions/ask_citizen/"
        for answer in (
            self.app.post(path, question | {"version": seen}),
            self.app.post(path, question, if_match=mark),
            self.app.post(path, question, if_match=f"W/{mark}"),
        ):
            told = self.refused(answer, 409)
            assert told["code"] == "conflict"
            assert "Hema" in told["message"]
        self.refused(self.app.post(path, question, if_match="yesterday"), 400)
        fresh = self.app.post(path, question, if_match=done["ETag"])
        assert fresh.status_code == 200
        assert fresh.json()["status"] == "need_info"

    def test_an_action_sent_twice_is_done_once(self) -> None:
        path = f"/complaints/{self.complaint.number}/actions/reply/"
        body = {"text": "We come today.", "attachments": [self.app.photo()]}
        first = self.app.post(path, body, idempotency_key="r1")
        again = self.app.post(path, body, idempotency_key="r1")
        assert first.status_code == again.status_code == 200, again.content
        assert (first.json(), first["ETag"]) == (again.json(), again["ETag"])
        assert Message.objects.filter(complaint=self.complaint).count() == 1
        other = self.app.post(path, {"text": "Else."}, idempotency_key="r1")
        assert self.refused(other, 409)["code"] == "key_reused"

    def test_there_is_no_door_but_those_of_the_table(self) -> None:
        for name in ("erase_personal", "escalate", "set_deadline", "auto_close", "x"):
            answer = self.app.act(self.complaint, name)
            assert answer.status_code == 404
            assert answer.json()["code"] == "not_found"
        number = self.complaint.number
        for method in ("get", "put", "patch", "delete"):
            call = getattr(self.app.client, method)
            answer = call(f"/api/v1/complaints/{number}/actions/start/")
            assert answer.status_code == 405
            assert set(answer["Allow"].split(", ")) == {"POST", "OPTIONS"}
        self.complaint.refresh_from_db()
        assert self.complaint.status == "assigned"


class DeskTests(ApiTestCase):
    """A program of the call centre: sorting, joining, the citizen's word."""

    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.devika)

    def did(self, complaint: Complaint, name: str, **given: Any) -> Complaint:
        return self.did_by(self.app, complaint, name, **given)

    def did_by(
        self, app: Program, complaint: Complaint, name: str, **given: Any
    ) -> Complaint:
        answer = app.act(complaint, name, **given)
        assert answer.status_code == 200, answer.content
        complaint.refresh_from_db()
        return complaint

    def test_it_sorts_and_sends(self) -> None:
        odd = self.w.file("Something is odd")
        self.did(odd, "set_category", category="MU01", area="Z2-KOTHRUD")
        assert odd.category == self.w.pothole
        self.did(odd, "edit_priority", criticality="high", horizon="mid", reason="Hill")
        assert (odd.criticality, odd.horizon) == ("high", "mid")
        self.did(odd, "assign", office="Z2-KOTHRUD", department="ROAD")
        assert odd.owner == self.w.omkar  # whoever is on duty there
        self.did(odd, "reassign", owner="hema")
        assert odd.owner == self.w.hema
        self.did(odd, "forward", office="Z2-AUNDH", department="ROAD", reason="Theirs")
        assert (odd.status, odd.office) == ("forwarded", self.w.aundh)

    def test_codes_out_of_reach_are_unknown(self) -> None:
        odd = self.w.file("Something is odd")
        for given in (
            {"office": "GOMTI"}, {"office": "NO"},
            {"office": "Z2-KOTHRUD", "department": "OM"},
            {"office": "Z2-KOTHRUD", "owner": "ravi"},
            {"office": "Z2-KOTHRUD", "owner": "nobody.at-all"},
            {"office": "Z2-KOTHRUD", "organisation": "MVV"},
        ):  # fmt: skip
            answer = self.app.act(odd, "assign", **given)
            assert answer.status_code == 400, given
            assert answer.json()["field"] in given
        answer = self.app.act(odd, "forward", organisation="KES", reason="Theirs")
        assert answer.json()["field"] == "organisation"  # not public, not of our tree
        answer = self.app.act(odd, "forward", reason="Theirs")
        assert answer.json()["field"] == "office"

    def test_it_speaks_for_the_citizen(self) -> None:
        waiting = to_stage(self.w, "need_info")
        self.did(waiting, "citizen_replied", text="On the left side")
        assert waiting.status == "in_progress"
        solved = to_stage(self.w, "resolved")
        self.did(solved, "confirm")
        assert (solved.status, solved.closed_how) == ("closed", "called")
        self.did(solved, "reopen", text="It broke again")
        assert (solved.status, solved.reopened) == ("assigned", 1)
        event = Event.objects.filter(complaint=solved, kind="reopened").get()
        assert event.data["by"] == "api"
        open_one = to_stage(self.w, "assigned")
        assert self.app.act(open_one, "withdraw").status_code == 403  # a danger
        Program(self.w.sunil).act(open_one, "withdraw")
        open_one.refresh_from_db()
        assert open_one.status == "cancelled"

    def test_it_joins_one_to_another_that_it_sees(self) -> None:
        first, second = to_stage(self.w, "assigned"), to_stage(self.w, "assigned")
        foreign = self.w.file("no power", organisation=self.w.upp, area=self.w.gomti)
        for number in (foreign.number, "123", "100000000002"):
            answer = self.app.act(second, "link_duplicate", number=number)
            assert (answer.status_code, answer.json()["field"]) == (400, "number")
        self.did(second, "link_duplicate", number=first.number)
        assert (second.status, second.parent) == ("merged", first)
        told = self.app.get(f"/complaints/{second.number}/").json()
        assert told["parent"] == first.number

    def test_appeals_are_decided_by_who_may(self) -> None:
        appealed = to_stage(self.w, "appealed")
        order = "The appeal is allowed: the road was not repaired."
        assert self.app.act(appealed, "allow", order=order).status_code == 403
        answer = Program(self.w.anand).act(appealed, "allow", order=order)
        assert answer.json()["status"] == "assigned"  # and sent out again at once

    def test_the_head_refuses_a_later_date_that_was_asked_for(self) -> None:
        complaint = to_stage(self.w, "assigned")
        head, doer = Program(self.w.hema), Program(self.w.omkar)
        path = f"/complaints/{complaint.number}/"
        assert "refuse_hold" not in head.get(path).json()["actions"]
        told = head.act(complaint, "refuse_hold", reason="It is a danger.")
        assert told.json()["code"] == "not_asked"
        doer.act(complaint, "ask_hold", reason="Tar is late",
                 new_date="2026-12-01T18:00:00+05:30")  # fmt: skip
        assert "refuse_hold" in head.get(path).json()["actions"]
        assert "refuse_hold" not in doer.get(path).json()["actions"]
        refused = doer.act(complaint, "refuse_hold", reason="It is a danger.")
        assert refused.status_code == 403
        self.did_by(head, complaint, "refuse_hold", reason="It is a danger.")
        assert complaint.hold_asked is None
        note = Message.objects.filter(complaint=complaint, kind="note").latest("pk")
        assert (note.text, note.public) == ("It is a danger.", False)

    def test_the_level_it_was_raised_to_takes_it_up(self) -> None:
        complaint = to_stage(self.w, "assigned")
        head, other = Program(self.w.hema), Program(self.w.omkar)
        path = f"/complaints/{complaint.number}/"
        assert "take_up" not in head.get(path).json()["actions"]
        escalate(
            complaint, level=2, to_officer_id=self.w.hema.pk, why="asked",
            actor=self.w.actor(self.w.sunil), at=NOW,
        )  # fmt: skip
        assert "take_up" in head.get(path).json()["actions"]
        assert "take_up" not in other.get(path).json()["actions"]
        plan = {"plan": "A second crew comes.", "until": "2026-11-24T18:00:00+05:30"}
        self.did_by(head, complaint, "take_up", **plan)
        assert complaint.step_reason == "taken"
        reply = Message.objects.get(complaint=complaint, kind="reply")
        assert (reply.text, reply.public) == ("A second crew comes.", True)

    def test_it_rejects_with_a_reason_from_the_list(self) -> None:
        odd = self.w.file("Something is odd")
        answer = Program(self.w.sunil).act(odd, "reject", reason="abuse")
        assert answer.json()["status"] == "rejected"
        rows = self.app.get("/reject-reasons/").json()["results"]
        assert "abuse" in [row["code"] for row in rows]


@pytest.mark.long
class EveryActionTests(ApiTestCase):
    """A04: every action by every role, on one's own and on a stranger's complaint."""

    def people(self) -> list[Officer]:
        return list(Officer.objects.filter(is_active=True).order_by("pk"))

    def test_a_foreign_complaint_is_not_there(self) -> None:
        complaint = to_stage(self.w, "assigned")
        before = complaint.version
        for officer in self.people():
            actor = self.w.actor(officer)
            if Complaint.objects.visible_to(actor).exists():
                continue
            app = Program(officer)
            for name in ACTIONS:
                answer = app.act(complaint, name)
                assert answer.status_code == 404, (officer.username, name)
        complaint.refresh_from_db()
        assert complaint.version == before

    def test_what_is_not_offered_is_refused(self) -> None:
        for status in ("assigned", "resolved"):
            complaint = to_stage(self.w, status)
            for officer in (self.w.omkar, self.w.chitra, self.w.prakash, self.w.zoya):
                app = Program(officer)
                path = f"/complaints/{complaint.number}/"
                offered = app.get(path).json()["actions"]
                for name in set(ACTIONS) - set(offered):
                    answer = app.act(complaint, name, **BODIES.get(name, {}))
                    told = (name, answer.content)
                    if answer.status_code == 400:
                        assert answer.json()["code"] in NOTHING_TO_ANSWER, told
                        continue
                    assert answer.status_code in (403, 409), told
                complaint.refresh_from_db()
                assert complaint.status == status

    def test_roles_that_only_read_are_offered_nothing(self) -> None:
        complaint = to_stage(self.w, "assigned")
        for role in (Role.AUDITOR, Role.MONITORING_TEAM):
            app = Program(partner(self.w.pune, role.value))
            app.officer.postings.update(role=role)
            path = f"/complaints/{complaint.number}/"
            assert app.get(path).json()["actions"] == []


NOTHING_TO_ANSWER = ("not_asked", "no_wait")
LONG = "Long enough for every field that asks for words."
BODIES: dict[str, dict[str, Any]] = {
    "ask_citizen": {"question": LONG},
    "ask_hold": {"reason": LONG, "new_date": "2026-11-22T10:00:00+05:30"},
    "refuse_hold": {"reason": LONG},
    "take_up": {"plan": LONG, "until": "2026-11-22T10:00:00+05:30"},
    "interim_reply": {"reason": LONG, "new_date": "2026-11-22T10:00:00+05:30"},
    "bounce": {"reason": LONG},
    "resolve": {"action_taken": LONG, "cause": "WEAR"},
    "assign": {"office": "Z2-KOTHRUD"},
    "reassign": {"owner": "hema"},
    "forward": {"office": "Z2-AUNDH", "reason": LONG},
    "set_category": {"category": "MU01"},
    "edit_priority": {"criticality": "low", "horizon": "long", "reason": LONG},
    "link_duplicate": {"number": "100000000002"},
    "reject": {"reason": "abuse"},
    "allow": {"order": LONG},
    "dismiss": {"order": LONG},
} | {
    name: {"text": LONG}
    for name in (
        "reply",
        "note",
        "add",
        "dispute",
        "reopen",
        "citizen_replied",
        "appeal",
    )
}
BODIES["rate"] = {"score": 4, "solved": True}
