"""W4, W6, W7, W8: the month, the memory, the sweep, the words of one text."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from time import process_time, sleep

from benchmarks.bench import Bench
from benchmarks.processes import ROOT, pss_mb, running, tree
from benchmarks.result import Row, at_most, missing
from benchmarks.workloads import sweeping
from complaints.models import Category, Complaint
from complaints.text import fold
from escalation.language.sureness import decide
from escalation.language.words import Entry, Lexicon

MONTH_ROWS = 42_000  # what the targets were set for
CSV_SECONDS, XLSX_SECONDS, MONTH_MB = 2.0, 15.0, 20.0
WEB_MB, WORKER_MB, START_SECONDS = 90.0, 250.0, 3.0
PICK_MS, BATCH_MS, WORDS_MS, PHRASES = 10.0, 50.0, 0.2, 1000
WORKER_SETTLES = 6.0


def month(bench: Bench) -> Iterator[Row]:
    for kind, limit in (("csv", CSV_SECONDS), ("xlsx", XLSX_SECONDS)):
        env = dict(bench.env) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        made = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-m", "benchmarks.export", kind],
            env=env, cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        if made.returncode:
            yield missing(f"W4 month, {kind}", made.stderr.strip()[-80:])
            continue
        found = json.loads(made.stdout)
        name = f"W4 month of {found['rows']:,} rows, {kind}"
        share = max(found["rows"], 1) / MONTH_ROWS
        yield at_most(
            name, found["seconds"], limit, "s",
            note=f"clock {found['clock']:.1f} s; "
            f"{found['seconds'] / share:.1f} s for {MONTH_ROWS:,}",
        )  # fmt: skip
        yield at_most(f"{name}: memory", max(found["mb"], 0.0), MONTH_MB, "MB")


def memory(bench: Bench) -> Iterator[Row]:
    workers = [pss_mb(pid) for pid in tree(bench.desk.pid)[1:]]
    yield at_most("W6 web process after load", max(workers), WEB_MB, "MB")
    yield at_most(
        "W6 seconds to the first answer", bench.desk.first_answer, START_SECONDS, "s",
        note=f"floor {bench.floor.first_answer:.1f} s",
    )  # fmt: skip
    command = ["manage.py", "worker"]
    with running(command, bench.env, bench.folder / "worker.log") as worker:
        sleep(WORKER_SETTLES)
        each = [pss_mb(pid) for pid in tree(worker.pid)]
    yield at_most(
        "W6 worker, whole tree", sum(each), WORKER_MB, "MB",
        note=f"{len(each)} processes: " + ", ".join(f"{mb:.0f}" for mb in each),
    )  # fmt: skip


def sweep(bench: Bench) -> Iterator[Row]:
    running_clocks = Complaint.objects.open().count()
    for label, count, timing in sweeping.measured(bench.at, bench.times):
        yield at_most(
            f"W7 sweep, {count} {label} of {running_clocks:,} open", timing.ms,
            PICK_MS, "ms", note=f"clock {timing.clock_ms:.1f} ms, {timing.sql} SQL",
        )  # fmt: skip
    for batch in sweeping.acted(bench.at):
        yield at_most(
            f"W7 sweep acts on a hundred {batch.label}", batch.cpu_ms, BATCH_MS, "ms",
            note=f"{batch.done} done with {batch.notices} notices; {batch.sql:.0f} SQL"
            " for a hundred",
        )  # fmt: skip


def words(bench: Bench) -> Iterator[Row]:
    rows = Complaint.objects.order_by("-pk").values_list("text", flat=True)[:300]
    lexicon, pattern = _lexicon()
    texts = [" ".join(text.split()[:12]) for text in rows]
    ours = _each(lambda text: decide(lexicon.match(text)), texts)
    base = _each(lambda text: pattern.findall(fold(text)), texts)
    yield at_most(
        f"W8 one short text against {PHRASES:,} key words", ours, WORDS_MS, "ms",
        note=f"`re` alternation of the same: {base:.3f} ms",
    )  # fmt: skip


def _each(call: "object", texts: list[str]) -> float:
    """Milliseconds of one text: the middle of five rounds over all."""
    if not callable(call):
        raise TypeError("nothing to call")
    rounds = []
    for _ in range(5):
        start = process_time()
        for text in texts:
            call(text)
        rounds.append((process_time() - start) * 1000 / max(len(texts), 1))
    return median(rounds)


def _lexicon() -> tuple[Lexicon, "re.Pattern[str]"]:
    """A thousand key words of the presets' own categories, in all their languages."""
    entries = [
        Entry(str(row.pk), language, str(phrase))
        for row in Category.objects.order_by("pk")
        for language, phrases in row.words.items()
        for phrase in phrases
    ][:PHRASES]
    said = sorted({fold(entry.phrase) for entry in entries}, key=len, reverse=True)
    return Lexicon(entries), re.compile("|".join(map(re.escape, said)))
