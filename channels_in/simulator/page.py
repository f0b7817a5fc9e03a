"""What the page with the phones shows, from the simulator's state and our accounts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_in.simulator.forms import PICTURES
from channels_in.simulator.messages import IN
from notices.models import ChannelAccount

# phone → (whom this person would write to, and what)
EXAMPLES = {
    "+919999900001": ("PMC", "कोथरूड मध्ये कर्वे रोडवर शाळेजवळ मोठा खड्डा आहे"),
    "+919999900002": ("MVVNL", "गोमती नगर में पूरे मोहल्ले में बिजली नहीं है"),
    "+919999900003": ("PMC", "Ad Aundh il lampione davanti alla scuola è spento"),
    "+919999900004": ("PMC", "No water in Kothrud since yesterday morning"),
}
# what became of a message of ours: sign, class, words
_TICKS: dict[str, tuple[str, str, Any]] = {
    "queued": ("…", "muted", gettext_lazy("on its way")),
    "sent": ("✓", "muted", gettext_lazy("sent")),
    "delivered": ("✓✓", "done", gettext_lazy("delivered")),
    "undelivered": ("✕", "late", gettext_lazy("not delivered")),
}
# what became of a call of ours
_CALLS: dict[str, Any] = {
    "queued": gettext_lazy("is being put through"),
    "ringing": gettext_lazy("rings"),
    "in-progress": gettext_lazy("is on the line"),
    "completed": gettext_lazy("is over"),
    "no-answer": gettext_lazy("was not taken up"),
    "busy": gettext_lazy("was refused: busy"),
    "failed": gettext_lazy("did not go through"),
}
_SID = re.compile(r"\b(AC|SM|MM|ME|CA)[0-9a-f]{32}\b")
_ROWS = 12


@dataclass(frozen=True)
class Number:
    """A number of ours that people may write to."""

    address: str
    code: str
    organisation: str
    zone: tzinfo

    @property
    def shown(self) -> str:
        return local(self.address)


@dataclass(frozen=True)
class Bubble:
    sid: str
    mine: bool  # written on this phone
    text: str
    segments: int
    at: datetime
    other: str
    photos: list[tuple[str, Any]]  # name and words; no words: not one of ours
    sign: str
    kind: str
    words: str

    @property
    def clock(self) -> str:
        return f"{self.at:%H:%M:%S}"


@dataclass(frozen=True)
class Call:
    sid: str
    other: str
    at: datetime
    status: str
    words: str
    said: list[tuple[bool, str]]  # by this phone's keys, or by the desk
    waits: bool  # for a key
    language: str

    @property
    def clock(self) -> str:
        return f"{self.at:%H:%M:%S}"

    @property
    def rings(self) -> bool:
        return self.status == "ringing"

    @property
    def talks(self) -> bool:
        return self.status == "in-progress"


@dataclass(frozen=True)
class Phone:
    number: str
    name: str
    language: str
    bubbles: list[Bubble]
    calls: list[Call]
    to: str
    text: str  # in the box
    wrong: str = ""

    @property
    def id(self) -> str:
        return self.number.lstrip("+")

    @property
    def shown(self) -> str:
        return local(self.number)

    @property
    def language_name(self) -> str:
        return dict(settings.LANGUAGES).get(self.language, self.language)


@dataclass(frozen=True)
class Line:
    """One request, ours or the provider's."""

    at: datetime
    ours: bool
    what: str
    answer: str
    fault: str

    @property
    def clock(self) -> str:
        return f"{self.at:%H:%M:%S}"


@dataclass
class Kept:
    """What was typed and could not be sent."""

    number: str = ""
    text: str = ""
    wrong: str = ""


@dataclass
class Page:
    numbers: list[Number]
    phones: list[Phone] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def local(number: str) -> str:
    """ "+919999900001" as people write it: 99999-00001."""
    digits = number.removeprefix("+91")
    return f"{digits[:5]}-{digits[5:]}" if len(digits) == 10 else number


