"""Hold the drills: python -m tests.drills [F01 ...] [--size 10000] [--keep]."""

import argparse
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.drills.held import DRILLS, Ground, Result
from tests.drills.house import DrillError, forget, prepared

HEAD = (
    "drill", "broken", "accepted", "refused", "complaints", "lost", "twice",
    "notices", "sent", "doubled", "dead", "stall s", "slowest s", "took s", "",
)  # fmt: skip
WIDTH = 10


def main() -> int:
    given = _given()
    folder = Path(tempfile.mkdtemp(prefix="sunwai-drill-"))
    folder.chmod(0o755)  # the postgres user looks in
    failed = []
    try:
        with prepared(folder) as (server, data):
            _line(*HEAD)
            for name in given.drills or DRILLS:
                started = monotonic()
                try:
                    result = DRILLS[name](Ground(folder, server, data, given.size))
                except (DrillError, TimeoutError) as error:
                    failed.append(name)
                    _say(f"{name}: FAILED after {monotonic() - started:.0f} s: {error}")
                else:
                    _show(result, monotonic() - started)
    finally:
        if not given.keep:
            forget(folder)
    _say(f"held {len(given.drills or DRILLS)}, failed {len(failed)} {failed or ''}")
    return 1 if failed else 0


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="drill", description=__doc__)
    parser.add_argument("drills", nargs="*", choices=[[], *DRILLS], metavar="F01")
    parser.add_argument(
        "--size", type=int, default=10_000, help="messages that come in"
    )
    parser.add_argument("--keep", action="store_true", help="keep logs and files")
    return parser.parse_args()


def _show(result: Result, seconds: float) -> None:
    books = result.books
    _line(
        result.name, result.broken, len(result.ledger.accepted), result.ledger.refused,
        books.complaints, len(books.lost), books.complaints_twice, books.notices,
        books.taken, books.doubled, books.dead, f"{books.longest_stall:.1f}",
        f"{books.slowest_seconds:.1f}", f"{seconds:.0f}", "held",
    )  # fmt: skip


def _line(*cells: object) -> None:
    _say("".join(str(cell).ljust(WIDTH) for cell in cells))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  what the drill is for


if __name__ == "__main__":
    sys.exit(main())
