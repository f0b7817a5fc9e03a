"""Trying a rule: what it would have changed among the complaints of a span of days.

A job: it reads, decides twice where the rule fits (without it and with it) and writes
nothing but its own result. Both decisions are made with today's words, offices and
other rules, so that what differs is the rule's doing.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from tempfile import TemporaryFile
from typing import Any, TextIO

from complaints.actors import Actor, mark_of
from complaints.models import Complaint
from complaints.refusals import NotAllowed
from escalation import reference
from escalation.decisions.deciding import decided
from escalation.desk_rules.rule_parts import Parts
from escalation.desk_rules.ruling import Prepared, first_of, kept, met
from escalation.language.reading import Reading
from escalation.models import RoutingRule
from escalation.trials import trial_past, trial_result
from escalation.trials.trial_past import Past, Span
from escalation.trials.trial_result import Outcome, Tally
from officers.models import Officer
from officers.scoped_admin import READERS
from officers.trees import organisation_subtree
from operations import jobs
from operations.jobs import JobFailedError, RunningJob, fetched_if
from operations.models import Job

KIND = "try_rule"
MOST_DAYS = 92
USUAL = timedelta(days=30)
# At once, for one person: a try keeps one of the worker's processes busy.
MOST_OPEN = 3


class TooMany(Exception):
    """This person waits for enough tries."""


# Asking for it ------------------------------------------------------------------


def usual_span(rule: RoutingRule, at: datetime) -> tuple[date, date]:
    """The month that ends today, as the rule's organisation has it."""
    last = reference.local_day(rule.organisation_id, at)
    return last - USUAL, last


def ask(
    rule: RoutingRule,
    officer: Officer,
    first: date,
    last: date,
    at: datetime,
    *,
    instead_of: RoutingRule | None = None,
) -> Job:
    """A new job, or the one that tries just this already."""
    args = {
        "rule": rule.pk,
        "instead_of": instead_of.pk if instead_of else 0,
        "edition": edition(rule),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "postings": Actor.of(officer, at).marks(),
    }
    waiting = [job for job in asked_by(officer.pk) if job.finished_at is None]
    for job in waiting:
        if job.args == args:
            return job
    if len(waiting) >= MOST_OPEN:
        raise TooMany
    return jobs.enqueue(KIND, args=args, requested_by=officer.pk, at=at)


def asked_by(officer_id: int, rule_id: int | None = None) -> list[Job]:
    """Newest first; those of one rule, where one is named."""
    newest = Job.objects.filter(requested_by=officer_id).order_by("-pk")[:50]
    tries = (job for job in newest if job.kind == KIND)
    return [job for job in tries if rule_id in (None, job.args["rule"])]


def edition(rule: RoutingRule) -> str:
    """Another one as soon as the rule says something else."""
    said = replace(Parts.of(rule), name="", active=False)
    return sha256(repr(said).encode()).hexdigest()[:16]


def span_of(args: Mapping[str, Any], rule: RoutingRule) -> Span:
    first, last = (date.fromisoformat(args[name]) for name in ("first", "last"))
    return Span(first, last, reference.organisation(rule.organisation_id).timezone)


def may_try(officer: Officer, rule: RoutingRule, at: datetime) -> bool:
    """Whoever may look at the rule."""
    if not officer.is_active:
        return False
    return officer.is_superuser or any(
        posting.role in READERS
        and posting.area_id is None
        and rule.organisation_id in organisation_subtree(posting.organisation_id)
        for posting in Actor.of(officer, at).postings
    )


def reader_of(
    officer_id: int | None, rule: RoutingRule, args: Mapping[str, Any], at: datetime
) -> Actor:
    """Its requester with the postings it was asked with. Raises NotAllowed."""
    officer = Officer.objects.filter(pk=officer_id or 0).first()
    if officer is None or not may_try(officer, rule, at):
        raise NotAllowed("no such reader")
    actor, asked_with = Actor.of(officer, at), set(args["postings"])
    if not asked_with <= set(actor.marks()):
        raise NotAllowed("the postings have changed")
    kept = tuple(p for p in actor.postings if mark_of(p) in asked_with)
    return Actor(kind="officer", officer=officer, postings=kept)


