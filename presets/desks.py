"""Which desk a labelled text was written to: by preset, family of presets or code."""

from collections.abc import Sequence

from officers.models import Organisation

# A family of presets, as labelled files name it, and the tops of its organisations.
FAMILIES: dict[str, tuple[str, ...]] = {
    "electricity": ("UPPCL", "MPPMCL"),
    "municipal": ("PMC",),
    "telecom_post": ("DOT", "TITALIA"),
    "uppcl": ("UPPCL",),
    "mp_east": ("MPPMCL",),
    "pmc": ("PMC",),
    "telecom_italia": ("TITALIA",),
}


def codes_of(preset: str) -> tuple[str, ...]:
    """Codes of organisations; an unknown name is taken for a code itself."""
    return FAMILIES.get(preset.lower(), (preset,)) if preset else ()


class Desks:
    """The organisations that answer, read once."""

    def __init__(self) -> None:
        rows = Organisation.objects.filter(valid_to=None)
        self._by_code = {row.code: row for row in rows}

    def of(self, preset: str, language: str) -> list[Organisation]:
        """Of a family: first whoever speaks the language before others."""
        found = [self._by_code.get(code) for code in codes_of(preset)]
        known = [row for row in found if row is not None]
        return sorted(known, key=lambda row: _rank(row.languages, _first(language)))

    def known(self) -> str:
        return ", ".join(sorted(self._by_code))


def _first(language: str) -> str:
    """Hinglish is Hindi in another script."""
    return "hi" if language == "hinglish" else language


def _rank(languages: Sequence[str], language: str) -> int:
    return languages.index(language) if language in languages else len(languages)
