"""The providers' wires that bring messages in, by slug."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from channels_in.port import Wire


def wire_of(slug: str) -> Wire | None:
    """None for a slug that nobody has, or that only sends."""
    return _loaded(settings.SUNWAI_CHANNELS.get(slug, ""))


def wires() -> list[Wire]:
    found = (wire_of(slug) for slug in settings.SUNWAI_CHANNELS)
    return [wire for wire in found if wire is not None]


@lru_cache
def _loaded(path: str) -> Wire | None:
    if not path:
        return None
    kind = import_string(path)
    return kind() if isinstance(kind, type) and issubclass(kind, Wire) else None
