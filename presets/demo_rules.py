"""Rules that the demonstration's desk of Pune begins with.

They go the way of the admin: typed into the form, then switched on. One is left off, to
be tried. Where somebody has written a rule already, none is added.
"""

from dataclasses import dataclass
from typing import Any

from escalation.desk_rules.rule_checks import switch
from escalation.desk_rules.rule_form import RuleForm
from escalation.models import RoutingRule
from officers.models import Organisation

HOUSE = "PMC"


@dataclass(frozen=True)
class Wanted:
    name: str
    words: tuple[str, ...]
    flags: tuple[str, ...]
    criticality: str = ""
    on: bool = True

    def typed(self, organisation: Organisation, position: int) -> dict[str, Any]:
        return {
            "organisation": organisation.pk,
            "name": self.name,
            "position": position,
            "words": "\n".join(self.words),
            "flags": "\n".join(self.flags),
            "criticality": self.criticality,
        }


RULES = (
    Wanted(
        name="Hospitals first",
        words=("hospital", "clinic", "maternity home", "रुग्णालय", "दवाखाना", "अस्पताल"),
        flags=("hospital",),
        criticality="high",
    ),
    Wanted(
        name="Children on their way to school",
        words=("school", "kindergarten", "anganwadi", "शाळा", "शाळेजवळ", "स्कूल"),
        flags=("school",),
    ),
    Wanted(
        name="The press asks",
        words=("newspaper", "reporter", "journalist", "पत्रकार", "giornalista"),
        flags=("press",),
        on=False,
    ),
)


class RuleRefused(Exception):
    """The form or the switch does not take it."""


def add() -> int:
    """How many were added."""
    organisation = Organisation.objects.filter(code=HOUSE).first()
    if organisation is None:
        return 0
    if RoutingRule.objects.filter(organisation=organisation).exists():
        return 0
    for place, wanted in enumerate(RULES, 1):
        _add(wanted, organisation, place * 10)
    return len(RULES)


def _add(wanted: Wanted, organisation: Organisation, position: int) -> None:
    form = RuleForm(wanted.typed(organisation, position))
    if not form.is_valid():
        raise RuleRefused(wanted.name, form.errors.as_text())
    rule = form.save()
    assert isinstance(rule, RoutingRule)  # noqa: S101 (for mypy)
    if wanted.on and (wrong := switch(rule, on=True)):
        raise RuleRefused(wanted.name, *(fault.message for fault in wrong))
