"""Photos: type by content, re-encoded without EXIF, private, swept when unclaimed.

Of an officer's proof we keep when and where it was taken and how it looks, in columns
of their own; of a citizen's photo nothing.
"""

import hashlib
import io
import secrets
import struct
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from complaints import proofs
from complaints.models import Attachment
from complaints.refusals import Invalid

# Only what we can decode and write again; never SVG, EPS or anything that runs.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LARGEST_SIDE = 1600
MOST_PIXELS = 50_000_000
QUALITY = 80
UNCLAIMED_FOR = timedelta(days=1)
SWEPT_AT_ONCE = 20


# What Pillow raises on files that only look like pictures.
BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error,
    zlib.error,
)  # fmt: skip


class Readable(Protocol):
    """An open file or an upload."""

    def read(self, size: int = ..., /) -> bytes: ...


def store(
    upload: Readable,
    *,
    at: datetime,
    proof: bool = False,
    zone: str = "UTC",
    here: proofs.Point | None = None,
) -> Attachment:
    """Keep a photo before its complaint exists: file first, then the row.

    Raises Invalid(field="photo") with what is wrong and how to mend it. `proof`: an
    officer's photo of finished work; `zone` is the organisation's, `here` where the
    phone says it is, should the picture not say so itself.
    """
    raw = _read(upload)
    picture, said = _decode(raw, zone if proof else "")
    body = _encode(picture)
    place = (said.point or here) if proof else None
    attachment = Attachment(
        token=secrets.token_urlsafe(32),
        content_type="image/jpeg",
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        width=picture.width,
        height=picture.height,
        uploaded_at=at,
        taken_at=said.taken_at,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        fingerprint=proofs.fingerprint(picture) if proof else "",
    )
    attachment.file.save(f"{secrets.token_hex(16)}.jpg", ContentFile(body), save=False)
    attachment.save()
    return attachment


def fingerprint(files: Iterable[Attachment]) -> None:
    """How they look, of those that were not stored as proof."""
    for file in files:
        if file.fingerprint:
            continue
        try:
            with file.file.open("rb") as opened, Image.open(opened) as picture:
                file.fingerprint = proofs.fingerprint(picture)
        except (*BROKEN, Image.DecompressionBombError):
            continue  # its file is gone: whoever looks at it will see
        if file.fingerprint:
            Attachment.objects.filter(pk=file.pk).update(fingerprint=file.fingerprint)


def unclaimed(token: str) -> Attachment | None:
    """A photo stored before and not yet part of a complaint."""
    return Attachment.objects.filter(token=token, complaint=None).first()


def tick(at: datetime) -> int:
    """Sweep what nobody claimed within a day: the file first, then the row."""
    old = Attachment.objects.filter(
        complaint=None, uploaded_at__lt=at - UNCLAIMED_FOR
    ).order_by("uploaded_at")[:SWEPT_AT_ONCE]
    swept = 0
    for attachment in old:
        gone, _rows = Attachment.objects.filter(
            pk=attachment.pk, complaint=None
        ).delete()
        if gone:
            attachment.file.delete(save=False)
            swept += 1
    return swept


def _read(upload: Readable) -> bytes:
    raw = upload.read(settings.MAX_PHOTO_BYTES + 1)
    if len(raw) > settings.MAX_PHOTO_BYTES:
        raise Invalid(
            _("This photo is too large. Please send one of at most %(mb)s MB."),
            {"mb": settings.MAX_PHOTO_BYTES // (1024 * 1024)},
            code="photo_too_large",
            field="photo",
        )
    return raw


def _decode(raw: bytes, zone: str) -> tuple[Image.Image, proofs.Said]:
    """The picture, and with a `zone` what it says of time and place."""
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(
                    _("This photo has too many pixels. Please send a smaller one."),
                    code="photo_too_large",
                    field="photo",
                )
            said = proofs.said_by(picture, zone) if zone else proofs.Said()
            picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            upright = _upright(picture)
            upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            return upright.convert("RGB"), said
    except BROKEN as error:
        raise _no_photo() from error
    except Image.DecompressionBombError as error:
        raise _no_photo() from error


def _upright(picture: Image.Image) -> Image.Image:
    """As the camera was held; a picture whose EXIF is broken stays as it lies."""
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except proofs.UNREADABLE:
        return picture


def _encode(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _no_photo() -> Invalid:
    return Invalid(
        _("This file is not a photo we can read. Please send a JPEG or PNG picture."),
        code="not_a_photo",
        field="photo",
    )
