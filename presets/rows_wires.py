"""Lines about ways in: hashtags, numbers and mailboxes; and which tables are shared."""

from dataclasses import dataclass
from typing import Self

from complaints.models.category import Criticality, Horizon
from complaints.text import fold, tokens
from presets.cells import Cells

ADDRESSED = ("email", "sms", "voice")


@dataclass(frozen=True)
class HashtagRow:
    """Who is meant by a hashtag in a post that `organisation` reads."""

    line: int
    organisation: str
    tag: str
    target: str
    criticality: str
    horizon: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        tag = c.text("tag", limit=50)
        if tag and (tag[0] != "#" or tokens(tag) != [fold(tag)]):
            c.fault("tag", f"“{tag}” is no hashtag, as in #PostalSewa")
        return cls(
            line=c.line,
            organisation=c.code("organisation", limit=40),
            tag=tag,
            target=c.code("target", limit=40),
            criticality=c.one_of("criticality", ["", *Criticality.values]),
            horizon=c.one_of("horizon", ["", *Horizon.values]),
        )


@dataclass(frozen=True)
class AccountRow:
    """A number or mailbox that citizens write to. Its secrets stand in no table."""

    line: int
    code: str
    organisation: str
    channel: str
    sender: str
    address: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        channel = c.code("channel", limit=10)
        if channel == "email":
            address = c.email("address")
        elif channel in ("sms", "voice"):
            address = c.phone("address")
        else:
            address = c.text("address", limit=254)
        if not c.values.get("address", "").strip() and channel in ADDRESSED:
            c.fault("address", "must not be empty")
        code = c.code("code", limit=40)
        if code and not code.replace("-", "").replace("_", "").isalnum():
            # it stands in the address that the provider calls
            c.fault("code", f"“{code}” may hold letters, digits, - and _ only")
        return cls(
            line=c.line,
            code=code,
            organisation=c.code("organisation", limit=40),
            channel=channel,
            sender=c.code("sender", limit=20),
            address=address,
        )


@dataclass(frozen=True)
class UseRow:
    """A base folder, such as _electricity, whose lines fill in what is not here."""

    line: int
    base: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(line=c.line, base=c.text("base", limit=40))
