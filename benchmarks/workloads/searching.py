"""W3c: search by word, phone and name, as those who see little, much and all."""

from collections.abc import Iterator

from benchmarks.generator.vocabulary import IN_1_PERCENT, IN_100_PPM, TWO_LETTERS
from benchmarks.measure import Timing, timed
from benchmarks.people import Reader
from complaints.models import Citizen, Complaint
from complaints.people import phone_of
from complaints.search import search
from helpline import queues
from helpline.keyset import NEWEST, PAGE_SIZE


def terms() -> dict[str, str]:
    """What is typed; the last two are of somebody who is really there."""
    someone = Citizen.objects.filter(contacts__channel="phone").order_by("-pk")[7]
    hindi = Citizen.objects.filter(name__contains="ा").order_by("-pk")[3]
    return {
        "word in 1 %": IN_1_PERCENT,
        "word in 0.01 %": IN_100_PPM,
        "word in half of all": "road",
        "two words": f"{IN_1_PERCENT} water",
        "word of two letters": TWO_LETTERS,
        "no such word": "xylophonist",
        "phone": phone_of(someone)[3:],
        "name in Devanagari": hindi.name,
        "name in Latin letters": someone.name,
    }


def found(reader: Reader, typed: str) -> list[Complaint]:
    """As /admin/queue/?q= finds it: fifty by key, then their names."""
    everything = Complaint.objects.visible_to(reader.actor)
    rows = search(everything, typed, most=PAGE_SIZE + 1)
    return queues.with_names(NEWEST.page(queues.shown(rows)).rows)


def measured(
    people: list[Reader], times: int
) -> Iterator[tuple[str, Reader, Timing, int]]:
    for label, typed in terms().items():
        for reader in people:
            rows = len(found(reader, typed))
            timing = timed(lambda r=reader, t=typed: found(r, t), times)  # type: ignore[misc]  # mypy cannot infer it
            yield label, reader, timing, rows
