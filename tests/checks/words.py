"""What of a page people read, and whether it is in their language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from unittest import mock

from django.utils.translation import trans_real

SPOKEN = frozenset({"alt", "title", "placeholder", "aria-label"})
VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})
SILENT = frozenset({"script", "style"})
# Kept as they are in every language: names, abbreviations, what codes stand for.
SAME = frozenset({"Sunwai", "SMS", "PIN", "MB", "KB", "bytes", "English", "Italiano"})
_KEPT = re.compile(r"(%\(\w+\)[a-z]|%[sd]|\{\w*\}|<[^>]+>|&\w+;)")
_LATIN = re.compile(r"[A-Za-z]{2,}")
# Addresses, words of a citizen in quotation marks, and the source of the test's rules.
_GIVEN = re.compile(r"\S+@\S+|https?://\S+|“[^”]*”|Citizen charter")


class Reader(HTMLParser):
    """Text and spoken attributes, without what people wrote in a language of theirs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.language = ""
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        other = given.get("lang", self.language) != self.language
        classes = given.get("class", "").split()
        quiet = (
            tag in SILENT
            or other
            or "words" in classes
            or tag == "textarea"
            or bool(self._open and self._open[-1][1])
        )
        if not quiet:
            self.found += [given[name] for name in SPOKEN & given.keys()]
        if tag not in VOID:
            self._open.append((tag, quiet))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not (self._open and self._open[-1][1]):
            self.found.append(text)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def latin(text: str) -> list[str]:
    """Words in Latin letters, but for addresses and names."""
    return [word for word in _LATIN.findall(_GIVEN.sub("", text)) if word not in SAME]


@contextmanager
def pretended() -> Iterator[None]:
    """Every text of the catalogue becomes Devanagari, also where none is translated."""

    def told(_self: object, message: str) -> str:
        said = str(message).rpartition("\x04")[2]
        parts = _KEPT.split(said)
        return "".join(
            part if place % 2 else re.sub(r"[A-Za-z]+", "अ", part)
            for place, part in enumerate(parts)
        )

    def counted(_self: object, one: str, many: str, n: int) -> str:
        return told(_self, one if n == 1 else many)

    kind = trans_real.DjangoTranslation
    with (
        mock.patch.object(kind, "gettext", told),
        mock.patch.object(kind, "ngettext", counted),
    ):
        yield


def pattern(msgid: str) -> re.Pattern[str]:
    """Fits the msgid with its blanks filled."""
    pieces = re.split(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}", " ".join(msgid.split()))
    return re.compile(".+".join(map(re.escape, pieces)))
