"""What the invented people say: fixtures/demo/*.csv, in their own languages."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from django.conf import settings

HINGLISH = "hinglish"


@dataclass(frozen=True)
class Grievance:
    preset: str
    category: str  # code; empty: nobody could tell from these words
    script: str  # en, hi, mr, it or hinglish
    text: str  # with {place}

    @property
    def language(self) -> str:
        return "hi" if self.script == HINGLISH else self.script


def _rows(name: str) -> list[dict[str, str]]:
    path = Path(settings.BASE_DIR) / "fixtures" / "demo" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def grievances(preset: str) -> list[Grievance]:
    return [
        Grievance(row["preset"], row["category"], row["language"], row["text"])
        for row in _rows("complaints.csv")
        if row["preset"] == preset
    ]


@cache
def _sayings() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in _rows("words.csv"):
        found[row["kind"], row["language"]].append(row["text"])
    return dict(found)


def saying(kind: str, language: str, rng: Random) -> str:
    """In the speaker's language, else in English."""
    said = _sayings()
    return rng.choice(said.get((kind, language)) or said[kind, "en"])
