"""What each blank of a text says about a complaint, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.labels import event_label
from complaints.models import Complaint
from complaints.number import grouped
from complaints.phones import masked, masked_email
from complaints.services.guards import reopen_until
from complaints.status import Status
from complaints.times import local
from notices import links
from notices.render import MissingValueError, Value
from officers.models import Area, Officer, Organisation
from officers.names import Named, localised

# Letters that a name, and somebody's words, keep at the least.
NAME, WORDS = 10, 24


@dataclass(frozen=True)
class Case:
    """One complaint as one reader is told of it.

    `about` differs from `complaint` for a joined one: its number and link are its own,
    its office and dates those of the complaint that is worked on.
    """

    complaint: Complaint
    about: Complaint
    speaker: Organisation
    language: str
    happened: str = ""  # the kind of the event
    said: str = ""
    phone: str = ""
    email: str = ""
    by: str = ""  # the channel that is wanted; "" is the citizen's first
    officer: Officer | None = None
    given: Mapping[str, object] = field(default_factory=dict)


def values_of(case: Case, wanted: Iterable[str]) -> dict[str, Value]:
    """The blanks that are wanted; the caller's own values come before ours."""
    found = {}
    for name in wanted:
        if name in case.given:
            found[name] = _given(name, case.given[name], case)
        elif name in _BLANKS:
            found[name] = _BLANKS[name](case)
        else:
            raise MissingValueError(name)
    return found


def _given(name: str, value: object, case: Case) -> Value:
    if isinstance(value, Value):
        return value
    if isinstance(value, datetime):
        return _date(value, case) if name == "reopen" else _moment(value, case)
    if isinstance(value, Area) and name != "area":
        return Value(value.office_name(case.language), least=NAME)
    if isinstance(value, Named):
        return Value(value.name_in(case.language), least=NAME)
    if name == "url":
        return _url(str(value))
    return Value(str(value), least=WORDS if name in ("text", "ask", "why") else NAME)


def _org(case: Case) -> Value:
    return Value(case.speaker.name_in(case.language), short=case.speaker.code)


def _number(number: str) -> Value:
    return Value(grouped(number), short=number)


def _type(case: Case) -> Value:
    category = case.about.category
    if category is None:
        return Value(_("not sorted yet"))
    return Value(category.name_in(case.language), least=NAME)


def _due(case: Case) -> Value:
    return _when(case.about.due_at, case)


def _when(at: datetime | None, case: Case) -> Value:
    if at is None:
        return Value(_("a date we will tell you"))
    return _moment(at, case)


def _moment(at: datetime, case: Case) -> Value:
    """As complaints.times.moment has it; its day is one of few, which are kept."""
    here = local(at, case.about.organisation)
    hour = f"{here:%H:%M}"
    long, short = _day(here.date(), get_language())
    return Value(f"{long} {hour}", short=f"{short} {hour}")


@lru_cache(maxsize=4096)
def _day(day: date, _language: str | None) -> tuple[str, str]:
    """ "Sat 21 Nov" and "21 Nov", in the active language."""
    return formats.date_format(day, "D j M"), formats.date_format(day, "j M")


def _reopen(case: Case) -> Value:
    until = reopen_until(case.about)
    return _date(until, case) if until else Value(_("a date we will tell you"))


def _date(at: datetime, case: Case) -> Value:
    here = local(at, case.about.organisation)
    return Value(*_day(here.date(), get_language()))


def _url(address: str) -> Value:
    return Value(address, short=address.partition("://")[2])


def _link(case: Case) -> Value:
    if case.officer is not None:
        return _url(links.staff_url(case.about))
    return _url(links.status_url(case.complaint))


def _phone(case: Case) -> Value:
    return Value(case.speaker.phone or case.about.organisation.phone)


def _danger(case: Case) -> Value:
    return Value(case.speaker.danger_number)


def _safety(case: Case) -> Value:
    text = localised(case.speaker.safety, case.language)
    said = text.replace("{danger}", case.speaker.danger_number)
    return Value(said, least=WORDS)


def _office(case: Case) -> Value:
    about = case.about
    if about.office is not None:
        return Value(about.office.office_name(case.language), least=NAME)
    return Value(about.organisation.name_in(case.language), least=NAME)


def _officer(case: Case) -> Value:
    owner = case.about.owner
    return Value(str(owner), least=NAME) if owner else _office(case)


def _place(case: Case) -> Value:
    typed = case.about.place
    return Value(typed, least=NAME) if typed else _area(case)


def _area(case: Case) -> Value:
    area = case.complaint.area or case.about.area
    if area is not None:
        return Value(area.name_in(case.language), least=NAME)
    # What anybody typed on a page never goes to a citizen in our name.
    typed = case.complaint.place if case.officer is not None else ""
    return Value(typed or _("place not known"), least=NAME)


def _citizen_contact(case: Case) -> Value:
    """In full to the officer whose work it is now, masked to everybody else."""
    mine = case.officer is not None and case.officer.pk == case.about.owner_id
    if case.phone:
        return Value(case.phone if mine else masked(case.phone))
    if case.email:
        return Value(case.email if mine else masked_email(case.email))
    return Value("-")


def _parent(case: Case) -> Value:
    complaint, about = case.complaint, case.about
    if complaint.parent_id in (None, about.pk):
        return _number(about.number)
    return _number(complaint.parent.number if complaint.parent else "")


def _said(case: Case) -> Value:
    return Value(case.said, least=WORDS)


def _why(case: Case) -> Value:
    about = case.about
    if about.status == Status.REJECTED and about.reject_reason is not None:
        return Value(about.reject_reason.name_in(case.language), least=NAME)
    return _said(case)


def _stage(case: Case) -> Value:
    """What happened, not the stage's name: that one speaks to the citizen."""
    return Value(event_label(case.happened), least=NAME)


_BLANKS: dict[str, Callable[[Case], Value]] = {
    "org": _org,
    "no": lambda case: _number(case.complaint.number),
    "type": _type,
    "due": _due,
    "eta": _due,
    "reopen": _reopen,
    "url": _link,
    "tel": _phone,
    "danger": _danger,
    "safety": _safety,
    "office": _office,
    "officer": _officer,
    "place": _place,
    "area": _area,
    "ctel": _citizen_contact,
    "parent": _parent,
    "ask": _said,
    "why": _why,
    "text": _said,
    "stage": _stage,
}
