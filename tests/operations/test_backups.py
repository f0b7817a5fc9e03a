"""A backup holds everything, a restore proves it, and a restored copy is silent."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.utils import timezone

from complaints import append_only
from complaints.models import Complaint
from notices import delivery
from notices.models import Notice
from officers.models import Officer
from operations.backups import make
from operations.backups.manifest import part_of
from operations.generation import forget_all
from operations.heartbeat import take
from operations.models import Heartbeat
from operations.switches import MESSAGES, frozen, thaw
from tests.base import WorldTransactionTestCase

pytestmark = pytest.mark.skipif(
    connection.vendor == "postgresql" and shutil.which("pg_dump") is None,
    reason="needs pg_dump",
)


class BackupTestCase(WorldTransactionTestCase):
    @pytest.fixture(autouse=True)
    def migrated(self, settings: Any) -> None:
        """As a desk is, also where the tests' tables were made from the models."""
        settings.MIGRATION_MODULES = {}
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        on_disk = MigrationLoader(None).disk_migrations
        for app, name in on_disk.keys() - recorder.applied_migrations():
            recorder.record_applied(app, name)

    @pytest.fixture(autouse=True)
    def folders(self, tmp_path: Path) -> Any:
        self.folder = tmp_path / "backup"
        self.data = tmp_path / "var"
        photo = self.data / "private" / "files" / "2026" / "photo.jpg"
        photo.parent.mkdir(parents=True)
        photo.write_bytes(b"a photo")
        result = self.data / "private" / "jobs" / "token.1"
        result.parent.mkdir()
        result.write_bytes(b"an export")
        with override_settings(
            DATA_ROOT=self.data,
            PRIVATE_ROOT=self.data / "private",
            SECRET_KEY="the key of the old desk, kept in a file",
        ):
            yield

    def command(self, *words: str) -> str:
        out = StringIO()
        call_command(*words, stdout=out)
        return out.getvalue()

    def backup(self, *options: str) -> str:
        return self.command("backup", str(self.folder), *options)

    def restore(self, *options: str) -> str:
        self.addCleanup(forget_all)
        return self.command("restore", str(self.folder), *options)

    def refused(self, words: str, *options: str) -> None:
        with pytest.raises(CommandError, match=words):
            self.restore(*options)

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text())
        return found

    def change(self, **values: Any) -> None:
        path = self.folder / "manifest.json"
        path.write_text(json.dumps(self.manifest() | values))


