"""One line of a file → what the complaint desk is told.

Nothing is lost: a value that cannot be used is left out or kept as words, with a
remark; only what the desk itself refuses (no text, a date in the future) is an error.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from complaints.languages import detect_language
from complaints.models import Category, Connection, Source
from complaints.models.complaint import Kind
from complaints.phones import BadEmail, BadPhone, parse_email, parse_phone
from complaints.services import Intake
from complaints.text import fold
from officers.models import Area, Organisation
from officers.names import LANGUAGE_CODES
from officers.trees import organisation_path, organisation_subtree

PAPER = "paper"
SHORTEST = 3
# How other desks call the ways in that we have; "preset" names of sample files.
SOURCES = {
    "twitter": "x", "fb": "facebook", "voice": "phone", "call": "phone",
    "counter": "walk_in", "walkin": "walk_in", "letter": "paper", "post": "paper",
    "mail": "email", "website": "web", "z+": "zplus",
}  # fmt: skip
PRESETS = {"electricity": "UPPCL", "municipal": "PMC"}
DATES = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M")


class BadLine(ValueError):
    """Why a line cannot go in, for the person who mends the file."""


@dataclass
class Read:
    intake: Intake
    remarks: list[str] = field(default_factory=list)


class Reader:
    """Looks codes and names up once for the whole file."""

    def __init__(self, default: Organisation) -> None:
        self._default = default
        self._organisations = {row.code: row for row in Organisation.objects.all()}
        self._sources = set(Source.objects.values_list("code", flat=True))
        self._areas: dict[int, dict[str, Area | None]] = {}

    @cached_property
    def _categories(self) -> dict[str, list[Category]]:
        found: dict[str, list[Category]] = {}
        for category in Category.objects.filter(valid_to=None):
            found.setdefault(category.code, []).append(category)
        return found

    def read(self, values: dict[str, str]) -> Read:
        remarks: list[str] = []
        organisation = self._organisation(values.get("organisation", ""), remarks)
        text = _text(values.get("text", ""), remarks)
        area = self._area(organisation, values.get("area", ""), remarks)
        place = values.get("place", "")
        if values.get("area") and area is None:
            place = f"{values['area']}, {place}".strip(", ")
        latitude, longitude = _point(values, remarks)
        intake = Intake(
            organisation=organisation,
            text=text,
            source=self._source(values.get("source", ""), remarks),
            language=_language(values.get("language", ""), text, organisation, remarks),
            kind=_kind(values.get("kind", ""), remarks),
            category=self._category(organisation, values.get("category", ""), remarks),
            area=area,
            connection=_connection(organisation, values.get("connection", ""), remarks),
            place=place[:300],
            pin=_pin(values.get("pin", ""), remarks),
            latitude=latitude,
            longitude=longitude,
            name=values.get("name", ""),
            phone=_phone(values.get("phone", ""), organisation, remarks),
            email=_email(values.get("email", ""), remarks),
            received_at=_moment(values.get("received_at", ""), organisation),
        )
        return Read(intake, remarks)

    def _organisation(self, given: str, remarks: list[str]) -> Organisation:
        if not given:
            return self._default
        found = self._organisations.get(PRESETS.get(given, given))
        if found is None:
            remarks.append(f"no organisation “{given}”: {self._default.code} taken")
        return found or self._default

    def _source(self, given: str, remarks: list[str]) -> str:
        plain = given.lower().replace(" ", "_").replace("-", "_")
        code = SOURCES.get(plain, plain) or PAPER
        if code not in self._sources:
            remarks.append(f"way in “{given}” is not known: “{PAPER}” taken")
            return PAPER
        return code

    def _category(
        self, organisation: Organisation, given: str, remarks: list[str]
    ) -> Category | None:
        path = organisation_path(organisation.pk)
        for category in self._categories.get(given, []) if given else []:
            if category.organisation_id in path:
                return category
        if given:
            remarks.append(f"no category “{given}”: left to routing")
        return None

    def _area(
        self, organisation: Organisation, given: str, remarks: list[str]
    ) -> Area | None:
        if not given:
            return None
        found = self._areas_of(organisation).get(fold(given))
        if found is None:
            remarks.append(f"area “{given}” is not known, or not one: kept as place")
        return found

    def _areas_of(self, organisation: Organisation) -> dict[str, Area | None]:
        """By folded code or name; None where two areas have the same name."""
        if organisation.pk not in self._areas:
            names: dict[str, Area | None] = {}
            rows = Area.objects.filter(
                organisation_id__in=organisation_subtree(organisation.pk),
                valid_to=None,
            ).defer("boundary")
            for area in rows:
                for name in {fold(each) for each in (area.code, *area.names.values())}:
                    names[name] = None if name in names else area
            self._areas[organisation.pk] = names
        return self._areas[organisation.pk]


def _text(given: str, remarks: list[str]) -> str:
    if 0 < len(given) < SHORTEST:
        # The desk asks for three characters; on paper it is all there is.
        remarks.append("very short text: kept in quotation marks")
        return f"“{given}”"
    return given


def _language(
    given: str, text: str, organisation: Organisation, remarks: list[str]
) -> str:
    code = given.lower().split("-")[0]
    if code in LANGUAGE_CODES:
        return code
    if code == "hinglish":
        return "hi"
    if given:
        remarks.append(f"language “{given}” is not known: told from the text")
    return detect_language(text, default=organisation.default_language)


def _kind(given: str, remarks: list[str]) -> str:
    if given and given not in Kind.values:
        remarks.append(f"kind “{given}” is not known: complaint taken")
    return given if given in Kind.values else Kind.COMPLAINT


def _pin(given: str, remarks: list[str]) -> str:
    digits = "".join(letter for letter in given if letter.isdecimal())
    if given and not 5 <= len(digits) <= 6:
        remarks.append(f"“{given[:20]}” is no PIN code: left out")
        return ""
    return digits


def _point(
    values: dict[str, str], remarks: list[str]
) -> tuple[float | None, float | None]:
    latitude = values.get("latitude", "")
    longitude = values.get("longitude", "")
    if not latitude or not longitude:
        return None, None
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        point = 999.0, 999.0
    if not (abs(point[0]) <= 90 and abs(point[1]) <= 180):
        remarks.append("latitude and longitude are no place: left out")
        return None, None
    return point


def _connection(
    organisation: Organisation, given: str, remarks: list[str]
) -> Connection | None:
    if not given:
        return None
    found = (
        Connection.objects.filter(
            number=given,
            organisation_id__in=organisation_subtree(organisation.pk),
        )
        .select_related("area", "citizen")
        .first()
    )
    if found is None:
        remarks.append("no connection has this number: left out")
    return found


def _phone(given: str, organisation: Organisation, remarks: list[str]) -> str:
    # The remark does not repeat the number: remarks end in logs.
    return _address(
        given, lambda raw: parse_phone(raw, organisation.country), "phone", remarks
    )


def _email(given: str, remarks: list[str]) -> str:
    return _address(given, parse_email, "e-mail address", remarks)


def _address(
    given: str, parse: Callable[[str], str], what: str, remarks: list[str]
) -> str:
    if not given:
        return ""
    try:
        return parse(given)
    except (BadPhone, BadEmail):
        remarks.append(f"the {what} cannot be used: left out")
        return ""


def _moment(given: str, organisation: Organisation) -> datetime | None:
    """ISO or day first; a date without a time is noon, local time."""
    if not given:
        return None
    found = _iso(given) or _day_first(given)
    if found is None:
        raise BadLine(f"“{given[:30]}” is no date, as in 2026-11-21 or 21/11/2026")
    if isinstance(found, datetime):
        zone = ZoneInfo(organisation.timezone)
        local = found if found.tzinfo else found.replace(tzinfo=zone)
        return local.astimezone(UTC)
    noon = datetime.combine(found, time(12), ZoneInfo(organisation.timezone))
    return noon.astimezone(UTC)


def _iso(given: str) -> date | datetime | None:
    for parse in (date.fromisoformat, datetime.fromisoformat):
        try:
            return parse(given)
        except ValueError:
            continue
    return None


def _day_first(given: str) -> date | datetime | None:
    for form in DATES:
        try:
            found = datetime.strptime(given, form)  # noqa: DTZ007  the zone is the organisation's, put on by the caller
        except ValueError:
            continue
        return found if "%H" in form else found.date()
    return None
