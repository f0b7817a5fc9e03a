"""A reaction of ours that must not fail the change, called in its own place."""

from django.db import transaction

from complaints.models import Event
from complaints.unit import Reaction, keep_failure


def run_apart(reaction: Reaction, event: Event) -> None:
    """In a savepoint; a failure is kept for the worker, as the unit of work does it."""
    try:
        with transaction.atomic():
            reaction(event)
    except Exception as error:  # noqa: BLE001 (kept as a row, retried, shown to staff)
        keep_failure(reaction, event, error)
