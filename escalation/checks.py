"""Rules of the desk that were written past the admin, or that the world has left."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError


@register(Tags.database)
def check_rules(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    from escalation.desk_rules import (
        rule_checks,  # models are not loaded when this is registered
    )

    if not databases:
        return []
    try:
        return [
            Warning(
                f"The routing rule “{rule.name}” ({rule.pk}) is on: {fault.message}",
                hint="Open it in the admin, mend it or switch it off.",
                id="escalation.W001",
            )
            for rule, fault in rule_checks.wrong_ones()
        ]
    except DatabaseError:
        return []  # no tables yet: the command that needs them says so better
