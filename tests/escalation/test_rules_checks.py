"""Rules that are refused, each with what mends it."""

import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from escalation.checks import check_rules
from escalation.desk_rules.rule_checks import faults, switch
from escalation.desk_rules.rule_order import DOWN, UP, move
from escalation.desk_rules.rule_parts import Parts
from escalation.desk_rules.ruling import first
from escalation.models import RoutingRule
from officers.models import Area
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW
from tests.escalation.rules import AUNDH, RuleCase


class RefusalCase(RuleCase):
    def fields(self, **given: Any) -> set[str]:
        return {fault.field for fault in self.told(**given)}

    def told(self, **given: Any) -> list[Any]:
        rule = self.rule(**{"active": False, "words": ["pothole"]} | given)
        rule.active = True
        return faults(Parts.of(rule))


class OneRuleTests(RefusalCase):
    def test_it_takes_a_whole_rule(self) -> None:
        assert not self.told(
            hashtags=["#Press"], pattern="road no", categories=[self.w.pothole],
            areas=[self.w.aundh], polygon=AUNDH, accounts=[self.account()],
            hours="mon-fri 10:00-18:00", languages=["mr"], connection_kinds=["shop"],
            to_organisation=self.w.pune, to_category=self.w.pothole,
            to_department=self.w.roads, to_office=self.w.aundh, pool=[self.w.nitin],
            criticality="high", horizon="mid", flags=["press", "स्कूल"],
            valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31),
        )  # fmt: skip

    def test_it_wants_a_condition_and_a_result(self) -> None:
        assert [f.message for f in self.told(words=[])] == [
            "Say when it holds: give at least one condition."
        ]
        assert [f.message for f in self.told(flags=[])] == [
            "Say what it does: give at least one result."
        ]

    def test_it_wants_hashtags_words_and_marks_that_can_be_met(self) -> None:
        assert self.fields(hashtags=["PressSewa"]) == {"hashtags"}
        assert self.fields(hashtags=["#two words"]) == {"hashtags"}
        assert self.fields(words=["the", "and"]) == {"words"}
        assert self.fields(words=["pothole " * 20]) == {"words"}
        assert self.fields(words=[f"tree {n}" for n in range(201)]) == {"words"}
        assert self.fields(flags=["two words"]) == {"flags"}
        assert self.fields(languages=["xx"]) == {"languages"}
        assert self.fields(accounts=[self.account("")]) == {"accounts"}

    def test_it_refuses_a_pattern_that_could_run_away(self) -> None:
        for pattern in ("(", "(?=a)b", "(a{1000}){1000}", "x" * 201, ".*", "a|", "\\C"):
            with self.subTest(pattern=pattern[:20]):
                assert self.fields(pattern=pattern) == {"pattern"}
        assert not self.fields(pattern="(a+)+$")

    def test_it_refuses_a_border_that_is_none(self) -> None:
        square = json.loads(AUNDH)["coordinates"][0]
        bow = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
        for given in (
            "no json",
            "[" * 100_000,
            "{}",
            {"type": "Point", "coordinates": [73.8, 18.5]},
            {"type": "Polygon", "coordinates": []},
            {"type": "Polygon", "coordinates": [square[:-1]]},
            {"type": "Polygon", "coordinates": [bow]},
            {"type": "Polygon", "coordinates": [[[0, 0]] * 5]},
            {"type": "Polygon", "coordinates": [[[518000, 2040000]] * 4]},
            {"type": "Polygon", "coordinates": [[["a", "b"]] * 4]},
            {"type": "MultiPolygon", "coordinates": [square]},
            {"type": "Polygon", "coordinates": [square * 1100]},
        ):
            text = given if isinstance(given, str) else json.dumps(given)
            with self.subTest(text=text[:50]):
                assert self.fields(polygon=text) == {"polygon"}
        feature = json.dumps({"type": "Feature", "geometry": json.loads(AUNDH)})
        assert not self.fields(polygon=feature)

    def test_it_refuses_hours_and_days_that_cannot_be(self) -> None:
        for hours in ("always-ish", "mon", "mon 18:00-10:00", ";"):
            assert self.fields(hours=hours) == {"hours"}
        days = {"valid_from": date(2026, 2, 2), "valid_to": date(2026, 2, 1)}
        assert self.fields(**days) == {"valid_to"}

    def test_it_stays_under_one_root(self) -> None:
        assert self.fields(to_organisation=self.w.upp) == {"to_organisation"}
        assert self.fields(to_category=self.w.no_supply) == {"to_category"}
        assert self.fields(to_department=self.w.om) == {"to_department"}
        assert self.fields(to_office=self.w.gomti) == {"to_office"}
        assert self.fields(areas=[self.w.gomti]) == {"areas"}
        assert self.fields(to_office=self.w.sus) == {"to_office"}
        sister = {"organisation": self.w.kes, "to_organisation": self.w.mvv}
        assert not self.fields(**sister, to_office=self.w.gomti)
        away = {"organisation": self.w.mvv, "to_organisation": self.w.kes}
        assert self.fields(**away, to_office=self.w.gomti) == {"to_office"}

    def test_the_row_holds_it_without_a_form(self) -> None:
        rule = RoutingRule(organisation=self.w.pune, name="x", pattern="(")
        with self.assertRaises(ValidationError) as refused:
            rule.full_clean()
        assert set(refused.exception.message_dict) == {"pattern"}


