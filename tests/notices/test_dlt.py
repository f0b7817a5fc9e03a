import json
from pathlib import Path

import pytest
import regex
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from notices.dlt import check, cut, differs, fit
from notices.render import SMS, Value, render

ENGLISH = "PMC: Complaint {#var#} is with {#var#}. Solved by {#var#}. See {#var#}"
OURS = "PMC: Complaint {no} is with {office}. Solved by {due}. See {url}"
HINDI = "पीएमसी: शिकायत {#var#} दर्ज हुई: {#var#}. {#var#} तक हल होगी."
HINDI_OURS = "पीएमसी: शिकायत {no} दर्ज हुई: {type}. {due} तक हल होगी."
MIXED = st.text("ab €पानीक्षि\u200d\U0001f468\U0001f469é" + "e\u0301", max_size=120)


def refused(
    text: str, registered: str, id_: str = "1107", language: str = "en"
) -> dict[str, list[str]]:
    with override(language):
        try:
            check(text, registered, id_)
        except ValidationError as error:
            return {
                field: [str(each) for each in said]
                for field, said in error.message_dict.items()
            }
    return {}


class CheckTests:
    @pytest.mark.parametrize(
        ("text", "registered"),
        [
            (OURS, ENGLISH),
            (HINDI_OURS, HINDI),
            ("{org}", "{#var#}"),
            ("{org}{no}", "{#var#}{#numeric#}"),
            ("See {url}.", "See {#var#}{#var#}."),
            ("Call {tel}, {no}", "Call {#cbn#}, {#alphanumeric#}"),
            ("No blank at all", "No blank at all"),
            ("Two\r\nlines {no}", "Two\nlines {#var#}"),
            # the nukta written as a sign of its own, and in one letter
            ("सड\u093cक {no}", "स\u095cक {#var#}"),
        ],
    )
    def test_a_text_that_is_its_registration_is_taken(
        self, text: str, registered: str
    ) -> None:
        assert refused(text, registered) == {}

    def test_without_a_registration_there_is_nothing_to_compare(self) -> None:
        assert refused(OURS, "", "") == {}
        assert refused(OURS, "", "1107") == {}

    def test_a_registration_has_its_id(self) -> None:
        assert "registered_id" in refused(OURS, ENGLISH, "")

    def test_it_names_the_place_where_the_words_differ(self) -> None:
        (said,) = refused(OURS.replace("Solved", "Done"), ENGLISH)["text"]
        assert said == (
            "Line 1, character 39: “Done by ” is registered as “Solved by ”."
        )

    def test_it_counts_lines(self) -> None:
        (said,) = refused("One\nTwo {no} now", "One\nTwo {#var#} then")["text"]
        assert said.startswith("Line 2, character 10: “now”")

    def test_a_single_sign_is_a_difference(self) -> None:
        assert refused("{org}: {no}.", "{#var#}: {#var#}")["text"][0].startswith(
            "Line 1, character 12: “.” is registered as “”."
        )

    def test_the_number_of_variables_is_the_same(self) -> None:
        said = refused("{org}: {no}", "{#var#}: {#var#} by {#var#}")["text"]
        assert "The text has 2 blanks, its registration 3 variables." in said

    def test_three_touching_variables_hold_one_blank_or_three(self) -> None:
        assert refused("{url}", "{#var#}{#var#}{#var#}") == {}
        assert "text" in refused("{url}{no}", "{#var#}{#var#}{#var#}")

    def test_a_variable_that_is_none_is_named(self) -> None:
        (said,) = refused("{no}", "Dear {#name#}")["registered_text"][:1]
        assert said == "Line 1, character 6: this is no variable."
        assert refused("{no}", "Dear ##var##") != {}

    def test_it_speaks_the_editors_language(self) -> None:
        english = refused("{no} a", "{#var#} b")["text"]
        assert english == ["Line 1, character 6: “a” is registered as “b”."]
        assert refused("{no} a", "{#var#} b", language="hi")["text"]


