"""Refuse a wire that nobody tested or described, and a simulator on another host."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from channels_in.wires import wires


@register()
def check_simulator(
    *, app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    url = settings.SUNWAI_SIMULATOR_URL
    if not url or _on_this_machine(url):
        return []
    return [
        Error(
            "SUNWAI_SIMULATOR_URL names another host: credentials would go there.",
            hint="Such as http://127.0.0.1:8001, or leave it out.",
            id="channels_in.E001",
        )
    ]


@register()
def check_wires(
    *, app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """In the source tree only: an installation has neither tests nor documents."""
    root: Path = settings.BASE_DIR
    if not (root / "tests").is_dir() or not (root / "docs").is_dir():
        return []
    return [
        Error(
            f"The wire “{wire.slug}” has no {what}: {path} is not there.",
            hint="docs/channels/README.md says what a channel is made of.",
            id="channels_in.E002",
        )
        for wire in wires()
        for what, path in _wanted(wire.slug)
        if not (root / path).exists()
    ]


def _wanted(slug: str) -> Iterator[tuple[str, str]]:
    yield "tests", f"tests/channels_in/test_{slug}.py"
    yield "fixtures", f"tests/channels_in/fixtures/{slug}"
    yield "page", f"docs/channels/{slug}.md"


def _on_this_machine(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.username or parts.path or parts.query:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
