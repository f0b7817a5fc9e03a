"""Every ModelAdmin extends this: only rows of the own organisations, no delete."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.forms.models import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst

from officers.models import Officer, Organisation, Posting, Role
from officers.names import NamesField
from officers.names_widget import NamesFormField
from officers.reference import organisations
from officers.trees import organisation_path, organisation_subtree
from operations.generation import bump

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[models.Model]
    _Inline = admin.StackedInline[Any, Any]
else:
    _Base = admin.ModelAdmin  # subscriptable in the stubs only
    _Inline = admin.StackedInline  # each box has its label

# Roles that may look at settings, and those that may change them.
READERS = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.COMMISSIONER, Role.AUDITOR})
WRITERS = frozenset({Role.ADMIN})


def _written(page: HttpResponse) -> HttpResponse:
    """Now, while the time zone is the reader's, not when the view has returned."""
    return page.render() if isinstance(page, SimpleTemplateResponse) else page


class ScopedAdmin(_Base):
    """Rows of organisations where the signed-in officer is posted as administrator.

    `organisation_field` is the path to the organisation ("" for rows shared by all,
    which only a superuser changes). `reference` names the caches that a change bumps.
    `when_empty` stands in a list without a row: what it is for, what is so without.
    """

    organisation_field = "organisation"
    reference = ""
    read_only = False
    when_empty: str | Promise = ""
    change_list_template = "admin/scoped_list.html"
    formfield_overrides = {NamesField: {"form_class": NamesFormField}}
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count every row of every choice
    list_per_page = 50

    def _organisations(self, request: HttpRequest, roles: frozenset[str]) -> set[int]:
        user = request.user
        if not isinstance(user, Officer):
            return set()
        cached: dict[frozenset[str], set[int]] = request.__dict__.setdefault(
            "_admin_organisations", {}
        )
        if roles not in cached:
            cached[roles] = {
                pk
                for posting in Posting.objects.on(timezone.localdate()).filter(
                    officer=user, role__in=roles, area=None
                )
                for pk in organisation_subtree(posting.organisation_id)
            }
        return cached[roles]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[models.Model]:
        rows = super().get_queryset(request)
        if getattr(request.user, "is_superuser", False) or not self.organisation_field:
            return rows
        mine = self._organisations(request, READERS)
        return rows.filter(**{f"{self.organisation_field}__in": mine})

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Django's own "Select ... to view" is in English where it has no translation.
        context = {"title": capfirst(self.opts.verbose_name_plural)}
        with timezone.override(self._zone(request)):
            page = super().changelist_view(request, context | (extra_context or {}))
            return _written(page)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        with timezone.override(self._zone(request)):
            page = super().changeform_view(request, object_id, form_url, extra_context)
            return _written(page)

    def _zone(self, request: HttpRequest) -> str:
        """Moments are shown and typed by the clock of the reader's organisation."""
        mine = self._organisations(request, READERS)
        return organisations.get()[min(mine)].timezone if mine else settings.TIME_ZONE

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return self._may(request, READERS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_write(request)

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return self._may_write(request) and (obj is None or self._mine(request, obj))

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False  # nothing is deleted: it ends

    def _may(self, request: HttpRequest, roles: frozenset[str]) -> bool:
        if getattr(request.user, "is_superuser", False):
            return True
        return bool(self._organisations(request, roles))

    def _may_write(self, request: HttpRequest) -> bool:
        if self.read_only:
            return False
        if not self.organisation_field:
            return bool(getattr(request.user, "is_superuser", False))
        return self._may(request, WRITERS)

    def _mine(self, request: HttpRequest, obj: models.Model) -> bool:
        """Who is administrator here and auditor there reads there and changes here."""
        if getattr(request.user, "is_superuser", False) or not self.organisation_field:
            return True
        own = {f"{self.organisation_field}__in": self._organisations(request, WRITERS)}
        return self.model._default_manager.filter(pk=obj.pk, **own).exists()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page offers to filter by.

        Django takes any column of the row: ?password__startswith= or a beginning of a
        message's text tells a secret letter by letter.
        """
        offered = {name for name in self.list_filter if isinstance(name, str)}
        asked = lookup.split("__")[0]
        if asked not in offered | {"id", self.model._meta.pk.name}:
            return False
        return super().lookup_allowed(lookup, value, request)

    def formfield_for_foreignkey(
        self,
        db_field: "models.ForeignKey[Any, Any]",
        request: HttpRequest,
        **kwargs: Any,
    ) -> "ModelChoiceField[Any] | None":
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and field.queryset is not None:
            field.queryset = self._offered(request, field.queryset)
        return field

    def _offered(
        self, request: HttpRequest, rows: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        """Choices of a foreign key: only what belongs to the own organisations."""
        if getattr(request.user, "is_superuser", False):
            return rows
        mine = self._organisations(request, WRITERS)
        if rows.model is Organisation:
            return rows.filter(pk__in=mine)
        if rows.model is Officer:
            posted = rows.filter(postings__organisation__in=mine)
            fresh = rows.filter(postings=None, is_superuser=False)
            return (posted | fresh).distinct()
        if any(f.name == "organisation" for f in rows.model._meta.get_fields()):
            above = {up for pk in mine for up in organisation_path(pk)}
            return rows.filter(organisation__in=mine | above)
        return rows

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if self.reference:
            bump(self.reference)


class Inline(_Inline):
    """Rows under a row: whoever may change that one may change these."""

    extra = 0

    def has_view_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return True  # the page above was checked

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        above = self.admin_site.get_model_admin(self.parent_model)
        return above.has_change_permission(request, obj)

    def has_add_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return self.has_change_permission(request, obj)


# What each app offers to the site: config/admin.py registers it.
Admins = list[tuple[type[models.Model], type[ScopedAdmin]]]
