"""What the admin shows above a column or beside a field: every word can be Hindi."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.http import HttpRequest
from django.test import RequestFactory, TestCase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape

from complaints.models import Event, FailedReaction
from config.admin import OFFERING_APPS
from officers.models import Officer
from tests.base import NOW, WorldTestCase

Page = tuple[str, Any, Any]


def pages() -> Iterator[Page]:
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in OFFERING_APPS:
            continue
        yield model._meta.label, model, page
        for inline in page.get_inline_instances(asked()):
            yield inline.model._meta.label, inline.model, inline


def asked() -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = Officer(username="root", is_superuser=True, is_staff=True)
    return request


def labels(model: Any, page: Any) -> Iterator[tuple[str, object]]:
    columns = [*getattr(page, "list_display", ()), *getattr(page, "list_filter", ())]
    shown = {name for name in columns if isinstance(name, str)}
    forms: list[Any] = []
    of_a_row = isinstance(page, admin.ModelAdmin)
    new = [None] if may_add(page) else []
    # Some pages show more of a row that is there than of a new one.
    for row in [*new, model(pk=1)] if of_a_row else new:
        shown |= set(page.get_readonly_fields(asked(), row))
        if of_a_row:
            forms.append(page.get_form(asked(), row, change=row is not None))
        else:
            forms.append(page.get_formset(asked(), row).form)
        shown |= set(page.get_fields(asked(), row)) - set(forms[-1].base_fields)
    for name in sorted(shown - {"__str__", "id"}):
        yield name, label_for_field(name, model, page)
    for form in forms:
        yield from ((name, field.label) for name, field in form.base_fields.items())


def list_of(model: Any) -> str:
    about = model._meta
    return reverse(f"admin:{about.app_label}_{about.model_name}_changelist")


def may_add(page: Any) -> bool:
    row = () if isinstance(page, admin.ModelAdmin) else (None,)
    return bool(page.has_add_permission(asked(), *row))


class AdminLabelTests(TestCase):
    def test_it_has_no_label_that_is_english_for_everybody(self) -> None:
        fixed = {
            f"{place}.{name}"
            for place, model, page in pages()
            for name, label in labels(model, page)
            if not isinstance(label, Promise)
        }
        assert sorted(fixed) == []

    def test_it_calls_every_table_by_a_name_that_can_be_translated(self) -> None:
        for place, model, _page in pages():
            names = (model._meta.verbose_name, model._meta.verbose_name_plural)
            assert all(isinstance(name, Promise) for name in names), place


class EmptyListTests(TestCase):
    def test_it_says_what_a_list_is_for_while_nothing_is_in_it(self) -> None:
        root = Officer.objects.create_superuser("root", password="x")
        self.client.force_login(root)
        told = {
            place: (list_of(model), page)
            for place, model, page in pages()
            if getattr(page, "when_empty", "")
        }
        assert {"escalation.Skill", "escalation.Compensation"} <= set(told)
        for place, (path, page) in told.items():
            with self.subTest(place):
                sentence = escape(str(page.when_empty))
                assert sentence in self.client.get(path).content.decode()


class ClockTests(WorldTestCase):
    def test_it_shows_moments_by_the_organisations_clock(self) -> None:
        """09:12 in Pune, which is 03:42 of the same day in the database."""
        self.w.file()
        self.client.force_login(self.w.admin)
        row = FailedReaction.objects.create(
            event=Event.objects.latest("pk"), reaction="some.reaction", error="Fault",
            next_at=NOW,
        )  # fmt: skip
        for path in ("", f"{row.pk}/change/"):
            url = f"/admin/complaints/failedreaction/{path}"
            for language in ("en", "hi"):
                self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
                page = self.client.get(url).content.decode()
                assert "2026, 09:12" in page, (path, language)
