"""A claim in words: its sums for the page and the phone, its blanks for messages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Event
from complaints.times import local, moment
from complaints.unit import latest
from escalation import reference
from escalation.claims.claim_number import grouped
from escalation.claims.compensation import (
    MINUTES_OF_DAY,
    Sums,
    claims,
    compensation_of,
    pay_by,
    sums,
)
from escalation.models import Claim, Compensation
from notices.outbox import tell_citizen
from notices.render import Value
from officers.models import Organisation

MINUTES_OF_HOUR = 60
# A source that is longer stands in full on the staff's pages only.
SHORT_SOURCE = 12


@dataclass(frozen=True)
class Shown:
    """What a page shows; `lines` are sentences that can be read out."""

    claim: Claim
    number: str
    state: str
    lines: list[str]
    minutes: int
    amount: Decimal
    money: str  # granted, or what it comes to now
    source: str
    pay_by: str
    running: bool


def shown(claim: Claim, at: datetime) -> Shown:
    counted = sums(claim, at)
    currency = claim.complaint.organisation.currency
    until = pay_by(claim)
    amount = counted.amount if claim.amount is None else claim.amount
    return Shown(
        claim=claim,
        number=grouped(claim.number),
        state=claim.state,
        lines=[*_lateness(claim, counted), _sum(claim, counted)],
        minutes=counted.lateness.minutes,
        amount=amount,
        money=money(amount, currency),
        source=source_name(claim.compensation.source),
        pay_by=day(until, claim.complaint.organisation) if until else "",
        running=counted.lateness.until is None,
    )


def _lateness(claim: Claim, counted: Sums) -> list[str]:
    complaint, late = claim.complaint, counted.lateness
    organisation = complaint.organisation
    values = {
        "due": moment(claim.due_at, organisation),
        "until": moment(late.until, organisation) if late.until else "",
        "late": minutes_and_days(late.minutes),
    }
    if late.until is None:
        told = [_("Promised %(due)s, not solved yet: %(late)s late so far.") % values]
    elif complaint.closed_at is not None and complaint.resolved_at is None:
        told = [_("Promised %(due)s, ended %(until)s: %(late)s late.") % values]
    elif claim.state in (Claim.State.GRANTED, Claim.State.REFUSED):
        told = [_("Promised %(due)s, counted to %(until)s: %(late)s late.") % values]
    else:
        told = [_("Promised %(due)s, solved %(until)s: %(late)s late.") % values]
    if late.waited:
        wait = ngettext(
            "%(n)s minute of waiting for the citizen's answer is not counted.",
            "%(n)s minutes of waiting for the citizen's answer are not counted.",
            late.waited,
        )
        told.append(wait % {"n": _figure(late.waited)})
    return told


def _sum(claim: Claim, counted: Sums) -> str:
    row, currency = claim.compensation, claim.complaint.organisation.currency
    values = {
        "rate": rate(row, currency),
        "days": _days(counted.days),
        "sum": money(counted.amount, currency),
        "most": money(row.most or row.amount, currency),
    }
    if row.per == Compensation.Per.ONCE:
        return _("%(rate)s.") % values
    if row.most is not None:
        return _("%(rate)s, %(days)s = %(sum)s (never more than %(most)s).") % values
    return _("%(rate)s, %(days)s = %(sum)s.") % values


def rate(row: Compensation, currency: str) -> str:
    """ "Rs 100 for each day begun"; "at most" where the limit is all that is known."""
    values = {"money": money(row.amount, currency)}
    if row.per == Compensation.Per.DAY:
        return _("%(money)s for each day begun") % values
    if row.most == row.amount:
        return _("%(money)s at most, once") % values
    return _("%(money)s, once") % values


def money(amount: Decimal, currency: str) -> str:
    figure = _figure(amount, 0 if amount == amount.to_integral_value() else 2)
    if currency == "INR":
        return _("Rs %(amount)s") % {"amount": figure}
    return f"{currency} {figure}"


def minutes_and_days(minutes: int) -> str:
    """ "1,597 minutes (1 day 2 h 37 min)" """
    told = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": _figure(minutes)}
    if minutes < MINUTES_OF_HOUR:
        return told
    days, rest = divmod(minutes, MINUTES_OF_DAY)
    hours, rest = divmod(rest, MINUTES_OF_HOUR)
    parts = [
        _days(days) if days else "",
        _("%(n)s h") % {"n": hours} if hours else "",
        _("%(n)s min") % {"n": rest} if rest else "",
    ]
    return f"{told} ({' '.join(filter(None, parts))})"


def _days(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": _figure(days)}


def _figure(value: Decimal | int, decimals: int = 0) -> str:
    return str(formats.number_format(value, decimals, force_grouping=True))


def source_name(source: str) -> str:
    """Without the brackets, which are for whoever checks it."""
    return source.partition(" (")[0].strip()


def day(at: datetime, organisation: Organisation) -> str:
    return str(formats.date_format(local(at, organisation), "j M Y"))


# Messages ---------------------------------------------------------------------------


def tell_offered(event: Event) -> None:
    """The minutes are those of the offer; the page counts on."""
    complaint, number = latest(event), event.data["claim"]
    # What was offered a moment ago is still in the process; later it is looked up.
    row = compensation_of(complaint) or _claim(event).compensation
    currency = reference.organisation(complaint.organisation_id).currency
    tell_citizen(
        event,
        "compensation",
        claim=Value(grouped(number), short=number),
        minutes=Value(str(event.data["minutes"])),
        amount=_spoken(lambda: _short_rate(row, currency)),
        source=Value(source_name(row.source), least=SHORT_SOURCE),
    )


def tell_granted(event: Event) -> None:
    claim = _claim(event)
    organisation, until = claim.complaint.organisation, pay_by(claim)
    amount = claim.amount or Decimal(0)
    tell_citizen(
        event,
        "claim_granted",
        claim=_number(claim),
        amount=_spoken(lambda: money(amount, organisation.currency)),
        due=_spoken(lambda: day(until or event.at, organisation)),
    )


def tell_refused(event: Event) -> None:
    claim = _claim(event)
    tell_citizen(event, "claim_refused", claim=_number(claim), why=claim.reason)


def _claim(event: Event) -> Claim:
    return claims().get(number=event.data["claim"])


def _number(claim: Claim) -> Value:
    return Value(grouped(claim.number), short=claim.number)


def _short_rate(row: Compensation, currency: str) -> str:
    values = {"money": money(row.amount, currency)}
    if row.per == Compensation.Per.DAY:
        return _("%(money)s a day") % values
    return str(values["money"])


def _spoken(say: Callable[[], str]) -> Any:
    """Said when the message is written, in its reader's language."""
    return lazy(say, str)()
