"""From which number, mailbox or handle a message leaves."""

from dataclasses import dataclass

from notices.credentials import unseal
from notices.models import ChannelAccount
from notices.port import Keys
from notices.texts import REFERENCE
from officers.models import Organisation
from officers.trees import organisation_path
from operations.generation import ReferenceCache

# The slug of an account's wire, and its organisation.
Wired = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Leaves:
    """An account, as far as a text must know it. `registered`: see notices/dlt.py."""

    pk: int
    registered: bool
    variable_limit: int


def leaves_of(account: ChannelAccount) -> Leaves:
    return Leaves(account.pk, account.registered, account.variable_limit)


class _Accounts:
    def __init__(self) -> None:
        self.nearest: dict[tuple[int, str], Leaves] = {}
        self.wires: dict[int, Wired] = {}
        self.coded: dict[tuple[str, str], ChannelAccount] = {}
        # The first one entered wins where an organisation has two of a channel.
        rows = ChannelAccount.objects.select_related("organisation")
        for row in rows.order_by("-pk"):
            self.wires[row.pk] = (row.sender, row.organisation_id)
            if row.active:
                self.coded[row.sender, row.code] = row
                self.nearest[row.organisation_id, row.channel] = leaves_of(row)


_accounts = ReferenceCache(REFERENCE, _Accounts)


def leaves_from(
    channel: str, received_by: Organisation, answering: Organisation
) -> Leaves | None:
    """The nearest account of whoever was written to, else of whoever answers."""
    accounts = _accounts.get().nearest
    path = [*organisation_path(received_by.pk), *organisation_path(answering.pk)]
    return next(
        (accounts[pk, channel] for pk in path if (pk, channel) in accounts), None
    )


def wires() -> dict[int, Wired]:
    """Of every account, active or not."""
    return _accounts.get().wires


def wire_of(account_id: int) -> Wired:
    """One that came a moment ago may not be kept yet: it is asked for."""
    known = wires().get(account_id)
    if known is None:
        row = ChannelAccount.objects.get(pk=account_id)
        known = (row.sender, row.organisation_id)
    return known


def by_code(channel_slug: str, code: str) -> ChannelAccount | None:
    """The active account that a hook's address names: /hooks/<channel_slug>/<code>/."""
    if not code:
        return None
    known = _accounts.get().coded.get((channel_slug, code))
    # One that came a moment ago may not be kept yet: it is asked for.
    return known or (
        ChannelAccount.objects.select_related("organisation")
        .filter(sender=channel_slug, code=code, active=True)
        .first()
    )


def keys_of(account: ChannelAccount) -> Keys:
    """What a wire must know of it. Raises UnreadableSecretsError."""
    return Keys(
        code=account.code,
        address=account.address,
        provider_account=account.provider_account,
        secrets=unseal(account.sealed),
        header=account.header,
        entity_id=account.entity_id,
    )
