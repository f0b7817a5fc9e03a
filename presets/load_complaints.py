"""Categories, their times and words, and the lists that officers choose from."""

from typing import Any, TypeVar

from django.apps import apps

from complaints.models import Category, Cause, RejectReason, Source
from complaints.text import fold
from escalation.models import Compensation, EmergencyPhrase, Hashtag, ServiceLevel
from feedback.models import PanelItem
from presets.rows import CategoryRow, ReasonRow, SourceRow
from presets.stage import Stage, joined
from presets.sync import end, indexed, remove, sync

N = TypeVar("N", Source, RejectReason)


def categories(stage: Stage) -> None:
    rows = stage.preset.categories
    there = Category.objects.filter(organisation_id__in=stage.organisation_ids())
    known = indexed(there, lambda row: row.code)
    wanted = {
        row.code: _category(stage, row) | stage.if_back("categories", row.code)
        for row in rows
    }
    stage.categories = sync(Category, known, wanted, stage.tally)
    gone = stage.written("categories", [row.code for row in rows])
    left = [known[code] for code in gone if code in known]
    end(Category, left, stage.tally, last_day=stage.last_day)


def _category(stage: Stage, row: CategoryRow) -> dict[str, Any]:
    return {
        "organisation_id": stage.organisations[row.organisation].pk,
        "code": row.code,
        "group_code": row.group_code,
        "group_names": row.group_names,
        "names": row.names,
        "department_id": stage.departments[row.department].pk,
        "criticality": row.criticality,
        "horizon": row.horizon,
        "words": row.words,
        "hashtags": row.hashtags,
        "ask": row.ask,
        "burst": row.burst,
        "safety": row.safety,
        "photo_required": row.photo_required,
        "reading_required": row.reading_required,
        "code_required": row.code_required,
        "confidential": row.confidential,
        "reopen_days": row.reopen_days,
        "answered_elsewhere": row.answered_elsewhere,
    }


def panel_items(stage: Stage) -> None:
    """What a "no" in the monthly area panel becomes."""
    ids = {row.pk: code for code, row in stage.organisations.items()}
    there = indexed(
        PanelItem.objects.filter(organisation_id__in=ids),
        lambda row: (ids[row.organisation_id], row.item),
    )
    wanted = {
        (row.organisation, row.item): {
            "organisation_id": stage.organisations[row.organisation].pk,
            "item": row.item,
            "category_id": stage.categories[row.category].pk,
        }
        for row in stage.preset.panel
    }
    sync(PanelItem, there, wanted, stage.tally)
    gone = stage.written("panel", [joined(*key) for key in wanted])
    old = [row for key, row in there.items() if joined(*key) in gone]
    remove(PanelItem, old, stage.tally)


def prescribed_times(stage: Stage) -> None:
    ids = {row.pk: code for code, row in stage.categories.items()}
    there = indexed(
        ServiceLevel.objects.filter(category_id__in=ids),
        lambda row: (ids[row.category_id], row.area_kind, row.valid_from),
    )
    wanted = {
        (row.category, row.area_kind, row.valid_from): {
            "category_id": stage.categories[row.category].pk,
            "area_kind": row.area_kind,
            "hours": row.hours,
            "calendar_id": stage.calendars[row.calendar].pk,
            "basis": row.basis,
            "source": row.source,
            "valid_from": row.valid_from,
        }
        | stage.if_back("times", row.category, row.area_kind, row.valid_from)
        for row in stage.preset.times
    }
    sync(ServiceLevel, there, wanted, stage.tally)
    gone = stage.written("times", [joined(*key) for key in wanted])
    left = [row for key, row in there.items() if joined(*key) in gone]
    end(ServiceLevel, left, stage.tally, last_day=stage.last_day)


def compensations(stage: Stage) -> None:
    ids = {row.pk: code for code, row in stage.categories.items()}
    there = indexed(
        Compensation.objects.filter(category_id__in=ids),
        lambda row: (ids[row.category_id], row.valid_from),
    )
    wanted = {
        (row.category, row.valid_from): {
            "category_id": stage.categories[row.category].pk,
            "amount": row.amount,
            "per": row.per,
            "most": row.most,
            "pay_within_days": row.pay_within_days,
            "source": row.source,
            "valid_from": row.valid_from,
        }
        | stage.if_back("compensations", row.category, row.valid_from)
        for row in stage.preset.compensations
    }
    sync(Compensation, there, wanted, stage.tally)
    gone = stage.written("compensations", [joined(*key) for key in wanted])
    left = [row for key, row in there.items() if joined(*key) in gone]
    end(Compensation, left, stage.tally, last_day=stage.last_day)