class MakeTests(BackupTestCase):
    def test_it_counts_and_seals_what_it_holds(self) -> None:
        self.w.file()
        said = self.backup()
        manifest = self.manifest()
        assert manifest["engine"] == connection.vendor
        assert manifest["tables"]["complaints_complaint"] == 1
        assert manifest["tables"]["officers_officer"] == Officer.objects.count()
        assert manifest["private_files"] == 1
        assert set(manifest["parts"]) == {
            "private.tar",
            make.ENGINES[connection.vendor].PART,
        }
        assert "1 private files" in said

    def test_it_is_for_its_owners_eyes(self) -> None:
        self.backup()
        assert self.folder.stat().st_mode & 0o077 == 0
        for path in self.folder.iterdir():
            assert path.stat().st_mode & 0o077 == 0, path.name

    def test_it_names_the_keys_and_leaves_them_out(self) -> None:
        said = self.backup()
        assert "Not in it: SUNWAI_SECRET_KEY, kept in SUNWAI_DATA/secret_key" in said
        for path in self.folder.iterdir():
            assert b"the key of the old desk" not in path.read_bytes()

    def test_it_holds_the_keys_when_told_to(self) -> None:
        assert "Not in it" not in self.backup("--with-keys")
        key = (self.folder / "secret_key").read_text()
        assert key == "the key of the old desk, kept in a file"

    def test_it_writes_over_nothing(self) -> None:
        self.folder.mkdir()
        (self.folder / "thesis.txt").write_text("ten years of work")
        with pytest.raises(CommandError, match="not empty"):
            self.backup()
        assert [path.name for path in self.folder.iterdir()] == ["thesis.txt"]

    def test_it_leaves_nothing_of_a_backup_that_failed(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("operations.backups.private.pack", lambda path: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                self.backup()
        assert not list(self.folder.parent.glob("backup*"))


class RestoreTests(BackupTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file()
        self.backup()

    def test_it_brings_everything_back(self) -> None:
        later = self.w.file("Another one, of after the backup")
        shutil.rmtree(self.data / "private")
        said = self.restore("--replace")
        assert "all counted" in said
        found = set(Complaint.objects.values_list("number", flat=True))
        assert found == {self.complaint.number}
        assert later.number not in found
        photo = self.data / "private" / "files" / "2026" / "photo.jpg"
        assert photo.read_bytes() == b"a photo"
        assert not (self.data / "private" / "jobs").exists()

    def test_it_brings_the_triggers_back(self) -> None:
        before = append_only.installed(connection)
        self.restore("--replace")
        assert append_only.installed(connection) == before != set()

    def test_it_sends_nothing_before_it_is_thawed(self) -> None:
        """What the original has sent meanwhile must not leave twice."""
        waiting = Notice.objects.filter(state="queued")
        owed = waiting.count()
        assert owed
        self.restore("--replace")
        at = Notice.objects.latest("not_before").not_before
        assert frozen(MESSAGES)
        for _turn in range(3):
            delivery.tick(at)
        assert waiting.count() == owed
        thaw(MESSAGES, at=at)
        while delivery.tick(at):
            pass
        assert waiting.count() < owed

    def test_it_throws_nothing_away_unasked(self) -> None:
        self.refused("not empty")
        assert Complaint.objects.exists()
        assert not frozen(MESSAGES)

    def test_it_waits_for_the_worker_to_stop(self) -> None:
        take("worker", at=timezone.now())
        self.refused("worker is running", "--replace")
        Heartbeat.objects.all().delete()

    def test_it_refuses_a_part_that_is_not_as_it_was_written(self) -> None:
        with (self.folder / "private.tar").open("ab") as file:
            file.write(b"!")
        self.refused("private.tar is not as it was written", "--replace")
        (self.folder / "private.tar").unlink()
        self.refused("private.tar is missing", "--replace")

    def test_it_refuses_a_folder_that_is_none(self) -> None:
        for text in ("{}", "[]", "{", '{"format": 1}'):
            (self.folder / "manifest.json").write_text(text)
            self.refused("holds no backup", "--replace")
        (self.folder / "manifest.json").unlink()
        self.refused("holds no backup", "--replace")

    def test_it_refuses_what_newer_code_has_made(self) -> None:
        newer = [*self.manifest()["migrations"], ["operations", "9999_later"]]
        self.change(migrations=newer)
        self.refused(r"newer Sunwai \(operations.9999_later\)", "--replace")

    def test_it_says_when_older_code_has_made_it(self) -> None:
        older = [m for m in self.manifest()["migrations"] if m[0] != "complaints"]
        self.change(migrations=older)
        assert "manage.py migrate" in self.restore("--replace")

    def test_it_refuses_the_other_engine(self) -> None:
        self.change(engine="oracle")
        self.refused("This backup is of oracle", "--replace")

    def test_it_notices_a_row_that_is_missing(self) -> None:
        tables = self.manifest()["tables"]
        self.change(tables=tables | {"complaints_complaint": 2})
        self.refused("not all of it: complaints_complaint", "--replace")

    def test_it_says_when_the_key_is_another_one(self) -> None:
        with override_settings(SECRET_KEY="the key of the new desk"):
            said = self.restore("--replace")
        assert "SUNWAI_SECRET_KEY is another one here" in said
        assert "another one here" not in self.restore("--replace")

    def test_it_takes_keys_that_it_was_made_without_from_nowhere(self) -> None:
        self.refused("made without its keys", "--replace", "--with-keys")

    def test_it_takes_the_keys_over(self) -> None:
        shutil.rmtree(self.folder)
        self.backup("--with-keys")
        with override_settings(SECRET_KEY="the key of the new desk"):
            said = self.restore("--replace", "--with-keys")
        assert "another one here" not in said
        key = (self.data / "secret_key").read_text()
        assert key == "the key of the old desk, kept in a file"

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="a file of SQLite's")
    def test_it_refuses_a_copy_that_is_damaged_and_changes_nothing(self) -> None:
        path = self.folder / "database.sqlite3"
        body = bytearray(path.read_bytes())
        body[3 * 4096 : 40 * 4096] = bytes(37 * 4096)
        path.write_bytes(body)
        part = part_of(path)
        parts = self.manifest()["parts"]
        parts[path.name] = {"sha256": part.sha256, "bytes": part.bytes}
        self.change(parts=parts)
        with pytest.raises(Exception, match=r"damaged|malformed"):
            self.restore("--replace")
        assert Complaint.objects.exists()
        assert not frozen(MESSAGES)
