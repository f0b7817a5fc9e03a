"""Things that tests need and that are no people."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def photo_bytes(side: int = 40, colour: str = "grey") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


def photo(name: str = "pothole.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo_bytes(), content_type="image/jpeg")
