"""What a photo of finished work says of itself, however broken its EXIF is."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

from complaints.attachments import store
from complaints.models import Attachment
from complaints.proofs import Point, Said, fingerprint, point, said_by
from complaints.services import resolve
from tests.base import NOW, WorldTestCase
from tests.builders import photo
from tests.complaints.stage import to_stage
from tests.proofs import scene, taken

INDIA = "Asia/Kolkata"


def read(body: bytes, zone: str = INDIA) -> Said:
    with Image.open(io.BytesIO(body)) as picture:
        return said_by(picture, zone)


class MomentTests:
    def test_the_cameras_own_zone_comes_first(self) -> None:
        body = taken(at="2026:11:21 09:12:00", offset="+05:30")
        assert read(body, "Europe/Rome").taken_at == NOW
        west = taken(at="2026:11:20 22:42:00", offset="-05:00")
        assert read(west).taken_at == NOW

    def test_else_it_is_the_organisations(self) -> None:
        assert read(taken(at="2026:11:21 09:12:00")).taken_at == NOW
        rome = read(taken(at="2026:11:21 04:42:00"), "Europe/Rome").taken_at
        assert rome == NOW

    def test_what_no_clock_says_is_nothing(self) -> None:
        for odd in (
            "0000:00:00 00:00:00", "2026:13:41 09:12:00", "1970:01:01 00:00:00",
            "yesterday", "", "2026:02:30 10:00:00",
        ):  # fmt: skip
            assert read(taken(at=odd)).taken_at is None, odd


class PlaceTests:
    def test_it_reads_degrees_minutes_and_seconds(self) -> None:
        found = read(taken(place=(18.507222, 73.829444))).point
        assert found is not None
        assert abs(found.latitude - 18.507222) < 1e-5
        assert abs(found.longitude - 73.829444) < 1e-5

    def test_it_knows_the_hemispheres(self) -> None:
        found = read(taken(place=(-33.9, -18.4))).point
        assert found == Point(-33.9, -18.4)

    def test_no_place_on_earth_is_no_place(self) -> None:
        for latitude, longitude in (
            (0, 0), (91, 10), (10, 181), (float("nan"), 1), (float("inf"), 1),
            ("", ""), ("north", "5"), (None, None),
        ):  # fmt: skip
            assert point(latitude, longitude) is None

    def test_a_fraction_of_nothing_breaks_nothing(self) -> None:
        body = taken(gps={2: (IFDRational(1, 0), 0, 0), 1: "N", 4: (1, 2, 3), 3: "E"})
        assert read(body).point is None


# Bytes as they stand in a file, and tags of any type where others belong.
_VALUES = st.one_of(
    st.binary(max_size=40),
    st.text(st.characters(max_codepoint=255, exclude_categories=["Cs"]), max_size=20),
    st.integers(0, 2**16 - 1),
    st.tuples(st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1)),
)


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of what it mends
class BrokenTests:
    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=200))
    def test_malformed_exif_never_breaks_an_upload(self, tail: bytes) -> None:
        for head in (
            b"Exif\0\0",
            b"Exif\0\0II*\0\x08\0\0\0",
            b"Exif\0\0MM\0*\0\0\0\x08",
        ):
            out = io.BytesIO()
            Image.new("RGB", (12, 12), "green").save(out, "JPEG", exif=head + tail)
            self.kept(out.getvalue())

    @settings(max_examples=60, deadline=None)
    @given(st.dictionaries(st.integers(1, 6), _VALUES), st.data())
    def test_wrong_types_never_break_an_upload(
        self, gps: dict[int, Any], data: st.DataObject
    ) -> None:
        values = st.dictionaries(st.sampled_from([0x9003, 0x9011, 0x0112]), _VALUES)
        self.kept(taken(gps=gps, detail=data.draw(values)))

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_a_flipped_byte_never_breaks_it(self, data: st.DataObject) -> None:
        body = bytearray(taken(at="2026:11:21 09:12:00", place=(18.5, 73.8)))
        for _flip in range(3):
            place = data.draw(st.integers(20, 300))
            body[place] = data.draw(st.integers(0, 255))
        try:
            with Image.open(io.BytesIO(bytes(body))) as picture:
                picture.load()
        except (OSError, ValueError, SyntaxError):
            return  # no picture any more
        self.kept(bytes(body))

    def kept(self, body: bytes) -> None:
        stored = store(io.BytesIO(body), at=NOW, proof=True, zone=INDIA)
        assert stored.pk
        stored.file.delete(save=False)


class FingerprintTests:
    def test_one_picture_has_one_however_it_is_kept(self) -> None:
        first = scene(1)
        assert len(fingerprint(first)) == 16
        assert int(fingerprint(first), 16)
        assert fingerprint(first) == fingerprint(first.resize((160, 120)))

    def test_another_has_another(self) -> None:
        found = {fingerprint(scene(seed)) for seed in range(30)}
        assert len(found) == 30

    def test_what_looks_like_nothing_has_none(self) -> None:
        for colour in ("black", "white", "grey", "red"):
            assert fingerprint(Image.new("RGB", (64, 48), colour)) == ""
        dark = Image.new("RGB", (640, 480), (4, 4, 5))
        ImageDraw.Draw(dark).point((300, 200), fill=(30, 30, 30))
        assert fingerprint(dark) == ""


class StoredTests(WorldTestCase):
    def test_a_proof_keeps_moment_place_and_looks(self) -> None:
        body = taken(at="2026:11:21 09:12:00", place=(18.5, 73.8), seed=3)
        stored = store(io.BytesIO(body), at=NOW, proof=True, zone=INDIA)
        stored.refresh_from_db()
        assert stored.taken_at == NOW
        assert (stored.latitude, stored.longitude) == (18.5, 73.8)
        assert len(stored.fingerprint) == 16
        with stored.file.open("rb") as file, Image.open(file) as kept:
            assert not kept.getexif()

    def test_the_phones_place_stands_in_for_none(self) -> None:
        here = Point(18.51, 73.82)
        bare = store(io.BytesIO(taken(seed=4)), at=NOW, proof=True, here=here)
        assert (bare.latitude, bare.longitude) == (18.51, 73.82)
        body = taken(place=(18.5, 73.8))
        own = store(io.BytesIO(body), at=NOW, proof=True, here=here)
        assert own.latitude == 18.5

    def test_a_citizens_photo_keeps_none_of_these(self) -> None:
        body = taken(at="2026:11:21 09:12:00", place=(18.5, 73.8))
        upload = SimpleUploadedFile("hole.jpg", body, content_type="image/jpeg")
        stored = store(upload, at=NOW)
        self.w.file(files=(stored,))
        stored.refresh_from_db()
        assert (stored.taken_at, stored.latitude, stored.longitude) == (None,) * 3
        assert stored.fingerprint == ""

    def test_what_was_stored_otherwise_is_looked_at_when_it_proves(self) -> None:
        stored = store(io.BytesIO(taken(seed=5)), at=NOW)
        complaint = to_stage(self.w, "assigned")
        resolve(
            complaint, action_taken="Filled it with tar", cause=self.w.wear,
            files=(stored,), actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        stored.refresh_from_db()
        assert len(stored.fingerprint) == 16
        assert stored.taken_at is None

    def test_a_file_that_is_gone_is_no_fault_of_who_solves(self) -> None:
        stored = store(photo(), at=datetime(2026, 11, 21, 3, tzinfo=UTC))
        stored.file.delete(save=False)
        Attachment.objects.filter(pk=stored.pk).update(file="attachments/gone.jpg")
        stored.refresh_from_db()
        complaint = to_stage(self.w, "assigned")
        resolve(
            complaint, action_taken="Filled it with tar", cause=self.w.wear,
            files=(stored,), actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        assert complaint.resolved_at == NOW
