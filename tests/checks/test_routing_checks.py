"""Checks 2 and 4 where a ministry's desk reads what people write, in their Hindi."""

import re
from datetime import timedelta

from django.test import Client

from complaints.models import Complaint
from complaints.number import grouped
from tests.checks.houses import HouseTestCase, officer, told
from tests.checks.stage import LINK
from tests.helpline.desk import text_of

MEERA, RAVI = "99999-00001", "99999-00007"
LANDLINE = "बीएसएनएल का लैंडलाइन दस दिन से बंद है, नागपुर में कोई देखने नहीं आता"
TRAIN = "राजधानी एक्सप्रेस ट्रेन चार घंटे देर से चल रही है, कोई कुछ नहीं बताता"
QUEUE = "/admin/queue/"
NUMBER = re.compile(r"1\d{2}[ ]?(?:\d{3}[ ]?){3}")


class HindiTestCase(HouseTestCase):
    preset, root = "telecom_post", "DOT"

    def wrote(self, words: str, phone: str = MEERA) -> str:
        """By SMS; the number that it was answered."""
        self.text(phone, "dot-sms", words)
        heard = self.hears(phone)
        assert heard[0] == "registered", heard
        self.heard_then = heard
        found = NUMBER.search(self.phones.bodies[0])
        assert found, self.phones.bodies
        return re.sub(r"\D", "", found[0])

    def hears(self, phone: str = MEERA) -> list[str]:
        return self.phones.heard(phone, "hi", self.number("dot-sms"))

    def status_page(self, body: str) -> str:
        """What the link in an SMS opens, read in Hindi."""
        link = LINK.search(f"https://desk.example.org{body.partition('org')[2]}")
        assert link, body
        reader = Client(headers={"accept-language": "hi"})
        return text_of(reader.get(link[1], follow=True))


class WithoutHashtagTests(HindiTestCase):
    """Check 2, first half: the words and the operator's name are enough."""

    def test_key_words_and_the_operators_name_send_it_there(self) -> None:
        number = self.wrote(LANDLINE)

        assert self.heard_then == ["registered", "assigned"]
        case = told(self.program("bsnl.maharashtra").get(f"/complaints/{number}/"))
        assert case["organisation"]["code"] == "BSNL"
        assert case["category"]["code"] == "TP15"
        assert (case["status"], case["owner"]) == ("assigned", "bsnl.maharashtra")
        assert "बीएसएनएल" in case["why_office"]
        page = self.status_page(self.phones.bodies[0])
        assert grouped(number) in page
        assert "“लैंडलाइन”" in page  # why this office, to the citizen

    def test_another_operators_name_sends_it_elsewhere(self) -> None:
        number = self.wrote("तरंग मोबाइल का नेटवर्क पुणे में नहीं आ रहा", RAVI)

        case = told(self.program("partner.tarang").get(f"/complaints/{number}/"))
        assert case["organisation"]["code"] == "OP-TARANG"
        answer = self.program("bsnl.maharashtra").get(f"/complaints/{number}/")
        told(answer, 404)


class TrainTests(HindiTestCase):
    """Check 2, second half: another ministry's matter keeps its number, and is open."""

    def act(self, username: str, number: str, action: str, **given: str) -> None:
        self.now += timedelta(minutes=10)
        program = self.program(username)
        version = told(program.get(f"/complaints/{number}/"))["version"]
        told(program.act(number, action, version=version, **given))
        self.work()

    def test_it_goes_to_the_railways_with_the_same_number_and_is_not_closed(
        self,
    ) -> None:
        number = self.wrote(TRAIN)
        first_words = self.phones.bodies[0]
        case = told(self.program("dispatcher.dot").get(f"/complaints/{number}/"))
        # read as another ministry's: its own desk has it, and sends it on by name
        assert case["category"]["code"] == "TP40"
        assert (case["organisation"]["code"], case["status"]) == ("DOT", "assigned")

        self.act(
            "dispatcher.dot", number, "forward", organisation="RAIL",
            reason="यह रेल का विषय है",
        )  # fmt: skip
        assert self.hears() == ["forwarded"]
        assert grouped(number) in self.phones.bodies[0]
        page = self.status_page(first_words)
        assert grouped(number) in page
        assert "रेल मंत्रालय" in page and "यह रेल का विषय है" in page
        assert "संपूर्ण भारत" in page.partition("रेल मंत्रालय")[2]  # the leg before

        self.act("desk.rail", number, "accept")
        assert self.hears() == ["assigned"]
        taken = told(self.program("desk.rail").get(f"/complaints/{number}/"))
        assert (taken["number"], taken["status"]) == (number, "assigned")
        assert taken["owner"] == "desk.rail"
        # the ministry that was written to goes on reading it
        seen = told(self.program("dispatcher.dot").get(f"/complaints/{number}/"))
        assert seen["organisation"]["code"] == "RAIL"
        assert Complaint.objects.get().closed_at is None

    def test_it_comes_back_with_the_same_number_too(self) -> None:
        number = self.wrote(TRAIN)
        self.act(
            "dispatcher.dot", number, "forward", organisation="RAIL",
            reason="यह रेल का विषय है",
        )  # fmt: skip
        self.act("desk.rail", number, "bounce", reason="मेट्रो का विषय है")
        back = told(self.program("dispatcher.dot").get(f"/complaints/{number}/"))
        assert (back["number"], back["status"]) == (number, "triage")
        assert back["organisation"]["code"] == "DOT"
        told(self.program("dispatcher.dot").act(
            number, "reject", version=back["version"], reason="abuse", text="-"
        ), 403)  # fmt: skip


class OfficerScreenTests(HindiTestCase):
    """Check 4: a further post of the citizen marks the officer's row.

    The filters are tried in test_seed_checks.HorizonTests.
    """

    def test_a_new_post_marks_it_until_the_officer_acts(self) -> None:
        number = self.wrote(LANDLINE)
        seat = self.seat("bsnl.maharashtra")
        assert number not in text_of(seat.get(QUEUE, {"view": "wrote"}))

        self.text(MEERA, "dot-sms", f"{number} आज भी कोई नहीं आया")
        shown = text_of(seat.get(QUEUE, {"view": "wrote"}))
        assert f'data-row="{number}"' in shown
        assert "आज भी कोई नहीं आया" in text_of(seat.get(f"/admin/complaint/{number}/"))
        case = told(self.program("bsnl.maharashtra").get(f"/complaints/{number}/"))
        assert case["horizon"] in ("immediate", "mid", "long")
        same = {"view": "wrote", "horizon": case["horizon"]}
        same["criticality"] = case["criticality"]
        assert f'data-row="{number}"' in text_of(seat.get(QUEUE, same))
        others = same | {"criticality": "low"}
        assert f'data-row="{number}"' not in text_of(seat.get(QUEUE, others))

        program = self.program("bsnl.maharashtra")
        told(program.act(number, "reply", version=case["version"], text="कल आते हैं"))
        assert number not in text_of(seat.get(QUEUE, {"view": "wrote"}))
        assert officer("bsnl.maharashtra").is_active
