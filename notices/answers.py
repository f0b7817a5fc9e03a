"""What is said without an event: an answer to who wrote, news that no change made.

In place of the event stands a `cause`, "in:17" or "incident:3": a notice is unique by
cause, kind and recipient, so that a message worked on again doubles nothing.
"""

from dataclasses import replace
from datetime import datetime

from complaints.models import Citizen, Complaint
from complaints.unit import owe
from notices.accounts import leaves_of
from notices.blanks import names_in
from notices.kinds import CITIZEN, KINDS
from notices.models import ChannelAccount, Notice
from notices.outbox import citizen_case, timed, worded, write, written
from notices.quiet import not_before
from notices.reference import with_names
from notices.render import MissingValueError, one_line
from notices.texts import chosen
from notices.values import Case
from officers.models import Organisation

# What an organisation can say of itself, whoever asks.
OWN = frozenset({"org", "tel", "danger", "safety"})


def answer(
    *,
    account: ChannelAccount,
    recipient: str,
    key: str,
    cause: str,
    at: datetime,
    language: str,
    complaint: Complaint | None = None,
    citizen_id: int | None = None,
    **values: object,
) -> None:
    """Owe one person a message that leaves from the account they wrote to.

    The texts are those of the account's organisation. Without a complaint only the
    organisation's own blanks and the given `values` may stand in them.
    Raises MissingTemplateError, MissingValueError.
    """
    kind, house = KINDS[key], account.organisation
    # Nobody's complaint: never saved, only asked for its organisation.
    about = complaint or Complaint(organisation=house, received_by=house)
    case = Case(with_names(about), about, house, language, given=values)
    if complaint is None:
        _only_given(key, case, account.channel)
    said, text = written(key, case, account.channel, leaves_of(account))
    start = not_before(at, house, kind, account.channel)
    owe(
        Notice(
            complaint=complaint,
            cause=cause,
            kind=key,
            audience=CITIZEN,
            citizen_id=citizen_id,
            account=account,
            channel=account.channel,
            recipient=recipient,
            **worded(said, text, registered=account.registered),
            **timed(kind, at, start),
        )
    )


def tell_about(
    complaint: Complaint,
    key: str,
    *,
    cause: str,
    at: datetime,
    by: str = "",
    **values: object,
) -> None:
    """As tell_citizen does, but of what is no event of the complaint's.

    `by`: this channel and no other. With `citizen__contacts` prefetched, a job that
    tells many asks nothing each.
    """
    case = citizen_case(with_names(complaint), complaint, values)
    case = replace(case, by=by)
    notice = write(case, key, at=at, event=None, cause=cause)
    if notice is not None:
        owe(notice)


def tell_person(
    citizen: Citizen,
    house: Organisation,
    key: str,
    *,
    cause: str,
    at: datetime,
    subject: str = "",
    **values: object,
) -> None:
    """Owe a message to somebody who has not complained: a question of ours.

    As for `answer`, only the organisation's own blanks and the given `values` may stand
    in its text. `subject`: of a letter. Raises MissingTemplateError, MissingValueError.
    """
    nobodys = Complaint(organisation=house, received_by=house, citizen=citizen)
    nobodys.language = citizen.language
    case = citizen_case(with_names(nobodys), nobodys, values)
    notice = write(case, key, at=at, event=None, cause=cause)
    if notice is None:
        return
    _only_given(key, case, notice.channel)
    notice.complaint = None
    if notice.subject and subject:
        notice.subject = one_line(subject)
    owe(notice)


def _only_given(key: str, case: Case, channel: str) -> None:
    house = case.speaker
    text = chosen(key, house, house, case.language, channel).text
    unknown = sorted(names_in(text) - OWN - case.given.keys())
    if unknown:
        raise MissingValueError(", ".join(unknown))