def still_may(job: Job, at: datetime) -> bool:
    rule = RoutingRule.objects.filter(pk=job.args["rule"]).first()
    try:
        return rule is not None and bool(
            reader_of(job.requested_by, rule, job.args, at)
        )
    except NotAllowed:
        return False


# Doing it -----------------------------------------------------------------------


@fetched_if(still_may)
def try_rule(job: RunningJob) -> None:
    rule, instead_of = _rules(job.args)
    try:
        actor = reader_of(job.requested_by, rule, job.args, job.now())
    except NotAllowed as refused:
        raise JobFailedError("not_allowed") from refused
    span = span_of(job.args, rule)
    job.step(0, trial_past.received(rule.organisation_id, span).count())
    with TemporaryFile("w+", encoding="utf-8") as rows:
        trial = Trial(rule, instead_of, actor, rows)
        for page in trial_past.pages(rule.organisation_id, span):
            trial.page(page)
            # The total was an estimate: complaints come in while we read.
            job.step(trial.tally.read, max(trial.tally.read, job.total))
            if job.cancelled():
                return
        summary = trial.tally.summary() | {"edition": edition(rule)}
        job.save_result(
            f"sunwai-rule-{rule.pk}.jsonl",
            lambda file: trial_result.write(file, summary, rows),
        )


def _rules(args: Mapping[str, Any]) -> tuple[RoutingRule, RoutingRule | None]:
    found = RoutingRule.objects.in_bulk([args["rule"], args["instead_of"]])
    rule = found.get(args["rule"])
    if rule is None:
        raise JobFailedError("no_rule")
    return rule, found.get(args["instead_of"])


@dataclass(frozen=True, slots=True)
class _Change:
    past: Past
    before: Outcome
    after: Outcome
    words: tuple[str, ...]


class Trial:
    """Counts all complaints, lists those that its reader may see.

    With `instead_of` the rule stands where that one stood; else it joins the others.
    """

    def __init__(
        self,
        rule: RoutingRule,
        instead_of: RoutingRule | None,
        actor: Actor,
        rows: TextIO,
    ) -> None:
        self.tally = Tally()
        self._actor = actor
        self._rows = rows
        own = kept(rule)
        self._tried = [own, *([kept(instead_of)] if instead_of else [])]
        # What it is measured against: the rules in force without it. One that asks
        # for nothing never fits.
        self._without = replace(own, parts=Parts(pk=rule.pk))
        self._with = own if instead_of is None else _in_place_of(own, instead_of)

    def page(self, page: list[Past]) -> None:
        self.tally.read += len(page)
        changes = list(self._changes(page))
        keys = [change.past.pk for change in changes]
        seen = Complaint.objects.visible_to(self._actor).filter(pk__in=keys)
        visible = set(seen.values_list("pk", flat=True)) if keys else set()
        for each in changes:
            if each.past.pk in visible:
                self.tally.listed += 1
                self._rows.write(
                    trial_result.line(each.past, each.before, each.after, each.words)
                )

    def _changes(self, page: list[Past]) -> Iterator[_Change]:
        for past in page:
            reading = Reading(past.question, past.at)
            # Cheap: what neither of them fits costs no decision.
            fits = [met(each, reading) for each in self._tried]
            if fits[0] is not None:
                self.tally.matched += 1
            if all(words is None for words in fits):
                continue
            without = first_of(reading, self._without)
            ruled = first_of(reading, self._with)
            # The very object: a stand-in has the key of the other.
            if (without and without.rule) is (ruled and ruled.rule):
                continue
            before, after = (
                Outcome.of(decided(reading, each)) for each in (without, ruled)
            )
            if self.tally.differs(before, after):
                yield _Change(past, before, after, fits[0] or ())


def _in_place_of(own: Prepared, other: RoutingRule) -> Prepared:
    """The rules in force leave out the row whose key it bears."""
    disguised = copy(own.rule)
    disguised.pk = other.pk
    found = replace(own, rule=disguised)
    disguised.__dict__["_prepared"] = found
    return found
