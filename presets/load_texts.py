"""What is said to people: message templates and help articles."""

from typing import Any

from notices.models import Article, Template
from presets.rows_more import ArticleRow
from presets.stage import Stage, joined
from presets.sync import end, indexed, remove, sync


def templates(stage: Stage) -> None:
    """One set of texts for each root organisation of the preset."""
    roots = {root.pk: root.code for root in stage.roots()}
    there = indexed(
        Template.objects.filter(organisation_id__in=roots),
        lambda row: (roots[row.organisation_id], row.key, row.language, row.channel),
    )
    wanted = {
        (code, row.key, row.language, row.channel): {
            "organisation_id": pk,
            "key": row.key,
            "audience": row.audience,
            "language": row.language,
            "channel": row.channel,
            "text": row.text,
        }
        for pk, code in roots.items()
        for row in stage.preset.templates
    }
    sync(Template, there, wanted, stage.tally)
    gone = stage.written("templates", [joined(*key) for key in wanted])
    old = [row for key, row in there.items() if joined(*key) in gone]
    remove(Template, old, stage.tally)


def articles(stage: Stage) -> None:
    ids = {row.pk: code for code, row in stage.organisations.items()}
    there = indexed(
        Article.objects.filter(organisation_id__in=ids),
        lambda row: (ids[row.organisation_id], row.code),
    )
    wanted = {
        (row.organisation, row.code): _article(stage, row)
        | stage.if_back("articles", row.organisation, row.code)
        for row in stage.preset.articles
    }
    sync(Article, there, wanted, stage.tally)
    gone = stage.written("articles", [joined(*key) for key in wanted])
    left = [row for key, row in there.items() if joined(*key) in gone]
    end(Article, left, stage.tally, last_day=stage.last_day)


def _article(stage: Stage, row: ArticleRow) -> dict[str, Any]:
    return {
        "organisation_id": stage.organisations[row.organisation].pk,
        "area_id": stage.area_id(row.area),
        "code": row.code,
        "topic": row.topic,
        "titles": row.titles,
        "bodies": row.bodies,
        "words": row.words,
        "search_text": stage.prepared.article_texts[row.organisation, row.code],
    }
