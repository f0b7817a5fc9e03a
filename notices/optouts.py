"""Who asked us to be silent, in one channel, towards one root organisation.

Codes, answers to what the person writes and warnings of danger still go: Kind.always.
Staff get their work whatever they wrote as citizens.
"""

from collections.abc import Collection
from datetime import datetime

from notices.models import ChannelAccount, OptOut
from officers.trees import root_of


def stop(account: ChannelAccount, address: str, at: datetime) -> None:
    """Twice is no harm: the first moment counts."""
    OptOut.objects.bulk_create(
        [
            OptOut(
                organisation_id=root_of(account.organisation_id),
                channel=account.channel,
                address=address,
                since=at,
            )
        ],
        ignore_conflicts=True,
    )


def start(account: ChannelAccount, address: str) -> None:
    OptOut.objects.filter(
        organisation_id=root_of(account.organisation_id),
        channel=account.channel,
        address=address,
    ).delete()


def stopped(channel: str, addresses: Collection[str], root: int) -> set[str]:
    """Those of the addresses that want nothing of this root organisation."""
    rows = OptOut.objects.filter(
        address__in=addresses, channel=channel, organisation_id=root
    )
    return set(rows.values_list("address", flat=True))


def all_stopped(addresses: Collection[str]) -> set[tuple[int, str, str]]:
    """(root organisation, channel, address) of every opt-out of these addresses."""
    if not addresses:
        return set()
    rows = OptOut.objects.filter(address__in=addresses)
    return set(rows.values_list("organisation_id", "channel", "address"))
