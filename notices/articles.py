"""Answers for people who ask and do not complain: found while the caller speaks.

An organisation has a few hundred, so they are kept in the process and scored there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.text import loose, search_text, tokens
from notices.models import Article
from notices.texts import REFERENCE
from officers.models import Area, Organisation
from officers.trees import area_path, organisation_path, organisation_subtree
from operations.generation import ReferenceCache

TOPICS: dict[str, str | Promise] = {
    "supply": _("Supply"),
    "interruption": _("Interruptions"),
    "billing": _("Bills"),
    "payment": _("Paying online"),
    "connection": _("New connection"),
    "meter": _("Meter"),
    "water": _("Water"),
    "property_tax": _("Property tax"),
    "waste": _("Waste"),
    "roads": _("Roads"),
    "certificates": _("Certificates"),
    "safety": _("Safety"),
    "complaints": _("Complaints"),
}
# A word of the title or a search word says more than one somewhere in the text.
TITLE, BODY, BEGINNING = 4, 1, 2
SHORTEST_BEGINNING = 3
LONGEST_TYPED = 300


@dataclass(frozen=True, slots=True)
class Topic:
    code: str
    label: str
    articles: list[Article]


@dataclass(frozen=True, slots=True)
class _Indexed:
    article: Article
    title: frozenset[str]
    body: frozenset[str]


def find(
    organisation_ids: Collection[int],
    typed: str,
    *,
    area: Area | None = None,
    limit: int = 5,
    on: date | None = None,
) -> list[Article]:
    """The best first; of equal ones those of the caller's area.

    `on` is today: without it, an article whose end is set at all counts as ended.
    """
    asked = {loose(token) for token in tokens(typed[:LONGEST_TYPED])}
    places = area_path(area.pk) if area else []
    scored = []
    for indexed in _of(organisation_ids, on):
        near = _nearness(indexed.article, places)
        score = _score(indexed, asked)
        if score and near is not None:
            scored.append((-score, near, indexed.article.pk, indexed.article))
    return [article for *_rank, article in sorted(scored, key=lambda s: s[:3])[:limit]]


def topics(organisation: Organisation, on: date | None = None) -> list[Topic]:
    """What /help/ shows: the organisation's topics with their articles."""
    by_topic: dict[str, list[Article]] = {}
    for indexed in _of(organisation_path(organisation.pk), on):
        by_topic.setdefault(indexed.article.topic, []).append(indexed.article)
    order = [*TOPICS, *(code for code in by_topic if code not in TOPICS)]
    return [
        Topic(code, str(TOPICS.get(code, code)), by_topic[code])
        for code in order
        if code in by_topic
    ]


def one(
    organisation: Organisation, code: str, on: date | None = None
) -> Article | None:
    """The article of this code: the organisation's, its parents', or one below."""
    ids = [*organisation_path(organisation.pk), *organisation_subtree(organisation.pk)]
    found = (indexed.article for indexed in _of(dict.fromkeys(ids), on))
    return next((article for article in found if article.code == code), None)


def search_words(
    titles: Mapping[str, str], bodies: Mapping[str, str], words: Iterable[str]
) -> str:
    """What goes into `search_text`."""
    return search_text(*titles.values(), *words, *bodies.values())


def _read() -> dict[int, list[_Indexed]]:
    found: dict[int, list[_Indexed]] = {}
    for article in Article.objects.select_related("area").order_by("topic", "code"):
        found.setdefault(article.organisation_id, []).append(_index(article))
    return found


_articles = ReferenceCache(REFERENCE, _read)


def _index(article: Article) -> _Indexed:
    title = _words_of(search_text(*article.titles.values(), *article.words))
    return _Indexed(article, title, _words_of(article.search_text) - title)


def _words_of(text: str) -> frozenset[str]:
    return frozenset(map(loose, tokens(text)))


def _of(organisation_ids: Collection[int], on: date | None) -> list[_Indexed]:
    articles = _articles.get()
    return [
        indexed
        for pk in organisation_ids
        for indexed in articles.get(pk, ())
        if _valid(indexed.article, on)
    ]


def _valid(article: Article, on: date | None) -> bool:
    if article.valid_to is None:
        return True
    return on is not None and article.valid_to >= on


def _nearness(article: Article, places: Sequence[int]) -> int | None:
    """0 is the caller's own area; None: of another area, nothing to this caller."""
    if article.area_id is None:
        return len(places)
    if not places:
        return 1  # nobody said where: after the general ones
    return places.index(article.area_id) if article.area_id in places else None


def _score(indexed: _Indexed, asked: Collection[str]) -> int:
    return sum(_word_score(indexed, word) for word in asked)


def _word_score(indexed: _Indexed, word: str) -> int:
    if word in indexed.title:
        return TITLE
    if word in indexed.body:
        return BODY
    long_enough = len(word) >= SHORTEST_BEGINNING
    if long_enough and any(t.startswith(word) for t in indexed.title):
        return BEGINNING
    return 0
