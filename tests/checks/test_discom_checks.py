"""Check 15: five discoms, each with its own number, mailbox, areas and staff."""

import csv
import io
import re
from typing import NamedTuple

from django.test import Client

from complaints.number import grouped
from officers.models import Organisation
from tests.checks.houses import HouseTestCase, told
from tests.helpline.desk import text_of


class Discom(NamedTuple):
    code: str
    place: str
    phone: str
    sms: int  # so many complaints of the day

    @property
    def number(self) -> str:
        return f"{self.code.lower()}-sms"

    @property
    def head(self) -> str:
        return f"md.{self.code.lower()}"


DISCOMS = (
    Discom("PUVVNL", "वाराणसी", "99999-00011", 1),
    Discom("MVVNL", "गोमती नगर, लखनऊ", "99999-00012", 3),
    Discom("DVVNL", "आगरा", "99999-00013", 1),
    Discom("PVVNL", "मेरठ", "99999-00014", 2),
    Discom("KESCO", "काकादेव, कानपुर", "99999-00015", 1),
)
FAULTS = (
    "{} में मेरे घर की बिजली नहीं है", "{} में वोल्टेज बहुत कम है",
    "{} में ट्रांसफार्मर जल गया",
)  # fmt: skip


class DiscomTests(HouseTestCase):
    preset, root = "uppcl", "UPPCL"

    def setUp(self) -> None:
        super().setUp()
        self.numbers: dict[str, set[str]] = {}

    def complain(self) -> None:
        """Each at the number of their discom, in Hindi."""
        for each in DISCOMS:
            for fault in FAULTS[: each.sms]:
                self.text(each.phone, each.number, fault.format(each.place))
            rows = told(self.program(each.head).get("/complaints/"))["results"]
            self.numbers[each.code] = {row["number"] for row in rows}
            assert {row["organisation"]["code"] for row in rows} == {each.code}
            assert len(rows) == each.sms

    def test_each_has_its_own_number_mailbox_areas_and_staff(self) -> None:
        accounts = text_of(
            self.seat("admin.uppcl").get("/admin/notices/channelaccount/", {"all": ""})
        )
        numbers = {self.number(each.number) for each in DISCOMS}
        assert len(numbers) == len(DISCOMS)
        for each in DISCOMS:
            assert f"{each.code.lower()}.desk@example.org" in accounts
            assert self.number(each.number) in accounts
            areas = told(self.program(each.head).get("/areas/", page_size=200))
            mine = [row for row in areas["results"] if row["organisation"] == each.code]
            assert any(row["office"] for row in mine)
            others = {other.code for other in DISCOMS} - {each.code}
            assert not {row["organisation"] for row in areas["results"]} & others

    def test_a_message_to_ones_number_is_answered_from_it(self) -> None:
        for each in DISCOMS:
            self.text(each.phone, each.number, FAULTS[0].format(each.place))
            sender = self.number(each.number)
            heard = self.phones.heard(each.phone, "hi", sender)
            assert heard == ["registered", "assigned"]
            name = Organisation.objects.get(code=each.code).name_in("hi")
            assert all(
                body.startswith((f"{name}:", f"{each.code}:"))
                for body in self.phones.bodies
            )
            (row,) = told(self.program(each.head).get("/complaints/"))["results"]
            assert grouped(row["number"]) in self.phones.bodies[0]
            assert row["organisation"]["code"] == each.code
            assert row["status"] == "assigned" and row["owner"]
            self.text(each.phone, each.number, "स्थिति")
            assert self.phones.heard(each.phone, "hi", sender) == ["status_reply"]

    def test_figures_add_up(self) -> None:
        self.complain()
        of_each = {each.code: self.listed(self.seat(each.head)) for each in DISCOMS}
        assert of_each == self.numbers
        whole = self.seat("chairman.uppcl")
        everything = set().union(*self.numbers.values())
        assert self.listed(whole) == everything
        sums = {each.code: self.received(self.seat(each.head)) for each in DISCOMS}
        assert sums == {each.code: each.sms for each in DISCOMS}
        assert self.received(whole) == sum(sums.values()) == len(everything)

    def test_nothing_of_a_sibling_is_seen(self) -> None:
        self.complain()
        for each in DISCOMS:
            mine = self.numbers[each.code]
            theirs = set().union(*self.numbers.values()) - mine
            seat, program = self.seat(each.head), self.program(each.head)
            shown = "".join(
                text_of(seat.get(page))
                for page in (
                    "/office/", "/office/list/?cell=received", "/field/?tab=office",
                    "/reports/list/?cell=received", "/admin/queue/?view=open",
                    "/admin/queue/?q=बिजली",
                )
            )  # fmt: skip
            assert all(number in shown for number in mine)
            for number in theirs:
                assert number not in shown and grouped(number) not in shown
                told(program.get(f"/complaints/{number}/"), 404)
                assert seat.get(f"/admin/complaint/{number}/").status_code == 404
                assert seat.get(f"/field/{number}/").status_code == 404
            found = told(program.get("/complaints/", q="बिजली", held="ever"))
            assert {row["number"] for row in found["results"]} <= mine

    def listed(self, seat: Client) -> set[str]:
        """The numbers of the month's table."""
        answer = seat.get("/reports/month.csv")
        text = b"".join(answer).decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text))
        return {re.sub(r"\D", "", row["Number"]) for row in rows}

    def received(self, seat: Client) -> int:
        """What the report's page says came this month."""
        page = seat.get("/reports/")
        return int(page.context["tables"]["office"]["sum"].counts["received"])
