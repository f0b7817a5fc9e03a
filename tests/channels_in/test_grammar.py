"""Which messages are commands, and which only begin like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_in.grammar import (
    ESCALATE,
    HELP,
    JOIN,
    RATE,
    REOPEN,
    START,
    STATUS,
    STOP,
    is_greeting,
    read,
)
from complaints.number import grouped, new_number

NUMBER = new_number(lambda _most: 4830297511)
WRONG = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")


class CommandTests:
    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("HELP", HELP), ("help", HELP), ("मदद", HELP), ("मदत", HELP),
            ("AIUTO", HELP), ("madad", HELP),
            ("STOP", STOP), ("Stop.", STOP), ("रोको", STOP), ("थांबा", STOP),
            ("ferma", STOP), ("UNSUBSCRIBE", STOP),
            ("start", START), ("शुरू", START), ("सुरू", START), ("AVVIA", START),
            ("Status?", STATUS), ("#STATUS", STATUS), ("  status  ", STATUS),
            ("स्थिति", STATUS), ("स्थिती", STATUS), ("STATO", STATUS),
            ("rate 5", RATE), ("अंक ५", RATE), ("गुण 4", RATE), ("VOTA 3", RATE),
            ("5 rate", RATE), ("rate", RATE),
            ("REOPEN", REOPEN), ("re-open", REOPEN), ("फिर", REOPEN),
            ("पुन्हा", REOPEN), ("RIAPRI", REOPEN), ("फिर खोलो", REOPEN),
            ("escalate", ESCALATE), ("बढ़ाओ", ESCALATE), ("बढाओ", ESCALATE),
            ("वाढवा", ESCALATE), ("Sollecita", ESCALATE),
            ("join", JOIN), ("जुड़ो", JOIN), ("जोडा", JOIN), ("unisci", JOIN),
        ],
    )  # fmt: skip
    def test_it_is_known_in_every_language(self, text: str, word: str) -> None:
        assert read(text).word == word

    @pytest.mark.parametrize(
        "text",
        [
            "stop the water leak", "stop the dogs on our road", "help no water",
            "start the pump in Aundh", "status of the road is bad",
            "rate of electricity is too high", "rate 40 per unit is too much",
            "escalate this now", "join the two pipes", "फिर पानी नहीं आया",
            "नहीं आया पानी", "no water since morning", "मदद करो बिजली नहीं है",
            "no", "वीज नाही", "1-5", "12 houses have no light",
        ],
    )  # fmt: skip
    def test_it_is_a_complaint_when_it_goes_on(self, text: str) -> None:
        found = read(text)
        assert not found.word or found.weak

    def test_it_may_stand_before_or_after_the_number(self) -> None:
        for text in (
            f"STATUS {NUMBER}", f"{NUMBER} status", f"status:{grouped(NUMBER)}",
            f"स्थिति {NUMBER.translate(DEVANAGARI)}", f"Status {'-'.join(NUMBER)}",
            f"status of my complaint {NUMBER}", NUMBER, grouped(NUMBER),
            f"No. {NUMBER.translate(DEVANAGARI)} status",
        ):  # fmt: skip
            found = read(text)
            assert (found.word, found.number) == (STATUS, NUMBER), text

    def test_it_tells_a_number_that_cannot_be(self) -> None:
        for text in (WRONG, f"status {WRONG}", "status 12345", "12345678"):
            found = read(text)
            assert (found.word, found.number, found.wrong_number) == (STATUS, "", True)

    def test_it_reads_a_rating_with_number_and_words(self) -> None:
        for text in (
            f"RATE 4 {NUMBER} very good work", f"RATE {NUMBER} 4 very good work",
            f"{NUMBER} rate 4 very good work",
        ):  # fmt: skip
            found = read(text)
            assert (found.word, found.score, found.number) == (RATE, 4, NUMBER), text
            assert found.rest == "very good work"

    def test_it_reads_a_digit_that_stands_beside_the_number(self) -> None:
        found = read(f"RATE 1 {grouped(NUMBER)}")
        assert (found.score, found.number) == (1, NUMBER)

    def test_it_knows_scores_from_one_to_five(self) -> None:
        assert [read(str(n)).score for n in range(10)] == [
            None, 1, 2, 3, 4, 5, None, None, None, None,
        ]  # fmt: skip
        assert read("rate 9").word == RATE and read("rate 9").score is None

    def test_it_keeps_the_words_of_a_dispute(self) -> None:
        found = read(f"REOPEN {NUMBER}: still dark, nobody came!")
        assert (found.word, found.number) == (REOPEN, NUMBER)
        assert found.rest == "still dark, nobody came"

    def test_it_takes_words_about_a_number_as_words(self) -> None:
        found = read(f"My complaint {NUMBER} is not done, the road is broken again")
        assert (found.word, found.number) == ("", NUMBER)

    def test_it_says_the_language_of_its_word(self) -> None:
        assert [read(t).language for t in ("स्थिति", "स्थिती", "STATO", "STATUS")] == [
            "hi", "mr", "it", "",
        ]  # fmt: skip

    @given(st.text(max_size=300))
    def test_it_bears_any_text(self, text: str) -> None:
        read(text)
        is_greeting(text)

    def test_it_is_quick_with_long_ones(self) -> None:
        for text in ("1 " * 50_000, "a" * 50_000, "1" * 50_000, "- 1" * 30_000):
            read(text)
