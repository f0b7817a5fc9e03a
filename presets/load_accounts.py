"""The numbers and mailboxes that citizens write to, without their secrets."""

from typing import Any

from django.db.models import Q

from notices.models import ChannelAccount
from presets.rows_wires import AccountRow
from presets.stage import Stage
from presets.sync import indexed, sync

# What an administrator entered instead of the demonstration's number stays.
THEIRS = ("address", "sender", "channel")


def accounts(stage: Stage) -> None:
    rows = stage.preset.accounts
    there = _there(rows)
    wanted = {row.code: _account(stage, row) for row in rows}
    sync(ChannelAccount, there, wanted, stage.tally, only_new=THEIRS)
    gone = stage.written("accounts", [row.code for row in rows])
    left = ChannelAccount.objects.filter(code__in=gone, active=True)
    label = str(ChannelAccount._meta.verbose_name_plural)
    stage.tally.ended[label] += left.update(active=False) if gone else 0
    _stand_ins(stage, some_left=bool(gone))


def _there(rows: list[AccountRow]) -> dict[Any, ChannelAccount]:
    """By code; one that was entered before it had a code, by its address."""
    known = Q(code__in=[row.code for row in rows]) | Q(
        code="", address__in=[row.address for row in rows]
    )
    found = list(ChannelAccount.objects.filter(known))
    by_address = {(each.channel, each.address): each for each in found if not each.code}
    by_code = indexed((each for each in found if each.code), lambda each: each.code)
    for row in rows:
        before = by_address.get((row.channel, row.address))
        if row.code not in by_code and before is not None:
            by_code[row.code] = before
    return by_code


def _account(stage: Stage, row: AccountRow) -> dict[str, Any]:
    back = {"active": True} if stage.if_back("accounts", row.code) else {}
    return {
        "organisation_id": stage.organisations[row.organisation].pk,
        "code": row.code,
        "channel": row.channel,
        "sender": row.sender,
        "address": row.address,
    } | back


def _stand_ins(stage: Stage, *, some_left: bool) -> None:
    """Something to send SMS and mail from, where nobody entered anything yet.

    The one for SMS writes to the log; it retires when the files bring a real wire.
    One that an administrator switched off stays off.
    """
    roots = {root.pk: root.code for root in stage.roots()}
    rows = list(ChannelAccount.objects.filter(organisation_id__in=roots))
    wanted: dict[Any, dict[str, Any]] = {}
    for root in stage.roots():
        addresses = {"sms": (root.code, "console"), "email": (root.email, "email")}
        for channel, (address, sender) in addresses.items():
            mine = [
                row
                for row in rows
                if (row.organisation_id, row.channel) == (root.pk, channel)
            ]
            in_use = any(row.active for row in mine)
            if address and not in_use and (some_left or not mine):
                wanted[channel, address] = {
                    "organisation_id": root.pk,
                    "channel": channel,
                    "address": address,
                    "sender": sender,
                    "active": True,
                }
    there = indexed(rows, lambda row: (row.channel, row.address))
    sync(ChannelAccount, there, wanted, stage.tally)
    _retire(rows, roots)


def _retire(rows: list[ChannelAccount], roots: dict[int, str]) -> None:
    wired = {
        row.organisation_id
        for row in rows
        if row.channel == "sms" and row.code and row.active
    }
    retired = [
        row
        for row in rows
        if row.active
        and row.organisation_id in wired
        and (row.sender, row.address) == ("console", roots[row.organisation_id])
    ]
    for row in retired:
        row.active = False
    ChannelAccount.objects.bulk_update(retired, ["active"])
