"""The order in which an organisation's rules are tried, one step at a time."""

from django.db import transaction

from escalation import reference
from escalation.desk_rules.rule_checks import Fault, rivals
from escalation.desk_rules.rule_parts import Parts
from escalation.models import RoutingRule
from operations.generation import bump

UP, DOWN = "up", "down"
WAYS = {UP: -1, DOWN: 1}
STEP = 10


def move(rule: RoutingRule, way: str) -> list[Fault]:
    """One place up or down; what it would hide, or be hidden by, is told instead."""
    with transaction.atomic():
        rows = list(
            RoutingRule.objects.filter(organisation=rule.organisation_id)
            .order_by("position", "pk")
            .select_for_update()
        )
        here = next(at for at, row in enumerate(rows) if row.pk == rule.pk)
        there = here + WAYS[way]
        if not 0 <= there < len(rows):
            return []
        rows[here], rows[there] = rows[there], rows[here]
        # numbered anew: two of one number would stay where their keys put them
        for place, row in enumerate(rows, start=1):
            row.position = STEP * place
        found = _hidden(rows, rule.pk)
        if not found:
            RoutingRule.objects.bulk_update(rows, ["position"])
            bump(reference.LEVELS)
    return found


def _hidden(rows: list[RoutingRule], pk: int) -> list[Fault]:
    parts = {row.pk: Parts.of(row) for row in rows if row.active}
    moved = parts.pop(pk, None)
    return rivals(moved, parts.values()) if moved else []
