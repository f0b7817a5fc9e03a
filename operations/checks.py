"""Refuse to start with a wiring or an engine that would fail later and silently."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.module_loading import import_string


@register()
def check_wiring(
    *, app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name, wanted in (
        ("SUNWAI_REACTIONS", dict),
        ("SUNWAI_CHANNELS", None),
        ("SUNWAI_COMMANDS", None),
        ("SUNWAI_TICKS", None),
        ("SUNWAI_JOBS", None),
        ("SUNWAI_FIGURES", None),
    ):
        lines = getattr(settings, name)
        paths = list(lines.values()) if isinstance(lines, dict) else list(lines)
        found += _check_paths(name, paths, wanted)
        if not isinstance(lines, dict):
            found += _check_twice(name, paths)
    return found


def _check_paths(
    name: str, paths: Iterable[str], wanted: type | None
) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for path in paths:
        try:
            target = import_string(path)
        except ImportError as error:
            found.append(
                Error(
                    f"{name}: “{path}” cannot be imported: {error}",
                    hint="The lists are in config/wiring.py.",
                    id="operations.E001",
                )
            )
            continue
        fits = isinstance(target, wanted) if wanted else callable(target)
        if not fits:
            kind = wanted.__name__ if wanted else "callable"
            found.append(
                Error(f"{name}: “{path}” is not a {kind}", id="operations.E002")
            )
    return found


def _check_twice(name: str, paths: list[str]) -> list[CheckMessage]:
    return [
        Error(f"{name}: “{path}” is listed twice", id="operations.E003")
        for path in sorted({path for path in paths if paths.count(path) > 1})
    ]


@register(Tags.database)
def check_engine(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        try:
            if connection.vendor == "postgresql":
                found += _check_postgresql(connection)
            elif connection.vendor == "sqlite":
                found += _check_sqlite(connection)
        except OperationalError:
            continue  # the command that needs the database says so better
    return found


def _check_postgresql(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    with connection.cursor() as cursor:
        # In a C locale only ASCII letters are letters, and pg_trgm drops the others:
        # a search for Hindi words would find nothing. NULL: not even UTF-8.
        cursor.execute(
            "SELECT CASE WHEN current_setting('server_encoding') = 'UTF8'"
            " THEN %s ~ '^[[:alpha:]]' END, current_setting('server_version_num')::int",
            ["क"],
        )
        letters, version = cursor.fetchone()
    found: list[CheckMessage] = []
    if not letters:
        found.append(
            Error(
                "This PostgreSQL database does not know Hindi letters.",
                hint=(
                    "Create it with ENCODING 'UTF8' and a UTF-8 locale, such as"
                    " LC_CTYPE 'C.UTF-8' TEMPLATE template0."
                ),
                id="operations.E010",
            )
        )
    if version < 150000:
        found.append(Error("PostgreSQL 15 or newer is needed.", id="operations.E011"))
    return found


def _check_sqlite(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        keys = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
    # A test database in memory has a journal of its own kind.
    if journal not in ("wal", "memory"):
        found.append(
            Error(
                f"SQLite runs with journal_mode={journal}, not WAL.",
                hint="Keep the file on a local disk, never on a network share.",
                id="operations.E012",
            )
        )
    if not keys:
        found.append(
            Error("SQLite does not enforce foreign keys.", id="operations.E013")
        )
    if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        found.append(
            Warning(
                "SQLite transactions do not begin IMMEDIATE: expect “database is"
                " locked” under load.",
                id="operations.W014",
            )
        )
    return found