class DiffersTests:
    @pytest.mark.parametrize(
        ("text", "registered", "limit", "place"),
        [
            ("PMC: Complaint 148 is open", "PMC: Complaint {#var#} is open", 40, None),
            ("PMC: Complaint 148 is shut", "PMC: Complaint {#var#} is open", 40, 23),
            ("pMC: Complaint 148 is open", "PMC: Complaint {#var#} is open", 40, 1),
            ("Dear " + "x" * 30, "Dear {#var#}", 30, None),
            ("Dear " + "x" * 31, "Dear {#var#}", 30, 36),
            ("Dear " + "x" * 40, "Dear {#var#}", 40, None),
            ("Dear " + "x" * 41, "Dear {#var#}", 40, 46),
            ("Dear " + "x" * 31 + ", hello", "Dear {#var#}, hello", 30, 36),
            ("See " + "x" * 60 + ".", "See {#var#}{#var#}.", 30, None),
            ("See " + "x" * 61 + ".", "See {#var#}{#var#}.", 30, 65),
            ("Code 482913", "Code {#numeric#}", 40, None),
            ("Code 48-2913", "Code {#numeric#}", 40, 8),
            ("Ref A 17 ख", "Ref {#alphanumeric#}", 40, None),
            ("Ref A/17", "Ref {#alphanumeric#}", 40, 6),
            ("Call +911800103022", "Call {#cbn#}", 40, None),
            ("Call us", "Call {#cbn#}", 40, 6),
            ("See pmc.example.in/s/3", "See {#url#}", 40, None),
            ("See nothing", "See {#url#}", 40, 5),
            ("Write desk@example.org now", "Write {#email#} now", 40, None),
            ("One\nTwo 3", "One\r\nTwo {#var#}", 40, None),
            ("शिकायत 148 दर्ज हुई.", "शिकायत {#var#} दर्ज हुई.", 30, None),
            ("शिकायत 148 दर्ज हुई!", "शिकायत {#var#} दर्ज हुई.", 30, 20),
            ("", "{#var#}", 40, None),
            ("", "Dear", 40, 1),
        ],
    )
    def test_it_matches_variable_by_variable(
        self, text: str, registered: str, limit: int, place: int | None
    ) -> None:
        assert differs(text, registered, limit) == place

    def test_many_variables_take_no_long_time(self) -> None:
        registered = "{#var#} " * 20 + "end"
        assert differs("a b " * 20 + "END", registered, 40) is not None

    def test_it_takes_the_samples_of_the_operators(self) -> None:
        path = Path(__file__).parents[3] / "shared/samples/sms/dlt_facts.json"
        if not path.exists():
            pytest.skip("the samples are not here")
        samples = json.loads(path.read_text(encoding="utf-8"))["template_samples"]
        for sample in samples:
            filled = sample.replace("{#var#}", "गणेश चतुर्थी 2026")
            assert differs(filled, sample, 30) is None
            assert differs(filled + ".", sample, 3) is not None


