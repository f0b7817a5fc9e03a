"""A further ministry is a folder: no code, and no change to the desk's own folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaints.models import Complaint
from complaints.services import forward
from escalation.models import Hashtag
from officers.models import Area, Organisation
from operations.generation import forget_all
from presets.faults import BadPreset
from presets.load import load
from tests.presets import tiny
from tests.presets.five import FiveTestCase

pytestmark = pytest.mark.long

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
TOWN = dict(zip(*(line.split(",") for line in tiny.FILES["organisations.csv"]),
                strict=True))  # fmt: skip
FILES = {
    "organisations": TOWN | {
        "code": "HEALTH", "parent": "DOT", "kind": "ministry",
        "name_en": "Ministry of Health", "name_hi": "स्वास्थ्य मंत्रालय",
        "calendar": "HEALTH-ALWAYS", "hashtags": "", "words": "health ministry",
        "email": "health.desk@example.org", "public": "no",
    },
    "calendars": {
        "code": "HEALTH-ALWAYS", "organisation": "HEALTH", "kind": "round_the_clock",
        "name_en": "Round the clock", "name_hi": "चौबीसों घंटे", "hours": "",
        "holidays_country": "", "holidays_subdiv": "", "holidays_years": "",
        "holidays_language": "",
    },
    "areas": {
        "code": "HEALTH-DESK", "parent": "", "organisation": "HEALTH",
        "level": "desk", "name_en": "Health help desk", "name_hi": "स्वास्थ्य डेस्क",
        "kind": "mixed", "office": "yes", "level_name_en": "", "level_name_hi": "",
        "pins": "", "words": "", "valid_from": "2026-01-01", "basis": "", "source": "",
        "note": "",
    },
    "staff": {
        "username": "desk.health", "first_name": "Ila", "last_name": "Bhat",
        "language": "en", "phone": "99999-05001", "email": "desk.health@example.org",
        "shift": "always", "leave": "",
    },
    "postings": {
        "username": "desk.health", "role": "officer", "organisation": "HEALTH",
        "area": "", "department": "", "valid_from": "2026-01-01", "valid_to": "",
        "acting_for": "",
    },
    "hashtags": {
        "organisation": "DOT", "tag": "#HealthSewa", "target": "HEALTH",
        "criticality": "high", "horizon": "immediate",
    },
}  # fmt: skip


def ministry(root: Path, **changes: dict[str, str]) -> None:
    folder = root / "health"
    folder.mkdir(exist_ok=True)
    for name, cells in FILES.items():
        row = cells | changes.get(name, {})
        text = f"{','.join(row)}\n{','.join(row.values())}\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


@pytest.mark.django_db
class AbsentTests:
    def test_it_says_which_preset_must_come_first(self, tmp_path: Path) -> None:
        forget_all()
        ministry(tmp_path)
        with pytest.raises(BadPreset) as refusal:
            load("health", at=NOON, root=tmp_path)
        first, second = map(str, refusal.value.faults)
        reason = (
            "“DOT” is not in organisations.csv, and no preset that is loaded has it: "
            "load that preset first"
        )
        assert first == f"hashtags.csv, line 2, column organisation: {reason}"
        assert second == f"organisations.csv, line 2, column parent: {reason}"
        assert not Organisation.objects.exists()


class FurtherMinistryTests(FiveTestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.root = tmp_path

    def load(self, **changes: dict[str, str]) -> None:
        ministry(self.root, **changes)
        load("health", at=NOON, root=self.root)
        forget_all()

    def test_a_complaint_is_sent_to_it_with_its_number(self) -> None:
        complaint = self.file("DOT", "The hospital in Ballia has no doctor")
        number = complaint.number
        self.load()
        desk = Area.objects.get(code="HEALTH-DESK")
        forward(
            complaint, organisation=desk.organisation, office=desk, department=None,
            reason="It is about a hospital", actor=self.actor("dispatcher.dot"),
            at=NOON,
        )  # fmt: skip
        assert (complaint.number, complaint.status) == (number, "forwarded")
        shown = Complaint.objects.visible_to(self.actor("desk.health"))
        assert list(shown) == [complaint]

    def test_its_hashtag_and_its_name_work_on_the_parents_desk(self) -> None:
        self.load()
        tagged = self.file("DOT", "the hospital has no doctor #HealthSewa")
        named = self.file("DOT", "health ministry does nothing for our hospital")
        assert tagged.organisation.code == named.organisation.code == "HEALTH"
        assert (tagged.criticality, tagged.horizon) == ("high", "immediate")

    def test_loading_either_again_changes_nothing_of_the_other(self) -> None:
        self.load()
        assert load("telecom_post", at=NOON).nothing_changed
        assert load("health", at=NOON, root=self.root).nothing_changed
        health = Organisation.objects.get(code="HEALTH")
        assert health.parent is not None
        assert (health.parent.code, health.valid_to) == ("DOT", None)

    def test_a_hashtag_ends_with_its_line(self) -> None:
        self.load()
        (self.root / "health" / "hashtags.csv").unlink()
        load("health", at=NOON, root=self.root)
        assert Hashtag.objects.get(tag="#HealthSewa").valid_to is not None
        assert Hashtag.objects.get(tag="#BSNLSewa").valid_to is None
        self.load()
        assert Hashtag.objects.get(tag="#HealthSewa").valid_to is None

    def test_it_cannot_take_a_hashtag_from_another_preset(self) -> None:
        with pytest.raises(BadPreset) as refusal:
            self.load(hashtags={"tag": "#bsnlsewa"})
        assert str(refusal.value.faults[0]) == (
            "hashtags.csv, line 2, column tag: DOT reads #bsnlsewa for another preset"
            " already"
        )

    def test_it_cannot_stand_above_its_parent(self) -> None:
        self.load()
        own = {"organisation": "DOT"}
        above = {"code": "DOT", "parent": "HEALTH"}
        with pytest.raises(BadPreset, match="HEALTH stands below DOT of this folder"):
            self.load(
                organisations=above, calendars=own, areas=own, postings=own,
                hashtags={"target": "DOT"},
            )  # fmt: skip
