"""The two questions of a rating call, and where in them somebody is.

    how good, 1 to 5?  -- 1…5 -->  is it solved?  -- 1 -->  solved
                       -- 0 --------------------- -- 0 -->  not solved

Nothing is kept between two keys: all of it stands, signed, in the address that the
provider posts the next key to. A wrong key, or none, is asked for once more.
"""

import re
from dataclasses import dataclass, replace

from django.core.signing import BadSignature, Signer

SCORES = frozenset("12345")
SOLVED, NOT_SOLVED = "1", "0"
_STATE = re.compile(r"([1-9]\d{0,17})-([a-z]{2})-([0-5])-([01])")


class NoStepError(Exception):
    """An address that is none of ours."""


@dataclass(frozen=True, slots=True)
class Step:
    """`score` 0: not given yet. `again`: this question was put before."""

    notice_id: int
    language: str
    score: int = 0
    again: bool = False

    @property
    def name(self) -> str:
        """Which question of the call it is: a key pressed there counts once."""
        return f"{self.score}{int(self.again)}"

    def token(self) -> str:
        state = f"{self.notice_id}-{self.language}-{self.score}-{int(self.again)}"
        return _signer().sign(state)


@dataclass(frozen=True, slots=True)
class Next:
    """What comes after a key: a further question, or what was said. Neither: goodbye
    to who pressed nothing that we know."""

    step: Step | None = None
    solved: bool | None = None
    score: int | None = None


def step_of(token: str) -> Step:
    """Raises NoStepError."""
    try:
        match = _STATE.fullmatch(_signer().unsign(token))
    except BadSignature as error:
        raise NoStepError from error
    if match is None:
        raise NoStepError
    return Step(int(match[1]), match[2], int(match[3]), match[4] == "1")


def after(step: Step, key: str) -> Next:
    if step.score and key in (SOLVED, NOT_SOLVED):
        return Next(solved=key == SOLVED, score=step.score)
    if not step.score and key == NOT_SOLVED:
        return Next(solved=False)
    if not step.score and key in SCORES:
        return Next(step=replace(step, score=int(key), again=False))
    return Next() if step.again else Next(step=replace(step, again=True))


def _signer() -> Signer:
    return Signer(sep=".", salt="channels_in.voice_twilio")
