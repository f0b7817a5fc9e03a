"""Check 7: the monthly panel of MP East, in Hindi, from the lot to the figures."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from complaints.models import Complaint
from complaints.number import grouped
from tests.checks.houses import HouseTestCase
from tests.checks.stage import PUBLIC
from tests.helpline.desk import text_of

LINK = re.compile(rf"{PUBLIC}(/p/[\w-]+)")
PANEL, MONTH = "/admin/panel/", "?month=2026-11"
# Two consumers of Jabalpur City, as the preset has them.
NARESH, SHEELA = "99999-41001", "99999-41002"


class PanelCheckTests(HouseTestCase):
    preset, root = "mp_east", "MPPMCL"

    def setUp(self) -> None:
        super().setUp()
        # the supervisor presses once; who is asked, the lot says
        answer = self.seat("supervisor.mp").post(f"{PANEL}draw/")
        assert answer.status_code == 302
        self.work()

    def link(self, phone: str) -> str:
        """The message of the survey, in Hindi, from the company's own number."""
        heard = self.phones.heard(phone, "hi", self.number("mpez-sms"))
        assert heard == ["panel_survey"]
        found = LINK.search(self.phones.bodies[0])
        assert found, self.phones.bodies
        return found[1]

    def answer(self, link: str, **given: str) -> str:
        """The page as a phone in Hindi shows it, filled in and sent."""
        visitor = Client(headers={"accept-language": "hi"})
        page = visitor.get(link)
        assert '<html lang="hi"' in text_of(page) and len(page.content) < 50 * 1024
        visitor.head(link)
        sent = visitor.post(link, given)
        assert sent.status_code == 303, text_of(sent)
        return text_of(visitor.get(link))

    def matrix(self, username: str) -> list[dict[str, Any]]:
        page = self.seat(username).get(f"/reports/panel/{MONTH}")
        assert page.status_code == 200
        self.shown = text_of(page)
        return [
            {"area": result.row.area.code, "result": result, "cells": cells}
            for result, cells in page.context["lines"]
        ]

    def test_every_consumer_drawn_is_asked_by_message_in_their_language(self) -> None:
        progress = text_of(self.seat("agent.jabalpur").get(PANEL))
        assert "0 of 5" in progress  # five consumers of Jabalpur City
        self.link(NARESH)
        heard = self.phones.heard("99999-41003", "en", self.number("mpez-sms"))
        assert heard == ["panel_survey"]
        again = self.seat("supervisor.mp").post(f"{PANEL}draw/")
        self.work()
        assert again.status_code == 302
        assert self.phones.heard(NARESH, "hi", self.number("mpez-sms")) == []

    def test_a_no_becomes_a_complaint_and_a_suggestion_a_docket(self) -> None:
        thanks = self.answer(
            self.link(NARESH), supply="no", reading="yes", bill="partly",
            remark="रोज़ शाम को बिजली जाती है",
        )  # fmt: skip
        self.work()
        (complaint,) = Complaint.objects.all()
        assert grouped(complaint.number) in thanks
        assert complaint.category and complaint.category.code == "EL06"
        assert complaint.source.code == "panel" and complaint.language == "hi"
        assert complaint.connection and complaint.connection.number == "2301100137"
        assert complaint.office and complaint.status == "assigned"
        heard = self.phones.heard(NARESH, "hi", self.number("mpez-sms"))
        assert heard[0] == "registered"
        desk = text_of(
            self.seat("agent.jabalpur").get(f"/admin/complaint/{complaint.number}/")
        )
        assert "रोज़ शाम को बिजली जाती है" in desk and "Monthly area panel" in desk
        self.answer(
            self.link(SHEELA), supply="yes", reading="yes", bill="yes",
            remark="बिल एक हफ़्ता पहले भेजें", suggestion="on",
        )  # fmt: skip
        suggestion = Complaint.objects.latest("pk")
        assert suggestion.kind == "suggestion"
        assert suggestion.category and suggestion.category.code == "EL44"
        assert suggestion.text == "बिल एक हफ़्ता पहले भेजें"

    def test_the_figures_tell_share_interval_n_and_refusals(self) -> None:
        yes = {"supply": "yes", "reading": "yes", "bill": "yes"}
        self.answer(self.link(NARESH), **yes)
        self.answer(self.link(SHEELA), **yes | {"supply": "no"})
        self.now += timedelta(days=1)
        agent = self.seat("agent.jabalpur")
        calls = 0
        while calls < 60:
            taken = agent.post(f"{PANEL}next/")
            if taken["Location"] == PANEL:
                break
            said = (
                {"outcome": "refused"} if calls == 0 else {"outcome": "answered", **yes}
            )
            path = taken["Location"]
            page = text_of(agent.get(path))
            assert "tel:+91" in page
            assert agent.post(f"{path}save/", {"seen": "0", **said}).status_code == 302
            calls += 1
        # noon: the seats whose turn the morning is, a third of them
        assert 10 <= calls < 53
        rows = self.matrix("md.mpez")
        (jabalpur,) = [row for row in rows if row["area"] == "MC-JABALPURCITY"]
        supply = jabalpur["cells"][0]
        assert supply.span.n == jabalpur["result"].answered >= 2
        assert supply.span.low < supply.span.percent < supply.span.high
        assert sum(row["result"].refused for row in rows) == 1
        assert sum(row["result"].answered for row in rows) == calls + 1
        assert "1 refused" in self.shown
        body = b"".join(self.seat("md.mpez").get(f"/reports/panel.csv{MONTH}"))
        assert body.decode("utf-8-sig").count("\n") == len(rows) + 1

    def test_a_head_sees_the_own_circle_only(self) -> None:
        self.answer(self.link(NARESH), supply="yes", reading="yes", bill="yes")
        (row,) = self.matrix("se.jabalpurcity")
        assert row["area"] == "MC-JABALPURCITY"
        assert row["result"].answered == 1
