"""What the ministry's article asks for: a post with its command, a partner's login."""

import re
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command

from complaints.models import Complaint
from complaints.number import grouped
from tests.builders import photo
from tests.checks.houses import HouseTestCase, officer, told
from tests.helpline.desk import text_of

POST = "BSNL landline dead since ten days in Nagpur, nobody comes #BSNLSewa"
MEERA, RAVI = "99999-00001", "99999-00007"


class MinistryTestCase(HouseTestCase):
    preset, root = "telecom_post", "DOT"

    def posted(self, text: str, phone: str = MEERA) -> str:
        """By the program of the social media desk; the number it was answered."""
        given = {
            "text": text, "source": "x", "phone": phone, "language": "en",
            "name": "Meera Joshi",
        }  # fmt: skip
        answer = self.program("social.dot").post("/complaints/", given)
        return str(told(answer, 201)["number"])

    def seen_by(self, username: str, number: str) -> Any:
        return told(self.program(username).get(f"/complaints/{number}/"))


class CommandTests(MinistryTestCase):
    """Check 1: a post with #BSNLSewa is BSNL's work at once."""

    def setUp(self) -> None:
        super().setUp()
        self.running = False

    def _now(self) -> datetime:
        """A clock that runs: what has one moment was done in one go."""
        if self.running:
            self.now += timedelta(milliseconds=1)
        return self.now

    def is_their_work(self, number: str) -> None:
        case = self.seen_by("bsnl.maharashtra", number)
        assert case["organisation"]["code"] == "BSNL"
        assert case["category"]["code"] == "TP15"
        assert (case["criticality"], case["horizon"]) == ("high", "immediate")
        assert (case["status"], case["owner"]) == ("assigned", "bsnl.maharashtra")
        assert "#BSNLSewa" in case["why_office"]
        events = {each["kind"]: each["at"] for each in case["events"]}
        assert {"registered", "assigned"} <= events.keys()
        assert events["registered"] == events["assigned"]

    def is_answered(self, number: str) -> None:
        self.running = False
        self.work()
        heard = self.phones.heard(MEERA, "en", self.number("dot-sms"))
        assert heard == ["registered", "assigned"]
        assert all(grouped(number) in body for body in self.phones.bodies)
        milind = officer("bsnl.maharashtra").phone
        told_him = self.phones.heard(milind, "mr", self.number("dot-sms"))
        assert told_him == ["staff_assigned"]

    def test_by_a_program(self) -> None:
        self.running = True
        number = self.posted(POST)
        self.is_their_work(number)
        self.is_answered(number)

    def test_by_import(self) -> None:
        out = StringIO()
        with TemporaryDirectory() as folder:
            file = Path(folder) / "posts.csv"
            row = f'P-1,x,en,{MEERA},"{POST}"'
            file.write_text(f"id,source,language,phone,text\n{row}\n", encoding="utf-8")
            self.running = True
            for _twice in range(2):
                call_command(
                    "import_complaints", str(file), organisation="DOT",
                    stdout=out, stderr=out,
                )  # fmt: skip
        said = out.getvalue()
        assert "rows 1: routed 1, triage 0, refused 0, already there 0" in said
        assert "rows 1: routed 0, triage 0, refused 0, already there 1" in said
        number = Complaint.objects.get().number
        self.is_their_work(number)
        self.is_answered(number)


