"""Photos between two tries: stored at once, carried as a signed mark.

A slip in another field must not cost a photo taken on site. What is never sent is
swept within a day (complaints/attachments.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from complaints import attachments
from complaints.models import Attachment, Complaint
from complaints.proofs import Point, point
from complaints.refusals import Invalid
from complaints.text import clean
from fieldwork.access import Staff

MOST = 3
_SALT = "fieldwork.photos"
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Photo:
    token: str
    name: str
    # Good for this job and this officer only.
    complaint_id: int
    officer_id: int

    @property
    def signed(self) -> str:
        mark = [self.token, self.name, self.complaint_id, self.officer_id]
        return signing.dumps(mark, salt=_SALT)


def kept(signed: Iterable[str], complaint: Complaint, staff: Staff) -> list[Photo]:
    """Those of earlier tries; a forged, old or foreign mark is dropped."""
    found: dict[str, Photo] = {}
    for mark in signed:
        photo = _read(mark)
        here = (complaint.pk, staff.officer.pk)
        if photo and (photo.complaint_id, photo.officer_id) == here:
            found[photo.token] = photo
    return list(found.values())[:MOST]


def _read(mark: str) -> Photo | None:
    try:
        values: list[Any] = signing.loads(
            mark, salt=_SALT, max_age=attachments.UNCLAIMED_FOR
        )
    except (signing.BadSignature, ValueError):
        return None
    return Photo(*values)


def store_new(
    before: Sequence[Photo], complaint: Complaint, staff: Staff, *, proof: bool
) -> tuple[list[Photo], list[str]]:
    """What was taken now, and a sentence for each that could not be kept.

    Of a proof, place and time are kept; of another photo neither.
    """
    photos, wrong = list(before), []
    for upload in staff.request.FILES.getlist("photo"):
        try:
            photos.append(_store(upload, len(photos), complaint, staff, proof=proof))
        except Invalid as refused:
            wrong.append(str(refused))
    return photos, wrong


def _store(
    upload: "UploadedFile[Any]",
    count: int,
    complaint: Complaint,
    staff: Staff,
    *,
    proof: bool,
) -> Photo:
    if count >= MOST:
        raise Invalid(_("At most %(n)s photos can be sent."), {"n": MOST})
    stored = attachments.store(
        upload, at=staff.at, proof=proof, zone=complaint.organisation.timezone,
        here=_here(staff) if proof else None,
    )  # fmt: skip
    name = clean(upload.name or "", 10**6)[-_LONGEST_NAME:] or _("Photo")
    return Photo(stored.token, name, complaint.pk, staff.officer.pk)


def _here(staff: Staff) -> Point | None:
    """Where the phone says it is (static/js/field.js); "18.51,73.83" or nothing."""
    typed = staff.request.POST.get("here", "")[:60]
    latitude, _comma, longitude = typed.partition(",")
    return point(latitude, longitude)


def claim(photos: Iterable[Photo]) -> tuple[Attachment, ...]:
    """The stored files; Invalid when one was swept or sent already."""
    found = []
    for photo in photos:
        attachment = attachments.unclaimed(photo.token)
        if attachment is None:
            raise Invalid(
                _("The photo %(name)s is no longer there. Please take it again."),
                {"name": photo.name},
                field="photo",
            )
        found.append(attachment)
    return tuple(found)
