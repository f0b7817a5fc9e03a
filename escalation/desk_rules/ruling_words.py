"""Rules of the desk in plain words, in the reader's language."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import reference as complaint_reference
from complaints.models import Category
from complaints.models.category import Criticality, Horizon
from escalation import reference
from escalation.desk_rules.rule_parts import Parts
from escalation.models import RoutingDecision, RoutingRule
from officers.models import Area

MOST = 5  # values named of one condition


def describe(rule: RoutingRule) -> list[str]:
    return spoken(Parts.of(rule))


def spoken(parts: Parts) -> list[str]:
    """What it does, then when it holds and what stays as it is. The first line alone
    stands in lists."""
    told = [_sentence(parts)]
    if parts.results and not _sends(parts):
        told.append(_("Where it goes is found as without the rule."))
    elif "to_office" not in parts.results and parts.results:
        told.append(_("The office is found by the place."))
    if parts.criticality or parts.horizon or parts.to_category:
        told.append(_("An emergency stays an emergency."))
    told += _days(parts)
    return told


def _sentence(parts: Parts) -> str:
    holds, deeds = list(_conditions(parts)), list(_deeds(parts))
    if not holds:
        return _("It never holds yet: give at least one condition.")
    if not deeds:
        return _("If %(all)s: nothing yet. Give at least one result.") % {
            "all": _and(holds)
        }
    return _("If %(all)s: %(deeds)s.") % {"all": _and(holds), "deeds": _and(deeds)}


def _sends(parts: Parts) -> bool:
    return not {"criticality", "horizon", "flags"}.issuperset(parts.results)


def _days(parts: Parts) -> Iterator[str]:
    values = {
        "first": date_format(parts.valid_from) if parts.valid_from else "",
        "last": date_format(parts.valid_to) if parts.valid_to else "",
    }
    if parts.valid_from and parts.valid_to:
        yield _("It holds from %(first)s to %(last)s.") % values
    elif parts.valid_from:
        yield _("It holds from %(first)s on.") % values
    elif parts.valid_to:
        yield _("It holds until %(last)s.") % values


# If -------------------------------------------------------------------------------


def _conditions(parts: Parts) -> Iterator[str]:
    """In the order that a person would say them."""
    for name, text, values in (
        ("words", _("the text speaks of %(these)s"), map(_quoted, parts.words)),
        ("hashtags", _("it carries %(these)s"), parts.hashtags),
        ("pattern", _("the text fits the pattern %(these)s"), [parts.pattern]),
        ("categories", _("it is about %(these)s"), _kinds(parts.categories)),
        ("areas", _("the place lies in %(these)s"), _places(parts.areas)),
        ("polygon", _("the map point lies within the drawn border"), ()),
        ("sources", _("it came by %(these)s"), map(_source, parts.sources)),
        ("accounts", _("it was written to %(these)s"), _names(parts.accounts)),
        ("languages", _("it is in %(these)s"), map(_language, parts.languages)),
        ("connection_kinds", _("the connection is: %(these)s"), parts.connection_kinds),
        ("hours", _("it comes within these hours: %(these)s"), [parts.hours]),
    ):
        if getattr(parts, name):
            yield text % {"these": _or(values)}


# Then -----------------------------------------------------------------------------


def _deeds(parts: Parts) -> Iterator[str]:
    target = list(filter(None, _targets(parts)))
    if target:
        yield _("send it to %(target)s") % {"target": ", ".join(target)}
    kind = reference.category(parts.to_category)
    if kind is not None:
        yield _("take it as %(kind)s") % {"kind": _quoted(kind.name)}
    urgency = [
        str(choices(value).label)
        for choices, value in (
            (Criticality, parts.criticality),
            (Horizon, parts.horizon),
        )
        if value in choices.values
    ]
    if urgency:
        yield _("make it: %(urgency)s") % {"urgency": ", ".join(urgency)}
    if parts.pool:
        yield _("give it first to %(people)s") % {"people": _or(_names(parts.pool))}
    if parts.flags:
        yield _("mark it: %(flags)s") % {"flags": ", ".join(parts.flags)}


def _targets(parts: Parts) -> Iterator[str]:
    office = reference.area(parts.to_office)
    department = reference.department(parts.to_department)
    if office is not None:
        yield office.office_name()
    if department is not None:
        yield department.name
    if parts.to_organisation is not None:
        yield str(reference.organisation(parts.to_organisation))


# Why ------------------------------------------------------------------------------


def because(decision: RoutingDecision) -> str:
    """“The rule “Press” of this desk sent it there, because the text speaks of …”: of
    what it saw then, whatever became of the rule."""
    saw = decision.inputs.get("ruling")
    if decision.ruling is None or not isinstance(saw, dict):
        return ""
    values = {"rule": decision.ruling.name, "all": _and(_seen(decision, saw))}
    sent = {"to_organisation", "to_category", "to_department", "to_office"}
    if sent.isdisjoint(saw.get("then", ())):
        return (
            _("The rule “%(rule)s” of this desk had a say, because %(all)s.") % values
        )
    if decision.office_id is None:
        return (
            _("The rule “%(rule)s” of this desk holds for it, because %(all)s.")
            % values
        )
    return (
        _("The rule “%(rule)s” of this desk sent it there, because %(all)s.") % values
    )


def _seen(decision: RoutingDecision, saw: dict[str, Any]) -> Iterator[str]:
    words = [*map(str, decision.matched)][: saw.get("words", 0)]
    if words:
        yield _("the text says %(these)s") % {"these": _and(map(_quoted, words))}
    held = set(saw.get("if", ()))
    for name, (text, told) in _SAW.items():
        if name not in held:
            continue
        value = told(saw.get(name))
        if value:
            yield str(text) % {"this": value}
    if "polygon" in held:
        yield _("the map point lies within the drawn border")
    if "hours" in held:
        yield _("it came within the rule's hours")
    if not words and held <= {"words", "hashtags", "pattern"}:
        yield _("its words fit the rule")  # they were erased since


def _kind_named(pk: Any) -> str:
    kind = reference.category(pk)
    return _quoted(kind.name) if kind else ""


def _area_named(pk: Any) -> str:
    area = reference.area(pk)
    return area.name if area else ""


def _source(code: Any) -> str:
    found = complaint_reference.source(str(code))
    return found.name if found else str(code)


def _language(code: Any) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))


_SAW: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "categories": (gettext_lazy("it is about %(this)s"), _kind_named),
    "areas": (gettext_lazy("the place lies in %(this)s"), _area_named),
    "sources": (gettext_lazy("it came by %(this)s"), _source),
    "accounts": (gettext_lazy("it was written to %(this)s"), str),
    "languages": (gettext_lazy("it is in %(this)s"), _language),
    "connection_kinds": (gettext_lazy("the connection is: %(this)s"), str),
}


# Lists ----------------------------------------------------------------------------


def _or(values: Iterable[Any]) -> str:
    """“a”, “b” or “c”; of many the first and how many more."""
    texts = [str(value) for value in values]
    if len(texts) > MOST:
        return _("%(first)s and %(count)s more") % {
            "first": ", ".join(texts[:MOST]),
            "count": len(texts) - MOST,
        }
    if len(texts) < 2:
        return "".join(texts)
    return _("%(first)s or %(last)s") % {
        "first": ", ".join(texts[:-1]),
        "last": texts[-1],
    }


def _and(values: Iterable[str]) -> str:
    texts = list(values)
    if len(texts) < 2:
        return "".join(texts)
    return _("%(first)s and %(last)s") % {
        "first": ", ".join(texts[:-1]),
        "last": texts[-1],
    }


def _quoted(text: str) -> str:
    return f"“{text}”"


def _names(pairs: Iterable[tuple[Any, str]]) -> list[str]:
    return [name for _key, name in pairs]


def _kinds(keys: Iterable[int]) -> list[str]:
    found: Iterable[Category | None] = map(reference.category, keys)
    return [_quoted(each.name) for each in found if each is not None]


def _places(keys: Iterable[int]) -> list[str]:
    found: Iterable[Area | None] = map(reference.area, keys)
    return [each.name for each in found if each is not None]
