"""What is typed and not saved: one draft per agent, kept by the server."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from complaints.text import TooLong, clean
from helpline.models import ConsoleDraft
from officers.models import Officer

LONGEST = 6000
# Nobody comes back to a call after this; what a caller said is not kept for nothing.
KEPT_FOR = timedelta(days=2)
# Never kept: the page's own doings and what cannot be put back into a form.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "key", "do", "photo"})


def new_key() -> str:
    return secrets.token_urlsafe(24)


def of(officer: Officer) -> ConsoleDraft | None:
    return ConsoleDraft.objects.filter(officer=officer).first()


def save(
    officer: Officer, key: str, given: Mapping[str, str], at: datetime
) -> ConsoleDraft | None:
    """Keep what was typed; a page with nothing typed in it keeps nothing."""
    typed = {
        name[:30]: _storable(value)
        for name, value in list(given.items())[:40]
        if name not in NOT_TYPED and value
    }
    if not _worth_keeping(typed):
        discard(officer, key)
        return None
    draft, _made = ConsoleDraft.objects.update_or_create(
        officer=officer,
        defaults={"key": key[:43], "typed": typed, "saved_at": at},
        create_defaults={
            "key": key[:43],
            "typed": typed,
            "saved_at": at,
            "started_at": at,
        },
    )
    return draft


def discard(officer: Officer, key: str = "") -> None:
    drafts = ConsoleDraft.objects.filter(officer=officer)
    (drafts.filter(key=key) if key else drafts).delete()


def tick(at: datetime) -> int:
    """Of the worker: throw old drafts away. Looks first: on SQLite a DELETE waits for
    the write lock even where there is nothing to delete."""
    old = ConsoleDraft.objects.filter(saved_at__lt=at - KEPT_FOR)
    return old.delete()[0] if old.exists() else 0


def _worth_keeping(typed: Mapping[str, str]) -> bool:
    return any(
        typed.get(name, "").strip()
        for name in ("who", "name", "text", "place", "pin", "connection", "email")
    )


def _storable(value: str) -> str:
    try:
        return clean(value[:LONGEST], LONGEST)
    except TooLong:  # cleaning can lengthen, by a letter or two
        return clean(value[: LONGEST // 2], LONGEST)
