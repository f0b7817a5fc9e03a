"""Citizens: some write often, most once or twice; a phone while there are numbers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from benchmarks.generator.copying import Table
from benchmarks.generator.reference import Root
from benchmarks.generator.vocabulary import NAMES
from complaints.models import Citizen, ContactPoint

# The only numbers that ring nowhere: +91 99999 and five digits.
NUMBERS = 100_000
PER_COMPLAINT = 0.4
LEAST = 10


class People:
    """Citizens of one root: ids from `first` on, and the folded text of each."""

    def __init__(self, root: Root, first: int, complaints: int) -> None:
        self.root = root
        self.first = first
        self.count = max(LEAST, int(complaints * PER_COMPLAINT))
        self.search_texts: list[str] = []

    def pick(self, chance: float) -> tuple[int, str]:
        """A skewed choice: id and folded text."""
        place = int(self.count * chance**1.5)
        return self.first + place, self.search_texts[place]

    def write(
        self,
        citizens: Table,
        contacts: Table,
        rng: Random,
        at: datetime,
        taken: set[str],
    ) -> None:
        numbers = iter(rng.sample(range(NUMBERS), NUMBERS))
        since = at - timedelta(days=731)
        languages = self.root.languages
        for place in range(self.count):
            name, folded = rng.choice(NAMES)
            channel, address = _address(numbers, taken, place)
            text = f"{folded} {address}"
            pk = self.first + place
            self.search_texts.append(text)
            citizens.add(
                pk, self.root.pk, name, languages[place % len(languages)], text, since
            )
            contacts.add(pk, self.root.pk, channel, address)


def _address(numbers: Iterator[int], taken: set[str], place: int) -> tuple[str, str]:
    for number in numbers:
        phone = f"+9199999{number:05d}"
        if phone not in taken:
            return ContactPoint.Channel.PHONE.value, phone
    return ContactPoint.Channel.EMAIL.value, f"citizen{place}@example.org"


def tables() -> tuple[Table, Table]:
    citizens = Table(
        Citizen, "id", "root", "name", "language", "search_text", "created_at"
    )
    contacts = Table(ContactPoint, "citizen", "root", "channel", "address")
    return citizens, contacts
