"""The two questions of a rating call: any keys, in any order, however often."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from channels_in.voice_twilio import speech
from channels_in.voice_twilio.speech import first, further, spoken
from channels_in.voice_twilio.steps import Next, NoStepError, Step, after, step_of

HOOK = "https://desk.example.org/hooks/voice_twilio/uppcl-voice/"
LANGUAGES = ("en", "hi", "mr", "it")
KEYS = st.sampled_from(["", *"0123456789*#", "10", "१", "x"])


def walk(keys: Iterator[str] | list[str]) -> Next:
    step, last = Step(7, "hi"), Next()
    for key in keys:
        last = after(step, key)
        if last.step is None:
            return last
        step = last.step
    return last


class StepTests:
    def test_four_then_one_is_solved_and_four(self) -> None:
        assert walk(["4", "1"]) == Next(solved=True, score=4)

    def test_two_then_nought_is_not_solved_and_two(self) -> None:
        assert walk(["2", "0"]) == Next(solved=False, score=2)

    def test_nought_is_not_solved_at_once(self) -> None:
        assert walk(["0"]) == Next(solved=False, score=None)

    def test_a_wrong_key_is_asked_for_once_more(self) -> None:
        assert walk(["9", "5", "", "1"]) == Next(solved=True, score=5)
        assert walk(["", ""]) == Next()
        assert walk(["3", "7", "#"]) == Next()

    @given(st.lists(KEYS, max_size=8))
    def test_it_ends_after_four_keys_and_says_what_was_said(
        self, keys: list[str]
    ) -> None:
        ends = walk(keys)
        if len(keys) >= 4:
            assert ends.step is None
        if ends.solved is not None:
            assert ends.score in (None, 1, 2, 3, 4, 5)
            assert ends.solved is False or ends.score is not None
        if ends.solved is True:
            assert "1" in keys
        if ends.solved is False:
            assert "0" in keys

    @given(
        st.integers(min_value=1, max_value=10**17), st.sampled_from(LANGUAGES),
        st.integers(min_value=0, max_value=5), st.booleans(),
    )  # fmt: skip
    def test_its_token_comes_back(
        self, notice: int, language: str, score: int, again: bool
    ) -> None:
        step = Step(notice, language, score, again)
        assert step_of(step.token()) == step

    @given(st.text(max_size=60))
    def test_nobody_else_makes_a_token(self, token: str) -> None:
        with pytest.raises(NoStepError):
            step_of(token)

    def test_a_token_serves_one_call_and_one_question(self) -> None:
        state, _, signature = Step(7, "hi").token().rpartition(".")
        for other in ("8-hi-0-0", "7-hi-5-0", "7-it-0-0", "7-hi-0-1"):
            assert other != state
            with pytest.raises(NoStepError):
                step_of(f"{other}.{signature}")


def said(twiml: str) -> list[tuple[str, str, str]]:
    return [
        (each.get("language", ""), each.get("voice", ""), each.text or "")
        for each in ET.fromstring(twiml).iter("Say")  # noqa: S314  ours
    ]


class SpeechTests:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_speaks_the_citizens_language(self, language: str) -> None:
        twiml = first("नमस्ते", Step(7, language), HOOK)
        tag, voice = speech.VOICES[language]
        assert len(twiml) < 4000
        assert {(each[0], each[1]) for each in said(twiml)} == {(tag, voice)}
        assert tag.startswith(language)
        with translation.override(language):
            assert translation.gettext("If it is not solved, press 0.") in twiml

    def test_the_reader_of_the_hook_has_no_say_in_it(self) -> None:
        step = Step(7, "hi")
        with translation.override("it"):
            assert further(step, after(step, "4"), HOOK) == further(
                step, after(step, "4"), HOOK
            )
            assert translation.get_language() == "it"

    def test_it_asks_for_one_key_and_says_where_it_goes(self) -> None:
        root = ET.fromstring(first("Hello", Step(7, "en"), HOOK))  # noqa: S314  ours
        gather = root.find("Gather")
        assert gather is not None
        assert gather.get("numDigits") == "1"
        assert gather.get("actionOnEmptyResult") == "true"
        action = urlsplit(gather.get("action", ""))
        assert action.geturl().startswith(HOOK)
        assert step_of(parse_qs(action.query)["step"][0]) == Step(7, "en")

    def test_what_it_says_next_hangs_on_address_and_key_alone(self) -> None:
        step = Step(7, "en")
        then = further(step, after(step, "4"), HOOK)
        assert "If the problem is solved, press 1." in then
        assert "did not understand" in further(step, after(step, "9"), HOOK)
        assert "<Gather" not in further(step, after(step, "0"), HOOK)
        assert "Thank you" in further(step, after(step, "0"), HOOK)

    def test_words_of_a_text_are_no_twiml(self) -> None:
        twiml = first("<Dial>+911</Dial> & Co", Step(7, "en"), HOOK)
        assert "<Dial" not in twiml
        assert "<Dial>+9 1 1</Dial> & Co" in said(twiml)[0][2]

    def test_numbers_are_said_figure_by_figure(self) -> None:
        assert spoken("148 302 975 116 is") == "1 4 8, 3 0 2, 9 7 5, 1 1 6 is"
        assert spoken("Tel. 1912, in 12 h") == "Tel. 1 9 1 2, in 12 h"
        assert spoken("शिकायत 148302975116।") == ("शिकायत 1 4 8 3 0 2 9 7 5 1 1 6।")
