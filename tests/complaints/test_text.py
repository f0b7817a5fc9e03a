import csv
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.text import (
    TooLong,
    clean,
    detect_language,
    fold,
    loose,
    search_text,
    tokens,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))
DEVANAGARI = st.text(
    st.one_of(
        st.characters(min_codepoint=0x900, max_codepoint=0x97F),
        st.sampled_from(" \u200c\u200d"),
    )
)
ACUTE = "\u0301"


class CleanTests:
    def test_it_composes(self) -> None:
        assert clean("perche" + ACUTE, 20) == "perch\u00e9"

    def test_it_drops_nul_and_controls_but_keeps_lines_and_tabs(self) -> None:
        assert clean("a\0b\x07c\x85d\x7f\te\r\nf\rg\u2028h", 99) == "abcd\te\nf\ng\nh"

    def test_it_replaces_half_a_pair_and_joins_a_whole_one(self) -> None:
        assert clean("a\ud800b", 9) == "a\ufffdb"
        assert clean("\ud83d\ude00!", 9) == "\U0001f600!"
        assert clean("x\udc00", 9) == "x\ufffd"

    def test_it_drops_marks_that_turn_the_page_round(self) -> None:
        assert clean("pay \u202e00001\u202c \u2066x\u2069\u200f\ufeff", 99) == (
            "pay 00001 x"
        )

    @pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
    def test_it_keeps_a_joiner_inside_an_indic_word(self, joiner: str) -> None:
        word = f"क\u094d{joiner}ष"
        assert clean(word, 9) == word
        assert clean(f"कर\u094d{joiner}\u092f", 9) == f"कर\u094d{joiner}\u092f"

    @pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
    def test_it_drops_a_joiner_anywhere_else(self, joiner: str) -> None:
        assert clean(f"wa{joiner}ter {joiner}पानी{joiner}", 99) == "water पानी"
        assert clean(f"क\u094d{joiner * 3}ष", 9) == f"क\u094d{joiner}ष"

    def test_it_keeps_emoji_whole(self) -> None:
        family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
        flag = "\U0001f3f3\ufe0f\u200d\U0001f308"
        worker = "\U0001f477\U0001f3fd\u200d\U0001f527"
        text = f"{family} {flag} {worker} \U0001f1ee\U0001f1f3 1\ufe0f\u20e3"
        assert clean(text, 99) == text

    def test_it_caps_a_heap_of_marks(self) -> None:
        heaped = clean("Z" + "\u0316\u0317" * 5_000 + "x", 99)
        assert heaped[0] == "Z"
        assert heaped[-1] == "x"
        assert len(heaped) == 10

    def test_it_caps_a_heap_that_joiners_hide(self) -> None:
        assert len(clean("क" + "\u0951\u200d\u200c" * 5_000, 99)) <= 17

    def test_it_leaves_devanagari_clusters_alone(self) -> None:
        for word in ("क्षत्रिय", "र्‍यांच्या", "ज़्यादा", "हँसूँ", "स्त्र्यर्थं", "कृत्स्न्याः"):
            assert clean(word, 99) == unicodedata.normalize("NFC", word)

    def test_it_refuses_more_than_the_field_holds(self) -> None:
        with pytest.raises(TooLong) as refused:
            clean("  " + "पा" * 6 + "  ", 10)
        assert (refused.value.limit, refused.value.length) == (10, 12)
        assert clean("  " + "पा" * 5 + "\0 ", 10) == "पा" * 5

    @given(st.one_of(ANY_TEXT, DEVANAGARI))
    def test_it_is_storable_and_stays_as_it_is(self, raw: str) -> None:
        once = clean(raw, 10_000)
        once.encode()
        assert "\0" not in once
        assert once == once.strip()
        assert unicodedata.is_normalized("NFC", once)
        assert clean(once, 10_000) == once


class FoldTests:
    @pytest.mark.parametrize(
        ("written", "same"),
        [
            ("STREET Light", "street light"),
            ("Perch\u00e9", "perche"),
            ("ज़्यादा", "ज्यादा"),
            ("सड\u093cक", "सडक"),
            ("गाँव", "गांव"),
            ("हिन्दी", "हिंदी"),
            ("पम्प", "पंप"),
            ("अण्डा", "अंडा"),
            ("नहीं", "नही"),
            ("शर\u094d\u200dमा", "शर्मा"),
            ("१९१२", "1912"),
            ("\uff11\uff19\uff11\uff12", "1912"),
            ("un\u00adder  \n\tground", "under ground"),
            ("l\u2019acqua", "l'acqua"),
            ("\u0631\u0627\u0633\u062a\u06c1", "\u0631\u0627\u0633\u062a\u06c1"),
        ],
    )
    def test_it_brings_spellings_together(self, written: str, same: str) -> None:
        assert fold(written) == fold(same)

    def test_it_keeps_a_nasal_before_a_half_vowel(self) -> None:
        assert fold("अन्य") != fold("अंय")
        assert fold("जन्म") == "जन्म"

    def test_it_leaves_word_length_to_the_looser_key(self) -> None:
        assert fold("पानि") != fold("पानी")

    @given(st.one_of(ANY_TEXT, DEVANAGARI))
    def test_it_folds_once_and_for_all(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)

    def test_it_joins_what_is_to_be_searched(self) -> None:
        assert search_text("Paud  Road", "", "गाँव") == "paud road गांव"


