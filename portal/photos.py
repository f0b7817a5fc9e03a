"""Photos between two pages: stored at once, carried as a signed token.

So a photo survives a slip in another field; what is never sent is swept in a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from complaints import attachments
from complaints.models import Attachment
from complaints.refusals import Invalid
from complaints.text import clean
from portal.limits import may_store_photo

MOST = 3
_SALT = "portal.photos"


@dataclass(frozen=True)
class Photo:
    token: str
    name: str

    @property
    def signed(self) -> str:
        return signing.dumps([self.token, self.name], salt=_SALT)


class TooLargeHandler(FileUploadHandler):
    """Stops keeping a file once it is over the limit, and keeps the other fields.

    First in the row of handlers, before CSRF reads the form.
    """

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.most = most
        self.skipped: list[str] = []
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._size += len(raw_data)
        if self._size > self.most:
            self.skipped.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def kept(signed: Iterable[str]) -> list[Photo]:
    """Those of earlier steps; a forged or old mark is dropped."""
    found: dict[str, Photo] = {}
    for mark in signed:
        try:
            token, name = signing.loads(
                mark, salt=_SALT, max_age=attachments.UNCLAIMED_FOR
            )
        except (signing.BadSignature, ValueError):
            continue
        found[token] = Photo(token, name)
    return list(found.values())[:MOST]


def store_new(
    request: HttpRequest, before: Sequence[Photo], at: datetime
) -> tuple[list[Photo], list[str]]:
    """What was chosen now, and a sentence for each that could not be kept."""
    photos, wrong = list(before), []
    for upload in request.FILES.getlist("photo"):
        try:
            photos.append(_store(request, upload, len(photos), at))
        except Invalid as refused:
            wrong.append(str(refused))
    return photos, wrong


def _store(
    request: HttpRequest, upload: "UploadedFile[Any]", count: int, at: datetime
) -> Photo:
    if count >= MOST:
        raise Invalid(_("At most %(n)s photos can be sent."), {"n": MOST})
    if not may_store_photo(request, at):
        raise Invalid(_("Too many photos came from your address. Try in an hour."))
    name = clean(upload.name or "", 10**6)[-60:]
    return Photo(
        attachments.store(cast(BinaryIO, upload), at=at).token, name or _("Photo")
    )


def claim(
    photos: Iterable[Photo], *, all_or_none: bool = True
) -> tuple[Attachment, ...]:
    """The stored files; Invalid when one was swept or sent already."""
    found = []
    for photo in photos:
        attachment = attachments.unclaimed(photo.token)
        if attachment is None:
            if not all_or_none:
                continue
            raise Invalid(
                _("The photo %(name)s is no longer there. Please choose it again."),
                {"name": photo.name},
                field="photo",
            )
        found.append(attachment)
    return tuple(found)
