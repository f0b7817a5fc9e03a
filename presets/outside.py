"""What a folder says of rows that other presets brought: only the database knows."""

from collections.abc import Iterator

from notices.models import ChannelAccount
from officers.models import Organisation
from presets.faults import Fault
from presets.keys import KEYS
from presets.models import LoadedPreset
from presets.reader import FILE_OF, Preset
from presets.stage import joined

ABSENT = (
    "“{code}” is not in organisations.csv, and no preset that is loaded has it: load"
    " that preset first"
)


def organisations(preset: Preset) -> dict[str, Organisation]:
    """Those that the folder names but does not hold, as far as they are loaded."""
    codes = _named(preset) - {row.code for row in preset.organisations}
    rows = Organisation.objects.filter(code__in=codes, valid_to=None) if codes else ()
    return {row.code: row for row in rows}


def _named(preset: Preset) -> set[str]:
    parents = {row.parent for row in preset.organisations if row.parent}
    desks = {code for row in preset.hashtags for code in (row.organisation, row.target)}
    return parents | desks


def check(preset: Preset, loaded: dict[str, Organisation]) -> list[Fault]:
    return [
        *_absent(preset, loaded),
        *_circles(preset, loaded),
        *_taken_tags(preset),
        *_taken_accounts(preset),
    ]


def _absent(preset: Preset, loaded: dict[str, Organisation]) -> Iterator[Fault]:
    known = {row.code for row in preset.organisations} | loaded.keys()
    for lines, columns in (
        ("organisations", ("parent",)),
        ("hashtags", ("organisation", "target")),
    ):
        for row in getattr(preset, lines):
            for column in columns:
                code = getattr(row, column)
                if code and code not in known:
                    reason = ABSENT.format(code=code)
                    yield Fault(FILE_OF[lines], row.line, column, reason)


def _circles(preset: Preset, loaded: dict[str, Organisation]) -> Iterator[Fault]:
    own = {row.code for row in preset.organisations}
    for row in preset.organisations:
        above = loaded.get(row.parent)
        while above is not None and above.code not in own:
            above = above.parent
        if above is not None:
            reason = f"{row.parent} stands below {above.code} of this folder"
            yield Fault("organisations.csv", row.line, "parent", reason)


def _taken_tags(preset: Preset) -> Iterator[Fault]:
    """One desk cannot read the same hashtag in two ways."""
    if not preset.hashtags:
        return
    key = KEYS["hashtags"][0]
    others = LoadedPreset.objects.exclude(name=preset.name)
    theirs = {tag for each in others for tag in each.keys.get("hashtags", ())}
    for row in preset.hashtags:
        if joined(*key(row)) in theirs:
            reason = f"{row.organisation} reads {row.tag} for another preset already"
            yield Fault("hashtags.csv", row.line, "tag", reason)


def _taken_accounts(preset: Preset) -> Iterator[Fault]:
    """One number belongs to one organisation, one code to one number."""
    own = {row.code for row in preset.organisations}
    codes = {row.code: row for row in preset.accounts}
    addresses = {(row.channel, row.address): row for row in preset.accounts}
    rows = ChannelAccount.objects.select_related("organisation").exclude(
        organisation__code__in=own
    )
    for there in rows if preset.accounts else ():
        name = there.organisation.code
        if there.code in codes:
            line = codes[there.code].line
            reason = f"the code “{there.code}” belongs to {name}"
            yield Fault("channel_accounts.csv", line, "code", reason)
        if (there.channel, there.address) in addresses:
            line = addresses[there.channel, there.address].line
            reason = f"“{there.address}” belongs to {name}"
            yield Fault("channel_accounts.csv", line, "address", reason)
