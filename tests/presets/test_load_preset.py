import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from complaints.models import Category, Citizen, Connection, Source
from complaints.phones import last_four
from escalation.models import EmergencyPhrase, ServiceLevel
from notices.models import Article, ChannelAccount, Template
from officers.models import Area, AreaPin, Holiday, Officer, Organisation, Posting
from officers.trees import area_path
from operations.generation import forget_all
from presets.faults import BadPreset
from presets.load import Loaded, is_loaded, load
from presets.prepared import DEMO_PASSWORD
from tests.presets import tiny

NOW = datetime(2026, 11, 21, 3, 42, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    forget_all()


def loaded(root: Path, **changes: tuple[str, ...] | None) -> Loaded:
    tiny.write(root, **changes)
    return load("town", at=NOW, root=root)


class LoadPresetTests:
    def test_it_builds_the_town(self, tmp_path: Path) -> None:
        loaded(tmp_path)
        town = Organisation.objects.get(code="TOWN")
        assert town.calendar is not None
        assert (town.languages, town.calendar.code) == (["en", "hi"], "TOWN-OFFICE")
        east = Area.objects.get(code="T-EAST")
        assert east.office_name("hi") == "पूर्व वार्ड कार्यालय"
        assert area_path(east.pk)[-1] == Area.objects.get(code="T-ALL").pk
        assert set(east.pins.values_list("pin", flat=True)) == {"411001", "411002"}
        pothole = Category.objects.get(code="T01")
        assert pothole.words["hinglish"] == ["gaddha"]
        assert (pothole.reading_required, pothole.code_required) == (False, True)
        assert ServiceLevel.objects.get(category=pothole).hours == 24
        assert EmergencyPhrase.objects.get().category == pothole
        assert Article.objects.get().bodies["en"] == "First part.\n\nSecond part."
        assert Template.objects.filter(organisation=town).count() == 2
        accounts = ChannelAccount.objects.filter(organisation=town)
        assert set(accounts.values_list("channel", "sender")) == {
            ("sms", "console"), ("email", "email"),
        }  # fmt: skip

    def test_it_gives_officers_shifts_leave_and_postings(self, tmp_path: Path) -> None:
        loaded(tmp_path)
        ekta = Officer.objects.get(username="east.officer")
        assert (ekta.language, last_four(ekta.phone)) == ("hi", "0001")
        assert ekta.shift.hours == "mon-sat 10:00-18:00"
        assert ekta.leaves.get().to_date == date(2026, 12, 31)
        posting = Posting.objects.on(NOW.date()).get(officer=ekta)
        assert posting.area is not None
        assert (posting.role, posting.area.code) == ("officer", "T-EAST")

    def test_it_takes_one_person_for_one_phone(self, tmp_path: Path) -> None:
        loaded(tmp_path)
        assert Connection.objects.count() == 2
        assert Citizen.objects.get().search_text.startswith("meera joshi")

    def test_it_changes_nothing_the_second_time(self, tmp_path: Path) -> None:
        loaded(tmp_path)
        again = loaded(tmp_path)
        assert again.nothing_changed
        assert again.tally.lines() == []
        assert is_loaded("town", tmp_path)

    def test_it_writes_what_changed_and_no_more(self, tmp_path: Path) -> None:
        loaded(tmp_path)
        again = loaded(tmp_path, **tiny.edited("prescribed_times", 2, ",24,", ",48,"))
        assert again.tally.lines() == ["prescribed times: 1 changed"]
        assert ServiceLevel.objects.get().hours == 48

    def test_it_ends_what_left_the_file(self, tmp_path: Path) -> None:
        loaded(tmp_path)
        staff = tiny.FILES["postings.csv"]
        changes = {"postings": staff[:2], "emergency_words": None}
        loaded(tmp_path, **changes)
        gone = Posting.objects.get(officer__username="town.head")
        assert gone.valid_to == date(2026, 11, 20)
        assert not EmergencyPhrase.objects.exists()
        loaded(tmp_path)
        gone.refresh_from_db()
        assert gone.valid_to is None

    def test_it_leaves_alone_what_people_did(self, tmp_path: Path) -> None:
        loaded(tmp_path)
        west = Area.objects.get(code="T-WEST")
        AreaPin.objects.create(area=west, pin="411099")
        Posting.objects.filter(role="dept_head").update(valid_to=date(2026, 6, 1))
        Officer.objects.filter(username="town.head").update(phone="+919999900009")
        republic = Holiday.objects.get(date=date(2026, 1, 26))
        Holiday.objects.filter(pk=republic.pk).update(working=True)
        own = {"names": {"en": "Flood"}, "source": "order of the mayor"}
        Holiday.objects.filter(date=date(2026, 5, 1)).update(**own)
        assert loaded(tmp_path).nothing_changed
        assert west.pins.count() == 2
        assert Holiday.objects.get(date=date(2026, 5, 1)).source.startswith("order")


class HolidayTests:
    def test_it_takes_them_from_the_library_in_the_towns_languages(
        self, tmp_path: Path
    ) -> None:
        loaded(tmp_path)
        republic = Holiday.objects.get(date=date(2026, 1, 26))
        assert republic.source == "library holidays"
        assert republic.names == {"en": "Republic Day", "hi": "गणतंत्र दिवस"}

    def test_it_keeps_a_day_that_a_person_had_entered(self, tmp_path: Path) -> None:
        loaded(tmp_path, holidays=None)
        calendar = Holiday.objects.all()[0].calendar
        mine = Holiday.objects.create(
            calendar=calendar,
            date=date(2026, 11, 11),
            names={"en": "Ours"},
            source="me",
        )
        loaded(tmp_path)
        mine.refresh_from_db()
        assert (mine.source, mine.names) == ("me", {"en": "Ours"})


class NothingHalfLoadedTests:
    def test_it_refuses_the_whole_preset_for_one_bad_line(self, tmp_path: Path) -> None:
        with pytest.raises(BadPreset):
            loaded(tmp_path, **tiny.edited("articles", 2, ",roads,", ",sports,"))
        assert not Organisation.objects.exists()
        assert not Source.objects.exists()

    def test_it_takes_everything_back_when_the_database_says_no(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(stage: object) -> None:
            raise RuntimeError("no disk")

        from presets import load as module

        monkeypatch.setattr(module, "STEPS", (*module.STEPS, fail))
        with pytest.raises(RuntimeError):
            loaded(tmp_path)
        assert not Organisation.objects.exists()
        assert not is_loaded("town", tmp_path)


class BoundaryTests:
    def test_it_does_not_sketch_over_a_real_outline(self, tmp_path: Path) -> None:
        folder = tiny.write(tmp_path)
        sketch = folder / "boundaries.geojson"
        sketch.write_text(tiny.collection(**{"T-EAST": tiny.square(73.8, 18.5)}))
        load("town", at=NOW, root=tmp_path)
        east = Area.objects.get(code="T-EAST")
        assert east.boundary_source.startswith("schematic")
        real = tiny.square(73.81, 18.51)
        Area.objects.filter(pk=east.pk).update(
            boundary=real, boundary_source="wards.geojson"
        )
        sketch.write_text(tiny.collection(**{"T-EAST": tiny.square(73.9, 18.6)}))
        assert load("town", at=NOW, root=tmp_path).nothing_changed
        east.refresh_from_db()
        assert json.dumps(east.boundary) == json.dumps(real)


class PasswordTests:
    def test_it_gives_none_outside_the_demonstration(self, tmp_path: Path) -> None:
        with override_settings(DEMO=False):
            loaded(tmp_path)
        assert not Officer.objects.get(username="town.head").has_usable_password()

    def test_it_gives_one_in_the_demonstration_even_later(self, tmp_path: Path) -> None:
        with override_settings(DEMO=False):
            loaded(tmp_path)
        with override_settings(DEMO=True):
            loaded(tmp_path)
        assert Officer.objects.get(username="town.head").check_password(DEMO_PASSWORD)


class CommandTests:
    def test_it_lists_the_presets_it_knows(self) -> None:
        with pytest.raises(CommandError, match=r"Known: .*pmc.*uppcl"):
            call_command("load_preset", "puna", stdout=StringIO())

    def test_it_prints_each_fault(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tiny.write(tmp_path, **tiny.edited("staff", 2, "99999-00001", "1"))
        monkeypatch.setattr("presets.load.presets_root", lambda: tmp_path)
        told = StringIO()
        with pytest.raises(CommandError, match="1 faults in town; nothing was loaded"):
            call_command("load_preset", "town", stdout=StringIO(), stderr=told)
        assert "staff.csv, line 2, column phone: “1” is no tele" in told.getvalue()

    def test_it_says_when_nothing_changed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tiny.write(tmp_path)
        monkeypatch.setattr("presets.load.presets_root", lambda: tmp_path)
        first, second = StringIO(), StringIO()
        call_command("load_preset", "town", stdout=first)
        call_command("load_preset", "town", stdout=second)
        assert "  areas: 3 new\n" in first.getvalue()
        assert second.getvalue() == "town: nothing changed.\n"
