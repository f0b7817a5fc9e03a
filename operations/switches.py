"""What is stopped for the whole desk: asked by ticks, set by `manage.py messages`.

A restored copy of the desk begins with its messages frozen: it holds messages that the
original has sent meanwhile, and must not send them again unasked.
"""

from datetime import UTC, datetime

from operations.generation import ReferenceCache, bump
from operations.models import Switch

# Everything that leaves by itself: the outbox and the webhooks.
MESSAGES = "messages"
BY_HAND, RESTORED = "by_hand", "restored"

_REFERENCE = "switches"

# For a database that is being restored, before anybody else can look at it.
FREEZE_MESSAGES = """
INSERT INTO operations_switch (name, frozen, why, changed_at)
VALUES ('{name}', true, '{why}', '{at}')
ON CONFLICT (name) DO UPDATE SET frozen = true, why = excluded.why,
    changed_at = excluded.changed_at;
DELETE FROM operations_generation WHERE name = '{reference}';
"""


def _read() -> frozenset[str]:
    rows = Switch.objects.filter(frozen=True)
    return frozenset(rows.values_list("name", flat=True))


_frozen = ReferenceCache(_REFERENCE, _read)


def frozen(name: str) -> bool:
    """Whether to leave it alone now; other processes hear of a change in a second."""
    return name in _frozen.get()


def freeze(name: str, *, why: str, at: datetime) -> None:
    _turn(name, frozen=True, why=why, at=at)


def thaw(name: str, *, at: datetime) -> None:
    _turn(name, frozen=False, why="", at=at)


def freezing_sql(at: datetime) -> str:
    """Freeze the messages by SQL that both engines read; holds no foreign text."""
    written = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return FREEZE_MESSAGES.format(
        name=MESSAGES, why=RESTORED, at=written, reference=_REFERENCE
    )


def _turn(name: str, *, frozen: bool, why: str, at: datetime) -> None:
    fields = {"frozen": frozen, "why": why, "changed_at": at}
    Switch.objects.update_or_create(name=name, defaults=fields)
    bump(_REFERENCE)
