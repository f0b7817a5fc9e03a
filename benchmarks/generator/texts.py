"""What a citizen writes: 8 to 22 words, a fifth of the texts with Hindi words."""

from random import Random

from benchmarks.generator.reference import Kind, Place
from benchmarks.generator.vocabulary import (
    ENGLISH,
    ENGLISH_WEIGHTS,
    HINDI,
    HINDI_WEIGHTS,
    IN_1_PERCENT,
    IN_100_PPM,
    Word,
)

SHORTEST, LONGEST = 8, 22
HINDI_SHARE = 0.2


def write(rng: Random, kind: Kind, place: Place, index: int) -> Word:
    """The text as typed and as folded for search."""
    in_hindi = rng.random() < HINDI_SHARE
    said = [rng.choice(kind.hindi_phrases if in_hindi else kind.phrases)]
    if rng.random() < 0.4:
        said.append(place.name)
    count = SHORTEST + int(rng.random() * (LONGEST - SHORTEST + 1))
    count = max(count - sum(word.count(" ") + 1 for word, _ in said), 1)
    said[1:1] = _words(rng, count, in_hindi=in_hindi)
    if index % 100 == 37:
        said[1] = (IN_1_PERCENT, IN_1_PERCENT)
    elif index % 10_000 == 4321:
        said[1] = (IN_100_PPM, IN_100_PPM)
    return " ".join([word for word, _ in said]), " ".join([fold for _, fold in said])


def _words(rng: Random, count: int, *, in_hindi: bool) -> list[Word]:
    hindi = 1 + int(rng.random() * count) if in_hindi else 0
    return rng.choices(HINDI, cum_weights=HINDI_WEIGHTS, k=hindi) + rng.choices(
        ENGLISH, cum_weights=ENGLISH_WEIGHTS, k=count - hindi
    )
