"""A preset into the database: read, check, then one short transaction.

`load` writes what differs from the rows there are. Loaded twice, it changes nothing;
with one fault in the files it writes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from officers.trees import REFERENCE as OFFICERS
from operations.generation import bump
from presets import (
    load_accounts,
    load_complaints,
    load_people,
    load_places,
    load_texts,
    outside,
)
from presets.check import check
from presets.faults import BadPreset
from presets.models import LoadedPreset
from presets.prepared import prepare
from presets.reader import Preset, digest_of, folder_of, presets_root, read_preset
from presets.stage import Stage
from presets.sync import Tally

# In this order: each step finds the rows of those before it by their codes.
STEPS = (
    load_places.organisations,
    load_places.calendars,
    load_places.departments,
    load_places.areas,
    load_complaints.categories,
    load_complaints.panel_items,
    load_complaints.prescribed_times,
    load_complaints.compensations,
    load_complaints.emergency_words,
    load_complaints.hashtags,
    load_complaints.choices,
    load_texts.templates,
    load_accounts.accounts,
    load_texts.articles,
    load_people.staff,
    load_people.connections,
)
# The processes that run keep reference rows; these names tell them to read anew.
GENERATIONS = (OFFICERS, "complaints", "escalation", "notices")


@dataclass(frozen=True)
class Loaded:
    preset: Preset
    tally: Tally

    @property
    def nothing_changed(self) -> bool:
        return self.tally.nothing


def read_and_check(name: str, root: Path | None = None) -> Preset:
    """The lines of a preset. Raises UnknownPreset, or BadPreset with every fault."""
    preset, faults = read_preset(folder_of(name, root or presets_root()))
    # With unread lines, "is not in areas.csv" would blame the wrong file.
    faults = faults or check(preset)
    if faults:
        raise BadPreset(faults)
    return preset


def load(name: str, *, at: datetime, root: Path | None = None) -> Loaded:
    """Load a preset from fixtures/presets, or from another root. Raises as above."""
    preset = read_and_check(name, root)
    others = outside.organisations(preset)
    if faults := outside.check(preset, others):
        raise BadPreset(faults)
    prepared = prepare(preset, demo=settings.DEMO)
    with transaction.atomic():
        last = LoadedPreset.objects.filter(name=preset.name).first()
        stage = Stage(
            preset=preset,
            prepared=prepared,
            outside=others,
            at=at,
            before={t: set(keys) for t, keys in last.keys.items()} if last else {},
            demo=settings.DEMO,
        )
        for step in STEPS:
            step(stage)
        _remember(stage)
        if not stage.tally.nothing:
            for generation in GENERATIONS:
                bump(generation)
    return Loaded(preset, stage.tally)


def _remember(stage: Stage) -> None:
    LoadedPreset.objects.update_or_create(
        name=stage.preset.name,
        defaults={
            "digest": stage.preset.digest,
            "keys": stage.keys,
            "loaded_at": stage.at,
        },
    )


def is_loaded(name: str, root: Path | None = None) -> bool:
    """Whether the folder is as it was when it was loaded last."""
    digest = digest_of(folder_of(name, root or presets_root()))
    return LoadedPreset.objects.filter(name=name, digest=digest).exists()
