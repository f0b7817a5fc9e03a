"""The texts that the presets bring: all there, none too long, none that lies."""

from functools import cache

import pytest
from django.utils.module_loading import import_string

from complaints.unit import path_of
from notices.blanks import check
from notices.kinds import KINDS
from notices.reactions import REACTIONS
from presets.reader import known_presets, presets_root, read_texts
from presets.rows_more import TemplateRow

LANGUAGES = {"en", "hi", "mr", "it"}
# An Indian sender's header takes no answer: whoever is told to reply is never heard.
REPLIES = (
    "reply to this", "reply sms", "reply with", "answer this sms", "sms back",
    "उत्तर भेजें", "जवाब भेजें", "इस एसएमएस का", "इस sms का", "इस मैसेज का",
    "उत्तर पाठवा", "या एसएमएसला", "या sms ला", "या मेसेजला", "या संदेशाला",
    "rispondi a questo", "rispondi con", "rispondi all'sms",
)  # fmt: skip
# Codes, and answers to a message that came from the very number it goes to.
SILENT = {
    "closure_otp", "code", "planned_outage", "stop_reply", "start_reply", "rated_reply",
    "rate_how_reply", "escalate_reminder_reply", "escalate_wait_reply", "added_reply",
    "incident_reply", "joined_reply", "incident_update",
}  # fmt: skip


@cache
def texts(preset: str) -> list[TemplateRow]:
    """Its own and, where it has none, those that it shares with others."""
    return read_texts(presets_root() / preset)


@pytest.mark.parametrize("preset", known_presets(presets_root()))
class PresetTests:
    def test_it_has_every_message_in_four_languages(self, preset: str) -> None:
        found = {
            (row.key, row.language) for row in texts(preset) if row.channel == "any"
        }
        wanted = {(key, language) for key in KINDS for language in LANGUAGES}
        assert sorted(wanted - found) == []

    def test_every_text_passes_the_check_of_the_editor(self, preset: str) -> None:
        for row in texts(preset):
            check(row.key, row.channel, row.text)
            assert row.audience == KINDS[row.key].audience

    def test_no_text_asks_to_reply_to_an_sms(self, preset: str) -> None:
        wrong = [
            row.text
            for row in texts(preset)
            if any(phrase in row.text.casefold() for phrase in REPLIES)
        ]
        assert wrong == []

    def test_every_sms_to_a_citizen_names_a_way_to_answer(self, preset: str) -> None:
        for row in texts(preset):
            if row.audience == "citizen" and row.key not in SILENT:
                assert "{url}" in row.text or "{tel}" in row.text, row


class KindTests:
    def test_every_reaction_can_be_found_again_by_its_path(self) -> None:
        """The worker's second try imports it by this name."""
        for functions in REACTIONS.values():
            for function in functions:
                assert import_string(path_of(function)) is function

    def test_what_the_joined_hear_exists(self) -> None:
        assert {kind.joined for kind in KINDS.values()} - {""} <= KINDS.keys()
