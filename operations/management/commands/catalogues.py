from pathlib import Path
from typing import Any

from babel.messages.pofile import write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations import catalogues


class Command(BaseCommand):
    help = "Extract, update, compile or check the translations (no GNU gettext)."
    # Run by `make setup`, before there is a database or a finished settings file.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "step",
            choices=["extract", "update", "compile", "check"],
            help="extract: write locale/django.pot, all texts without translations;"
            " update: merge new texts into each language's django.po;"
            " compile: make the .mo files that Django reads;"
            " check: fail on a text that some language lacks",
        )

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        # The texts in the source are the English ones.
        languages = [code for code, _name in settings.LANGUAGES if code != "en"]
        getattr(self, f"_{step}")(root, languages)

    def _extract(self, root: Path, languages: list[str]) -> None:
        texts = catalogues.extract_from(root)
        path = root / "locale" / "django.pot"
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            write_po(file, texts, width=88, sort_output=True, include_lineno=False)
        self.stdout.write(f"{path.relative_to(root)}: {len(texts)} texts")

    def _update(self, root: Path, languages: list[str]) -> None:
        texts = catalogues.extract_from(root)
        for language in languages:
            old = catalogues.read(root, language)
            new = catalogues.merged(texts, old, language)
            path = catalogues.write(root, language, new)
            left = sum(1 for _ in catalogues.problems(texts, new))
            self.stdout.write(
                f"{path.relative_to(root)}: {len(new)} texts, {left} to translate"
            )

    def _compile(self, root: Path, languages: list[str]) -> None:
        for language in languages:
            if catalogues.po_path(root, language).exists():
                path = catalogues.compile_one(root, language)
                self.stdout.write(f"{path.relative_to(root)}")

    def _check(self, root: Path, languages: list[str]) -> None:
        texts = catalogues.extract_from(root)
        found = 0
        for language in languages:
            for problem in catalogues.problems(texts, catalogues.read(root, language)):
                self.stderr.write(f"{language}: {problem}")
                found += 1
        if found:
            raise CommandError(
                f"{found} translations to mend: make messages, then edit locale/"
            )
        self.stdout.write(f"{len(texts)} texts, in {', '.join(languages)} too")
