"""A database of this process alone, in memory: made from the models, gone at the end.

What is asked of it writes nothing anywhere, and needs no database to be there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from officers.models import Organisation
from operations.generation import forget_all
from presets.load import load
from presets.reader import known_presets, presets_root

_SQLITE = "django.db.backends.sqlite3"


@contextmanager
def all_presets(at: datetime) -> Iterator[None]:
    """Within it every query of this thread goes to a copy with all presets."""
    kept = connections["default"]
    own: dict[str, Any] = {"ENGINE": _SQLITE, "NAME": ":memory:", "OPTIONS": {}}
    made = load_backend(_SQLITE).DatabaseWrapper(kept.settings_dict | own, "default")
    connections["default"] = made
    forget_all()
    try:
        _fill(made, at)
        yield
    finally:
        connections["default"] = kept
        made.close()
        forget_all()


def _fill(made: BaseDatabaseWrapper, at: datetime) -> None:
    with made.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    for name in known_presets(presets_root()):
        load(name, at=at)


def organisations_here() -> set[str]:
    """Codes in the desk's own database; none where there is no database yet."""
    settings = connection.settings_dict
    # Asking SQLite for a file that is not there would make it.
    if settings["ENGINE"] == _SQLITE and not _is_there(str(settings["NAME"])):
        return set()
    try:
        rows = Organisation.objects.filter(valid_to=None)
        return set(rows.values_list("code", flat=True))
    except DatabaseError:
        return set()


def _is_there(name: str) -> bool:
    return name == ":memory:" or name.startswith("file:") or Path(name).exists()
