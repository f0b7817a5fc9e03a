"""Rows by the codes that programs name them with, within reach of the caller.

What lies outside is answered like what does not exist.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Category, Cause, Complaint, RejectReason
from complaints.refusals import Invalid
from complaints.workflow import REGISTERING_ROLES
from escalation import reference
from officers.models import Area, Department, Officer, Organisation
from officers.trees import organisation_path, organisation_subtree, root_of
from operations.generation import ReferenceCache

Row = TypeVar("Row", Category, Cause, Department)

causes = ReferenceCache(
    reference.CATEGORIES, lambda: list(Cause.objects.order_by("code"))
)
reject_reasons = ReferenceCache(
    reference.CATEGORIES, lambda: list(RejectReason.objects.order_by("code"))
)


def unknown(field: str) -> Invalid:
    return Invalid(_("We do not know this code."), code="unknown_code", field=field)


def below(actor: Actor) -> frozenset[int]:
    """The organisations that the caller's postings reach."""
    return frozenset(
        pk
        for posting in actor.postings
        for pk in organisation_subtree(posting.organisation_id)
    )


def near(organisation_ids: Iterable[int]) -> frozenset[int]:
    """These, those above them and those below: whose rows may stand in a complaint."""
    return frozenset(
        pk
        for each in organisation_ids
        for pk in (*organisation_path(each), *organisation_subtree(each))
    )


def receiving(actor: Actor, code: str) -> Organisation:
    """Where a new complaint goes: the caller's organisation, or one named below it."""
    registering = [p for p in actor.postings if p.role in REGISTERING_ROLES]
    if not code:
        chosen = registering or list(actor.postings)
        if not chosen:
            raise unknown("organisation")
        return reference.organisation(chosen[0].organisation_id)
    for posting in registering:
        for pk in organisation_subtree(posting.organisation_id):
            if reference.organisation(pk).code == code:
                return reference.organisation(pk)
    raise unknown("organisation")


def category(organisation: Organisation, code: str, at: datetime) -> Category | None:
    if not code:
        return None
    day = reference.local_day(organisation.pk, at)
    rows = reference.categories_of(organisation.pk, day)
    return _nearest(rows, organisation, code, "category")


def department(organisation: Organisation, code: str) -> Department | None:
    if not code:
        return None
    rows = reference.departments.get().values()
    return _nearest(rows, organisation, code, "department")


def cause(complaint: Complaint, code: str) -> Cause:
    mine = (None, complaint.department_id)
    rows = [row for row in causes.get() if row.department_id in mine]
    return _nearest(rows, complaint.organisation, code, "cause")


def reject_reason(code: str) -> RejectReason:
    for row in reject_reasons.get():
        if row.code == code:
            return row
    raise unknown("reason")


def area(organisation: Organisation, code: str, at: datetime) -> Area | None:
    """A place of the organisation, of one below it, or one shared from above."""
    if not code:
        return None
    day = reference.local_day(organisation.pk, at)
    wanted = near([organisation.pk])
    found = [
        row
        for row in reference.areas.get().values()
        if row.code == code
        and row.organisation_id in wanted
        and reference.in_force(row.valid_to, day)
    ]
    return _only(found, organisation, "area")


def office(
    complaint: Complaint, code: str, at: datetime, within: Organisation | None = None
) -> Area:
    """An office in the complaint's tree; `within` tells offices of one code apart."""
    root = root_of(complaint.organisation_id)
    home = within or complaint.organisation
    day = reference.local_day(home.pk, at)
    found = [
        row
        for row in reference.areas.get().values()
        if row.code == code
        and row.office
        and root_of(row.organisation_id) == root
        and (within is None or row.organisation_id in near([within.pk]))
        and reference.in_force(row.valid_to, day)
    ]
    return _only(found, home, "office")


def answering(complaint: Complaint, office: Area) -> Organisation:
    """An office below or beside answers itself; one it shares from above, we do."""
    if office.organisation_id in organisation_path(complaint.organisation_id):
        return reference.organisation(complaint.organisation_id)
    return reference.organisation(office.organisation_id)


def addressee(complaint: Complaint, code: str) -> Organisation:
    """To whom it may be sent: one of its own tree, or another's public desk."""
    root = root_of(complaint.organisation_id)
    for row in reference.organisations.get().values():
        other = row.public and row.valid_to is None and row.parent_id is None
        if row.code == code and (other or root_of(row.pk) == root):
            return row
    raise unknown("organisation")


def officer(username: str) -> Officer | None:
    """The door looks whether they are posted there."""
    if not username:
        return None
    found = Officer.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise unknown("owner")
    return found


def _nearest(
    rows: Iterable[Row], organisation: Organisation, code: str, field: str
) -> Row:
    path = organisation_path(organisation.pk)
    found = [r for r in rows if r.code == code and r.organisation_id in path]
    if not found:
        raise unknown(field)
    return min(found, key=lambda row: path.index(row.organisation_id))


def _only(found: list[Area], home: Organisation, field: str) -> Area:
    own = [row for row in found if row.organisation_id == home.pk]
    chosen = own or found
    if len(chosen) > 1:
        raise Invalid(
            _("Several organisations have this code. Name the organisation too."),
            code="ambiguous_code",
            field=field,
        )
    if not chosen:
        raise unknown(field)
    return chosen[0]