class TokensTests:
    def test_it_keeps_devanagari_words_whole(self) -> None:
        assert tokens("बिजली नहीं, पानी भी नहीं।") == [
            "बिजली", "नही", "पानी", "भी", "नही",
        ]  # fmt: skip

    def test_it_keeps_signs_and_drops_addresses(self) -> None:
        text = "@Discom #DoTSewa help! https://t.example/a?b=1 asha@example.org #गली_में"
        assert tokens(text) == ["@discom", "#dotsewa", "help", "#गली_मे"]
        assert tokens("see example.org or bit.ly/x1") == ["see", "or"]

    def test_it_keeps_numbers_and_splits_on_joints(self) -> None:
        assert tokens("4G since १२ days, 24x7 road-side") == [
            "4g", "since", "12", "days", "24x7", "road", "side",
        ]  # fmt: skip

    def test_it_cuts_apostrophes_as_each_language_does(self) -> None:
        assert tokens("Lamp doesn\u2019t work, lamp's off, manca l\u2019acqua") == [
            "lamp", "doesnt", "work", "lamp", "off", "manca", "l", "acqua",
        ]  # fmt: skip

    @given(ANY_TEXT)
    def test_it_answers_any_text(self, text: str) -> None:
        for token in tokens(text):
            assert token
            assert " " not in token


# One line, one word; words of different lines mean different complaints.
SPELLED_ALIKE = """
nahi nahin nai nahii nhi nahee
bijli bijlee bijali bijalee
light lait layt lite
pani paani paanee
kachra kachara kachraa
sadak sadaak
nali naali nalee
nala naala
gaddha gaddhaa
gadda gaddaa
khadda khaddaa
khada
gadi gaadi gaadee
gayi gai gayee
gaay
kam
kaam
bad
baad
car
kar
app
aap
off
of
bill bil
zyada jyada zyaada
awara aawara avara
machhar machar
dhakkan dhakan
kutta kuta
kutte kute
toota tuta
tooti tuti
phuk fuk
shauchalay sauchalay
khamba
khambha
lawaris lavaris
meter
metro
mitti
bin
bina
signal
nal
naam
wire
water
waste
लाइट लाईट
पानी पानि
नहीं नही
ज़्यादा ज्यादा
कम
काम
नाला
नाली नालि
नल
ट्रांसफार्मर ट्रान्सफॉर्मर ट्रांसफॉर्मर
मैनहोल मॅनहोल
गाँव गांव गाव
चाहिए चाहिये
गई गयी
चौक
चोक
दिन
दाम
बिल
"""


class LooseTests:
    def test_spellings_of_a_word_meet_and_other_words_stay_away(self) -> None:
        lines_of: dict[str, set[str]] = defaultdict(set)
        for line in filter(None, SPELLED_ALIKE.splitlines()):
            keys = {loose(fold(word)) for word in line.split()}
            assert len(keys) == 1, line
            lines_of[keys.pop()].add(line)
        for key, lines in lines_of.items():
            assert len(lines) == 1, (key, lines)

    def test_it_leaves_signs_and_numbers_alone(self) -> None:
        assert [loose(token) for token in ("#sewaa", "@aapp", "1912", "4gg")] == [
            "#sewaa", "@aapp", "1912", "4gg",
        ]  # fmt: skip


MIXED = [
    ("मेरे घर में दो दिन से पानी नहीं आया", "hi"),
    ("गली की लाइट खराब है", "hi"),
    ("मीटर बदल दो", "hi"),
    ("आमच्या इमारतीत पाणी येत नाही", "mr"),
    ("रस्त्यावरील खड्ड्यांमुळे त्रास होतो", "mr"),
    ("दिवे चालू करा, खूप अंधार आहे", "mr"),
    ("The drain outside our gate is choked again", "en"),
    ("No one answers your helpline", "en"),
    ("Da tre giorni il lampione sotto casa non si accende", "it"),
    ("Perch\u00e9 nessuno risponde?", "it"),
    ("teen din se nal me paani nahi aa raha hai", "hi"),
    ("please light theek karwao bhai bahut garmi hai", "hi"),
    ("amchya soc madhe pani yet nahi aahe", "mr"),
    ("@discom मीटर no. 1234 बंद पड़ा है #HelpDesk", "hi"),
    ("Road near शिवाजी चौक is broken and full of water", "en"),
]


class LanguageTests:
    @pytest.mark.parametrize(("text", "language"), MIXED)
    def test_it_names_the_language(self, text: str, language: str) -> None:
        assert detect_language(text) == language

    @pytest.mark.parametrize("text", ["", "1234", "\U0001f44d", "https://example.org"])
    def test_it_falls_back_where_nothing_is_shown(self, text: str) -> None:
        assert detect_language(text, default="it") == "it"

    def test_it_answers_only_among_the_languages_of_the_desk(self) -> None:
        assert detect_language("पाणी येत नाही आहे", among=("en", "hi")) == "hi"
        assert detect_language("manca l'acqua da ieri", among=("en", "hi")) == "en"
        assert detect_language("बिजली", default="mr", among=("en", "mr")) == "mr"

    def test_it_falls_back_for_a_script_it_does_not_know(self) -> None:
        assert detect_language("\u0ba4\u0ba3\u0bcd\u0ba3\u0bc0\u0bb0\u0bcd") == "en"

    @given(ANY_TEXT)
    def test_it_answers_any_text(self, text: str) -> None:
        assert detect_language(text) in {"en", "hi", "mr", "it"}

    def test_it_knows_the_languages_of_strangers_sentences(self) -> None:
        path = (
            Path(__file__).parents[3] / "shared/samples/langid/lingua_short_texts.csv"
        )
        if not path.exists():
            pytest.skip("the samples are not here")
        with path.open(encoding="utf-8", newline="") as file:
            sentences = [
                (row["lang"], row["text"])
                for row in csv.DictReader(file)
                if row["kind"] == "sentences"
                and row["lang"] in {"en", "hi", "mr", "it"}
            ]
        right = sum(detect_language(text) == language for language, text in sentences)
        assert right / len(sentences) > 0.97
