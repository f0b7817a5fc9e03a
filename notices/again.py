"""A message that did not arrive, sent again because a person says so."""

from collections.abc import Iterable
from datetime import datetime

from complaints.services.privacy import GONE
from notices.kinds import CODE_KINDS, KINDS, Kind
from notices.models import Notice
from notices.quiet import closing, not_before

State = Notice.State
MAY_GO_AGAIN = (State.FAILED, State.UNSURE, State.STOPPED)


def send_again(notices: Iterable[Notice], at: datetime) -> list[Notice]:
    """Those that will go. Not a code, which is asked for anew, nor what was erased.

    Who asked us to be silent still is not written to: delivery looks.
    """
    return [notice for notice in notices if _again(notice, at)]


def _again(notice: Notice, at: datetime) -> bool:
    kind = KINDS.get(notice.kind)
    if kind is None or notice.kind in CODE_KINDS or notice.text in ("", GONE):
        return False
    rows = Notice.objects.filter(pk=notice.pk, state__in=MAY_GO_AGAIN)
    start, end = _times(notice, kind, at)
    return bool(
        rows.update(
            state=State.QUEUED,
            not_before=start,
            expires_at=end,
            attempts=0,
            resent=False,
            claim="",
            lease_until=None,
            # A receipt for the first copy says nothing of this one.
            provider_id="",
            error="",
        )
    )


def _times(notice: Notice, kind: Kind, at: datetime) -> tuple[datetime, datetime]:
    """A message at once, for a person says so; a telephone rings in its hours only."""
    if not kind.rings or notice.account is None:
        return at, at + kind.keeps
    house = notice.account.organisation
    start = not_before(at, house, kind, notice.channel)
    return start, min(start + kind.keeps, closing(start, house, kind))
