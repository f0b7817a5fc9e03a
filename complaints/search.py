"""Complaints by number, phone, consumer number, name or words, in any script.

Two stages: the trigram index gives the newest hits, then the caller's queryset
(`visible_to`, an order, a page) is laid over them. In one statement the planner may
walk the date index instead, and a rare word takes seconds.
"""

import unicodedata
from collections.abc import Callable

from django.db import connection

from complaints.models import Complaint, ContactPoint
from complaints.number import WrongNumber, check
from complaints.phones import BadPhone, parse_phone
from complaints.scope import ComplaintQuerySet
from complaints.text import fold

# How many of the newest hits are looked at; who needs more adds a word.
MOST_HITS = 2000
# PostgreSQL's index gives hits in no order: above this many, a word is so common
# that walking back from the newest complaint finds enough of them at once.
COMMON = 20_000
NEWEST_OF_COMMON = 500
LONGEST_QUERY = 200
MOST_TERMS = 8
LEAST_DIGITS = 4
_BETWEEN_DIGITS = frozenset(" +-()/.")


def search(queryset: ComplaintQuerySet, typed: str) -> ComplaintQuerySet:
    """`queryset` narrowed to what was typed, newest first; nothing typed, nothing."""
    asked = typed[:LONGEST_QUERY]
    try:
        return queryset.filter(number=check(asked))
    except WrongNumber:
        pass
    digits = digits_of(asked)
    found = _by_digits(digits) if digits else hits(terms_of(asked))
    return queryset.filter(pk__in=found).order_by("-pk")


def digits_of(typed: str) -> str:
    """The digits of a phone or consumer number typed in any form, else ""."""
    kept = []
    for character in typed:
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            kept.append(str(digit))
        elif character not in _BETWEEN_DIGITS and _is_ink(character):
            return ""
    return "".join(kept) if len(kept) >= LEAST_DIGITS else ""


def _is_ink(character: str) -> bool:
    return unicodedata.category(character) not in {"Zs", "Cf", "Cc", "Pd"}


def _by_digits(digits: str) -> list[int]:
    rows = Complaint.objects.filter(connection__number=digits).order_by("-pk")
    found = set(rows.values_list("pk", flat=True)[:MOST_HITS])
    # A contact learned later is not in the text of the complaints before it.
    owners = _owners_of(digits)
    if owners:
        rows = Complaint.objects.filter(citizen_id__in=owners).order_by("-pk")
        found.update(rows.values_list("pk", flat=True)[:MOST_HITS])
    found.update(hits([digits.lstrip("0")]))
    return sorted(found, reverse=True)


def _owners_of(digits: str) -> list[int]:
    try:
        address = parse_phone(digits if len(digits) <= 11 else f"+{digits.lstrip('0')}")
    except BadPhone:
        return []
    points = ContactPoint.objects.filter(
        channel=ContactPoint.Channel.PHONE, address=address
    )
    return list(points.values_list("citizen_id", flat=True)[:20])


def terms_of(typed: str) -> list[str]:
    """Folded terms. A word of two letters (नल) is met at the start of a word only.

    An index of trigrams knows nothing shorter than three characters, the space
    before a word among them; one letter alone is left out.
    """
    cleaned = "".join(c for c in typed if unicodedata.category(c) != "Cs")
    terms = [
        word if len(word) >= 3 else f" {word}"
        for word in fold(cleaned.replace("\0", " ")).split()
        if len(word) >= 2
    ]
    return terms[:MOST_TERMS]


def hits(terms: list[str]) -> list[int]:
    """The newest complaints whose text holds every term. Sees all organisations."""
    if not any(len(term.strip()) >= 2 for term in terms):
        return []
    back_end = _BACK_ENDS.get(connection.vendor, _postgresql)
    return back_end(terms)


def _sqlite(terms: list[str]) -> list[int]:
    match = " ".join('"{}"'.format(term.replace('"', '""')) for term in terms)
    return _ids(
        "SELECT rowid FROM complaints_search WHERE complaints_search MATCH %s"
        " ORDER BY rowid DESC LIMIT %s",
        [match, MOST_HITS],
    )


def _postgresql(terms: list[str]) -> list[int]:
    patterns = [f"%{_escaped(term)}%" for term in terms]
    holds = " AND ".join(["search_text LIKE %s"] * len(patterns))
    found = _ids(
        "WITH hits AS MATERIALIZED (SELECT id FROM complaints_complaint"  # noqa: S608 (only %s joined)
        f" WHERE {holds} LIMIT %s) SELECT id FROM hits ORDER BY id DESC",
        [*patterns, COMMON],
    )
    if len(found) < COMMON:
        return found[:MOST_HITS]
    return _ids(
        f"SELECT id FROM complaints_complaint WHERE {holds} ORDER BY id DESC LIMIT %s",  # noqa: S608 (only %s joined)
        [*patterns, NEWEST_OF_COMMON],
    )


def _escaped(term: str) -> str:
    for special in ("\\", "%", "_"):
        term = term.replace(special, f"\\{special}")
    return term


def _ids(query: str, params: list[str | int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return [row[0] for row in cursor.fetchall()]


_BACK_ENDS: dict[str, Callable[[list[str]], list[int]]] = {"sqlite": _sqlite}
