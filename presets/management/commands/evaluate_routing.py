from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.services import Intake
from escalation import reference
from escalation.decisions.deciding import Question, decide
from escalation.learning.evaluating import TRIAGE, BadFile, Row, Tally, answered, read
from officers.models import Organisation
from officers.trees import organisation_path, organisation_subtree
from presets import throwaway
from presets.desks import Desks, codes_of

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Routes the labelled texts of a CSV file and says how many went right, to a "
        "person and wrong. Nothing is written. Columns: text, expected_code, and if "
        "there are such: preset, lang, channel, expected_unit, emergency."
    )
    # It runs in a bare checkout as well, before there is a database.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument(
            "--root",
            default="",
            metavar="CODE",
            help="the organisation that all texts were written to, whatever their row "
            "says: PMC, UPPCL, MPPMCL, DOT, TITALIA or another of this database",
        )
        parser.add_argument(
            "--language", default="", metavar="LANG", help="only rows of this language"
        )
        parser.add_argument(
            "--fresh",
            action="store_true",
            help="with the presets as they are in the files, not with this database",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            rows, ignored = read(options["file"])
            rows = _chosen(rows, options["language"].lower())
            if ignored:
                listed = ", ".join(name or "(no name)" for name in ignored)
                self.stderr.write(f"columns left out: {listed}")
            with self._desk(rows, options["root"], fresh=options["fresh"], at=at):
                tally = _ask(rows, options["root"], at)
        except BadFile as error:
            for fault in error.faults[:SHOWN]:
                self.stderr.write(fault)
            more = len(error.faults) - SHOWN
            raise CommandError(
                f"{options['file']} was not evaluated."
                + (f" {more} more lines have faults." if more > 0 else "")
            ) from error
        self._tell(tally)

    @contextmanager
    def _desk(
        self, rows: list[Row], root: str, *, fresh: bool, at: datetime
    ) -> Iterator[None]:
        """This database if it holds every organisation that is asked for."""
        wanted = [codes_of(preset) for preset in {root or row.preset for row in rows}]
        here = set() if fresh else throwaway.organisations_here()
        if all(here.intersection(codes) for codes in wanted):
            self.stdout.write("Asked: the organisations of this database.")
            yield
            return
        self.stdout.write("Asked: all presets, in a database that is thrown away.")
        with throwaway.all_presets(at):
            yield

    # What it says -------------------------------------------------------------------

    def _tell(self, tally: Tally) -> None:
        for language, part in tally.by_language.items():
            self._tell_language(language or "(no language)", part)
        self._tell_emergencies(tally)
        sure = [answer for answer in tally.answers if answer.confident_wrong]
        if sure:
            self.stdout.write("\nWrong and confident:")
        for answer in sure:
            self.stdout.write(
                f"  line {answer.row.line}: {'|'.join(answer.row.expected)} → "
                f"{answer.found} ({answer.confidence:.2f}) {answer.row.text[:100]!r}"
            )
        self.stdout.write("")
        self.stdout.write(tally.last_line())

    def _tell_language(self, language: str, tally: Tally) -> None:
        total = len(tally.answers)
        right, left = (
            tally.count(lambda answer: answer.right),
            tally.count(lambda answer: answer.triaged),
        )
        self.stdout.write(
            f"\n{language}: {total} texts, right {right} ({right / total:.0%}), "
            f"triage {left} ({left / total:.0%}), wrong {total - right - left}"
        )
        for (expected, found), count in tally.confusion.most_common():
            self.stdout.write(f"  {expected} → {found}  × {count}")

    def _tell_emergencies(self, tally: Tally) -> None:
        said = [each for each in tally.answers if each.row.emergency is not None]
        if not said:
            return
        true = [each for each in said if each.row.emergency]
        found = sum(each.emergency for each in true)
        alarms = [each for each in said if each.emergency and not each.row.emergency]
        self.stdout.write(
            f"\nEmergencies: {found} of {len(true)} found, {len(true) - found} missed, "
            f"{len(alarms)} alarms for what was none"
        )
        missed = [each for each in true if not each.emergency]
        for name, answers in (("missed", missed), ("alarm", alarms)):
            for each in answers:
                self.stdout.write(f"  {name}, line {each.row.line}: {each.found}")


def _chosen(rows: list[Row], language: str) -> list[Row]:
    chosen = [row for row in rows if language in ("", row.language)]
    if not chosen:
        known = ", ".join(sorted({row.language for row in rows}))
        raise BadFile([f"no rows in the language {language}; there are: {known}"])
    return chosen


def _ask(rows: list[Row], root: str, at: datetime) -> Tally:
    desks, tally, faults = Desks(), Tally(), []
    for row in rows:
        likely = desks.of(root or row.preset, row.language)
        knowing = [each for each in likely if not _unknown(row, each)]
        if not knowing:
            faults.append(_no_kind(row, likely) or _no_desk(row, root, desks))
            continue
        organisation = knowing[0]
        asked = Intake(
            organisation=organisation,
            text=row.text,
            source=row.channel or "web",
            language="hi" if row.language == "hinglish" else row.language or "en",
        )
        tally.answers.append(answered(row, decide(Question.asked(asked), at)))
    if faults:
        raise BadFile(faults)
    return tally


def _unknown(row: Row, organisation: Organisation) -> set[str]:
    return set(row.expected) - _kinds(organisation) - {TRIAGE}


def _no_kind(row: Row, likely: list[Organisation]) -> str:
    for organisation in likely:
        code = min(_unknown(row, organisation))
        return f"line {row.line}: {organisation.code} has no kind {code}"
    return ""


def _kinds(organisation: Organisation) -> set[str]:
    """What it answers for, and what its parts and those above it do."""
    tree = organisation_subtree(organisation.pk)
    tree = tree | set(organisation_path(organisation.pk))
    return {
        each.code
        for each in reference.categories.get().values()
        if each.organisation_id in tree
    }


def _no_desk(row: Row, root: str, desks: Desks) -> str:
    asked = root or row.preset
    if not asked:
        return f"line {row.line}: no preset says whose it is; add --root CODE"
    return f"line {row.line}: nobody known as “{asked}”. Known: {desks.known()}"
