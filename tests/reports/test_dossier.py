import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Complaint
from complaints.services import resolve, start
from tests.base import MEERA, NOW, WorldTestCase

KEYS = {
    "number", "state", "clocks", "routing", "custody", "events", "messages", "notices",
    "ratings",
}  # fmt: skip


class ComplaintCommandTests(WorldTestCase):
    def shown(self, complaint: Complaint, **options: Any) -> str:
        out = StringIO()
        call_command("complaint", complaint.number, stdout=out, **options)
        return out.getvalue()

    def data(self, complaint: Complaint) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.shown(complaint, json=True))
        return found

    def test_it_tells_everything_as_json(self) -> None:
        found = self.data(self.w.file())
        assert set(found) == KEYS
        assert found["state"]["stage"] == "With the office"
        assert found["state"]["office"] == "Kothrud ward office"
        assert found["clocks"]["due_at"] and found["clocks"]["why"]
        assert "Kothrud" in found["routing"]["sentence"]
        assert [event["kind"] for event in found["events"]][:2] == [
            "registered", "assigned",
        ]  # fmt: skip
        assert [leg["holder"] for leg in found["custody"]] == ["desk", "office"]
        assert found["custody"][0]["to"] == found["custody"][1]["from"]

    def test_it_shows_no_address_and_no_words(self) -> None:
        text = self.shown(self.w.file("Big pothole near the school in Kothrud"))
        assert "••••" in text
        assert MEERA not in text and "school" not in text

    def test_it_counts_what_was_said(self) -> None:
        complaint = self.w.file()
        omkar = self.w.actor(self.w.omkar)
        start(complaint, actor=omkar, at=self.later(hours=1))
        self.w.pothole.photo_required = False
        self.w.pothole.save()
        complaint.refresh_from_db()
        resolve(
            complaint, action_taken="Filled with hot mix.", cause=self.w.wear,
            actor=omkar, at=self.later(hours=2),
        )  # fmt: skip
        (said,) = self.data(complaint)["messages"]
        assert (said["kind"], said["characters"]) == ("action_taken", 20)
        assert said["by"] == "omkar"

    def test_it_takes_the_number_as_people_write_it(self) -> None:
        complaint = self.w.file()
        spaced = f"{complaint.number[:6]} {complaint.number[6:]}"
        out = StringIO()
        call_command("complaint", spaced, stdout=out)
        assert out.getvalue().startswith(f"Complaint {complaint.number[:3]} ")

    def test_it_asks_to_check_a_wrong_number(self) -> None:
        with pytest.raises(CommandError, match="Check the number"):
            call_command("complaint", "123456789012")

    def test_it_says_when_there_is_none(self) -> None:
        complaint = self.w.file(at=NOW)
        number = complaint.number
        Complaint.objects.filter(pk=complaint.pk).update(number="100000000009")
        with pytest.raises(CommandError, match="There is no complaint"):
            call_command("complaint", number)