class PartnerTests(MinistryTestCase):
    """Check 3: Rohan of a private operator."""

    def setUp(self) -> None:
        super().setUp()
        self.mine = self.posted("Tarang Mobile network nahi aa raha Pune me", RAVI)
        self.others = [
            self.posted("Dhwani Telecom has no signal in Patna"),
            self.posted("BSNL landline dead in Nagpur"),
            self.posted("no signal on my mobile in Patna"),
        ]
        self.rohan = self.program("partner.tarang")
        self.at_his_phone = self.seat("partner.tarang")

    def test_his_pages_show_his_own_only(self) -> None:
        pages = ["/field/?tab=" + tab for tab in ("mine", "office", "waiting", "done")]
        pages += ["/field/", "/office/", "/office/list/?cell=received", "/reports/"]
        pages += ["/reports/list/?cell=received", "/admin/", "/admin/queue/"]
        pages += ["/admin/queue/?view=open", "/admin/console/", "/admin/follow-ups/"]
        pages += ["/admin/notices/notice/", "/admin/queue/?q=signal"]
        shown = ""
        for page in pages:
            answer = self.at_his_phone.get(page)
            assert answer.status_code in (200, 302, 403, 404), page
            shown += text_of(answer) if answer.status_code == 200 else ""
        assert self.mine in shown
        for number in self.others:
            assert number not in shown and grouped(number) not in shown

    def test_a_case_of_another_is_not_there(self) -> None:
        assert self.at_his_phone.get(f"/field/{self.mine}/").status_code == 200
        for number in self.others:
            for page in (f"/field/{number}/", f"/field/{number}/start/"):
                assert self.at_his_phone.get(page).status_code == 404, page
                assert self.at_his_phone.post(page).status_code in (404, 405), page
            desk = self.at_his_phone.get(f"/admin/complaint/{number}/")
            assert desk.status_code in (302, 403, 404)

    def test_search_finds_his_own_only(self) -> None:
        for asked in ("signal", "Meera", "Patna", "9999900001", *self.others):
            found = told(self.rohan.get("/complaints/", q=asked, held="ever"))
            numbers = {row["number"] for row in found["results"]}
            assert numbers <= {self.mine}, asked
        found = told(self.rohan.get("/complaints/", q="network"))
        assert [row["number"] for row in found["results"]] == [self.mine]

    def test_his_program_sees_his_own_only(self) -> None:
        found = told(self.rohan.get("/complaints/", held="ever"))
        assert [row["number"] for row in found["results"]] == [self.mine]
        for number in self.others:
            told(self.rohan.get(f"/complaints/{number}/"), 404)
            for action in ("accept", "start", "reply", "resolve", "note"):
                given = {"version": 1, "text": "x", "action_taken": "x", "cause": "x"}
                answer = self.rohan.act(number, action, **given)
                assert answer.status_code in (400, 404), answer.content.decode()
            case = self.seen_by("dispatcher.dot", number)
            assert case["status"] in ("assigned", "triage")

    def test_he_accepts_answers_and_resolves(self) -> None:
        self.work()
        number = self.others[-1]
        self.phones.heard(MEERA, "en", self.number("dot-sms"))
        self.act(
            "dispatcher.dot", number, "forward", organisation="OP-TARANG",
            office="TARANG-DESK", department="OPR", reason="It is Tarang's network",
        )  # fmt: skip
        assert self.hears() == ["forwarded"]
        self.act("partner.tarang", number, "accept")
        assert self.hears() == ["assigned"]
        self.act("partner.tarang", number, "reply", text="The tower lost its power.")
        assert self.hears() == ["reply"]
        assert "The tower lost its power." in self.phones.bodies[0]
        self.act("partner.tarang", number, "start")
        assert self.hears() == ["in_progress"]
        self.act(
            "partner.tarang", number, "resolve", cause="OPR-02",
            action_taken="Power is back at the tower.",
        )  # fmt: skip
        assert self.hears() == ["resolved_feedback"]
        assert self.seen_by("partner.tarang", number)["status"] == "resolved"
        # the ministry goes on seeing it
        assert self.seen_by("dispatcher.dot", number)["status"] == "resolved"

    def test_he_does_it_by_his_pages_too(self) -> None:
        deeds: tuple[tuple[str, dict[str, Any]], ...] = (
            ("start", {}),
            ("solved", {"action_taken": "The antenna was turned", "photo": photo()}),
        )
        for deed, form in deeds:
            if deed == "solved":
                form["cause"] = self._cause("Tower without power")
            version = self.seen_by("partner.tarang", self.mine)["version"]
            answer = self.at_his_phone.post(
                f"/field/{self.mine}/{deed}/", {"version": version, **form}
            )
            assert answer.status_code == 303, text_of(answer)
        assert self.seen_by("partner.tarang", self.mine)["status"] == "resolved"

    def _cause(self, name: str) -> str:
        page = text_of(self.at_his_phone.get(f"/field/{self.mine}/solved/"))
        found = re.search(rf'value="(\d+)"[^>]*>\s*{name}', page)
        assert found, page
        return found[1]

    def act(self, username: str, number: str, action: str, **given: Any) -> None:
        self.now += timedelta(minutes=10)
        version = self.seen_by(username, number)["version"]
        told(self.program(username).act(number, action, version=version, **given))
        self.work()

    def hears(self) -> list[str]:
        return self.phones.heard(MEERA, "en", self.number("dot-sms"))
