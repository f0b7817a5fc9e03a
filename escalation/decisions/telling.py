"""Why this office: the sentences of a routing decision, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models.category import Criticality, Horizon
from escalation import reference
from escalation.areas import places
from escalation.decisions import rules
from escalation.desk_rules import ruling_words
from escalation.models import RoutingDecision
from officers.models import Area

MOST_WORDS = 6
# From here on a share is called so; below the last a person decides.
VERY, QUITE, FAIRLY = 0.9, 0.75, 0.5


def in_short(decision: RoutingDecision) -> str:
    """A few short sentences, to be read out on the phone.

    “It goes to Kothrud ward office, Roads, because the text says “pothole” and
    “Kothrud”. We are quite sure that it is about Pothole (82 %).”
    """
    told = [_goes(decision), ruling_words.because(decision), _about(decision)]
    if decision.inputs.get("place") == places.PIN:  # no word of theirs says it
        told.append(_how_place(decision, decision.inputs))
    return " ".join(line for line in told if line)


def _goes(decision: RoutingDecision) -> str:
    if decision.office is None:
        return _("A person at the desk looks at it first: %(why)s.") % {
            "why": rules.RULES.get(decision.rule, decision.rule)
        }
    values = {"office": _office(decision), "words": ""}
    if not decision.matched or decision.ruling is not None:
        return _("It goes to %(office)s.") % values
    *most, last = [f"“{word}”" for word in decision.matched[:MOST_WORDS]]
    values["words"] = last
    if most:
        both = {"these": ", ".join(most), "last": last}
        values["words"] = _("%(these)s and %(last)s") % both
    return _("It goes to %(office)s, because the text says %(words)s.") % values


def _about(decision: RoutingDecision) -> str:
    if decision.category is None or decision.inputs.get("category") != rules.WORDS:
        return ""
    values = _sureness(decision.confidence) | {"kind": decision.category.name}
    return _("We are %(sure)s that it is about %(kind)s (%(share)s %%).") % values


def _sureness(confidence: float) -> dict[str, Any]:
    return {"sure": how_sure(confidence), "share": round(100 * confidence)}


def how_sure(confidence: float) -> str:
    """A share in words."""
    if confidence >= VERY:
        return _("very sure")
    if confidence >= QUITE:
        return _("quite sure")
    return _("fairly sure") if confidence >= FAIRLY else _("not sure")


def sentence(decision: RoutingDecision) -> str:
    """“Goes to Kothrud ward office, Road Department, because of the words “pothole”,
    “Kothrud”. The PIN 411038 agrees. Next likely: Road damaged (31 %).”"""
    inputs: dict[str, Any] = decision.inputs
    told = [
        _where(decision),
        ruling_words.because(decision),
        *_hashtag(inputs),
        _how_category(decision, inputs),
        _sure_of_the_kind(decision, inputs),
        _how_place(decision, inputs),
        *_agreeing(inputs),
        *_contradicting(inputs),
        _overlaps(inputs),
        _next(decision),
    ]
    return " ".join(line for line in told if line)


def _where(decision: RoutingDecision) -> str:
    if decision.office is None:
        return _("Put aside for sorting. %(why)s.") % {
            "why": rules.RULES.get(decision.rule, decision.rule)
        }
    values = {"office": _office(decision), "words": _quoted(decision.matched)}
    if decision.matched:
        return _("Goes to %(office)s, because of the words %(words)s.") % values
    return _("Goes to %(office)s.") % values


def _office(decision: RoutingDecision) -> str:
    office = decision.office.office_name() if decision.office else ""
    department = decision.department.name if decision.department else ""
    return ", ".join(filter(None, (office, department)))


def _sure_of_the_kind(decision: RoutingDecision, inputs: dict[str, Any]) -> str:
    if decision.category is None or inputs.get("category") != rules.WORDS:
        return ""
    told = _sureness(decision.confidence)
    return _("Of the kind we are %(sure)s (%(share)s %%).") % told


def _quoted(words: Iterable[Any]) -> str:
    return ", ".join(f"“{word}”" for word in list(words)[:MOST_WORDS])


def _hashtag(inputs: dict[str, Any]) -> list[str]:
    """What a hashtag did: to whom it sent the post, how urgent it made it."""
    values = {"tag": inputs.get("tag", "")}
    told = []
    if values["tag"] and inputs.get("to"):
        values["organisation"] = str(reference.organisation(inputs["to"]))
        told.append(_("It is for %(organisation)s because of %(tag)s.") % values)
    asked = [
        str(choices(inputs[name]).label)
        for name, choices in (("criticality", Criticality), ("horizon", Horizon))
        if inputs.get(name)
    ]
    if values["tag"] and asked:
        values["urgency"] = ", ".join(asked)
        told.append(_("%(tag)s makes it: %(urgency)s.") % values)
    return told


def _how_category(decision: RoutingDecision, inputs: dict[str, Any]) -> str:
    by = inputs.get("category")
    named = decision.category.name if decision.category else ""
    if inputs.get("danger"):
        return _("These words mean danger: the people on duty are told at once.")
    if by == rules.GIVEN:
        return _("The kind “%(kind)s” was chosen by a person.") % {"kind": named}
    if by == rules.KIND:
        return _("Questions and suggestions go to the call centre.")
    if decision.rule == rules.ELSEWHERE:
        return _("This kind is never sent to the office complained about.")
    return ""


def _how_place(decision: RoutingDecision, inputs: dict[str, Any]) -> str:
    how = inputs.get("place")
    if decision.area is None or how in (None, places.WORDS):
        return ""
    values = {
        "area": decision.area.name,
        "pin": inputs.get("pin", ""),
        "metres": inputs.get("metres", 0),
    }
    if how == places.POINT and inputs.get("metres"):
        return (
            _("No area holds the map point; %(area)s is nearest, %(metres)s m away.")
            % values
        )
    texts = {
        places.CONNECTION: _("The connection lies in %(area)s."),
        places.POINT: _("The map point lies in %(area)s."),
        places.NAMED: _("The place %(area)s was chosen by a person."),
        places.PIN: _("The PIN %(pin)s lies in %(area)s."),
    }
    return texts.get(how, "") % values


def _agreeing(inputs: dict[str, Any]) -> list[str]:
    agree = inputs.get("agree", ())
    texts = {
        places.POINT: _("The map point agrees."),
        places.NAMED: _("The chosen place agrees."),
        places.PIN: _("The PIN %(pin)s agrees."),
        places.WORDS: _("The words agree."),
    }
    return [
        texts[how] % {"pin": inputs.get("pin", "")} for how in agree if how in texts
    ]


def _contradicting(inputs: dict[str, Any]) -> list[str]:
    texts = {
        places.CONNECTION: _("But the connection lies in %(area)s."),
        places.POINT: _("But the map point lies in %(area)s."),
        places.NAMED: _("But the place %(area)s was chosen."),
        places.PIN: _("But the PIN %(pin)s lies in %(area)s."),
        places.WORDS: _("But the words name %(area)s."),
    }
    told = []
    for how, pk in inputs.get("against", ()):
        area = reference.area(pk)
        if area is not None and how in texts:
            values = {"area": area.name, "pin": inputs.get("pin", "")}
            told.append(texts[how] % values)
    return told


def _overlaps(inputs: dict[str, Any]) -> str:
    """Other areas that the winning clue could mean as well."""
    others = [area for pk in inputs.get("others", ()) if (area := reference.area(pk))]
    if not others:
        return ""
    values = {"areas": _names(others), "pin": inputs.get("pin", "")}
    if inputs.get("place") == places.POINT:
        return (
            ngettext(
                "%(areas)s overlaps there; the smallest wins, then the lower code.",
                "%(areas)s overlap there; the smallest wins, then the lower code.",
                len(others),
            )
            % values
        )
    if inputs.get("place") == places.PIN:
        return _("The PIN %(pin)s is also shared by %(areas)s.") % values
    return _("Also named: %(areas)s.") % values


def _names(areas: list[Area]) -> str:
    return ", ".join(area.name for area in areas[:3])


def _next(decision: RoutingDecision) -> str:
    others = []
    for guess in decision.runners_up[:2]:
        category = reference.category(guess["category"])
        if category is not None:
            share = round(100 * guess["share"])
            others.append(f"{category.name} ({share} %)")
    if not others:
        return ""
    return _("Next likely: %(kinds)s.") % {"kinds": ", ".join(others)}
