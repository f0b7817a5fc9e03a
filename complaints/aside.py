"""What could not be done is set aside for a while: it must not stand in the way of
those behind it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from logging import Logger
from typing import Any

from django.db.models import QuerySet

from complaints.refusals import Refused
from complaints.unit import unit_of_work
from operations.ticks import TickTooLongError


class Aside:
    """By key, mostly a complaint's, until when; kept in this process alone."""

    def __init__(self, what: str, length: timedelta, log: Logger) -> None:
        self._what, self._length, self._log = what, length, log
        self._until: dict[int, datetime] = {}

    def __iter__(self) -> Iterator[int]:
        return iter(self._until)

    def __len__(self) -> int:
        return len(self._until)

    def clear(self) -> None:
        self._until.clear()

    def add(self, complaint_id: int, at: datetime) -> None:
        self._until[complaint_id] = at + self._length

    def take_back(self, at: datetime) -> None:
        """Those whose time is over have their turn again."""
        for pk in [pk for pk, until in self._until.items() if until <= at]:
            del self._until[pk]

    def oldest(
        self, due: QuerySet[Any, Any], *first: str, key: str, most: int
    ) -> list[int]:
        """The complaints of those rows, without what is set aside."""
        rows = due.exclude(**{f"{key}__in": list(self)}) if self else due
        return list(rows.order_by(*first).values_list(key, flat=True)[:most])

    def safely(self, complaint_id: int, at: datetime, act: Callable[[], bool]) -> bool:
        """One complaint in a transaction of its own; `act` reads it again."""
        done, log = False, self._log
        try:
            with unit_of_work():
                done = act()
        except Refused as refused:
            # Somebody acted in between; the next round sees what is left to do.
            log.info("%s of complaint %s: %s", self._what, complaint_id, refused.code)
        except TickTooLongError:
            raise
        except Exception as error:
            told = "%s of complaint %s failed"
            log.error(told, self._what, complaint_id, exc_info=error)
        if not done:
            self.add(complaint_id, at)
        return done
