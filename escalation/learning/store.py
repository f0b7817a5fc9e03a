"""Trained models as files: numbers in .npz without pickle, a header in JSON beside.

PRIVATE_ROOT/learning/<organisation>/<moment>.npz and .json. The header is written last:
a model without one is not there.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.utils.text import get_valid_filename

from escalation.learning.extra import FEATURES, NGRAMS

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1
KEPT = 3


@dataclass(frozen=True)
class Header:
    name: str  # the moment of the training; kept with each suggestion
    root: str  # code of the organisation
    categories: list[int]
    examples: int
    held_out: int
    right: int  # of those held out
    among_three: int
    digest: str = ""
    format: int = FORMAT
    features: int = FEATURES
    ngrams: tuple[int, int] = NGRAMS

    @property
    def accuracy(self) -> float:
        return self.right / self.held_out if self.held_out else 0.0


@dataclass(frozen=True)
class Model:
    header: Header
    weights: "np.ndarray[Any, Any]"  # a column for each category
    intercepts: "np.ndarray[Any, Any]"


def name_of(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S%f}Z"


def moment_of(name: str) -> datetime:
    return datetime.strptime(name, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def is_there() -> bool:
    """Whether anything was ever learned on this desk: one look at the disk."""
    return _folder().is_dir()


def save(model: Model) -> Header:
    """Whole or not at all; the oldest make room. Returns the header as it is kept."""
    import numpy as np

    folder = _folder() / get_valid_filename(model.header.root)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    numbers = folder / f"{model.header.name}.npz"
    _write(
        numbers,
        lambda file: np.savez_compressed(
            file, weights=model.weights, intercepts=model.intercepts
        ),
    )
    header = replace(model.header, digest=_digest(numbers))
    said = json.dumps(asdict(header), indent=1).encode()
    _write(numbers.with_suffix(".json"), lambda file: file.write(said))
    for old in sorted(folder.glob("*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)
        old.with_suffix(".npz").unlink(missing_ok=True)
    return header


def newest(root: str) -> Header | None:
    """The latest header that this version of the program can use."""
    folder = _folder() / get_valid_filename(root)
    for path in sorted(folder.glob("*.json"), reverse=True):
        header = _read_header(path)
        if header is not None and path.with_suffix(".npz").exists():
            return header
    return None


def load(header: Header) -> Model | None:
    """None where the file is not the one that the header was written for."""
    import numpy as np

    path = _folder() / get_valid_filename(header.root) / f"{header.name}.npz"
    if not path.exists() or _digest(path) != header.digest:
        return None
    with np.load(path, allow_pickle=False) as numbers:
        weights, intercepts = numbers["weights"], numbers["intercepts"]
    kinds = len(header.categories)
    if weights.shape != (header.features, kinds) or intercepts.shape != (kinds,):
        return None
    return Model(header, weights, intercepts)


def _read_header(path: Path) -> Header | None:
    try:
        said = json.loads(path.read_bytes())
        header = Header(**(said | {"ngrams": tuple(said["ngrams"])}))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    usable = (header.format, header.features, header.ngrams)
    return header if usable == (FORMAT, FEATURES, NGRAMS) else None


def _write(path: Path, write: Callable[[BinaryIO], Any]) -> None:
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder() -> Path:
    return Path(settings.PRIVATE_ROOT) / "learning"
