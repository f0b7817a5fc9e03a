"""Pieces of words and a line for each kind: small, fast, and the same again."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from escalation.learning import extra, store
from escalation.learning.examples import Example, of_root
from escalation.learning.store import Header, Model
from officers.models import Organisation

if TYPE_CHECKING:
    import numpy as np

HOLD_OUT = 5  # every fifth text measures what was learned from the others
SEED = 2026
Say = Callable[[str], None]


def train(root: Organisation, at: datetime, say: Say = lambda part: None) -> Header:
    """Learn, measure on texts that were held out, learn from all, store.

    Raises NotInstalled, TooFew.
    """
    extra.need()
    say("reading")
    examples = of_root(root.pk)
    say("learning")
    held_out, right, among_three = _measured(examples)
    categories, weights, intercepts = _learned(examples)
    header = Header(
        name=store.name_of(at),
        root=root.code,
        categories=categories,
        examples=len(examples),
        held_out=held_out,
        right=right,
        among_three=among_three,
    )
    say("writing")
    return store.save(Model(header, weights, intercepts))


def shares(model: Model, texts: list[str]) -> "np.ndarray[Any, Any]":
    """A row for each text: how likely each kind is, all together 1."""
    import numpy as np

    scores = extra.features(texts) @ model.weights + model.intercepts
    odds = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    found: np.ndarray[Any, Any] = odds / odds.sum(axis=1, keepdims=True)
    return found


def _measured(examples: list[Example]) -> tuple[int, int, int]:
    held = examples[::HOLD_OUT]
    others = [one for i, one in enumerate(examples) if i % HOLD_OUT]
    if len({one.category for one in others}) < 2:
        return 0, 0, 0
    categories, weights, intercepts = _learned(others)
    header = Header("", "", categories, len(others), 0, 0, 0)
    found = shares(Model(header, weights, intercepts), [one.text for one in held])
    right = among_three = 0
    for one, row in zip(held, found, strict=True):
        best = [categories[i] for i in row.argsort()[::-1][:3]]
        right += one.category == best[0]
        among_three += one.category in best
    return len(held), right, among_three


def _learned(
    examples: list[Example],
) -> "tuple[list[int], np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    import numpy as np
    from sklearn.linear_model import SGDClassifier

    line = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=30, random_state=SEED)
    line.fit(
        extra.features([one.text for one in examples]),
        [one.category for one in examples],
    )
    categories = [int(each) for each in line.classes_]
    weights, intercepts = line.coef_, line.intercept_
    if len(categories) == 2:  # one line parts two kinds
        weights = np.vstack([-weights, weights])
        intercepts = np.concatenate([-intercepts, intercepts])
    return categories, weights.T.astype(np.float32), intercepts.astype(np.float32)
