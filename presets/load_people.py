"""Staff with shifts, leave and postings; citizens with their connections."""

from typing import Any

from complaints.models import Citizen, Connection, ContactPoint
from officers.models import Leave, Officer, Posting, Role, Shift
from presets.rows_more import ConnectionRow, PostingRow, StaffRow
from presets.stage import Stage, joined
from presets.sync import end, indexed, remove, sync

# They work on the phone pages and have no use for the desk's own site.
NO_DESK = frozenset({Role.FIELD_STAFF, Role.PARTNER})
PHONE = ContactPoint.Channel.PHONE


def staff(stage: Stage) -> None:
    rows = stage.preset.staff
    roles: dict[str, set[str]] = {}
    for posting in stage.preset.postings:
        roles.setdefault(posting.username, set()).add(posting.role)
    known = indexed(
        Officer.objects.filter(username__in=[row.username for row in rows]),
        lambda row: row.username,
    )
    if stage.demo:
        _give_password(stage, list(known.values()))
    wanted = {
        row.username: _officer(stage, row, roles.get(row.username, set()))
        for row in rows
    }
    # What people may change themselves, or an administrator for them, stays.
    theirs = ("password", "language", "phone", "email", "is_staff")
    stage.officers = sync(Officer, known, wanted, stage.tally, only_new=theirs)
    _shifts(stage)
    _leaves(stage)
    _postings(stage)


def _officer(stage: Stage, row: StaffRow, roles: set[str]) -> dict[str, Any]:
    return {
        "username": row.username,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "language": row.language,
        "phone": row.phone,
        "email": row.email,
        "is_staff": bool(roles - NO_DESK),
        "password": stage.prepared.password,
    }


def _give_password(stage: Stage, officers: list[Officer]) -> None:
    """Loaded before without the demo: nobody could sign in."""
    without = [row for row in officers if not row.has_usable_password()]
    for row in without:
        row.password = stage.prepared.password
    Officer.objects.bulk_update(without, ["password"], batch_size=500)


def _shifts(stage: Stage) -> None:
    ids = {row.pk: name for name, row in stage.officers.items()}
    there = indexed(
        Shift.objects.filter(officer_id__in=ids), lambda row: ids[row.officer_id]
    )
    wanted = {
        row.username: {
            "officer_id": stage.officers[row.username].pk,
            "hours": row.shift,
        }
        for row in stage.preset.staff
        if row.shift
    }
    sync(Shift, there, wanted, stage.tally)


def _leaves(stage: Stage) -> None:
    ids = {row.pk: name for name, row in stage.officers.items()}
    there = indexed(
        Leave.objects.filter(officer_id__in=ids),
        lambda row: (ids[row.officer_id], row.from_date, row.to_date),
    )
    wanted = {
        (row.username, begin, last): {
            "officer_id": stage.officers[row.username].pk,
            "from_date": begin,
            "to_date": last,
            "reason": reason,
        }
        for row in stage.preset.staff
        for begin, last, reason in row.leaves
    }
    sync(Leave, there, wanted, stage.tally)
    gone = stage.written("leaves", [joined(*key) for key in wanted])
    old = [row for key, row in there.items() if joined(*key) in gone]
    remove(Leave, old, stage.tally)


def _postings(stage: Stage) -> None:
    """A posting that left the file ends; one that an administrator made stays."""
    there = indexed(
        Posting.objects.filter(
            officer__in=stage.officers.values(),
            organisation_id__in=stage.organisation_ids(),
        ),
        lambda row: (
            row.officer_id,
            row.role,
            row.organisation_id,
            row.area_id,
            row.department_id,
            row.valid_from,
        ),
    )
    wanted = {}
    for row in stage.preset.postings:
        values = _posting(stage, row)
        key = tuple(values.values())
        acting = stage.officers[row.acting_for].pk if row.acting_for else None
        wanted[key] = values | {"acting_for_id": acting}
        if row.valid_to:
            wanted[key]["valid_to"] = row.valid_to
        else:
            wanted[key] |= stage.if_back("postings", *key)
    sync(Posting, there, wanted, stage.tally)
    gone = stage.written("postings", [joined(*key) for key in wanted])
    left = [row for key, row in there.items() if joined(*key) in gone]
    end(Posting, left, stage.tally, last_day=stage.last_day)


def _posting(stage: Stage, row: PostingRow) -> dict[str, Any]:
    """What makes it this posting, in the order of the key."""
    return {
        "officer_id": stage.officers[row.username].pk,
        "role": row.role,
        "organisation_id": stage.organisations[row.organisation].pk,
        "area_id": stage.area_id(row.area),
        "department_id": stage.department_id(row.department),
        "valid_from": row.valid_from,
    }


def connections(stage: Stage) -> None:
    holders = _holders(stage)
    ids = {row.pk: code for code, row in stage.organisations.items()}
    there = indexed(
        Connection.objects.filter(organisation_id__in=ids),
        lambda row: (ids[row.organisation_id], row.number),
    )
    wanted = {
        (row.organisation, row.number): {
            "organisation_id": stage.organisations[row.organisation].pk,
            "number": row.number,
            "citizen_id": holders[stage.root_id(row.organisation), row.phone],
            "area_id": stage.area_id(row.area),
            "address": row.address,
            "kind": row.kind,
        }
        for row in stage.preset.connections
    }
    # Whoever holds it now is the call centre's knowledge, newer than the file's.
    sync(Connection, there, wanted, stage.tally, only_new=("citizen_id",))


def _holders(stage: Stage) -> dict[tuple[int, str], int]:
    """(root, phone) → citizen: the person who is known by it, or a new one."""
    first: dict[tuple[int, str], ConnectionRow] = {}
    for row in stage.preset.connections:
        first.setdefault((stage.root_id(row.organisation), row.phone), row)
    points = ContactPoint.objects.filter(
        root_id__in={root for root, _phone in first}, channel=PHONE
    )
    known = {(each.root_id, each.address): each.citizen_id for each in points}
    new = {key: row for key, row in first.items() if key not in known}
    citizens = [_citizen(stage, key[0], row) for key, row in new.items()]
    Citizen.objects.bulk_create(citizens, batch_size=500)
    made = {key: row.pk for key, row in zip(new, citizens, strict=True)}
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(citizen_id=pk, root_id=root, channel=PHONE, address=phone)
            for (root, phone), pk in made.items()
        ],
        batch_size=500,
    )
    return known | made


def _citizen(stage: Stage, root_id: int, row: ConnectionRow) -> Citizen:
    return Citizen(
        root_id=root_id,
        name=row.name,
        language=row.language,
        search_text=stage.prepared.search_texts[row.number],
        created_at=stage.at,
    )
