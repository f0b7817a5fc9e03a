"""One visitor's form on its way to being sent."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict

from complaints.models import Attachment
from complaints.services import Intake
from officers.models import Organisation
from portal import sending
from portal.forms import ComplaintForm
from portal.photos import Photo

# What belongs to the page and not to the complaint.
_ASIDE = {"csrfmiddlewaretoken", "go", "key", "photos", "follow", "zoom", "map", "page"}


@dataclass
class Draft:
    """One visitor's form as it came, with its photos stored."""

    organisation: Organisation
    posted: QueryDict
    at: datetime
    photos: list[Photo] = field(default_factory=list)
    wrong_photos: list[str] = field(default_factory=list)
    language: str = ""

    def __post_init__(self) -> None:
        self.form = self._form(quiet=True)

    @property
    def key(self) -> str:
        return self.posted.get("key", "") or secrets.token_urlsafe(12)

    def _form(self, *, quiet: bool) -> ComplaintForm:
        day = self.at.date()
        if quiet and not self.posted:
            return ComplaintForm(self.organisation, day)
        return ComplaintForm(self.organisation, day, self.posted, quiet=quiet)

    def check(self) -> bool:
        self.form = self._form(quiet=False)
        return self.form.is_valid()

    def intake(self, files: tuple[Attachment, ...] = ()) -> Intake:
        return self.form.intake(files)

    def values(self) -> list[tuple[str, str]]:
        """The fields as they go through the check page, hidden."""
        return [
            (name, value)
            for name, values in self.posted.lists()
            for value in values
            if name not in _ASIDE and not name.startswith("map.")
        ]

    def print_(self) -> str:
        marks = [("photo", each.token) for each in self.photos]
        follow = [("follow", "yes")] if self.posted.get("follow") else []
        return sending.print_of([*self.values(), *marks, *follow])
