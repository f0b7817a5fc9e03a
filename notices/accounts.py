"""From which number, mailbox or handle a message leaves."""

from notices.models import ChannelAccount
from notices.texts import REFERENCE
from officers.models import Organisation
from officers.trees import organisation_path
from operations.generation import ReferenceCache


def _read() -> dict[tuple[int, str], int]:
    rows = ChannelAccount.objects.filter(active=True).order_by("-pk")
    pairs = rows.values_list("organisation_id", "channel", "pk")
    # The first one entered wins where an organisation has two of a channel.
    return {(organisation, channel): pk for organisation, channel, pk in pairs}


_accounts = ReferenceCache(REFERENCE, _read)


def account_for(
    channel: str, received_by: Organisation, answering: Organisation
) -> int | None:
    """The nearest account of whoever was written to, else of whoever answers."""
    accounts = _accounts.get()
    path = [*organisation_path(received_by.pk), *organisation_path(answering.pk)]
    return next(
        (accounts[pk, channel] for pk in path if (pk, channel) in accounts), None
    )
