"""The optional extra: whether it is installed, and the one way texts become numbers."""

from functools import cache
from importlib.util import find_spec
from typing import Any

from complaints.text import fold

FEATURES = 2**16
NGRAMS = (2, 5)
# The beginning says what it is about; a pasted contract would only cost time.
MOST_LETTERS = 2_000


class NotInstalled(Exception):
    def __init__(self) -> None:
        super().__init__(
            "scikit-learn is not installed. Install the extra first: "
            "pip install -r requirements-learning.txt"
        )


def is_installed() -> bool:
    return find_spec("sklearn") is not None


def need() -> None:
    if not is_installed():
        raise NotInstalled


@cache
def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer="char_wb",
        ngram_range=NGRAMS,
        n_features=FEATURES,
        alternate_sign=False,
        lowercase=False,  # folded before
    )


def features(texts: list[str]) -> Any:
    """A sparse row for each text: pieces of 2 to 5 letters, whatever the script."""
    return _vectorizer().transform([fold(text[:MOST_LETTERS]) for text in texts])
