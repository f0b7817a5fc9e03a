"""What people ask without a complaint: articles, and the numbers to call."""

from collections.abc import Iterable
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from notices import articles
from notices.models import Article
from officers.models import Organisation
from officers.names import localised
from officers.trees import organisation_subtree, root_of
from portal import offers
from portal.fields import storable

Link = tuple[str, str]


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    day = timezone.now().date()
    asked = storable(request.GET)
    typed = asked.get("q", "")[:200]
    roots = offers.organisations(day)
    chosen = offers.organisation(asked.get("org", ""), day)
    if chosen is None and len(roots) == 1:
        chosen = roots[0]
    context = {
        "organisations": roots,
        "organisation": chosen,
        "typed": typed,
        "found": _search([chosen] if chosen else roots, typed, day),
        "topics": _topics(chosen, day) if chosen and not typed else [],
    }
    return render(request, "portal/help.html", context)


@require_safe
def article(request: HttpRequest, org: str, code: str) -> HttpResponse:
    day = timezone.now().date()
    organisation = offers.organisation(org, day)
    found = articles.one(organisation, code, day) if organisation else None
    if organisation is None or found is None:
        raise Http404
    context = {
        "organisation": organisation,
        "title": localised(found.titles),
        "body": localised(found.bodies),
    }
    return render(request, "portal/article.html", context)


def _search(roots: list[Organisation], typed: str, day: date) -> list[Link]:
    if not typed:
        return []
    ids = {pk for each in roots for pk in organisation_subtree(each.pk)}
    codes = {each.pk: each.code for each in roots}
    return [
        _link(each, codes[root_of(each.organisation_id)])
        for each in articles.find(ids, typed, limit=20, on=day)
    ]


def _topics(organisation: Organisation, day: date) -> Iterable[tuple[str, list[Link]]]:
    return [
        (topic.label, [_link(each, organisation.code) for each in topic.articles])
        for topic in articles.topics(organisation, day)
    ]


def _link(found: Article, code: str) -> Link:
    return localised(found.titles), reverse("portal:article", args=[code, found.code])
