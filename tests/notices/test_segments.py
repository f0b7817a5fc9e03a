import json
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from notices.segments import Segments, count, cut, joined, size

HINDI = "शिकायत 148 302 975 116 दर्ज हुई। "
GSM = st.text("abc é@£{}[]|~€^\\\n", max_size=400)
MIXED = st.text("ab €पानीक्षि\u200d\U0001f468\U0001f469é" + "e\u0301", max_size=200)


class CountTests:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", Segments("GSM-7", 0, 0, 160, 160)),
            ("a", Segments("GSM-7", 1, 1, 160, 159)),
            ("a" * 160, Segments("GSM-7", 160, 1, 160, 0)),
            ("a" * 161, Segments("GSM-7", 161, 2, 153, 145)),
            ("a" * 306, Segments("GSM-7", 306, 2, 153, 0)),
            ("a" * 307, Segments("GSM-7", 307, 3, 153, 152)),
            ("€" * 80, Segments("GSM-7", 160, 1, 160, 0)),
            ("à" * 70 + "è", Segments("GSM-7", 71, 1, 160, 89)),
            ("È", Segments("UCS-2", 1, 1, 70, 69)),
            ("ç" * 70, Segments("UCS-2", 70, 1, 70, 0)),
            ("ç" * 71, Segments("UCS-2", 71, 2, 67, 63)),
            ("प" * 134, Segments("UCS-2", 134, 2, 67, 0)),
            ("प" * 135, Segments("UCS-2", 135, 3, 67, 66)),
            ("\U0001f4a7" * 35, Segments("UCS-2", 70, 1, 70, 0)),
        ],
    )
    def test_it_counts_as_the_operators_do(self, text: str, expected: Segments) -> None:
        assert count(text) == expected

    def test_an_escaped_sign_does_not_straddle_two_parts(self) -> None:
        # 152 letters leave one septet: the euro sign goes to the second part whole.
        text = "a" * 152 + "€" + "a" * 151
        assert count(text) == Segments("GSM-7", 305, 2, 153, 0)
        assert count(text + "a").segments == 3
        assert count("a" * 306).segments == 2

    def test_a_pair_does_not_straddle_two_parts(self) -> None:
        text = "प" * 66 + "\U0001f4a7" + "प" * 65
        assert count(text) == Segments("UCS-2", 133, 2, 67, 0)
        assert count(text + "प").segments == 3

    def test_a_curly_quote_turns_the_whole_text_over(self) -> None:
        assert count("it's" * 30).encoding == "GSM-7"
        assert count("it\u2019s" + "it's" * 29).encoding == "UCS-2"

    @given(st.one_of(GSM, MIXED))
    def test_its_parts_hold_the_text(self, text: str) -> None:
        counted = count(text)
        held = counted.segments * counted.per_segment
        assert 0 <= counted.left <= counted.per_segment
        if text:
            # What straddling would save, one unit at each joint at most, is lost.
            lost = held - counted.left - counted.units
            assert 0 <= lost < counted.segments

    def test_it_agrees_with_vectors_from_elsewhere(self) -> None:
        path = Path(__file__).parents[3] / "shared/samples/sms/segment_vectors.json"
        if not path.exists():
            pytest.skip("the samples are not here")
        for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
            counted = count(vector["text"])
            assert counted.encoding == vector["encoding"], vector["description"]
            assert counted.segments == vector["segments"], vector["description"]


class JoinedTests:
    @given(st.lists(GSM | MIXED, max_size=5))
    def test_it_counts_pieces_as_the_whole(self, pieces: list[str]) -> None:
        whole = count("".join(pieces)).segments
        assert joined(map(size, pieces)) in (None, whole)

    def test_it_says_nothing_where_the_place_of_a_letter_decides(self) -> None:
        assert joined([size("€" * 80), size("a")]) is None
        assert joined([size("a" * 100), size("b" * 100)]) == 2


class CutTests:
    def test_it_leaves_a_text_that_fits(self) -> None:
        assert cut("a" * 160, 160) == "a" * 160
        assert cut(HINDI, 70) == HINDI

    def test_it_ends_a_plain_text_with_three_plain_dots(self) -> None:
        assert cut("Water is back in all the wards of the zone", 20) == (
            "Water is back in..."
        )
        assert count(cut("a" * 200, 160)).encoding == "GSM-7"

    def test_it_ends_other_texts_with_one_sign(self) -> None:
        assert cut("पानी की आपूर्ति", 8) == "पानी की…"

    def test_it_never_cuts_inside_a_letter(self) -> None:
        assert cut("क्षत्रिय समाज", 5) == "क्ष…"
        assert cut("\U0001f468\u200d\U0001f469\u200d\U0001f467 घर", 6) == "…"
        assert cut("abe\u0301" + "x" * 9, 5) == "abe\u0301…"

    def test_it_counts_an_escaped_sign_twice(self) -> None:
        assert cut("€€€€€", 9) == "€€€..."

    def test_it_leaves_the_dots_out_where_there_is_no_room(self) -> None:
        assert cut("water", 2) == "wa"
        assert cut("water", 0) == ""
        assert cut("पानी", 0) == ""

    @given(st.one_of(GSM, MIXED), st.integers(0, 200))
    def test_it_keeps_within_the_limit_and_the_encoding(
        self, text: str, limit: int
    ) -> None:
        short = cut(text, limit)
        assert count(short).units <= limit
        if short:
            assert count(short).encoding == count(text).encoding
        if short != text:
            kept = short.rstrip(".…")
            assert text.startswith(kept)

    @given(MIXED, st.integers(0, 60))
    def test_it_keeps_whole_graphemes(self, text: str, limit: int) -> None:
        whole = regex.findall(r"\X", text)
        kept = cut(text, limit).rstrip("….")
        heads = {"".join(whole[:end]).rstrip(" .") for end in range(len(whole) + 1)}
        assert kept.rstrip(" .") in heads
