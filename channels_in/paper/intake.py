"""Paper and bulk intake: each line a complaint of its own, none lost, none twice."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from channels_in.paper.reading import BadLine, Read, Reader
from channels_in.paper.sheet import Line, Sheet
from complaints.actors import Actor
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.services import register
from complaints.status import Status
from escalation.decisions.routing import preview
from officers.models import Organisation
from operations.idempotency import (
    Answer,
    KeyReusedError,
    fingerprint,
    recall,
    remember,
)

ROUTED, TRIAGE, REFUSED, THERE = "routed", "triage", "refused", "there"
ACTOR = Actor(kind="system", by="import")
Report = Callable[[int, str], None]
Clock = Callable[[], datetime]


@dataclass
class Outcome:
    counts: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"rows {self.counts.total()}: routed {self.counts[ROUTED]}, "
            f"triage {self.counts[TRIAGE]}, refused {self.counts[REFUSED]}, "
            f"already there {self.counts[THERE]}"
        )


class Import:
    """One run over one file. Killed at any line, it is simply started again."""

    def __init__(
        self,
        sheet: Sheet,
        organisation: Organisation,
        *,
        clock: Clock,
        error: Report,
        remark: Report,
        dry_run: bool = False,
    ) -> None:
        self.outcome = Outcome()
        self._sheet = sheet
        self._reader = Reader(organisation)
        self._scope = f"import:{organisation.code}"
        self._clock = clock
        self._error = error
        self._remark = remark
        self._dry_run = dry_run
        self._seen: Counter[str] = Counter()

    def run(self, step: Callable[[int], None] = lambda done: None) -> Outcome:
        for done, line in enumerate(self._sheet.lines(), 1):
            self.outcome.counts[self._take(line)] += 1
            step(done)
        return self.outcome

    def _take(self, line: Line) -> str:
        if line.wrong:
            return self._refuse(line, line.wrong)
        key, mark = self._key(line)
        try:
            if recall(self._scope, key, mark) is not None:
                return THERE
            read = self._reader.read(line.values)
            for remark in read.remarks:
                self._remark(line.number, remark)
            return self._try(read) if self._dry_run else self._store(read, key, mark)
        except KeyReusedError:
            reason = "another complaint was imported with this external_id"
            return self._refuse(line, reason)
        except (BadLine, Refused) as error:
            return self._refuse(line, str(error))
        except IntegrityError:
            # Another run of the same file was first with this line.
            if recall(self._scope, key, mark) is None:
                raise
            return THERE

    def _key(self, line: Line) -> tuple[str, str]:
        """By the file's own number, else by what the line says and which time.

        Two equal lines without a number are two complaints, in every run.
        """
        mark = fingerprint(*(cell.encode(errors="replace") for cell in line.raw))
        given = line.values.get("external_id", "")
        if given:
            return "id:" + hashlib.sha256(given.encode()).hexdigest(), mark
        self._seen[mark] += 1
        return f"row:{mark}:{self._seen[mark]}", mark

    def _store(self, read: Read, key: str, mark: str) -> str:
        at = self._clock()
        with transaction.atomic():
            complaint = register(read.intake, actor=ACTOR, at=at)
            body = {"number": complaint.number}
            remember(self._scope, key, mark, Answer(201, body), at=at)
        stage = Complaint.objects.values_list("status", flat=True).get(pk=complaint.pk)
        return TRIAGE if stage == Status.TRIAGE else ROUTED

    def _try(self, read: Read) -> str:
        if not read.intake.text:
            raise BadLine("the text is empty")
        found = preview(read.intake, at=self._clock())
        return ROUTED if found.office is not None else TRIAGE

    def _refuse(self, line: Line, reason: str) -> str:
        self._error(line.number, reason)
        return REFUSED
