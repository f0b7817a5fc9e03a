from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from complaints.number import grouped
from notices import segments
from notices.blanks import check, fill, measure
from notices.models import Template
from notices.render import MissingValueError, Value, one_line, render
from notices.values import Case, values_of
from officers.models import Organisation
from operations.generation import bump
from tests.notices.cases import NoticesTestCase

TEXT = "{org}: Complaint {no}: {text} More: {url}"
VALUES = {
    "org": Value("Pune Municipal Corporation", short="PMC"),
    "no": Value("148 302 975 116", short="148302975116"),
    "text": Value("We come on Monday.", least=24),
    "url": Value("https://s.example.in/s/q3XyZ7-kLm2P", "s.example.in/s/q3XyZ7-kLm2P"),
}
WORDS = st.text("abc xyz é\n\t'“”पानीक्षिड़ा\u0301\U0001f4a7", max_size=700)


class RenderTests:
    def test_it_keeps_all_that_fits(self) -> None:
        said = render(TEXT, VALUES, "sms")
        assert said.text.startswith("Pune Municipal Corporation: Complaint 148 302 975")
        assert said.text.endswith("More: https://s.example.in/s/q3XyZ7-kLm2P")
        assert said.segments == 1

    def test_it_shortens_the_name_before_somebodys_words(self) -> None:
        words = "x" * 215
        said = render(TEXT, VALUES | {"text": Value(words, least=24)}, "sms")
        assert said.text.startswith("PMC: ")
        assert words in said.text
        assert said.segments == 2

    def test_it_cuts_long_words_and_keeps_the_link(self) -> None:
        words = Value("गड्ढा बहुत बड़ा है और बच्चे गिरते हैं। " * 20, least=24)
        said = render(TEXT, VALUES | {"text": words}, "sms")
        assert said.segments == 2
        assert "https://s.example.in/s/q3XyZ7-kLm2P" in said.text
        assert "…" in said.text

    def test_where_two_parts_cannot_be_it_cuts_no_more_than_needed(self) -> None:
        url = Value("https://a-very-long-name.example.in/" + "x" * 90)
        words = Value("पाणी आले नाही, टाकी रिकामी आहे", least=24)
        said = render(TEXT, VALUES | {"text": words, "url": url}, "sms")
        assert said.segments == 3
        assert words.text in said.text

    @given(WORDS, WORDS)
    def test_long_values_never_cost_a_third_part(self, words: str, place: str) -> None:
        values = VALUES | {
            "text": Value(words, least=24),
            "org": Value(place, least=10),
        }
        said = render(TEXT, values, "sms")
        assert said.segments <= 2
        assert "\n" not in said.text
        assert segments.count(said.text).segments == said.segments

    def test_it_writes_one_line_for_sms(self) -> None:
        values = VALUES | {
            "text": Value("Monday.\r\n\r\nOr\u2028Tuesday\x00 \u202enow")
        }
        said = render(TEXT, values, "sms")
        assert ": Monday. Or Tuesday now More:" in said.text

    def test_curly_quotes_do_not_double_the_price(self) -> None:
        values = VALUES | {"text": Value("“It’s done” – look…")}
        said = render(TEXT, values, "sms")
        assert segments.count(said.text).encoding == "GSM-7"

    def test_it_keeps_paragraphs_in_a_letter(self) -> None:
        said = render(
            "Subject: {org}: {text}\n\nAbout {no}:\n\n{text}",
            VALUES | {"text": Value("First.\n\n\n\nSecond.")},
            "email",
        )
        assert said.subject == "Pune Municipal Corporation: First. Second."
        assert said.text == "About 148 302 975 116:\n\nFirst.\n\nSecond."

    def test_a_blank_inside_a_value_stays_words(self) -> None:
        values = VALUES | {"text": Value("{url} {no.__class__} {0}")}
        said = render("{text}", values, "sms")
        assert said.text == "{url} {no.__class__} {0}"

    def test_it_refuses_a_blank_that_nobody_filled(self) -> None:
        with pytest.raises(MissingValueError, match="rating"):
            render("{org} {rating}", VALUES, "sms")

    def test_it_fills_in_one_pass(self) -> None:
        assert fill("{org}{no}", {"org": "{no}", "no": "1"}) == "{no}1"

    def test_one_line_has_no_line_end_of_any_kind(self) -> None:
        assert one_line("a\r\nb\x0bc\u2028d\u0085e") == "a bc de"


