"""Things that tests need and that are no people."""

import csv
import io
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from notices.models import Template
from officers.models import Organisation
from operations.generation import bump


def photo_bytes(side: int = 40, colour: str = "grey") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


def photo(name: str = "pothole.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo_bytes(), content_type="image/jpeg")


def load_templates(organisation: Organisation, preset: str = "pmc") -> None:
    """Give an organisation the message texts of a preset, in four languages."""
    path = Path(__file__).parent.parent / "fixtures/presets" / preset / "templates.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Template(
                organisation=organisation,
                key=row["key"],
                audience=row["audience"],
                language=row["language"],
                channel=row["channel"],
                text=row["text"],
            )
            for row in csv.DictReader(file)
        ]
    Template.objects.bulk_create(rows)
    bump("notices")
