"""The private files: photos and what else citizens sent, as one tar."""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from operations.backups.manifest import BLOCK, BadBackupError

PART = "private.tar"
# Results of jobs are made again when they are asked for again.
LEFT_OUT = "jobs"


def pack(path: Path) -> int:
    """All files there are now. After the database: a row's file is always older."""
    root = Path(settings.PRIVATE_ROOT)
    count = 0
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
        for file in _files(root):
            try:
                tar.add(file, arcname=str(file.relative_to(root)), recursive=False)
            except FileNotFoundError:
                continue  # erased this moment
            count += 1
    return count


def unpack(path: Path) -> int:
    root = Path(settings.PRIVATE_ROOT).resolve()
    count = 0
    with tarfile.open(path, mode="r") as tar:
        for member in tar:
            target = (root / member.name).resolve()
            if not member.isfile() or not target.is_relative_to(root):
                raise BadBackupError(f"{path.name} holds what is no file of ours.")
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(tar, member, target)
            count += 1
    return count


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    packed = tar.extractfile(member)
    assert packed is not None  # noqa: S101  (it is a file)
    handle = os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with packed, os.fdopen(handle, "wb") as file:
        while block := packed.read(BLOCK):
            file.write(block)
    os.utime(target, (member.mtime, member.mtime))


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        if Path(folder) == root:
            folders[:] = [name for name in folders if name != LEFT_OUT]
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path
