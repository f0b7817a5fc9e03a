"""The texts that the presets bring: all there, none too long, none that lies."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from complaints.unit import path_of
from notices.blanks import check
from notices.kinds import KINDS
from notices.reactions import REACTIONS

PRESETS = Path(__file__).parents[2] / "fixtures/presets"
FILES = sorted(PRESETS.glob("*/templates.csv"))
LANGUAGES = {"en", "hi", "mr", "it"}
# An Indian sender's header takes no answer: whoever is told to reply is never heard.
REPLIES = (
    "reply to this", "reply sms", "reply with", "answer this sms", "sms back",
    "उत्तर भेजें", "जवाब भेजें", "इस एसएमएस का", "इस sms का", "इस मैसेज का",
    "उत्तर पाठवा", "या एसएमएसला", "या sms ला", "या मेसेजला", "या संदेशाला",
    "rispondi a questo", "rispondi con", "rispondi all'sms",
)  # fmt: skip


def rows() -> Iterator[tuple[str, dict[str, str]]]:
    for path in FILES:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield path.parent.name, row


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
class PresetTests:
    def test_it_has_every_message_in_four_languages(self, path: Path) -> None:
        found = {
            (row["key"], row["language"])
            for preset, row in rows()
            if preset == path.parent.name and row["channel"] == "any"
        }
        wanted = {(key, language) for key in KINDS for language in LANGUAGES}
        assert sorted(wanted - found) == []

    def test_every_text_passes_the_check_of_the_editor(self, path: Path) -> None:
        for preset, row in rows():
            if preset == path.parent.name:
                check(row["key"], row["channel"], row["text"])
                assert row["audience"] == KINDS[row["key"]].audience

    def test_no_text_asks_to_reply_to_an_sms(self, path: Path) -> None:
        wrong = [
            row["text"]
            for preset, row in rows()
            if preset == path.parent.name
            and any(phrase in row["text"].casefold() for phrase in REPLIES)
        ]
        assert wrong == []

    def test_every_sms_to_a_citizen_names_a_way_to_answer(self, path: Path) -> None:
        silent = {"closure_otp", "code", "planned_outage"}
        for preset, row in rows():
            if preset != path.parent.name or row["audience"] != "citizen":
                continue
            if row["key"] not in silent:
                assert "{url}" in row["text"] or "{tel}" in row["text"], row


class KindTests:
    def test_every_reaction_can_be_found_again_by_its_path(self) -> None:
        """The worker's second try imports it by this name."""
        for functions in REACTIONS.values():
            for function in functions:
                assert import_string(path_of(function)) is function

    def test_what_the_joined_hear_exists(self) -> None:
        assert {kind.joined for kind in KINDS.values()} - {""} <= KINDS.keys()