class FitTests:
    VALUES = {
        "no": Value("148 302 975 116", short="148302975116"),
        "office": Value("Kothrud Bavdhan Regional Office of the Municipal Corporation"),
        "due": Value("Sat 21 Nov 18:00", short="21 Nov 18:00"),
        "url": Value("https://pmc.example.in/s/q3XyZ7-kLm2P", short="pmc.example.in/x"),
    }

    @pytest.mark.parametrize("limit", [30, 40])
    def test_what_is_written_matches(self, limit: int) -> None:
        wording, fitted = fit(OURS, ENGLISH, limit)
        said = render(wording, self.VALUES, SMS, fitted)
        assert differs(said.text, ENGLISH, limit) is None

    def test_the_two_limits_cut_differently(self) -> None:
        said = {}
        for limit in (30, 40):
            wording, fitted = fit(OURS, ENGLISH, limit)
            said[limit] = render(wording, self.VALUES, SMS, fitted).text
        assert "with Kothrud Bavdhan Regional Offic. Solved" in said[30]
        assert "with Kothrud Bavdhan Regional Office of the M. Solved" in said[40]
        assert "See pmc.example.in/x" in said[30]
        assert "See https://pmc.example.in/s/q3XyZ7-kLm2P" in said[40]

    def test_a_link_is_whole_or_the_message_does_not_go(self) -> None:
        long_link = Value("https://complaints.pmc.example.in/s/q3XyZ7-kLm2P")
        wording, fitted = fit("See {url}", "See {#var#}", 40)
        said = render(wording, {"url": long_link}, SMS, fitted).text
        assert said == f"See {long_link.text}"
        assert differs(said, "See {#var#}", 40) == 45
        wording, fitted = fit("See {url}", "See {#var#}{#var#}", 40)
        said = render(wording, {"url": long_link}, SMS, fitted).text
        assert differs(said, "See {#var#}{#var#}", 40) is None

    def test_the_registered_words_are_sent_as_they_are(self) -> None:
        """Line ends and two spaces are part of what was registered."""
        wording, fitted = fit("Dear  {org},\nsee", "Dear  {#var#},\r\nsee", 40)
        said = render(wording, {"org": Value("PMC")}, SMS, fitted).text
        assert said == "Dear  PMC,\nsee"

    def test_the_spelling_of_the_register_is_sent(self) -> None:
        wording, fitted = fit("सड\u093cक {no}", "स\u095cक {#var#}", 40)
        assert render(wording, {"no": Value("1")}, SMS, fitted).text == "स\u095cक 1"

    @pytest.mark.parametrize(
        ("type_", "value", "said"),
        [
            ("numeric", "148 302 975 116", "148302975116"),
            ("alphanumeric", "A. Joshi (Roads)", "A Joshi Roads"),
            ("alphanumeric", "क्षेत्रीय कार्यालय, औंध", "क्षेत्रीय कार्यालय औंध"),
            ("cbn", "1800-103-0222", "18001030222"),
            ("var", "A. Joshi (Roads)", "A. Joshi (Roads)"),
        ],
    )
    def test_a_typed_variable_gets_what_it_takes(
        self, type_: str, value: str, said: str
    ) -> None:
        registered = "To {#" + type_ + "#} now"
        wording, fitted = fit("To {officer} now", registered, 40)
        text = render(wording, {"officer": Value(value)}, SMS, fitted).text
        assert text == f"To {said} now"
        assert differs(text, registered, 40) is None

    def test_a_blank_said_twice_fits_both_times(self) -> None:
        registered = "{#var#}{#var#} and {#var#}"
        wording, fitted = fit("{org} and {org}", registered, 30)
        text = render(wording, {"org": Value("x" * 50)}, SMS, fitted).text
        assert text == "x" * 30 + " and " + "x" * 30

    def test_a_text_that_is_not_its_registration_stays(self) -> None:
        assert fit("Hello {no}", "Dear {#var#}", 40) == ("Hello {no}", None)
        assert fit("Hello {no}", "", 40) == ("Hello {no}", None)

    @pytest.mark.parametrize("limit", [30, 40])
    @given(MIXED, MIXED)
    def test_any_words_fit(self, limit: int, place: str, who: str) -> None:
        registered = "At {#var#} for {#alphanumeric#}."
        wording, fitted = fit("At {place} for {officer}.", registered, limit)
        values = {"place": Value(place, least=10), "officer": Value(f"A{who}")}
        said = render(wording, values, SMS, fitted).text
        assert differs(said, registered, limit) is None


class CutTests:
    @pytest.mark.parametrize(
        ("text", "limit", "kept"),
        [
            ("Kothrud", 40, "Kothrud"),
            ("Kothrud", 4, "Koth"),
            ("Kothrud ward", 8, "Kothrud"),
            ("क्षत्रिय", 3, "क्ष"),
            ("क्षत्रिय", 5, "क्ष"),
            ("क्षत्रिय", 2, ""),
            ("ab\U0001f468\u200d\U0001f469", 4, "ab"),
            ("e\u0301e\u0301", 3, "e\u0301"),
        ],
    )
    def test_it_cuts_between_letters(self, text: str, limit: int, kept: str) -> None:
        assert cut(text, limit) == kept

    @given(MIXED, st.integers(0, 60))
    def test_it_keeps_whole_letters_and_the_limit(self, text: str, limit: int) -> None:
        kept = cut(text, limit)
        assert len(kept) <= limit
        assert len(kept.encode("utf-16-le")) // 2 <= limit
        whole = regex.findall(r"\X", text)
        heads = {"".join(whole[:end]).rstrip() for end in range(len(whole) + 1)}
        assert kept in heads | {text}