def emergency_words(stage: Stage) -> None:
    ids = {row.pk: code for code, row in stage.organisations.items()}
    there = indexed(
        EmergencyPhrase.objects.filter(organisation_id__in=ids),
        lambda row: (ids[row.organisation_id], row.words),
    )
    wanted = {
        (row.organisation, row.words): {
            "organisation_id": stage.organisations[row.organisation].pk,
            "language": row.language,
            "words": row.words,
            "category_id": stage.categories[row.category].pk if row.category else None,
        }
        for row in stage.preset.emergency
    }
    sync(EmergencyPhrase, there, wanted, stage.tally)
    gone = stage.written("emergency", [joined(*key) for key in wanted])
    old = [row for key, row in there.items() if joined(*key) in gone]
    remove(EmergencyPhrase, old, stage.tally)


def hashtags(stage: Stage) -> None:
    """Also on the desk of an organisation that another preset brought."""
    rows = stage.preset.hashtags
    codes = {stage.organisation(row.organisation).pk: row.organisation for row in rows}
    there = indexed(
        Hashtag.objects.filter(organisation_id__in=codes),
        lambda row: (codes[row.organisation_id], row.folded),
    )
    wanted = {
        (row.organisation, fold(row.tag)): {
            "organisation_id": stage.organisation(row.organisation).pk,
            "tag": row.tag,
            "folded": fold(row.tag),
            "target_id": stage.organisation(row.target).pk,
            "criticality": row.criticality,
            "horizon": row.horizon,
        }
        | stage.if_back("hashtags", row.organisation, fold(row.tag))
        for row in rows
    }
    sync(Hashtag, there, wanted, stage.tally)
    gone = stage.written("hashtags", [joined(*key) for key in wanted])
    desks = Hashtag.objects.select_related("organisation")
    left = [
        row
        for row in (desks.filter(valid_to=None) if gone else ())
        if joined(row.organisation.code, row.folded) in gone
    ]
    end(Hashtag, left, stage.tally, last_day=stage.last_day)


def choices(stage: Stage) -> None:
    """Ways in and reasons are shared by all organisations: the last preset names them.

    They never end here, for another preset may want them.
    """
    _shared(stage, Source, stage.preset.sources)
    _shared(stage, RejectReason, stage.preset.reject_reasons)
    _wrap_up_codes(stage)
    _causes(stage)


def _shared(stage: Stage, model: type[N], rows: list[Any]) -> None:
    known = indexed(model._default_manager.all(), lambda row: row.code)
    sync(model, known, {row.code: _shared_values(row) for row in rows}, stage.tally)


def _shared_values(row: SourceRow | ReasonRow) -> dict[str, Any]:
    return {"code": row.code, "names": row.names}


def _wrap_up_codes(stage: Stage) -> None:
    # A door imports no other door: the call centre's table goes by its name.
    model: type[Any] = apps.get_model("helpline", "WrapUpCode")
    known = indexed(model._default_manager.all(), lambda row: row.code)
    wanted = {
        row.code: {"code": row.code, "names": row.names, "counts_as": row.counts_as}
        for row in stage.preset.wrapups
    }
    sync(model, known, wanted, stage.tally)


def _causes(stage: Stage) -> None:
    ids = {row.pk: code for code, row in stage.organisations.items()}
    there = indexed(
        Cause.objects.filter(organisation_id__in=ids),
        lambda row: (ids[row.organisation_id], row.code),
    )
    wanted = {
        (row.organisation, row.code): {
            "organisation_id": stage.organisations[row.organisation].pk,
            "code": row.code,
            "department_id": stage.department_id(row.department),
            "names": row.names,
        }
        for row in stage.preset.causes
    }
    sync(Cause, there, wanted, stage.tally)
    gone = stage.written("causes", [joined(*key) for key in wanted])
    left = [row for key, row in there.items() if joined(*key) in gone]
    end(Cause, left, stage.tally, last_day=None)
