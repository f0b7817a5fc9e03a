"""Things that tests need and that are no people."""

import io
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints.services.tries import Try


def photo_bytes(side: int = 40, colour: str = "grey") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


def photo(name: str = "pothole.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo_bytes(), content_type="image/jpeg")


def three_tries(before: datetime) -> list[Try]:
    """On three days, at three hours and by two ways: enough to close unanswered."""
    return [
        Try(before - timedelta(days=3), "sms"),
        Try(before - timedelta(days=2, hours=-3), "call"),
        Try(before - timedelta(days=1, hours=-6), "sms"),
    ]
