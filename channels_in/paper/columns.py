"""Which column of somebody's file is which of our fields. docs/import.md lists them."""

from collections.abc import Mapping
from dataclasses import dataclass

FIELDS = (
    "external_id", "organisation", "text", "language", "source", "kind", "category",
    "area", "place", "pin", "latitude", "longitude", "connection", "name", "phone",
    "email", "received_at",
)  # fmt: skip

# Names that files in use have for them; compared without case, spaces and "_".
_ALIASES: dict[str, tuple[str, ...]] = {
    "external_id": ("id", "serial", "servicerequestid", "docket", "letterno", "no"),
    "organisation": ("org", "organization", "preset"),
    "text": ("complaint", "description", "details", "message", "subject"),
    "language": ("lang",),
    "source": ("channel", "wayin", "mode"),
    "kind": ("type",),
    "category": ("categorycode", "code"),
    "area": ("ward", "office", "locality", "division"),
    "place": ("address", "location", "landmark"),
    "pin": ("pincode", "postcode", "postalcode", "zip"),
    "latitude": ("lat",),
    "longitude": ("lon", "long", "lng"),
    "connection": ("consumernumber", "account", "accountnumber", "connectionnumber"),
    "name": ("citizen", "complainant", "fullname"),
    "phone": ("mobile", "mobilenumber", "telephone", "contact"),
    "email": ("mail", "emailaddress"),
    "received_at": ("date", "received", "receivedon", "createdat"),
}
_BY_NAME = {
    name: field
    for field, names in _ALIASES.items()
    for name in (field.replace("_", ""), *names)
}


class BadColumns(Exception):
    """The header cannot be used; the text says what to do."""


@dataclass(frozen=True)
class Columns:
    fields: dict[int, str]  # position in the line → our field
    ignored: list[str]


def read_columns(header: list[str], mapped: Mapping[str, str]) -> Columns:
    """`mapped` is {column: field} as the person gave it; it wins over the aliases."""
    _check(header, mapped)
    fields: dict[int, str] = {}
    ignored = []
    given = {column.strip(): field for column, field in mapped.items()}
    for position, column in enumerate(name.strip() for name in header):
        field = given.get(column)
        if field is None and column not in given:
            field = _BY_NAME.get(_plain(column))
            if field in given.values():
                field = None  # another column was named for it
        if field is None or field in fields.values():
            ignored.append(column)
        else:
            fields[position] = field
    if "text" not in fields.values():
        raise BadColumns(
            "No column holds the words of the complaint. Name one: --map COLUMN=text"
        )
    return Columns(fields, ignored)


def _check(header: list[str], mapped: Mapping[str, str]) -> None:
    if not any(name.strip() for name in header):
        raise BadColumns("The file has no header line.")
    for column, field in mapped.items():
        if field not in FIELDS:
            raise BadColumns(f"“{field}” is no field. Fields: {', '.join(FIELDS)}")
        if column.strip() not in {name.strip() for name in header}:
            raise BadColumns(f"The file has no column “{column}”.")


def _plain(column: str) -> str:
    return "".join(letter for letter in column.lower() if letter.isalnum())
