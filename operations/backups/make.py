"""A backup: the database, then the private files, then what makes it provable."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from operations.backups import postgres, private, sqlite
from operations.backups.manifest import (
    BadBackupError,
    Key,
    Manifest,
    own_keys,
    part_of,
    print_of,
    write_privately,
)

ENGINES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgres}
Say = Callable[[str], None]


def make(folder: Path, *, with_keys: bool, say: Say, at: datetime) -> Manifest:
    """Whole or not at all: the folder gets its name when everything is in it."""
    if folder.exists() and any(folder.iterdir()):
        raise BadBackupError(f"{folder} is not empty: a backup needs its own folder.")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        manifest = _fill(part, with_keys=with_keys, say=say, at=at)
        manifest.write(part)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def _fill(part: Path, *, with_keys: bool, say: Say, at: datetime) -> Manifest:
    engine = ENGINES[connection.vendor]
    say("The database ...")
    migrations = sorted(MigrationRecorder(connection).applied_migrations())
    rows = engine.dump(connection, part / engine.PART, _tables())
    say("The private files ...")
    files = private.pack(part / private.PART)
    manifest = Manifest(
        made_at=at.isoformat(timespec="seconds"),
        engine=connection.vendor,
        migrations=[list(name) for name in migrations],
        tables=rows,
        private_files=files,
        keys=_keys(part, with_keys=with_keys),
    )
    for path in sorted(part.iterdir()):
        manifest.parts[path.name] = part_of(path)
    return manifest


def _tables() -> list[str]:
    """Of our models and those of the libraries, where a migration made them."""
    there = set(connection.introspection.table_names())
    models = apps.get_models(include_auto_created=True)
    return sorted(there & {model._meta.db_table for model in models})


def _keys(part: Path, *, with_keys: bool) -> dict[str, Key]:
    found = {}
    for own in own_keys():
        found[own.name] = Key(own.kept, print_of(own.value), included=with_keys)
        if with_keys:
            write_privately(part / own.file, own.value.encode())
    return found
