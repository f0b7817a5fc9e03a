"""Put a backup back. Whatever happens, no message leaves before somebody says so.

1. every part is there and as it was written;
2. made by the same engine, by code that is not newer than ours;
3. the database here is empty, or may be replaced, and no worker is at it;
4. the database, frozen; the private files; the keys, when they are asked for;
5. as many rows and files as the manifest counted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from operations.backups import private
from operations.backups.make import ENGINES
from operations.backups.manifest import (
    NOT_COMPARED,
    BadBackupError,
    Manifest,
    own_keys,
    print_of,
    read,
    write_privately,
)
from operations.generation import forget_all
from operations.heartbeat import STALE
from operations.models import Heartbeat
from operations.switches import freezing_sql

Say = Callable[[str], None]
# What `migrate` writes by itself into a new database.
MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}


@dataclass
class Restored:
    manifest: Manifest
    other_keys: list[str] = field(default_factory=list)
    behind: bool = False


def restore(
    folder: Path, *, replace: bool, with_keys: bool, say: Say, at: datetime
) -> Restored:
    """Raises BadBackupError, and then nothing was changed but for a miscount."""
    say("Checking the backup ...")
    manifest = read(folder)
    behind = _check_fits(manifest)
    if with_keys and not all(key.included for key in manifest.keys.values()):
        raise BadBackupError("This backup was made without its keys.")
    _check_place(replace=replace, at=at)
    engine = ENGINES[connection.vendor]
    say("The database ...")
    engine.load(connection, folder / engine.PART, freezing_sql(at))
    forget_all()
    say("The private files ...")
    files = private.unpack(folder / private.PART)
    if with_keys:
        _take_keys(folder, manifest)
    say("Counting ...")
    _check_counts(manifest, files)
    return Restored(manifest, _other_keys(manifest, with_keys=with_keys), behind)


def _check_fits(manifest: Manifest) -> bool:
    """Whether `migrate` has something to do afterwards."""
    if manifest.engine != connection.vendor:
        raise BadBackupError(
            f"This backup is of {manifest.engine}, the database here is"
            f" {connection.vendor}. Set DATABASE_URL to one of its kind."
        )
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    ours = set(loader.disk_migrations)
    theirs = {(app, name) for app, name in manifest.migrations}
    known = {app for app, _name in ours}
    newer = sorted(f"{app}.{name}" for app, name in theirs - ours if app in known)
    if newer:
        raise BadBackupError(
            f"This backup is of a newer Sunwai ({newer[0]}). Install that one first."
        )
    return bool(ours - theirs)


def _check_place(*, replace: bool, at: datetime) -> None:
    tables = set(connection.introspection.table_names())
    heartbeats = Heartbeat._meta.db_table
    alive = Heartbeat.objects.filter(beat_at__gte=at - STALE)
    if heartbeats in tables and alive.exists():
        raise BadBackupError("A worker is running on this database. Stop it first.")
    if not replace and any(_holds_rows(name) for name in tables & _compared()):
        raise BadBackupError(
            "This database is not empty. To throw away what is in it: --replace."
        )


def _compared() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models} - MADE_BY_MIGRATE


def _holds_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(table)
        cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 (our own models' names)
        return cursor.fetchone() is not None


def _take_keys(folder: Path, manifest: Manifest) -> None:
    for own in own_keys():
        if own.name in manifest.keys:
            held = (folder / own.file).read_bytes()
            write_privately(Path(settings.DATA_ROOT) / own.file, held)


def _check_counts(manifest: Manifest, files: int) -> None:
    wrong = [] if files == manifest.private_files else ["private files"]
    for table, rows in manifest.tables.items():
        if table not in NOT_COMPARED and _count(table) != rows:
            wrong.append(table)
    if wrong:
        raise BadBackupError(f"Restored, but not all of it: {', '.join(wrong)}.")


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(table)
        cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 (checked by its sha256)
        return int(cursor.fetchone()[0])


def _other_keys(manifest: Manifest, *, with_keys: bool) -> list[str]:
    """The keys here that are not those the data was made with."""
    return [
        own.name
        for own in own_keys()
        if own.name in manifest.keys
        and print_of(own.value) != manifest.keys[own.name].print
        and (own.given or not with_keys)
    ]
