"""The unit of work: a change, its event and every reaction in one transaction.

A door (a service in complaints/services) calls `change()`. The event joins the unit's
queue; only the outermost door drains it, first in, first out, every reaction of one
event before the next event. Called at once, recursively, the citizen would hear
"assigned" before "registered".
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from complaints.actors import Actor
from complaints.groups import Group, insert_owed
from complaints.models import Complaint, Event, FailedReaction
from complaints.refusals import Conflict

P = ParamSpec("P")
R = TypeVar("R")
Reaction = Callable[[Event], None]

MOST_EVENTS = 20
FIRST_RETRY = timedelta(seconds=30)
log = logging.getLogger(__name__)


@dataclass
class _Unit:
    queue: deque[Event] = field(default_factory=deque)
    count: int = 0
    cause: Event | None = None
    # each complaint as this unit last wrote it, and those that it brought into being
    written: dict[int, Complaint] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    # rows that nobody here reads, inserted with their like at the end
    owed: list[models.Model] = field(default_factory=list)


_current: ContextVar[_Unit | None] = ContextVar("unit", default=None)
_group: ContextVar[Group | None] = ContextVar("group", default=None)


class TooManyEvents(RuntimeError):
    """Reactions that set each other off for ever."""


def door(service: Callable[P, R]) -> Callable[P, R]:
    """Mark a service as one door: it opens the unit of work, or joins the open one."""

    @wraps(service)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        with unit_of_work():
            return service(*args, **kwargs)

    return opened


@contextmanager
def unit_of_work() -> Iterator[None]:
    if _current.get() is not None:
        yield
        return
    unit = _Unit()
    token = _current.set(unit)
    try:
        with transaction.atomic():
            yield
            _drain(unit)
            insert_owed(unit.owed)
    finally:
        _current.reset(token)


@contextmanager
def together(
    members: Iterable[int], **ahead: Iterable[Any]
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """The units of work of several complaints in one transaction: all or none.

    For a machine that does the same to many: gives what opens the unit of each. All
    changes are written together, then everything reacts, then what is owed is inserted.
    The caller has locked the members, and does them one by one when one of them fails.
    `ahead`: what was read for all of them; see `read_ahead`.
    """
    found = {name: frozenset(rows) for name, rows in ahead.items()}
    group = Group(frozenset(members), found)
    token = _group.set(group)
    units: list[_Unit] = []
    try:
        with transaction.atomic(savepoint=False):
            yield partial(_member, units)
            group.write()
            group.reacting = True
            for unit in units:
                with _working(unit):
                    _drain(unit)
            insert_owed([row for unit in units for row in unit.owed])
    finally:
        _group.reset(token)


@contextmanager
def _member(units: list[_Unit]) -> Iterator[None]:
    """What is done to one complaint of a group; others react when all is done."""
    units.append(_Unit())
    with _working(units[-1]):
        yield


@contextmanager
def _working(unit: _Unit) -> Iterator[None]:
    token = _current.set(unit)
    try:
        yield
    finally:
        _current.reset(token)


def read_ahead(name: str, complaint_id: int) -> frozenset[Any] | None:
    """What the group has read of that for all its members; None for any other."""
    group = _group.get()
    if group is None or complaint_id not in group.members:
        return None
    return group.ahead.get(name)


def change(
    complaint: Complaint,
    kind: str,
    *,
    actor: Actor,
    at: datetime,
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> Event:
    """Write fields by compare-and-set on `version` and append the event.

    Raises Conflict when somebody else was first. `fields` are complaint fields;
    `data` holds codes, ids and numbers only.
    """
    before = complaint.status
    after = fields.get("status", before)
    seq = complaint.version + 1
    group = _group.get()
    waits = group is not None and group.waits(complaint)
    if not waits and not _written(complaint, version=seq, **fields):
        raise conflict(complaint)
    for name, value in fields.items():
        setattr(complaint, name, value)
    complaint.version = seq
    event = _append(complaint, kind, actor, at, before, after, data or {}, waits=waits)
    if group is not None and waits:
        group.wait(complaint, fields, event)
    return event


def _written(complaint: Complaint, **fields: Any) -> bool:
    rows = Complaint.objects.filter(pk=complaint.pk, version=complaint.version)
    return bool(rows.update(**fields))


def latest(event: Event) -> Complaint:
    """The event's complaint as it is now.

    Within the unit of work no query is needed: nobody else can have written it since,
    for then our own compare-and-set had failed.
    """
    unit = _current.get()
    known = unit.written.get(event.complaint_id) if unit else None
    if known is not None:
        return known
    return Complaint.objects.select_related("citizen", "owner").get(
        pk=event.complaint_id
    )


def is_new(complaint: Complaint) -> bool:
    """Registered by this very unit: nothing can point at it yet."""
    unit = _current.get()
    return unit is not None and complaint.pk in unit.new


def owe(row: models.Model) -> None:
    """Insert a row that nobody in this unit reads, together with others of its kind.

    A second one of the same key is left out silently.
    """
    unit = _current.get()
    if unit is None:
        insert_owed([row])
    else:
        unit.owed.append(row)


def is_owed(row: models.Model) -> bool:
    """Not inserted yet: who changes it hands in a changed copy by `owe_instead`."""
    unit = _current.get()
    return unit is not None and any(each is row for each in unit.owed)


def owe_instead(row: models.Model, **fields: Any) -> None:
    """Insert the owed row with these values; the row itself stays as it is.

    A reaction that fails after this takes it back by forgetting the copy.
    """
    unit = _current.get()
    if unit is None:
        raise RuntimeError("Nothing is owed outside a unit of work: call a service.")
    changed = copy(row)
    for name, value in fields.items():
        setattr(changed, name, value)
    unit.owed = [changed if each is row else each for each in unit.owed]


def first_event(
    complaint: Complaint, kind: str, *, actor: Actor, at: datetime, data: dict[str, Any]
) -> Event:
    """The event of a complaint that this transaction has just inserted (version 1)."""
    unit = _current.get()
    if unit is not None:
        unit.new.add(complaint.pk)
    return _append(complaint, kind, actor, at, "", complaint.status, data)


def _append(
    complaint: Complaint,
    kind: str,
    actor: Actor,
    at: datetime,
    before: str,
    after: str,
    data: dict[str, Any],
    *,
    waits: bool = False,
) -> Event:
    unit = _current.get()
    if unit is None:
        raise RuntimeError("An event outside a unit of work: call a service.")
    event = Event(
        complaint=complaint,
        seq=complaint.version,
        kind=kind,
        at=at,
        actor_kind=actor.kind,
        actor=actor.officer,
        from_status=before,
        to_status=after,
        data=data,
        caused_by=unit.cause,
    )
    if not waits:
        event.save(force_insert=True)
    unit.count += 1
    if unit.count > MOST_EVENTS:
        raise TooManyEvents(f"{kind} is event {unit.count} of one unit of work")
    unit.written[complaint.pk] = complaint
    unit.queue.append(event)
    return event


def conflict(complaint: Complaint) -> Conflict:
    """Tell the loser who did what."""
    last = (
        Event.objects.filter(complaint=complaint)
        .select_related("actor")
        .order_by("-seq")
        .first()
    )
    who = str(last.actor) if last and last.actor else _("the system or the citizen")
    from complaints.labels import event_label  # labels read models; models read us

    return Conflict(
        _("%(who)s was first: %(what)s. Look at the complaint again, then decide."),
        {"who": who, "what": event_label(last.kind) if last else ""},
    )


def _drain(unit: _Unit) -> None:
    while unit.queue:
        event = unit.queue.popleft()
        unit.cause = event
        for reaction in reactions_to(event.kind):
            if getattr(reaction, "essential", False):
                reaction(event)
            else:
                run_apart(reaction, event)
    unit.cause = None


def run_apart(reaction: Reaction, event: Event) -> None:
    """One faulty reaction must not refuse a citizen: keep it for the worker."""
    unit = _current.get()
    if unit is None:
        raise RuntimeError("A reaction outside a unit of work: call a service.")
    waiting, count, owed = len(unit.queue), unit.count, unit.owed.copy()
    before = {pk: (row, row.__dict__.copy()) for pk, row in unit.written.items()}
    try:
        with savepoint_if_used():
            reaction(event)
    except TooManyEvents:
        raise
    except Exception as error:  # noqa: BLE001 (kept as a row, retried, shown to staff)
        while len(unit.queue) > waiting:
            unit.queue.pop()
        unit.count = count
        unit.owed = owed
        _take_back(unit, before)
        keep_failure(reaction, event, error)


def _take_back(
    unit: _Unit, before: dict[int, tuple[Complaint, dict[str, Any]]]
) -> None:
    """The rows went back to the savepoint; the objects in our hands must follow."""
    unit.written = {pk: row for pk, (row, _values) in before.items()}
    for row, values in before.values():
        row.__dict__.clear()
        row.__dict__.update(values)


class savepoint_if_used:  # noqa: N801 (used as a function, in a with)
    """A savepoint that is made by the first statement: most reactions need none."""

    _begun = False
    _made: transaction.Atomic | None = None

    def __enter__(self) -> None:
        connection.execute_wrappers.append(self._make)

    def _make(self, execute: Any, sql: Any, params: Any, many: bool, how: Any) -> Any:
        if not self._begun:
            self._begun, made = True, transaction.atomic()
            made.__enter__()
            self._made = made
        return execute(sql, params, many, how)

    def __exit__(self, *raised: Any) -> None:
        connection.execute_wrappers.pop()
        if self._made is not None:
            self._made.__exit__(*raised)


def keep_failure(reaction: Reaction, event: Event, error: Exception) -> None:
    path = path_of(reaction)
    log.error("reaction %s failed on event %s", path, event.pk, exc_info=error)
    FailedReaction.objects.get_or_create(
        event=event,
        reaction=path,
        defaults={
            "error": describe(error),
            "next_at": event.at + FIRST_RETRY,
        },
    )


def describe(error: Exception) -> str:
    """Class and place; the message of an error may hold what a citizen wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        code = trace.tb_frame.f_code
        where = f" in {code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}"
    return f"{type(error).__name__}{where}"[:300]


def path_of(reaction: Reaction) -> str:
    return f"{reaction.__module__}.{reaction.__qualname__}"


def essential(reaction: Reaction) -> Reaction:
    """Routing and clock: if they fail, the change fails."""
    reaction.essential = True  # type: ignore[attr-defined]  # read by _drain only
    return reaction


def reactions_to(kind: str) -> tuple[Reaction, ...]:
    return _all_reactions().get(kind, ()) + _all_reactions().get("*", ())


@lru_cache
def _all_reactions() -> dict[str, tuple[Reaction, ...]]:
    merged: dict[str, tuple[Reaction, ...]] = {}
    for path in settings.SUNWAI_REACTIONS:
        for kind, functions in import_string(path).items():
            merged[kind] = merged.get(kind, ()) + tuple(functions)
    return merged
