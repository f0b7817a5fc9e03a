"""What citizens type: validators only, the doors are in complaints/services."""

from datetime import date
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models import Attachment, Connection
from complaints.models.complaint import Kind
from complaints.refusals import Invalid, Refused
from complaints.services import Intake
from complaints.wording import LONGEST_TEXT
from feedback.took import minutes_of
from officers.models import Organisation
from officers.trees import organisation_subtree
from portal import offers
from portal.fields import Coordinate, Email, Offered, Phone, Photos, Words, digits

PIN_LENGTHS = {"IN": (6,), "IT": (5,)}
_ANY_PIN = tuple(range(3, 11))


class KeptForm(forms.Form):
    """A form that never uses the browser's own checks and may stay unchecked."""

    use_required_attribute = False

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quiet = quiet

    def full_clean(self) -> None:
        if self.quiet:  # shown again as typed, between two steps
            self._errors = ErrorDict()
            self.cleaned_data = {}
            return
        super().full_clean()

    def refuse(self, refused: Refused) -> None:
        """A service's refusal, next to the field it names."""
        self.add_error(
            refused.field if refused.field in self.fields else None, str(refused)
        )


class ComplaintForm(KeptForm):
    text = Words(
        limit=LONGEST_TEXT,
        label=_("What is wrong?"),
        help_text=_("Write in your own words, in any language."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Please write what is wrong.")},
    )
    category = Offered(required=False, label=_("What is it about?"))
    kind = Offered(
        required=False,
        initial=Kind.COMPLAINT,
        label=_("What are you sending?"),
        widget=forms.RadioSelect,
    )
    photo = forms.FileField(
        required=False,
        label=_("Photo"),
        help_text=_("Up to 3 photos. They help to find the place."),
        widget=Photos(attrs={"accept": "image/*"}),
    )
    area = Offered(required=False, label=_("Area"))
    place = Words(
        limit=300,
        required=False,
        label=_("Street, landmark or address"),
        help_text=_("For example: near the school, Karve Road."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    pin = Words(
        limit=20,
        required=False,
        label=_("PIN code"),
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "postal-code",
                "class": "short",
            }
        ),
    )
    connection = Words(
        limit=40,
        required=False,
        label=_("Consumer number"),
        help_text=_("It stands on your bill. We find the place by it."),
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )
    latitude = Coordinate(most=90)
    longitude = Coordinate(most=180)
    name = Words(
        limit=200,
        required=False,
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = Phone(
        required=False,
        label=_("Phone number"),
        help_text=_("We send a message at every stage. Numbers of any country work."),
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "class": "short"}
        ),
    )
    email = Email(
        required=False,
        label=_("E-mail"),
        help_text=_("A phone number or an e-mail is enough."),
        widget=forms.TextInput(
            attrs={"type": "email", "inputmode": "email", "autocomplete": "email"}
        ),
    )
    anonymous = forms.BooleanField(
        required=False, label=_("I would rather not say who I am")
    )
    language = Offered(required=False, label=_("We write to you in"))

    def __init__(
        self, organisation: Organisation, on: date, *args: Any, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.organisation = organisation
        self.on = on
        self._offer("category", offers.category_choices(organisation, on))
        self._offer("kind", Kind.choices)
        self._offer("area", offers.area_choices(organisation, on))
        self._offer("language", offers.languages())
        cast(Phone, self.fields["phone"]).country = organisation.country
        self.initial.setdefault("language", get_language())

    def _offer(self, name: str, choices: Any) -> None:
        cast(Offered, self.fields[name]).choices = choices

    def clean_pin(self) -> str:
        typed: str = self.cleaned_data["pin"]
        if not typed:
            return ""
        found = digits(typed)
        lengths = PIN_LENGTHS.get(self.organisation.country, _ANY_PIN)
        if len(found) not in lengths:
            raise forms.ValidationError(
                _("A PIN code has %(n)s digits. Please check it, or leave it empty."),
                params={"n": lengths[0]},
            )
        return found

    def clean_connection(self) -> Connection | None:
        typed = "".join(self.cleaned_data["connection"].split()).upper()
        if not typed:
            return None
        number = digits(typed) if digits(typed) and not typed.isascii() else typed
        found = (
            Connection.objects.filter(
                number=number,
                organisation_id__in=organisation_subtree(self.organisation.pk),
            )
            .select_related("area", "citizen")
            .first()
        )
        if found is None:
            raise forms.ValidationError(
                _("We do not know this consumer number. Check it, or leave it empty.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        asked = not data.get("anonymous")
        tried = "phone" in self.errors or "email" in self.errors
        if asked and not tried and not (data.get("phone") or data.get("email")):
            self.add_error(
                "phone",
                _(
                    "Give a phone number or an e-mail, "
                    "or tick “I would rather not say who I am”."
                ),
            )
        return data

    def intake(self, files: tuple[Attachment, ...]) -> Intake:
        """What is valid of it: an emergency is taken in even with a slip elsewhere."""
        data = self.cleaned_data
        known = not data.get("anonymous")
        connection: Connection | None = data.get("connection")
        area = offers.area(self.organisation, data.get("area", ""), self.on)
        point = data.get("latitude"), data.get("longitude")
        if None in point:
            point = None, None
        return Intake(
            organisation=self.organisation,
            text=data["text"],
            source="web",
            language=data.get("language") or get_language() or "en",
            kind=data.get("kind") or Kind.COMPLAINT,
            category=offers.category(
                self.organisation, data.get("category", ""), self.on
            ),
            # An account has a holder: who stays unnamed gives only its place.
            area=area or (connection.area if connection and not known else None),
            connection=connection if known else None,
            place=data.get("place", ""),
            pin=data.get("pin", ""),
            latitude=point[0],
            longitude=point[1],
            name=data.get("name", "") if known else "",
            phone=data.get("phone", "") if known else "",
            email=data.get("email", "") if known else "",
            files=files,
        )


class WordsForm(KeptForm):
    """One box for words, for what a citizen does on the status page."""

    text = Words(
        limit=LONGEST_TEXT,
        required=False,
        label=_("Your words"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photo = forms.FileField(
        required=False, label=_("Photo"), widget=Photos(attrs={"accept": "image/*"})
    )


class RatingForm(KeptForm):
    """Solved, how long, any trouble; then 1 to 5. A second time only how it is now."""

    solved = forms.TypedChoiceField(
        coerce=lambda value: value == "yes",
        choices=[("yes", _("Yes, it is solved")), ("no", _("No, it is not solved"))],
        label=_("Is the problem solved?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say whether the problem is solved."),
            "invalid_choice": _("Say whether the problem is solved."),
        },
    )
    took = Words(
        limit=20,
        required=False,
        label=_("How long did it take?"),
        help_text=_("From your complaint until it was solved."),
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "size": "6"}
        ),
    )
    took_unit = forms.ChoiceField(
        required=False,
        choices=[
            ("", "—"),
            ("minutes", _("minutes")),
            ("hours", _("hours")),
            ("days", _("days")),
        ],
        label=_("Minutes, hours or days"),
    )
    trouble = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        coerce=lambda value: value == "yes",
        choices=[("no", _("No trouble")), ("yes", _("Yes, it gave me trouble"))],
        label=_("Did it give you any trouble?"),
        widget=forms.RadioSelect,
    )
    score = forms.TypedChoiceField(
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        label=_("How good was the service?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a number from 1 to 5."),
            "invalid_choice": _("Choose a number from 1 to 5."),
        },
    )
    comment = Words(
        limit=2000,
        required=False,
        label=_("What should we know?"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, second: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if second:
            for name in ("took", "took_unit", "trouble"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """`took_minutes` beside what was typed."""
        data = super().clean() or self.cleaned_data
        try:
            data["took_minutes"] = minutes_of(
                data.get("took", ""), data.get("took_unit", "")
            )
        except Invalid as refused:
            self.refuse(refused)
        return data
