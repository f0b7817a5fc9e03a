"""Every text, JSON and file field of every model of ours says what it may hold."""

from django.apps import apps
from django.conf import settings
from django.db import models

from operations.privacy import NONE, PERSONAL, WORDS

KINDS = (models.CharField, models.TextField, models.JSONField, models.FileField)


def ours() -> list[type[models.Model]]:
    house = {path.parent.name for path in settings.BASE_DIR.glob("*/apps.py")}
    return [m for m in apps.get_models() if m._meta.app_label in house]


def test_every_field_that_can_hold_words_is_classified() -> None:
    missing = [
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.local_fields
        if isinstance(field, KINDS)
        and getattr(model, "PRIVACY", {}).get(field.name) not in (NONE, PERSONAL, WORDS)
    ]
    assert not missing, missing


def test_no_classification_is_left_over() -> None:
    left = [
        f"{model.__name__}.{name}"
        for model in ours()
        for name in getattr(model, "PRIVACY", {})
        if name not in {field.name for field in model._meta.get_fields()}
    ]
    assert not left, left


def test_events_hold_no_words() -> None:
    event = apps.get_model("complaints", "Event")
    assert set(event.PRIVACY.values()) == {NONE}
