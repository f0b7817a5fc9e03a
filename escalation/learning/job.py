"""The job `learn_routing`: one organisation by its code, or every one at the top."""

import logging

from escalation import reference
from escalation.learning.examples import TooFew
from escalation.learning.extra import NotInstalled
from escalation.learning.training import train
from officers.models import Organisation
from operations.jobs import JobFailedError, RunningJob

log = logging.getLogger(__name__)


def roots(code: str = "") -> list[Organisation]:
    """The tops of the trees, or the one that was named; [] if nobody is called so."""
    tops = [
        each
        for each in reference.organisations.get().values()
        if each.parent_id is None and each.valid_to is None
    ]
    chosen = [each for each in tops if code in ("", each.code)]
    return sorted(chosen, key=lambda each: each.code)


def learn_routing(job: RunningJob) -> None:
    """Given `root`, that one must be learned; else whoever has enough to learn from.

    At night (`nightly`) nobody waits for it: too few to learn from is no failure.
    """
    code = str(job.args.get("root", ""))
    found = roots(code)
    learned = 0
    for done, root in enumerate(found):
        job.step(done, len(found))
        if job.cancelled():
            return
        try:
            header = train(root, job.now(), job.note)
        except NotInstalled as error:
            raise JobFailedError("not_installed") from error
        except TooFew as error:
            log.info("learn_routing of %s: %s", root.code, error)
            continue
        learned += 1
        log.info("learned for %s: %.0f %%", root.code, 100 * header.accuracy)
    job.step(len(found), len(found))
    if not learned and not job.args.get("nightly"):
        raise JobFailedError("too_few")
