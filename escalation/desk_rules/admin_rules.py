"""Back office: the rules of the desk, as they are tried, in plain words."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ShowFacets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey, ManyToManyField, Model, QuerySet
from django.forms.models import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints.models import Category
from escalation import reference
from escalation.desk_rules import rule_order
from escalation.desk_rules.rule_checks import faults, switch
from escalation.desk_rules.rule_form import CheckList, RuleForm, light
from escalation.desk_rules.rule_parts import PREFETCH, Parts
from escalation.desk_rules.ruling_words import spoken
from escalation.models import RoutingRule
from escalation.trials.admin_trying import TryingAdmin
from officers.models import Area, Officer, Organisation
from officers.trees import organisation_subtree, root_of
from operations.generation import bump

MOVE = "move"
ON, OFF = "on", "off"


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(ON, _("Switched on")), (OFF, _("Switched off"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in (ON, OFF):
            return queryset.filter(active=self.value() == ON)
        return queryset


class HouseFilter(admin.SimpleListFilter):
    title = _("organisation")
    parameter_name = "house"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        keys = model_admin.get_queryset(request).values_list("organisation", flat=True)
        houses = (reference.organisation(pk) for pk in keys.order_by().distinct())
        return sorted((str(house.pk), str(house)) for house in houses)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(organisation=value) if value.isdecimal() else queryset


class RoutingRuleAdmin(TryingAdmin):
    """A new rule is off until somebody has read what it will do."""

    form = RuleForm
    reference = reference.LEVELS
    when_empty = _(
        "No rule yet: words, place and hashtags decide. Add a rule where you know "
        "better. It stays off until you have tried it."
    )
    list_display = ("place", "name", "state", "does", "organisation")
    list_display_links = ("name",)
    list_select_related = ("organisation",)
    list_filter = (StateFilter, HouseFilter)
    search_fields = ("name",)
    show_facets = ShowFacets.NEVER  # they count every state
    ordering = ("organisation", "position", "pk")
    actions = ("switch_on", "switch_off")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("organisation", "name"),
                    ("position", "valid_from", "valid_to", "active"),
                )
            },
        ),
        (
            _("If all of this holds"),
            {
                "description": _(
                    "What is left empty holds always. Of several lines or ticks one"
                    " is enough."
                ),
                "fields": (
                    ("words", "hashtags", "pattern"),
                    ("categories", "areas"),
                    ("sources", "accounts", "languages", "connection_kinds"),
                    ("hours", "polygon"),
                ),
            },
        ),
        (
            _("Then"),
            {
                "description": _("What is left empty is found as without the rule."),
                "fields": (
                    ("to_office", "to_department", "to_category", "to_organisation"),
                    ("pool", "flags", "criticality", "horizon"),
                ),
            },
        ),
    )

    class Media:
        css = {"all": ("css/rule.css",)}
        js = ("js/rule.js",)

    # The list ---------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).prefetch_related(*PREFETCH)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        own = (StateFilter.parameter_name, HouseFilter.parameter_name)
        return lookup in own or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("Number"))
    def place(self, obj: RoutingRule) -> str:
        return format_html(
            '<span class="rule-place">{} {}{}</span>',
            obj.position,
            _button(obj, rule_order.UP, "↑", _now("Move “%(rule)s” up")),
            _button(obj, rule_order.DOWN, "↓", _now("Move “%(rule)s” down")),
        )

    @admin.display(description=_("State"))
    def state(self, obj: RoutingRule) -> str:
        today = reference.local_day(obj.organisation_id, timezone.now())
        if not obj.active:
            return format_html('<span class="quiet">{}</span>', _("Off"))
        if not reference.in_force(obj.valid_to, today, obj.valid_from):
            return format_html(
                '<span class="mark mark-soon">{}</span>', _("On, but not today")
            )
        return format_html('<span class="mark mark-done">{}</span>', _("On"))

    @admin.display(description=_("What it does"))
    def does(self, obj: RoutingRule) -> str:
        return spoken(Parts.of(obj))[0]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = request.POST.get(MOVE, "")
        if not asked:
            return super().changelist_view(request, extra_context)
        way, _colon, pk = asked.partition(":")
        rule = get_object_or_404(
            self.get_queryset(request), pk=pk if pk.isdecimal() else 0
        )
        if way not in rule_order.WAYS or not self.has_change_permission(request, rule):
            raise PermissionDenied
        assert isinstance(rule, RoutingRule)  # noqa: S101 (for mypy)
        found = rule_order.move(rule, way)
        if found:
            self.message_user(request, found[0].message, messages.ERROR)
        else:
            self.log_change(request, rule, [{"changed": {"fields": ["position"]}}])
        # the button keeps the focus, for the next step
        return HttpResponseRedirect(f"{request.get_full_path()}#{way}-{rule.pk}")

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._switch(request, queryset, on=True)

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._switch(request, queryset, on=False)

    def _switch(
        self, request: HttpRequest, queryset: QuerySet[Any], *, on: bool
    ) -> None:
        for rule in queryset.filter(active=not on):
            if not self.has_change_permission(request, rule):
                continue
            found = switch(rule, on=on)
            if found:
                told = " ".join(fault.message for fault in found)
                self.message_user(request, f"{rule.name}: {told}", messages.ERROR)
                continue
            self.log_change(request, rule, [{"changed": {"fields": ["active"]}}])
            text = _now("“%(rule)s” is on.") if on else _now("“%(rule)s” is off.")
            self.message_user(request, text % {"rule": rule.name})

    # The form ---------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        (name, head), *others = super().get_fieldsets(request, obj)
        if obj is None:
            first, second = head["fields"]
            kept = tuple(field for field in second if field != "active")
            head = {**head, "fields": (first, kept)}
        return [(name, head), *others]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        last = self.get_queryset(request).order_by("-position").first()
        step = rule_order.STEP
        position = last.position + step if isinstance(last, RoutingRule) else step
        houses = self._offered(request, Organisation.objects.all())
        only = list(houses.values_list("pk", flat=True)[:2])
        house = {"organisation": only[0]} if len(only) == 1 else {}
        return {"position": position} | house

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: Any, **kwargs: Any
    ) -> Any:
        """Without the signs that open other tables: it is a form, not a file."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: Any, **kwargs: Any
    ) -> "ModelMultipleChoiceField[Any] | None":
        kwargs["widget"] = CheckList(attrs={"aria-label": kwargs.get("label", "")})
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and field.queryset is not None:
            field.queryset = _current(self._offered(request, field.queryset))
            field.help_text = kwargs.get("help_text", "")
        return field

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is None or field.queryset is None:
            return field
        if db_field.name == "to_organisation":
            field.queryset = self._whole_trees(request)
        rows = _current(field.queryset)
        field.queryset = rows.filter(office=True) if rows.model is Area else rows
        return field

    def _whole_trees(self, request: HttpRequest) -> QuerySet[Organisation]:
        """A rule may send to a sister: any organisation under the same root."""
        mine = self._offered(request, Organisation.objects.all())
        roots = {root_of(pk) for pk in mine.values_list("pk", flat=True)}
        within = {pk for root in roots for pk in organisation_subtree(root)}
        return Organisation.objects.filter(pk__in=within)

    def get_urls(self) -> list[URLPattern]:
        opened = self.admin_site.admin_view(require_POST(self.words))
        name = "escalation_routingrule_words"
        return [
            path("words/", opened, name=name),
            path("<int:pk>/words/", opened, name=name),
            *super().get_urls(),
        ]

    def words(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """What the rule on the screen would do; nothing is saved."""
        rule = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        if not self.has_change_permission(request, rule):
            raise PermissionDenied
        form = self.get_form(request, rule, change=rule is not None)(
            request.POST, instance=rule
        )
        assert isinstance(form, RuleForm)  # noqa: S101 (for mypy)
        return render(request, "escalation/rule_words.html", _told(form.parts()))

    def render_change_form(
        self, request: Any, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        rule = kwargs.get("obj")
        form = context["adminform"].form
        if isinstance(form, RuleForm) and form.is_bound:
            context |= _told(form.parts())
        elif isinstance(rule, RoutingRule):
            context |= _told(Parts.of(rule))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        bump(reference.LEVELS)  # once more: what was ticked is saved only here


def _button(rule: RoutingRule, way: str, sign: str, name: str) -> str:
    return format_html(
        '<button type="submit" name="move" value="{}:{}" id="{}-{}" aria-label="{}">'
        "{}</button>",
        way, rule.pk, way, rule.pk, name % {"rule": rule.name}, sign,
    )  # fmt: skip


def _told(parts: Parts) -> dict[str, Any]:
    """`faults`: what stands between it and being switched on."""
    found = faults(replace(parts, active=True))
    whole = parts.conditions and parts.results  # else the sentence says what lacks
    wrong = [fault.message for fault in found if whole or fault.field]
    return {"told": spoken(parts), "faults": wrong}


def _current(rows: QuerySet[Any]) -> QuerySet[Any]:
    if rows.model in (Area, Category):
        rows = rows.filter(valid_to=None)
    if rows.model is Officer:
        rows = rows.filter(is_active=True)
    return light(rows)