class BesideOthersTests(RefusalCase):
    def test_it_refuses_two_that_can_never_be_told_apart(self) -> None:
        self.rule(name="One", words=["pothole"], areas=[self.w.aundh])
        same = {"areas": [self.w.aundh, self.w.sus]}
        for words in (["Pothole"], ["gaddha"], ["potholes", "pothole"]):
            (fault,) = self.told(words=words, **same)
            assert "“One” (number 100) holds for the very same" in fault.message
        assert not self.told(words=["pothole"], areas=[self.w.kothrud])
        assert not self.told(organisation=self.w.upp, words=["pothole"])

    def test_it_compares_hashtags_hours_and_borders_as_they_are_meant(self) -> None:
        self.rule(hashtags=["#Press"], hours="mon-fri 10:00-18:00", polygon=AUNDH)
        corners = json.loads(AUNDH)["coordinates"][0][:-1]
        turned = [*corners[2:], *corners[:3]]
        polygon = json.dumps({"type": "Polygon", "coordinates": [turned]})
        hours = "fri 10:00-18:00; mon-thu 10:00-18:00"
        given = {"words": [], "hours": hours, "polygon": polygon}
        assert self.fields(hashtags=["#PRESS"], **given) == {""}

    def test_those_of_other_days_do_not_meet(self) -> None:
        self.rule(words=["pothole"], valid_to=date(2026, 11, 30))
        assert not self.told(valid_from=date(2026, 12, 1))
        assert self.told(valid_from=date(2026, 11, 30))

    def test_one_that_is_off_meets_nobody(self) -> None:
        self.rule(words=["pothole"], active=False)
        assert not self.told()

    def test_it_refuses_what_an_earlier_one_takes_all_of(self) -> None:
        self.rule(name="All", words=["pothole", "tree"], position=10)
        (fault,) = self.told(areas=[self.w.aundh], position=20)
        assert "“All” (number 10) comes first" in fault.message
        assert not self.told(areas=[self.w.aundh], position=5)
        assert not self.told(words=["pothole", "light"], position=20)

    def test_it_refuses_to_hide_a_later_one(self) -> None:
        self.rule(name="Ward", words=["pothole"], areas=[self.w.sus], position=20)
        (fault,) = self.told(areas=[self.w.aundh], position=10)
        assert "“Ward” (number 20) would never be reached" in fault.message
        assert not self.told(areas=[self.w.aundh], position=30)

    def test_it_sees_hours_and_borders_within_others(self) -> None:
        self.rule(hours="daily 00:00-24:00", polygon=AUNDH, position=10)
        small = AUNDH.replace("73.82", "73.81")
        given = {"words": [], "position": 20}
        assert self.told(hours="mon 10:00-12:00", polygon=small, **given)
        wide = AUNDH.replace("73.82", "73.83")
        assert not self.told(hours="mon 10:00-12:00", polygon=wide, **given)

    def test_a_rule_for_a_day_leaves_the_others_to_the_next(self) -> None:
        day = date(2026, 11, 21)
        self.rule(words=["pothole"], position=10, valid_from=day, valid_to=day)
        assert not self.told(areas=[self.w.aundh], position=20)


class SwitchTests(RefusalCase):
    def test_it_switches_on_what_is_whole(self) -> None:
        rule = self.rule(words=["pothole"], active=False)
        assert first(self.ask(), NOW) is None
        assert switch(rule, on=True) == []
        assert first(self.ask(), NOW)
        assert switch(rule, on=False) == []
        assert first(self.ask(), NOW) is None

    def test_it_leaves_what_is_not_off(self) -> None:
        rule = self.rule(words=["pothole"], pattern="(", active=False)
        assert [fault.field for fault in switch(rule, on=True)] == ["pattern"]
        rule.refresh_from_db()
        assert not rule.active


class SystemCheckTests(RuleCase):
    def test_it_names_those_that_a_program_switched_on(self) -> None:
        self.rule(name="Whole", words=["pothole"])
        assert check_rules(databases=["default"]) == []
        self.rule(name="Twin", words=["gaddha"])
        self.rule(name="Broken", pattern="(")
        found = [str(message.msg) for message in check_rules(databases=["default"])]
        assert [text.split("”")[0] for text in found] == [
            "The routing rule “Whole", "The routing rule “Twin",
            "The routing rule “Broken",
        ]  # fmt: skip
        assert check_rules(databases=None) == []


class OrderTests(RuleCase):
    def order(self) -> list[str]:
        rows = RoutingRule.objects.order_by("organisation", "position", "pk")
        return [row.name for row in rows]

    def test_it_goes_one_place_up_or_down(self) -> None:
        one, two, three = (
            self.rule(name=name, words=[name], position=5)
            for name in ("tree", "lamp", "drain")
        )
        assert move(two, UP) == []
        assert self.order() == ["lamp", "tree", "drain"]
        assert move(one, DOWN) == []
        assert self.order() == ["lamp", "drain", "tree"]
        assert move(two, UP) == [] and move(one, DOWN) == []
        assert self.order() == ["lamp", "drain", "tree"]
        three.refresh_from_db()
        assert three.position == 20

    def test_it_hides_no_rule_behind_another(self) -> None:
        self.rule(name="ward", words=["pothole"], areas=[self.w.aundh], position=1)
        whole = self.rule(name="city", words=["pothole"], position=2)
        assert "would never be reached" in move(whole, UP)[0].message
        assert self.order() == ["ward", "city"]

    def test_a_broken_neighbour_holds_up_nobody(self) -> None:
        self.rule(name="broken", words=["pothole"], polygon="{}", position=1)
        assert move(self.rule(name="city", words=["pothole"]), UP) == []


class AreaTreeTests(RefusalCase):
    def test_it_asks_the_tree_of_today(self) -> None:
        self.rule(words=["pothole"], areas=[self.w.zone], position=1)
        assert self.told(areas=[self.w.sus])
        Area.objects.filter(pk=self.w.aundh.pk).update(parent=None)
        bump(REFERENCE)
        assert not self.told(areas=[self.w.sus])
