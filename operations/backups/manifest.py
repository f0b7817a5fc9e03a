"""What a backup says of itself, so that whoever restores it can tell it is whole."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

FORMAT = 1
NAME = "manifest.json"
BLOCK = 1024 * 1024
# The frozen switch is thrown by the restore itself.
NOT_COMPARED = ("operations_switch", "operations_generation")


class BadBackupError(Exception):
    """This folder is no backup, or not a whole one, or not for here."""


@dataclass(frozen=True)
class Key:
    """A key that the data is of no use without: where it is kept, and its print."""

    kept: str
    print: str
    included: bool = False


@dataclass(frozen=True)
class Part:
    sha256: str
    bytes: int


@dataclass
class Manifest:
    made_at: str
    engine: str
    migrations: list[list[str]]
    tables: dict[str, int]  # rows of each
    private_files: int = 0
    parts: dict[str, Part] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=1, sort_keys=True)
        write_privately(folder / NAME, text.encode())

    def rows(self) -> int:
        return sum(self.tables.values())


def read(folder: Path) -> Manifest:
    """Raises BadBackupError unless every part is there as it was written."""
    try:
        raw = json.loads((folder / NAME).read_text())
        found = Manifest(**raw)
        found.parts = {name: Part(**part) for name, part in raw["parts"].items()}
        found.keys = {name: Key(**key) for name, key in raw["keys"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadBackupError(f"{folder} holds no backup.") from error
    if found.format != FORMAT:
        raise BadBackupError("This backup was made by another edition of Sunwai.")
    for name, part in found.parts.items():
        _check_part(folder / name, part)
    return found


def _check_part(path: Path, part: Part) -> None:
    if not path.is_file():
        raise BadBackupError(f"{path.name} is missing.")
    if part_of(path) != part:
        raise BadBackupError(f"{path.name} is not as it was written.")


def part_of(path: Path) -> Part:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return Part(digest.hexdigest(), path.stat().st_size)


def write_privately(path: Path, body: bytes) -> None:
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)


@dataclass(frozen=True)
class OwnKey:
    name: str  # of its setting
    value: str
    file: str  # its name in SUNWAI_DATA

    @property
    def given(self) -> bool:
        """By the environment: then the file counts for nothing."""
        return bool(os.environ.get(self.name))

    @property
    def kept(self) -> str:
        return "the environment" if self.given else f"SUNWAI_DATA/{self.file}"


def own_keys() -> list[OwnKey]:
    found = (
        OwnKey("SUNWAI_SECRET_KEY", settings.SECRET_KEY, "secret_key"),
        OwnKey(
            "SUNWAI_CREDENTIALS_KEYS",
            ",".join(getattr(settings, "CREDENTIALS_KEYS", [])),
            "credentials_key",
        ),
    )
    return [key for key in found if key.value]


def print_of(key: str) -> str:
    """Tells two keys apart and nothing else."""
    digest = salted_hmac("operations.backups", key, secret="", algorithm="sha256")
    return digest.hexdigest()[:12]
