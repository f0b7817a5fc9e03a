"""What makes a line the only one of its kind, and the column to blame."""

from collections.abc import Callable
from typing import Any

from complaints.text import fold

Key = Callable[[Any], Any]

KEYS: dict[str, tuple[Key, str]] = {
    "organisations": (lambda r: r.code, "code"),
    "departments": (lambda r: r.code, "code"),
    "calendars": (lambda r: r.code, "code"),
    "holidays": (lambda r: (r.calendar, str(r.date)), "date"),
    "areas": (lambda r: r.code, "code"),
    "categories": (lambda r: r.code, "code"),
    "times": (lambda r: (r.category, r.area_kind, str(r.valid_from)), "category"),
    "panel": (lambda r: (r.organisation, r.item), "item"),
    "compensations": (lambda r: (r.category, str(r.valid_from)), "category"),
    "emergency": (lambda r: (r.organisation, r.words), "words"),
    "hashtags": (lambda r: (r.organisation, fold(r.tag)), "tag"),
    "sources": (lambda r: r.code, "code"),
    "reject_reasons": (lambda r: r.code, "code"),
    "causes": (lambda r: (r.organisation, r.code), "code"),
    "wrapups": (lambda r: r.code, "code"),
    "staff": (lambda r: r.username, "username"),
    "postings": (
        lambda r: (
            r.username, r.role, r.organisation, r.area, r.department, str(r.valid_from),
        ),
        "username",
    ),
    "connections": (lambda r: (r.organisation, r.number), "consumer_number"),
    "templates": (lambda r: (r.key, r.language, r.channel), "key"),
    "articles": (lambda r: (r.organisation, r.code), "code"),
    "accounts": (lambda r: r.code, "code"),
    "uses": (lambda r: r.base, "base"),
}  # fmt: skip
