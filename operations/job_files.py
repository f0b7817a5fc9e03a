"""Result files of jobs: in private storage, never where a web server looks.

Several hosts over one database need PRIVATE_ROOT on storage they share.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

Write = Callable[[BinaryIO], None]


def store(name: str, write: Write) -> str:
    """Write a file whole or not at all; returns its path below PRIVATE_ROOT."""
    folder = _root() / "jobs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part, path = folder / f"{name}.part", folder / name
    handle = os.open(part, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            write(file)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return f"jobs/{name}"


def open_result(relative: str) -> BinaryIO | None:
    try:
        return (_root() / relative).open("rb")
    except FileNotFoundError:
        return None


def remove(relative: str) -> None:
    (_root() / relative).unlink(missing_ok=True)


def remove_older(than: datetime) -> int:
    """Files that no job speaks of: left by tries that were given up."""
    old = [
        path
        for path in (_root() / "jobs").glob("*")
        if path.stat().st_mtime < than.timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _root() -> Path:
    return Path(settings.PRIVATE_ROOT)
