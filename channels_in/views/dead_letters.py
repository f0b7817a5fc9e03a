"""/admin/dead-letters/: messages that could not be read, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from channels_in import dead_letters, raw
from channels_in.models import Inbound
from channels_in.wires import wire_of
from complaints.actors import Actor
from complaints.languages import detect_language
from complaints.models import Category
from complaints.number import grouped
from complaints.phones import BadPhone, masked, parse_phone
from complaints.refusals import Refused
from complaints.services import Intake
from complaints.text import TooLong, clean
from officers.models import Officer, Organisation
from officers.trees import organisation_path
from operations.keyset import Keyset

NEWEST = Keyset(("pk",), descending=True)
PAGE_SIZE = 25
# Where the wire cannot be asked what kind of way in it is.
SOURCE = "paper"


class ByHandForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What the person says"),
        widget=forms.Textarea({"rows": "3"}),
        strip=False,
    )
    place = forms.CharField(
        label=gettext_lazy("Place"), required=False, max_length=300, strip=False
    )
    category = forms.TypedChoiceField(
        label=gettext_lazy("What it is about"),
        required=False,
        coerce=int,
        empty_value=None,
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone number"), required=False, max_length=40, strip=False
    )

    def __init__(
        self,
        *args: Any,
        row: Inbound,
        kinds: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        kwargs |= {"auto_id": f"d{row.pk}_%s", "label_suffix": ""}
        super().__init__(*args, **kwargs)
        self._country = row.account.organisation.country
        choice = self.fields["category"]
        if isinstance(choice, forms.TypedChoiceField):
            choice.choices = [("", "—"), *kinds]
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                # Cleaning takes NUL away; refusing it would lose the words.
                field.validators = []
        if raw.sender(row):
            del self.fields["phone"]  # known, and no need to show it

    def clean_text(self) -> str:
        return self._storable("text", 4000)

    def clean_place(self) -> str:
        return self._storable("place", 300)

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        if not typed.strip():
            return ""
        try:
            return parse_phone(typed, self._country)
        except BadPhone:
            raise forms.ValidationError(_("This is no telephone number.")) from None

    def _storable(self, name: str, limit: int) -> str:
        try:
            return clean(self.cleaned_data[name], limit)
        except TooLong:
            raise forms.ValidationError(_("This text is too long.")) from None


@dataclass(frozen=True)
class Shown:
    """One row as the page has it."""

    row: Inbound
    sender: str  # masked
    fields: list[tuple[str, str]]
    form: ByHandForm
    tried: bool


@require_GET
def dead_letter_list(request: HttpRequest) -> HttpResponse:
    actor, at = _who(request)
    return _page(request, actor, at)


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    actor, at = _who(request)
    row = _one(actor, pk)
    try:
        dead_letters.try_again(row, actor=actor, at=at)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is tried again within seconds."))
    return redirect("dead_letters:list")


@require_POST
def by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    actor, at = _who(request)
    row = _one(actor, pk)
    form = ByHandForm(request.POST, row=row, kinds=_kinds(row.account.organisation))
    if not form.is_valid():
        return _page(request, actor, at, (row.pk, form), status=422)
    try:
        made = dead_letters.make_complaint(row, _intake(row, form), actor=actor, at=at)
    except Refused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, str(refused))
        return _page(request, actor, at, (row.pk, form), status=422)
    messages.success(
        request,
        _("Complaint %(number)s is registered.") % {"number": grouped(made.number)},
    )
    return redirect("dead_letters:list")


def _who(request: HttpRequest) -> tuple[Actor, datetime]:
    at = timezone.now()
    user = request.user
    if not isinstance(user, Officer):
        raise PermissionDenied
    actor = Actor.of(user, at)
    if not actor.roles() & dead_letters.ROLES:
        raise PermissionDenied
    return actor, at


def _one(actor: Actor, pk: int) -> Inbound:
    row = dead_letters.visible_to(actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest,
    actor: Actor,
    at: datetime,
    tried: tuple[int, ByHandForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = NEWEST.page(
        dead_letters.visible_to(actor),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=PAGE_SIZE,
    )
    kinds: dict[int, list[tuple[int, str]]] = {}
    for row in page.rows:
        house = row.account.organisation
        if house.pk not in kinds:
            kinds[house.pk] = _kinds(house)
    context = {
        "title": _("Unread messages"),
        "page": page,
        "at": at,
        "rows": [
            _shown(row, kinds[row.account.organisation_id], tried) for row in page.rows
        ],
        "site_title": admin.site.site_title,
        "site_header": admin.site.site_header,
        "site_url": admin.site.site_url,
        "has_permission": True,
        "is_nav_sidebar_enabled": False,
        "available_apps": [],
    }
    return render(request, "channels_in/dead_letters.html", context, status=status)


def _shown(
    row: Inbound,
    kinds: list[tuple[int, str]],
    tried: tuple[int, ByHandForm] | None,
) -> Shown:
    mine = tried is not None and tried[0] == row.pk
    form = (
        tried[1]
        if tried is not None and mine
        else ByHandForm(row=row, kinds=kinds, initial={"text": raw.words(row)})
    )
    sender = raw.sender(row)
    return Shown(
        row=row,
        # A bank's name is nobody's number.
        sender=masked(sender) if sender.startswith("+") else sender[:40],
        fields=raw.fields(row),
        form=form,
        tried=mine,
    )


def _kinds(organisation: Organisation) -> list[tuple[int, str]]:
    rows = Category.objects.filter(
        organisation__in=organisation_path(organisation.pk), valid_to=None
    ).defer("words")
    return sorted(((row.pk, row.name) for row in rows), key=lambda pair: pair[1])


def _intake(row: Inbound, form: ByHandForm) -> Intake:
    given = form.cleaned_data
    house = row.account.organisation
    wire = wire_of(row.wire)
    kind = given["category"]
    return Intake(
        organisation=house,
        text=given["text"],
        source=wire.source if wire else SOURCE,
        language=detect_language(given["text"], default=house.default_language),
        category=Category.objects.get(pk=kind) if kind else None,
        place=given["place"],
        phone=given.get("phone") or _phone(row),
        received_at=row.received_at,
        account=row.account.code,
    )


def _phone(row: Inbound) -> str:
    try:
        return parse_phone(raw.sender(row), row.account.organisation.country)
    except BadPhone:
        return ""
