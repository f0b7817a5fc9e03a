"""Connections of processes that live long: they break, grow old and get forked."""

from django.db import connections


def mend_connections() -> None:
    """Close connections that broke or grew old; the next query opens new ones."""
    for connection in connections.all(initialized_only=True):
        # Inside a transaction it is not ours to close (tests are inside one).
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def let_go_of_connections() -> None:
    """Before a fork: neither a connection nor a pool survives in the child."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()


def first_line(error: Exception) -> str:
    """A driver's message goes on for lines about where the server may be."""
    return next(iter(str(error).splitlines()), type(error).__name__)
