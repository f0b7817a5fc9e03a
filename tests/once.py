"""What a process of tests does once and not for each test: the same is asked again.

Each is kept by what it is made of, so that no test sees what another one left.
"""

import gc
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.signals import setting_changed
from whitenoise.middleware import WhiteNoiseMiddleware

from escalation.language.wordforms import read as read_phrase
from presets import load, throwaway
from presets.reader import Preset, digest_of, presets_root


def pytest_collection_finish() -> None:
    """What stands now stands to the end; a request's rubbish is a few thousand."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(autouse=True, scope="session")
def phrases_read_once() -> Iterator[None]:
    """Of the key words of a preset, whose index each test builds anew."""
    with mock.patch("escalation.language.keywords.read", cache(read_phrase)):
        yield


@pytest.fixture(autouse=True, scope="session")
def presets_read_once() -> Iterator[None]:
    """The desk's own presets; nothing writes into the lines that were read."""
    read = load.read_and_check

    @cache
    def kept(name: str, _digest: str) -> Preset:
        return read(name)

    def read_once(name: str, root: Path | None = None) -> Preset:
        if root is not None or not (presets_root() / name).is_dir():
            return read(name, root)
        return kept(name, digest_of(presets_root() / name))

    with mock.patch.object(load, "read_and_check", read_once):
        yield


@pytest.fixture(autouse=True, scope="session")
def all_presets_loaded_once() -> Iterator[None]:
    """Into the database that is thrown away: the first one's bytes become the next."""
    fill = throwaway._fill
    filled: dict[bool, bytes] = {}

    def fill_once(made: BaseDatabaseWrapper, at: datetime) -> None:
        kept = filled.get(settings.DEMO)
        if kept is None:
            fill(made, at)
            filled[settings.DEMO] = made.connection.serialize()
        else:
            made.ensure_connection()
            made.connection.deserialize(kept)

    with mock.patch.object(throwaway, "_fill", fill_once):
        yield


@pytest.fixture(autouse=True, scope="session")
def static_files_found_once() -> Iterator[None]:
    """Each test client has middleware of its own, which walks all static folders."""
    look: Callable[[WhiteNoiseMiddleware], None]
    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, object] = {}

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    def forget(*, setting: str, **_given: object) -> None:
        if setting.startswith(("STATIC", "STORAGES", "WHITENOISE", "INSTALLED_APPS")):
            found.clear()

    setting_changed.connect(forget)
    with mock.patch.object(WhiteNoiseMiddleware, "add_files_from_finders", look_once):
        yield
    setting_changed.disconnect(forget)
