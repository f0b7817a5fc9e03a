"""The console's one form, and the intake it becomes."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.attachments import store
from complaints.models import Attachment, Category
from complaints.models.complaint import Kind
from complaints.people import email_of, phone_of
from complaints.phones import BadEmail, parse_email
from complaints.services import Intake
from helpline import choices
from helpline.callers import Caller
from helpline.fields import PickField, WordsField, lines
from officers.models import Area, Organisation
from officers.names import localised

NO_ANSWER = ("", "—")
DESK_SOURCES = ("phone", "walk_in", "paper", "email", "sms", "lokshahi", "zplus")


def organisations_for(actor: Actor) -> list[Organisation]:
    """Those in whose name this agent answers: where the postings are."""
    found = {p.organisation_id: p.organisation for p in actor.postings}
    return list(found.values())


class ConsoleForm(forms.Form):
    """Lenient: only saving asks for words, so that looking up works at any moment."""

    organisation = PickField(label=_("Answering for"), required=True)
    who = WordsField(
        label=_("Caller"),
        limit=200,
        required=False,
        help_text=_("Phone, e-mail, consumer number or name"),
    )
    citizen = PickField(widget=forms.HiddenInput)
    name = WordsField(label=_("Name"), limit=200, required=False)
    language = forms.ChoiceField(label=_("Language"))
    email = WordsField(label=_("E-mail"), limit=254, required=False)
    connection = WordsField(label=_("Consumer number"), limit=30, required=False)
    category = PickField(label=_("What"))
    area = PickField(label=_("Area"))
    pin = WordsField(label=_("PIN code"), limit=10, required=False)
    place = WordsField(label=_("Place in words"), limit=300, required=False)
    text = WordsField(label=_("Words of the caller"), required=False, widget=lines(4))
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, required=False)
    source = forms.ChoiceField(label=_("Came by"))
    received_on = forms.DateField(
        label=_("Received on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    photo = forms.FileField(label=_("Photo or scan"), required=False)
    article = PickField(widget=forms.HiddenInput)
    wrap_up = PickField(label=_("How the call ended"))

    def __init__(self, *args: Any, actor: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        offered = organisations_for(actor)
        self._offer("organisation", [(o.pk, str(o)) for o in offered])
        self.answering = self._chosen_of(offered)
        if len(offered) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
        self.fields["organisation"].initial = self.answering.pk
        self._offer_rows(at)

    def _chosen_of(self, offered: list[Organisation]) -> Organisation:
        typed = str(self.data.get("organisation") or self.initial.get("organisation"))
        return next((o for o in offered if str(o.pk) == typed), offered[0])

    def _offer_rows(self, at: datetime) -> None:
        day, pk = at.date(), self.answering.pk
        names = dict(settings.LANGUAGES)
        ours = [code for code in self.answering.languages if code in names]
        codes = [*ours, *(code for code in names if code not in ours)]
        self._offer("language", [(code, names[code]) for code in codes])
        self.fields["language"].initial = self.answering.default_language
        self._offer("category", [NO_ANSWER, *_by_group(choices.categories_of(pk, day))])
        self._offer("area", [NO_ANSWER, *_by_level(choices.areas_of(pk, day))])
        self._offer("source", _sources())
        self._offer(
            "wrap_up",
            [NO_ANSWER, *((row.pk, str(row)) for row in choices.wrap_ups(day))],
        )
        # Not a list to pick from: checked against what the agent may see.
        for name in ("citizen", "article"):
            self.fields[name] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62
            )

    def _offer(self, name: str, offered: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type only)
        field.choices = offered

    # what was chosen, usable while other fields are wrong ---------------------
    def known(self, name: str) -> Any:
        return self.cleaned_data.get(name)

    def category_row(self) -> Category | None:
        return choices.category(self.known("category"))

    def area_row(self) -> Area | None:
        return choices.all_areas().get(self.known("area") or 0)

    def intake(self, caller: Caller, *, saving: bool = False) -> Intake:
        """What routing and registration take; raises Invalid for a bad photo."""
        return Intake(
            organisation=self.answering,
            text=self.known("text") or "",
            source=self.known("source") or "phone",
            language=self.known("language") or self.answering.default_language,
            kind=self.known("kind") or Kind.COMPLAINT,
            category=self.category_row(),
            area=self.area_row(),
            connection=caller.connection,
            place=self.known("place") or "",
            pin=self.known("pin") or "",
            name=self._name(caller),
            phone=caller.phone or (phone_of(caller.citizen) if saving else ""),
            email=caller.email or self._email(caller if saving else None),
            files=self._files() if saving else (),
            received_at=self._received_at(),
        )

    def _name(self, caller: Caller) -> str:
        if self.known("name") or caller.citizen or caller.contact_typed:
            return self.known("name") or ""
        return "" if caller.connection else caller.typed

    def _files(self) -> tuple[Attachment, ...]:
        photo = self.known("photo")
        return (store(photo, at=self.at),) if photo else ()

    def _email(self, caller: Caller | None) -> str:
        try:
            return parse_email(self.known("email") or "")
        except BadEmail:
            return email_of(caller.citizen) if caller else ""

    def _received_at(self) -> datetime | None:
        day = self.known("received_on")
        if day is None or day == timezone.localdate(self.at):
            return None
        # Noon: the same day in every zone we serve.
        return datetime(day.year, day.month, day.day, 6, 30, tzinfo=self.at.tzinfo)

    def clean(self) -> dict[str, Any]:
        """A person picked from several goes when another caller is typed."""
        if self.data.get("citizen_for", "") != self.data.get("who", ""):
            self.cleaned_data["citizen"] = None
        return self.cleaned_data

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        if typed:
            try:
                parse_email(typed)
            except BadEmail:
                raise forms.ValidationError(_("This is no e-mail address.")) from None
        return typed


def _sources() -> list[tuple[str, str]]:
    rows = {row.code: str(row) for row in choices.sources()}
    first = [code for code in DESK_SOURCES if code in rows]
    return [
        (code, rows[code]) for code in [*first, *(c for c in rows if c not in first)]
    ]


def _by_group(rows: list[Category]) -> list[Any]:
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        group = localised(row.group_names) or row.group_code
        groups[group].append((row.pk, row.name))
    return list(groups.items())


def _by_level(rows: list[Area]) -> list[Any]:
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        groups[localised(row.level_names) or row.level].append((row.pk, row.name))
    return list(groups.items())
