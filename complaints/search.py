"""Complaints by number, phone, consumer number, name or words, in any script.

Two stages: first what the trigram index finds, then the queryset given (`visible_to`
and filters) over the newest of it, batch by batch, until a page is full. Left to
choose, PostgreSQL walks the newest complaints for a rare word, which takes seconds; for
a very common one, that walk is the quick way.
"""

import unicodedata
from collections.abc import Iterator

from django.db import connection

from complaints.models import Complaint, ContactPoint
from complaints.number import WrongNumber, check
from complaints.phones import BadPhone, parse_phone
from complaints.scope import ComplaintQuerySet
from complaints.text import fold
from officers.trees import roots

# The newest hits of digits that are looked at; who needs more types more of them.
MOST_HITS = 2000
# How many hits are held against the reader's rights at a time: most readers' first
# page is in the first batch; one who sees a single ward needs more of them. Of more
# than the last at a time PostgreSQL would not look up each hit in the ledger, but read
# all legs of the reader's offices.
FIRST_BATCH, GROWTH, LAST_BATCH = 150, 3, 1200
# PostgreSQL's index gives hits in no order. A word in more than one of fifty of the
# newest complaints is looked for by walking back from them, so far and no farther.
INDEXED_HITS = 50_000
SAMPLE, COMMON_IN_SAMPLE = 2000, 40
WALK = 100_000
LONGEST_QUERY = 200
MOST_TERMS = 8
LEAST_DIGITS = 4
_BETWEEN_DIGITS = frozenset(" +-()/.")


def search(
    queryset: ComplaintQuerySet,
    typed: str,
    *,
    below: int | None = None,
    most: int | None = None,
) -> ComplaintQuerySet:
    """`queryset` narrowed to what was typed, newest first; nothing typed, nothing.

    With `most` it stops at so many rows, and begins at keys under `below`: a page.
    """
    asked = typed[:LONGEST_QUERY]
    try:
        return queryset.filter(number=check(asked))
    except WrongNumber:
        pass
    digits = digits_of(asked)
    batches = _by_digits(digits, below) if digits else _by_words(terms_of(asked), below)
    return queryset.filter(pk__in=_seen(queryset, batches, most)).order_by("-pk")


def _seen(
    queryset: ComplaintQuerySet, batches: Iterator[list[int]], most: int | None
) -> list[int]:
    """The keys among the hits that `queryset` holds."""
    rows = queryset.order_by().values_list("pk", flat=True)
    seen: list[int] = []
    for batch in batches:
        seen += rows.filter(pk__in=batch)
        if most is not None and len(seen) >= most:
            break
    return seen


def _cut(found: list[int]) -> Iterator[list[int]]:
    start, size = 0, FIRST_BATCH
    while start < len(found):
        yield found[start : start + size]
        start, size = start + size, _grown(size)


def _grown(size: int) -> int:
    return min(size * GROWTH, LAST_BATCH)


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


def _by_digits(digits: str, below: int | None) -> Iterator[list[int]]:
    rows = Complaint.objects.filter(connection__number=digits).order_by("-pk")
    found = set(rows.values_list("pk", flat=True)[:MOST_HITS])
    # A contact learned later is not in the text of the complaints before it.
    owners = _owners_of(digits)
    if owners:
        rows = Complaint.objects.filter(citizen_id__in=owners).order_by("-pk")
        found.update(rows.values_list("pk", flat=True)[:MOST_HITS])
    found.update(hits([digits.lstrip("0")]))
    newest = sorted(found, reverse=True)
    return _cut([pk for pk in newest if below is None or pk < below])


def _owners_of(digits: str) -> list[int]:
    try:
        address = parse_phone(digits if len(digits) <= 11 else f"+{digits.lstrip('0')}")
    except BadPhone:
        return []
    # With every root named, the index that begins with it serves.
    points = ContactPoint.objects.filter(
        root_id__in=roots(), channel=ContactPoint.Channel.PHONE, address=address
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
    if not terms:
        return []
    if connection.vendor == "sqlite":
        return _ids(
            "SELECT rowid FROM complaints_search WHERE complaints_search MATCH %s"
            " ORDER BY rowid DESC LIMIT %s",
            [_match(terms), MOST_HITS],
        )
    return _indexed(terms, MOST_HITS)


def _by_words(terms: list[str], below: int | None) -> Iterator[list[int]]:
    if not terms:
        return iter(())
    if connection.vendor == "sqlite":
        found = hits(terms)
    else:
        many, newest = _in_sample(terms)
        if many > COMMON_IN_SAMPLE:
            return _walked(terms, newest, below)
        found = _indexed(terms, INDEXED_HITS)
    return _cut([pk for pk in found if below is None or pk < below])


def _walked(terms: list[str], newest: int, below: int | None) -> Iterator[list[int]]:
    """Back from the newest complaint, or from `below`, so far and no farther."""
    holds, patterns = _holds(terms)
    start, size = (newest + 1 if below is None else below), FIRST_BATCH
    while batch := _ids(
        f"SELECT id FROM complaints_complaint WHERE {holds}"  # noqa: S608 (only %s joined)
        " AND id < %s AND id > %s ORDER BY id DESC LIMIT %s",
        [*patterns, start, newest - WALK, size],
    ):
        yield batch
        start, size = batch[-1], _grown(size)


def _match(terms: list[str]) -> str:
    return " ".join('"{}"'.format(term.replace('"', '""')) for term in terms)


def _indexed(terms: list[str], most: int) -> list[int]:
    holds, patterns = _holds(terms)
    return _ids(
        "WITH hits AS MATERIALIZED (SELECT id FROM complaints_complaint"  # noqa: S608 (only %s joined)
        f" WHERE {holds} LIMIT %s) SELECT id FROM hits ORDER BY id DESC LIMIT %s",
        [*patterns, INDEXED_HITS, most],
    )


def _in_sample(terms: list[str]) -> tuple[int, int]:
    """How many of the newest complaints hold the terms, and the newest's key."""
    holds, patterns = _holds(terms)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FILTER (WHERE {holds}), COALESCE(MAX(id), 0)"  # noqa: S608 (only %s joined)
            " FROM (SELECT id, search_text FROM complaints_complaint"
            " ORDER BY id DESC LIMIT %s) AS newest",
            [*patterns, SAMPLE],
        )
        many, newest = cursor.fetchone()
        return int(many), int(newest)


def _holds(terms: list[str]) -> tuple[str, list[str]]:
    patterns = [f"%{_escaped(term)}%" for term in terms]
    return " AND ".join(["search_text LIKE %s"] * len(patterns)), patterns


def _escaped(term: str) -> str:
    for special in ("\\", "%", "_"):
        term = term.replace(special, f"\\{special}")
    return term


def _ids(query: str, params: list[str | int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return [row[0] for row in cursor.fetchall()]
