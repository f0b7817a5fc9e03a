"""Every statement that PostgreSQL saw, BEGIN and COMMIT with them."""

from collections.abc import Callable
from pathlib import Path

from django.db import connection

_MARKS = ("LOG:  statement:", "LOG:  execute ")


def statements_logged(log: Path, call: Callable[[], object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SET log_statement = 'all'")
    before = log.stat().st_size
    call()
    with connection.cursor() as cursor:
        cursor.execute("SET log_statement = 'none'")
    with log.open("rb") as file:
        file.seek(before)
        lines = file.read().decode("utf-8", "replace").splitlines()
    return sum(any(mark in line for mark in _MARKS) for line in lines) - 1
