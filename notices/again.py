"""A message that did not arrive, sent again because a person says so."""

from collections.abc import Iterable
from datetime import datetime

from complaints.services.privacy import GONE
from notices.kinds import CODE_KINDS, KINDS
from notices.models import Notice

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
    return bool(
        rows.update(
            state=State.QUEUED,
            not_before=at,
            expires_at=at + kind.keeps,
            attempts=0,
            resent=False,
            claim="",
            lease_until=None,
            # A receipt for the first copy says nothing of this one.
            provider_id="",
            error="",
        )
    )
