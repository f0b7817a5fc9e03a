"""The desk that is measured: its settings, its tables, its rows, its reference data."""

import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.processes import ROOT
from benchmarks.result import Report
from benchmarks.server import USER, Server

DESK, FLOOR = "sunwai", "floor"


def environment(server: Server, folder: Path) -> dict[str, str]:
    """Of the desk and of the floor. The demo's switch keeps providers out of it."""
    desk = {
        "DATABASE_URL": server.url(DESK),
        "FLOOR_DATABASE_URL": server.url(FLOOR),
        "SUNWAI_DATA": str(folder / "var"),
        "SUNWAI_DEMO": "1",
        # Each visitor an address of their own, as behind a proxy.
        "SUNWAI_TRUSTED_PROXIES": "1",
        "SUNWAI_SIMULATOR_URL": "",
        "SUNWAI_LOG_LEVEL": "ERROR",
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SUNWAI_", "DJANGO_", "DATABASE_URL"))
    }
    return kept | desk


def enter(env: Mapping[str, str]) -> None:
    """This process becomes one of the desk's."""
    os.environ.update(env)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    logging.getLogger("django.request").setLevel(logging.ERROR)


def build(size: int, report: Report) -> datetime:
    """Tables and rows; the moment up to which the story is told."""
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.generator import reference
    from benchmarks.generator.generate import generate

    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    call_command("migrate", verbosity=0)
    report("tables")
    reference.load_presets(end)
    report("presets")
    generate(size, end=end, at_once=True, report=report)
    # Catalogues and reference tables too: the planner knows them as it would. And
    # vacuumed, as a desk's tables are after their first hour.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    report(f"{size:,} complaints")
    return end


def build_floor(server: Server, env: Mapping[str, str], size: int) -> None:
    floor_env = dict(env) | {"DJANGO_SETTINGS_MODULE": "benchmarks.floor.settings"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--run-syncdb", "-v0"],
        env=floor_env, cwd=ROOT, check=True,
    )  # fmt: skip
    subprocess.run(  # noqa: S603 (Debian's binaries)
        [
            server.binaries / "psql", "-q", "-h", "127.0.0.1", "-p", str(server.port),
            "-U", USER, "-d", FLOOR, "-v", f"size={size}", "-v", "ON_ERROR_STOP=1",
            "-f", ROOT / "benchmarks/floor/fill.sql",
        ],
        check=True,
    )  # fmt: skip
