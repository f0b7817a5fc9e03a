"""Whatever is typed into a rule: it is read or refused in words, never an error."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from complaints.text import clean
from escalation.decisions.question import Question
from escalation.desk_rules.rule_checks import faults, own_faults
from escalation.desk_rules.rule_form import LinesField
from escalation.desk_rules.rule_parts import Parts
from escalation.desk_rules.rule_shapes import (
    Unreadable,
    read_border,
    read_hours,
    read_pattern,
)
from escalation.desk_rules.ruling import matches
from escalation.desk_rules.ruling_words import spoken
from escalation.models import RoutingRule
from tests.base import NOW, WorldTestCase

any_text = st.text(max_size=60)
some = st.lists(any_text, max_size=3).map(tuple)
pattern = st.text(alphabet="ab(|)*+?[]{}^$\\.0123,:<>=!कpPnNzC\n ", max_size=30)
json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(any_text, inner, max_size=3)
    ),
    max_leaves=20,
)
number = st.integers() | st.floats() | st.floats(-180, 180)
ring = st.lists(st.lists(number, max_size=3), max_size=6)
geometry = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Polygon", "MultiPolygon", "Feature", "Point"]),
        "coordinates": st.lists(ring, max_size=3) | json_value,
        "geometry": json_value,
    }
)


def refused_or_read(read: Any, text: str) -> Any:
    try:
        return read(text)
    except Unreadable as error:
        assert str(error)
        return None


class ShapeTests:
    @given(pattern | any_text)
    def test_it_reads_or_refuses_any_pattern(self, text: str) -> None:
        found = refused_or_read(read_pattern, text)
        if found is not None:
            assert found.search("") is None

    @given(any_text)
    def test_it_reads_or_refuses_any_hours(self, text: str) -> None:
        week = refused_or_read(read_hours, text)
        assert week is None or week

    @given(json_value.map(json.dumps) | geometry.map(json.dumps) | any_text)
    def test_it_reads_or_refuses_any_border(self, text: str) -> None:
        found = refused_or_read(read_border, text)
        assert found is None or (found.area and found.is_valid)

    @given(st.text(max_size=200))
    def test_it_cuts_any_text_into_lines(self, text: str) -> None:
        lines = LinesField().to_python(text)
        assert all(line == line.strip() and line for line in lines)


class WholeRuleTests(WorldTestCase):
    def test_it_checks_and_says_any_rule(self) -> None:
        @given(some, some, pattern, some, some, any_text, any_text)
        def check(
            hashtags: tuple[str, ...],
            words: tuple[str, ...],
            sign: str,
            kinds: tuple[str, ...],
            flags: tuple[str, ...],
            hours: str,
            polygon: str,
        ) -> None:
            parts = Parts(
                organisation_id=self.w.pune.pk, active=True, hashtags=hashtags,
                words=words, pattern=sign, connection_kinds=kinds, flags=flags,
                hours=hours, polygon=polygon,
            )  # fmt: skip
            for fault in faults(parts, [parts]):
                assert fault.message
            assert all(spoken(parts))

        check()

    def test_it_asks_any_rule_of_any_text(self) -> None:
        @given(any_text, pattern, some)
        def check(text: str, sign: str, words: tuple[str, ...]) -> None:
            rule = RoutingRule(
                organisation=self.w.pune, name="any", pattern=sign, words=list(words)
            )
            if not any(own_faults(Parts.of(rule))):
                matches(rule, Question(organisation=self.w.pune, text=text), NOW)

        check()

    def test_it_hears_its_words_wherever_they_stand(self) -> None:
        @given(st.sampled_from(["pothole", "no water", "खड्डा"]), any_text)
        def check(words: str, text: str) -> None:
            rule = RoutingRule(organisation=self.w.pune, name="any", words=[words])
            said = clean(f"{text}\n{words}. {text}", 1000)
            assert matches(rule, Question(organisation=self.w.pune, text=said), NOW)

        check()
