"""Check 24: a missed time offers compensation, its own number, the exact minutes."""

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from complaints.number import grouped
from escalation.claims import claim_number
from tests.checks.houses import HouseTestCase, told
from tests.helpline.desk import text_of

MEERA = "99999-00031"
NUMBER = re.compile(r"M \d{3} \d{3} \d{3}|M\d{9}")
LINK = re.compile(r"desk\.example\.org(/s/[\w-]+)")


class CompensationCheckTests(HouseTestCase):
    """A transformer in Lucknow: eight hours in a town, Rs 150 for each day begun."""

    preset, root = "uppcl", "UPPCL"

    def setUp(self) -> None:
        super().setUp()
        self.citizen = Client(headers={"accept-language": "hi"})

    def complain(self) -> Complaint:
        """By the web form, in Hindi."""
        form = {
            "text": "गोमती नगर, लखनऊ में ट्रांसफार्मर जल गया", "kind": "complaint",
            "name": "मीरा जोशी", "phone": MEERA, "language": "hi", "key": "key-1",
        }  # fmt: skip
        sent = self.citizen.post("/new/UPPCL/", form | {"go": "send"})
        assert sent.status_code == 303, sent.content.decode()
        self.work()
        return Complaint.objects.get(number=sent["Location"].split("/")[2])

    def messages(self) -> list[str]:
        """What came to Meera's phone in Hindi since the last look, by its kind."""
        sender = self.number("uppcl-sms")
        return self.phones.heard(MEERA, "hi", sender)

    def message(self, kind: str) -> str:
        heard = self.messages()
        assert kind in heard, (heard, self.phones.bodies)
        return self.phones.bodies[heard.index(kind)]

    def page(self, path: str) -> str:
        return text_of(self.citizen.get(path, follow=True))

    def test_it_is_offered_claimed_granted_and_told(self) -> None:
        complaint = self.complain()
        assert complaint.category is not None and complaint.category.code == "EL10"
        due = complaint.due_at
        assert due is not None
        assert due - complaint.registered_at == timedelta(hours=8)
        self.messages()

        # the worker was off for six hours: the minutes are exact all the same
        self.now = due + timedelta(hours=12, minutes=37)
        self.work()
        said = self.message("compensation")
        assert "757" in said and "150" in said
        number = claim_number.check(NUMBER.findall(said)[0])
        assert number not in (complaint.number, grouped(complaint.number))
        link = LINK.findall(said)[0]

        # nothing of it for a bare number
        status = reverse("portal:status", args=[complaint.number])
        stranger = text_of(Client().get(status))
        assert claim_number.grouped(number) not in stranger

        # the page counts on, and one press claims
        self.now = due + timedelta(minutes=1597)
        shown = self.page(link)
        assert claim_number.grouped(number) in shown
        assert re.search(r"1,?597", shown) and "300" in shown
        assert "Hindustan Times 19 Feb 2020" in shown
        claim = self.citizen.post(f"{status}claim/")
        assert claim.status_code == 303
        again = self.citizen.post(f"{status}claim/")
        assert again.status_code == 303

        # the head of the company reads the sums and grants what they say
        seat = self.seat("md.mvvnl")
        listed = text_of(seat.get("/admin/claims/"))
        assert claim_number.grouped(number) in listed
        assert "1,597 minutes (1 day 2 h 37 min) late so far" in listed
        assert "Rs 150 for each day begun, 2 days = Rs 300." in listed
        granted = seat.post(f"/admin/claims/{number}/grant/", {"amount": "300"})
        assert granted.status_code == 302
        assert number not in text_of(seat.get("/admin/claims/"))

        # the citizen is told in Hindi, when the night is over, and sees when it is paid
        paid = self.now + timedelta(days=60)
        self.now += timedelta(hours=10)
        self.work()
        said = self.message("claim_granted")
        assert "300" in said and NUMBER.findall(said)
        shown = self.page(status)
        assert "300" in shown and str(paid.year) in shown
        program = self.program("md.mvvnl")
        detail = told(program.get(f"/complaints/{complaint.number}/"))
        assert detail["claim"] == {
            "number": number, "state": "granted", "minutes_late": 1597,
            "amount": "300.00", "currency": "INR",
        }  # fmt: skip
        kinds = [event["kind"] for event in detail["events"]]
        assert kinds.count("claim_offered") == kinds.count("claimed") == 1
        assert kinds.count("claim_granted") == 1
