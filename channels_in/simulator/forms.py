"""What people press on the page with the phones, and which knobs that turns."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from channels_in.simulator.messages import BadPhone, phone_number
from channels_in.simulator.pictures import NAMES

LONGEST_TEXT = 1600
PICTURES = {"pothole": _("A pothole"), "dark-lamp": _("A dark street lamp")}

# field → position → (words, the knobs it turns)
Positions = dict[str, dict[str, tuple[Any, dict[str, Any]]]]
POSITIONS: Positions = {
    "fault": {
        "": (_("takes it"), {"fault": ""}),
        "429": (_("says: too many at once (429)"), {"fault": "429"}),
        "500": (_("breaks down (500)"), {"fault": "500"}),
        "503": (_("is closed (503)"), {"fault": "503"}),
        "400": (_("refuses this number for good (400)"), {"fault": "400"}),
        "garbage": (_("answers nonsense"), {"fault": "garbage"}),
        "cut": (_("takes it, then cuts the line"), {"fault": "cut"}),
        "taken_500": (_("takes it, yet says it broke down"), {"fault": "taken_500"}),
    },
    "times": {
        "all": (_("every time"), {"fault_next": 0, "fault_every": 1}),
        "one": (_("the next time only"), {"fault_next": 1, "fault_every": 1}),
        "three": (_("the next three times"), {"fault_next": 3, "fault_every": 1}),
        "second": (_("every second time"), {"fault_next": 0, "fault_every": 2}),
    },
    "speed": {
        "now": (_("at once"), {"latency_ms": 0, "drip_ms": 0}),
        "2s": (_("after 2 seconds"), {"latency_ms": 2000, "drip_ms": 0}),
        "20s": (
            _("after 20 seconds: longer than we wait"),
            {"latency_ms": 20_000, "drip_ms": 0},
        ),
        "drip": (_("letter by letter"), {"latency_ms": 0, "drip_ms": 500}),
    },
    "repeat": {
        "once": (_("once"), {"repeat": 1, "together": False}),
        "twice": (_("twice"), {"repeat": 2, "together": False}),
        "five": (_("five times"), {"repeat": 5, "together": False}),
        "together": (
            _("five times at the same moment"),
            {"repeat": 5, "together": True},
        ),
    },
    "hold": {
        "no": (_("as they are written"), {"hold": False}),
        "yes": (_("not yet: it keeps them"), {"hold": True}),
    },
    "receipts": {
        "usual": (_("as usual"), {"receipts": "usual", "receipts_ms": 300}),
        "late": (_("30 seconds late"), {"receipts": "usual", "receipts_ms": 30_000}),
        "none": (_("never"), {"receipts": "none", "receipts_ms": 300}),
        "failed": (
            _("with the news: not delivered"),
            {"receipts": "failed", "receipts_ms": 300},
        ),
    },
    "calls": {
        "rings": (_("rings until somebody picks it up"), {"calls": "rings"}),
        "no-answer": (_("is not taken up"), {"calls": "no-answer"}),
        "busy": (_("is busy"), {"calls": "busy"}),
        "failed": (_("cannot be reached"), {"calls": "failed"}),
    },
}
# What a provider of calls has no use for, and one of messages.
OF_MESSAGES, OF_CALLS = ("hold", "receipts"), ("calls",)
TITLES = {
    "sms_twilio": _("What goes wrong: SMS"),
    "voice_twilio": _("What goes wrong: calls"),
}


def _choice(name: str, label: Any) -> forms.ChoiceField:
    choices = [(place, words) for place, (words, _knobs) in POSITIONS[name].items()]
    return forms.ChoiceField(label=label, choices=choices, required=False)


class KnobsForm(forms.Form):
    fault = _choice("fault", _("When we send a message, the provider"))
    times = _choice("times", _("How often it does that"))
    speed = _choice("speed", _("The provider answers"))
    repeat = _choice("repeat", _("It brings each message of a citizen"))
    hold = _choice("hold", _("It brings citizens’ messages"))
    receipts = _choice("receipts", _("It tells us that ours arrived"))
    calls = _choice("calls", _("The telephone that we call"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        slug: str,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, auto_id=f"{slug}_%s", initial=initial)
        spoken = slug.startswith("voice")
        for name in OF_MESSAGES if spoken else OF_CALLS:
            del self.fields[name]
        if spoken:
            self.fields["fault"].label = _("When we make a call, the provider")
            self.fields["repeat"].label = _("It tells us each key")

    def knobs(self) -> dict[str, Any]:
        turned: dict[str, Any] = {}
        for name in self.fields:
            positions = POSITIONS[name]
            place = self.cleaned_data[name] or next(iter(positions))
            turned |= positions[place][1]
        return turned


def positions_of(knobs: Mapping[str, Any]) -> dict[str, str]:
    """Where the knobs stand now; the first position for what the page cannot say."""
    found = {}
    for name, positions in POSITIONS.items():
        fitting = (
            place
            for place, (_words, wanted) in positions.items()
            if all(knobs.get(knob) == value for knob, value in wanted.items())
        )
        found[name] = next(fitting, next(iter(positions)))
    return found


class _PhoneField(forms.CharField):
    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return phone_number(typed)
        except BadPhone:
            raise forms.ValidationError(
                _("Numbers here begin with 99999: for example 99999-12345.")
            ) from None


class SayForm(forms.Form):
    sender = _PhoneField()
    to = forms.CharField(max_length=20)
    text = forms.CharField(max_length=LONGEST_TEXT, required=False)
    photos = forms.MultipleChoiceField(
        choices=[(name, PICTURES[name]) for name in NAMES], required=False
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("text") and not given.get("photos"):
            raise forms.ValidationError(_("Write something, or choose a picture."))
        return given


class CallForm(forms.Form):
    """`do` is a call and what this phone does in it: "CA… pick_up", "CA… press 4"."""

    number = _PhoneField()
    do = forms.RegexField(r"^CA[0-9a-f]{32} (pick_up|hang_up|press( [0-9*#])?)$")

    def deed(self) -> dict[str, str]:
        sid, do, *key = self.cleaned_data["do"].split(" ")
        return {"sid": sid, "do": do, "key": "".join(key)}


class PhoneForm(forms.Form):
    number = _PhoneField(label=_("Number"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