def numbers(slugs: Iterable[str]) -> list[Number]:
    accounts = (
        ChannelAccount.objects.filter(
            active=True, sender__in=list(slugs), channel="sms"
        )
        .exclude(code="")
        .select_related("organisation")
        .order_by("pk")
    )
    return [
        Number(
            each.address,
            each.organisation.code,
            each.organisation.name,
            ZoneInfo(each.organisation.timezone),
        )
        for each in accounts
    ]


def build(state: dict[str, Any], ours: list[Number], kept: Kept) -> Page:
    zone = ours[0].zone if ours else UTC
    return Page(
        numbers=ours,
        phones=[_phone(each, ours, zone, kept) for each in state["phones"]],
        lines=_lines(state, zone),
    )


def _phone(row: dict[str, Any], ours: list[Number], zone: tzinfo, kept: Kept) -> Phone:
    number, messages = row["number"], row["messages"]
    to, example = EXAMPLES.get(number, ("", ""))
    codes = {each.code: each.address for each in ours}
    written = [each["recipient"] for each in messages if each["direction"] == IN]
    here = kept.number == number
    return Phone(
        number=number,
        name=row["name"] or local(number),
        language=row["language"],
        bubbles=[_bubble(each, ours, zone) for each in messages],
        calls=[_call(each, zone) for each in row["calls"]],
        to=written[-1] if written else codes.get(to, ours[0].address if ours else ""),
        text=kept.text if here else "" if messages else example,
        wrong=kept.wrong if here else "",
    )


def _bubble(message: dict[str, Any], ours: list[Number], zone: tzinfo) -> Bubble:
    mine = message["direction"] == IN
    other = message["recipient"] if mine else message["sender"]
    names = {each.address: each.code for each in ours}
    sign, kind, words = _told(message) if mine else _TICKS[message["status"]]
    return Bubble(
        sid=message["sid"],
        mine=mine,
        text=message["body"],
        segments=message["segments"],
        at=datetime.fromtimestamp(message["created"], zone),
        other=names.get(other, local(other)),
        photos=[(name, PICTURES.get(name, "")) for name in message["photos"]],
        sign=sign,
        kind=kind,
        words=str(words),
    )


def _call(call: dict[str, Any], zone: tzinfo) -> Call:
    return Call(
        sid=call["sid"],
        other=local(call["sender"]),
        at=datetime.fromtimestamp(call["created"], zone),
        status=call["status"],
        words=str(_CALLS.get(call["status"], call["status"])),
        said=[(who == "key", words) for who, words in call["said"]],
        waits=call["action"],
        language=call["language"],
    )


def _told(message: dict[str, Any]) -> tuple[str, str, str]:
    """Whether the desk has what a citizen wrote."""
    hooks = message["hooks"]
    answered = [each["status"] for each in hooks if each["status"] is not None]
    if any(200 <= status < 300 for status in answered):
        return "✓", "done", _("the desk has it")
    if any(answered):
        return "✕", "late", _("the desk refused it (%(n)s)") % {"n": max(answered)}
    if answered:
        return "✕", "late", _("the desk did not answer")
    if any(each["state"] == "held" for each in hooks):
        return "…", "soon", _("held back by the provider")
    return "…", "muted", _("on its way")


def _lines(state: dict[str, Any], zone: tzinfo) -> list[Line]:
    asked = [
        Line(
            at=datetime.fromtimestamp(row["at"], zone),
            ours=True,
            what=f"{row['method']} {_short(row['path'])}",
            answer=str(row["status"] or "—"),
            fault=row["fault"],
        )
        for row in state["requests"]
    ]
    told = [
        Line(
            at=datetime.fromtimestamp(row["at"], zone),
            ours=False,
            what=f"{row['kind']} {row['code']}",
            answer=str(row["status"] or row["error"] or row["state"]),
            fault="",
        )
        for row in state["webhooks"]
    ]
    return sorted(asked + told, key=lambda line: line.at, reverse=True)[:_ROWS]


def _short(path: str) -> str:
    """Without the 32 digits that mean nothing to a reader."""
    return _SID.sub(r"\1…", path.partition("/2010-04-01/Accounts/")[2] or path)