class CheckTests:
    def test_it_takes_what_the_kind_fills(self) -> None:
        check("registered", "any", "{org}: {no} {type} {due} {url} {tel}")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{org}: {no.__class__}", "character 8: {no.__class__} is not known"),
            ("{org}\n: {foo}", "Line 2, character 3: {foo} is not known"),
            ("{org}: {ctel}", "character 8: {ctel} is not filled here"),
            ("{org}: {0}", "{0} is not known"),
            ("{org}: {", "character 8: { is not known"),
            ("{org}: }", "character 8: } is not known"),
            ("{{org}}", "is not known"),
            ("{ORG}", "{ORG} is not known"),
        ],
    )
    def test_it_shows_the_place_of_a_wrong_blank(self, text: str, said: str) -> None:
        with pytest.raises(ValidationError) as refused:
            check("registered", "any", text)
        assert said in " ".join(refused.value.messages)

    def test_it_refuses_a_text_of_three_parts(self) -> None:
        with pytest.raises(ValidationError) as refused:
            check("registered", "sms", "{org}: " + "तक्रार " * 20 + "शेवट")
        assert "3 SMS of UCS-2" in refused.value.messages[0]
        check("registered", "email", "{org}: " + "तक्रार " * 200)

    def test_it_refuses_a_message_of_no_kind(self) -> None:
        with pytest.raises(ValidationError):
            check("registerd", "any", "{org}")

    def test_a_template_is_checked_when_a_form_saves_it(self) -> None:
        with pytest.raises(ValidationError):
            Template(key="registered", channel="any", text="{password}").clean()

    def test_it_measures_with_usual_values(self) -> None:
        assert measure("{org}: {no}").units == len("PMC: 148302975116")


class ValueTests(NoticesTestCase):
    def _case(self, language: str = "en", **over: object) -> Case:
        complaint = self.assigned(place="Near the school")
        given = {
            "complaint": complaint, "about": complaint, "speaker": self.w.pune,
            "language": language, "phone": "+919999900001",
        }  # fmt: skip
        return Case(**given | over)  # type: ignore[arg-type]  # the fields of Case

    def _said(self, name: str, case: Case) -> str:
        with override(case.language):
            return values_of(case, [name])[name].text

    def test_the_number_is_grouped_by_three(self) -> None:
        case = self._case()
        assert self._said("no", case) == grouped(case.complaint.number)
        assert len(self._said("no", case).split()) == 4

    def test_dates_are_local_and_in_the_readers_language(self) -> None:
        assert self._said("due", self._case()) == "Sun 22 Nov 09:12"
        assert self._said("due", self._case("it")) == "Dom 22 Nov 09:12"
        assert self._said("due", self._case("hi")).endswith("09:12")
        assert not self._said("due", self._case("hi")).isascii()

    def test_names_are_in_the_readers_language(self) -> None:
        case = self._case("mr")
        assert self._said("type", case) == "रस्त्यावरील खड्डा"
        assert self._said("office", case) == "कोथरूड क्षेत्रीय कार्यालय"
        assert self._said("org", case) == "पुणे शहर"

    def test_the_safety_text_names_the_danger_number(self) -> None:
        assert self._said("safety", self._case()) == "Keep away. Call 112."

    def test_the_citizens_number_is_for_the_assigned_officer(self) -> None:
        mine = self._case(officer=self.w.omkar)
        assert self._said("ctel", mine) == "+919999900001"
        for other in (self.w.hema, None):
            shown = self._said("ctel", self._case(officer=other))
            assert "99999" not in shown
            assert shown.endswith("0001")

    def test_a_given_moment_is_written_as_a_date(self) -> None:
        at = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
        assert self._said("eta", self._case(given={"eta": at})) == "Tue 1 Dec 09:30"

    def test_a_given_row_says_its_name(self) -> None:
        case = self._case("mr", given={"office": self.w.aundh, "type": self.w.no_water})
        assert self._said("office", case) == "औंध क्षेत्रीय कार्यालय"
        assert self._said("type", case) == "पाणी नाही"

    def test_without_category_or_date_it_says_so(self) -> None:
        complaint = self.w.file("Something is wrong somewhere")
        case = self._case(complaint=complaint, about=complaint)
        assert self._said("type", case) == "not sorted yet"
        assert self._said("due", case) == "a date we will tell you"

    def test_the_link_is_the_readers(self) -> None:
        case = self._case()
        token = case.complaint.token
        assert self._said("url", case) == f"https://s.example.in/s/{token}"
        staff = self._case(officer=self.w.omkar)
        number = staff.complaint.number
        assert self._said("url", staff) == f"https://s.example.in/field/{number}/"

    def test_a_changed_name_is_said_after_its_bump(self) -> None:
        complaint = self.assigned()
        assert "Pune city" in self.told(complaint)[0].text
        Organisation.objects.filter(pk=self.w.pune.pk).update(
            names={"en": "Pune Corporation"}
        )
        bump("officers")
        assert "Pune Corporation" in self.told(self.assigned())[0].text
