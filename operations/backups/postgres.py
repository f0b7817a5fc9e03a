"""PostgreSQL by its own tools: pg_dump, pg_restore and psql of its version."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.client import DatabaseClient

from operations.backups.manifest import BadBackupError

PART = "database.dump"
_DUMP = ["--format=custom", "--no-owner", "--no-privileges"]
_PSQL = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
# What stands in our schema and belongs to no extension. The dump brings its own.
_EMPTY = """
SET client_min_messages = warning;
DO $empty$
DECLARE found record;
BEGIN
  FOR found IN SELECT oid::regclass AS name FROM pg_class c
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND deptype = 'e')
  LOOP
    EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', found.name);
  END LOOP;
  FOR found IN SELECT oid::regprocedure AS name FROM pg_proc p
    WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND deptype = 'e')
  LOOP
    EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', found.name);
  END LOOP;
END $empty$;
"""


def dump(
    connection: BaseDatabaseWrapper, path: Path, tables: Iterable[str]
) -> dict[str, int]:
    """Dump one snapshot, and count the rows of each table in the very same one."""
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            _run(
                connection,
                ["pg_dump", *_DUMP, f"--snapshot={snapshot}", f"--file={path}"],
            )
            counts = {}
            for table in tables:
                # The name comes from our own models.
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 (see above)
                counts[table] = int(cursor.fetchone()[0])
        own.rollback()
    finally:
        own.close()
    path.chmod(0o600)
    return counts


def load(connection: BaseDatabaseWrapper, path: Path, freezing: str) -> None:
    """Empty, fill and freeze in one transaction: all of it or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = cursor.fetchone()[0]
    if not re.fullmatch(r"\w+", schema):
        raise BadBackupError(f"The schema “{schema}” has a name with signs in it.")
    connection.close()
    args, environment = _as_client(connection, ["psql", *_PSQL])
    with TemporaryFile() as complained:
        psql = subprocess.Popen(  # noqa: S603  the server's own tool
            args,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complained,
        )
        _feed(psql, path, f'SET search_path TO "{schema}";{freezing}')
        if psql.returncode:
            raise BadBackupError(_first_error(complained))


def _feed(psql: "subprocess.Popen[bytes]", path: Path, last: str) -> None:
    assert psql.stdin is not None  # noqa: S101  (a pipe was asked for)
    try:
        psql.stdin.write(_EMPTY.encode())
        psql.stdin.flush()
        _write_script(path, psql.stdin)
        psql.stdin.write(last.encode())
        psql.stdin.flush()
    except BrokenPipeError:
        pass  # it gave up: its own words say why
    except BaseException:
        # Before its input ends: it would commit the half that it was given.
        psql.kill()
        raise
    finally:
        with suppress(BrokenPipeError):
            psql.stdin.close()
        psql.wait()


def _write_script(path: Path, script: IO[bytes]) -> None:
    """The dump as SQL. Comments would need the rights of whoever made an extension."""
    args = [
        _tool("pg_restore"), "--no-owner", "--no-privileges", "--no-comments",
        "--file=-", str(path),
    ]  # fmt: skip
    with TemporaryFile() as complained:
        restore = subprocess.Popen(  # noqa: S603  the server's own tool
            args, stdout=subprocess.PIPE, stderr=complained
        )
        assert restore.stdout is not None  # noqa: S101  (a pipe was asked for)
        with restore.stdout as sql:
            shutil.copyfileobj(sql, script)
        if restore.wait():
            raise BadBackupError(_first_error(complained))


def _run(connection: BaseDatabaseWrapper, command: list[str]) -> None:
    args, environment = _as_client(connection, command)
    done = subprocess.run(  # noqa: S603  the server's own tool
        args, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadBackupError(_first_line(done.stderr))


def _as_client(
    connection: BaseDatabaseWrapper, command: list[str]
) -> tuple[list[str], dict[str, str]]:
    """The tool with Django's address; its password goes by the environment."""
    given = connection.settings_dict
    (_psql, *address), secrets = DatabaseClient.settings_to_cmd_args_env(given, [])
    options = given["OPTIONS"].get("options")
    environment = os.environ | (secrets or {})
    if options:
        environment["PGOPTIONS"] = options
    return [_tool(command[0]), *command[1:], *address], environment


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BadBackupError(
            f"{name} is not installed here (Debian: apt install postgresql-client)."
        )
    return found


def _first_error(complained: IO[bytes]) -> str:
    complained.seek(0)
    return _first_line(complained.read().decode(errors="replace"))


def _first_line(text: str) -> str:
    lines = [line for line in text.splitlines() if "error" in line.lower()]
    return next(iter(lines or text.splitlines()), "no reason given")[:300]
