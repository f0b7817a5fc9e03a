"""The citizen's closing code: whoever can say it has met them when the work was done.

The six digits are made from the row and our secret key, so that the reaction that sends
them can make them again, and no event, log or column keeps them. The message that
carries them is blanked once it has left (notices/spent.py).
"""

from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import ClosingCode, Complaint
from complaints.people import email_of, phone_of
from complaints.refusals import Conflict, Invalid
from complaints.services.guards import permit
from complaints.unit import change, door

DIGITS = 6
WORKS = timedelta(hours=24)
MOST_TRIES = 5
MOST_A_DAY = 3
_MADE, _KEPT = "complaints.closing_code.made", "complaints.closing_code.kept"
_LONGEST = 40


@door
def send_closing_code(
    complaint: Complaint, *, actor: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """A new code to the citizen's phone or e-mail; the one before works no more."""
    permit(complaint, "send_code", actor, version)
    if not reachable(complaint):
        raise Invalid(
            _("Neither phone nor e-mail of the citizen is known: no code is needed."),
            code="no_contact",
            field="code",
        )
    sent = ClosingCode.objects.filter(complaint=complaint, sent_at__gt=at - WORKS)
    if sent.count() >= MOST_A_DAY:
        raise Invalid(
            _("%(n)s codes were sent today already. Choose why there is none."),
            {"n": MOST_A_DAY},
            code="codes_used",
            field="code",
        )
    row = ClosingCode(
        complaint=complaint, sent_at=at, expires_at=at + WORKS, sent_by=actor.officer
    )
    row.digest = _digest(row, digits_of(row))
    row.save(force_insert=True)
    # Of two at once the second fails here, and its row goes with it.
    change(complaint, "code_sent", actor=actor, at=at, data={"closing_code": row.pk})
    return complaint


def reachable(complaint: Complaint) -> bool:
    return bool(phone_of(complaint.citizen) or email_of(complaint.citizen))


def digits_of(row: ClosingCode) -> str:
    """For the one message that carries it."""
    sent = row.sent_at.astimezone(UTC).isoformat()
    seed = f"{row.complaint_id}:{sent}:{row.sent_by_id}"
    made = int(salted_hmac(_MADE, seed, algorithm="sha256").hexdigest(), 16)
    return f"{made % 10**DIGITS:0{DIGITS}d}"


def waiting(complaint: Complaint, at: datetime) -> ClosingCode | None:
    """The code that may still be typed in, for a page that says so."""
    row = _latest(complaint)
    return row if row is not None and not _spent(row, at) else None


def tried(complaint: Complaint, typed: str, at: datetime) -> ClosingCode:
    """The code that was typed, if it is the right one. Raises Invalid.

    Counts before it compares, in a statement of its own: called outside of any
    transaction that a refusal takes back, not even many at once get a sixth try.
    """
    given = "".join(str(int(one)) for one in typed[:_LONGEST] if one.isdecimal())
    if len(given) != DIGITS:
        raise _wrong(_("The closing code has six digits."), "code_form")
    row = _latest(complaint)
    if row is None or row.used_at is not None:
        raise _wrong(_("No closing code is on its way. Send one first."), "no_code")
    refusal = _spent(row, at)
    if refusal is not None:
        raise refusal
    live = ClosingCode.objects.filter(pk=row.pk, used_at=None)
    if not live.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        raise _used_up()
    if constant_time_compare(row.digest, _digest(row, given)):
        # Other faults of the form are no tries.
        live.filter(tries__gt=0).update(tries=F("tries") - 1)
        return row
    row.refresh_from_db(fields=["tries"])
    left = max(0, MOST_TRIES - row.tries)
    if not left:
        raise _used_up()
    raise Invalid(
        _("This is not the code. Tries left: %(n)s."),
        {"n": left},
        code="wrong_code",
        field="code",
    )


def use(row: ClosingCode, at: datetime) -> None:
    """Once, in the transaction of the resolution that it proves."""
    if not ClosingCode.objects.filter(pk=row.pk, used_at=None).update(used_at=at):
        raise Conflict(_("This code was used already."), field="code")


def _latest(complaint: Complaint) -> ClosingCode | None:
    rows = ClosingCode.objects.filter(complaint=complaint)
    return rows.order_by("-sent_at", "-pk").first()


def _spent(row: ClosingCode, at: datetime) -> Invalid | None:
    if row.used_at is not None:
        return _wrong(_("This code was used already."), "no_code")
    if at > row.expires_at:
        return _wrong(_("This code is over a day old. Send a new one."), "code_old")
    return _used_up() if row.tries >= MOST_TRIES else None


def _used_up() -> Invalid:
    return _wrong(
        _("The code was typed wrong five times. Send a new one."), "code_tries"
    )


def _wrong(sentence: str | Promise, code: str) -> Invalid:
    return Invalid(sentence, code=code, field="code")


def _digest(row: ClosingCode, digits: str) -> str:
    kept = salted_hmac(_KEPT, f"{row.complaint_id}:{digits}", algorithm="sha256")
    return kept.hexdigest()
