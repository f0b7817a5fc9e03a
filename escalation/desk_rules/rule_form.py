"""The form of a rule of the desk: lists typed one to a line, choices ticked."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import Category
from escalation.desk_rules.rule_checks import Fault, faults, own_faults
from escalation.desk_rules.rule_parts import Parts
from escalation.models import RoutingRule
from officers.models import Area, Officer

if TYPE_CHECKING:
    _Form = forms.ModelForm[Model]
else:
    _Form = forms.ModelForm  # subscriptable in the stubs only

MOST_TYPED = 20_000
# What the row's own `clean` cannot know: the form's choices are saved after it.
_CHOSEN = frozenset({"accounts"})


def light(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without boundaries and key words, in the order of their codes."""
    if rows.model is Area:
        return rows.defer("boundary", "words").order_by("code")
    if rows.model is Category:
        return rows.defer("words", "ask").order_by("code")
    if rows.model is Officer:
        return rows.order_by("first_name", "username")
    if any(field.name == "code" for field in rows.model._meta.get_fields()):
        return rows.order_by("code")
    return rows


class CheckList(forms.CheckboxSelectMultiple):
    """A box of ticks that scrolls; a script adds a field to find one by typing."""

    template_name = "escalation/check_list.html"


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "cols": 30}))
        super().__init__(required=False, max_length=MOST_TYPED, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value) or ""
        lines = (" ".join(line.split()) for line in typed.split("\n"))
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        """Nothing: rule_checks reads the lines."""

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class RuleForm(_Form):
    hashtags = LinesField(
        label=_("Hashtags"), help_text=_("One on each line, as #PostalSewa.")
    )
    words = LinesField(
        label=_("Words"),
        help_text=_(
            "One phrase on each line. Other spellings, and words that mean the same in"
            " the four languages, count too."
        ),
        rows=4,
    )
    languages = forms.MultipleChoiceField(
        label=_("Language of the citizen"),
        choices=settings.LANGUAGES,
        required=False,
        widget=CheckList(attrs={"aria-label": _("Language of the citizen")}),
    )
    connection_kinds = LinesField(
        label=_("Kinds of connection"),
        help_text=_("One on each line: domestic, shop, farm, factory …"),
    )
    flags = LinesField(
        label=_("Marks"), help_text=_("One word on each line, as press or school.")
    )

    class Meta:
        model = RoutingRule
        fields = "__all__"
        labels = {
            "organisation": _("Organisation"),
            "name": _("Name"),
            "position": _("Number"),
            "active": _("Switched on"),
            "valid_from": _("From"),
            "valid_to": _("Until"),
            "pattern": _("Pattern"),
            "categories": _("Kind of complaint"),
            "areas": _("Place"),
            "polygon": _("Border on the map"),
            "sources": _("Way in"),
            "accounts": _("Number, handle or mailbox"),
            "hours": _("Hours"),
            "to_organisation": _("To the organisation"),
            "to_category": _("As this kind"),
            "to_department": _("To the department"),
            "to_office": _("To the office"),
            "pool": _("First to these officers"),
            "criticality": _("Criticality"),
            "horizon": _("Horizon"),
        }
        help_texts = {
            "pattern": _("For those who know regular expressions: road *(no|number)."),
            "polygon": _("GeoJSON, longitude first. Needs a map point."),
            "hours": _("As mon-fri 10:00-18:00; sat 10:00-14:00."),
            "areas": _("What lies within it counts too."),
        }
        widgets = {"polygon": forms.Textarea(attrs={"rows": 3, "cols": 30})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self._keep_chosen(Parts.of(self._rule))

    def _keep_chosen(self, parts: Parts) -> None:
        """What was chosen once and has ended since stays until somebody unticks it."""
        chosen = {
            "categories": parts.categories,
            "areas": parts.areas,
            "accounts": [row.pk for row in self._rule.accounts.all()],
            "pool": [pk for pk, _name in parts.pool],
            "to_category": [parts.to_category],
            "to_department": [parts.to_department],
            "to_office": [parts.to_office],
            "to_organisation": [parts.to_organisation],
        }
        for name, keys in chosen.items():
            field = self.fields.get(name)
            if not any(keys) or not isinstance(field, forms.ModelChoiceField):
                continue
            rows = field.queryset
            if rows is not None:
                offered = Q(pk__in=rows.order_by().values("pk"))
                every = rows.model._default_manager.filter(offered | Q(pk__in=keys))
                field.queryset = light(every)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        # kept: what is wrong is taken out of the data as soon as it is said
        parts = self._typed = Parts.typed(self._rule, data)
        own = list(own_faults(parts))
        if own or self.errors:
            # the row tells its own faults in a moment
            self._add(fault for fault in own if fault.field in _CHOSEN)
        else:
            self._add(faults(parts))
        return data

    def _add(self, found: Iterable[Fault]) -> None:
        for fault in found:
            known = fault.field if fault.field in self.fields else None
            self.add_error(known, fault.message)

    def parts(self) -> Parts:
        """What was typed so far, whether it may be saved or not."""
        self.is_valid()
        return self._typed

    @property
    def _rule(self) -> RoutingRule:
        assert isinstance(self.instance, RoutingRule)  # noqa: S101 (for mypy)
        return self.instance
