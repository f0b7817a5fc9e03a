"""A repair for all: each member becomes solved, by the hand that called it restored."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Attachment, Complaint
from complaints.services import Repair, citizen_replied, false_closers, resolve
from complaints.services.guards import may
from complaints.status import OPEN_STATUSES, Status
from incidents.models import Update


class Repairer:
    """Solves member after member. Their citizens are asked as for any solved one."""

    def __init__(self, update: Update, photo_ids: list[int]) -> None:
        self.update = update
        self.repair = Repair(incident=update.incident_id, update=update.pk)
        self.actor = Actor.of(update.by, update.at) if update.by else SYSTEM_ACTOR
        self.photo_ids = photo_ids
        self._said: dict[str, str] = {}

    def solve(self, complaint: Complaint, joined_at: datetime) -> None:
        """What is closed, disputed or dangerous is left to those who have it.

        A danger is never called over from afar: its officer says so. Nor does who
        called it solved when it was not end it by a second repair.
        """
        if complaint.status not in OPEN_STATUSES or complaint.emergency:
            return
        if self.update.by_id in false_closers(complaint):
            return
        at = max(self.update.at, joined_at)
        # Two units: the promise is counted again before it is called solved.
        with transaction.atomic():
            if complaint.status == Status.NEED_INFO:
                # The question is settled; the promise gets its pause.
                citizen_replied(complaint, text="", actor=SYSTEM_ACTOR, at=at)
            allowed = may(complaint, "restore", self.actor)
            resolve(
                complaint,
                action_taken=self._words(complaint.language),
                cause=self.update.cause,
                actor=self.actor if allowed else SYSTEM_ACTOR,
                at=at,
                files=self._photos(),
                repair=self.repair,
            )
        self.photo_ids = []

    def _photos(self) -> tuple[Attachment, ...]:
        """The proof lies in the first member's file; the others name the incident."""
        if not self.photo_ids:
            return ()
        return tuple(Attachment.objects.filter(pk__in=self.photo_ids, complaint=None))

    def _words(self, language: str) -> str:
        """What was done, in the citizen's language."""
        if language not in self._said:
            self._said[language] = self._say(language)
        return self._said[language]

    def _say(self, language: str) -> str:
        incident, cause = self.update.incident, self.update.cause
        with override(language):
            said = _("Repaired for everybody in %(area)s: %(what)s.") % {
                "area": incident.area.name_in(language),
                "what": incident.category.name_in(language),
            }
            if cause is not None:
                told = _("Cause: %(cause)s.") % {"cause": cause.name_in(language)}
                said = f"{said} {told}"
        return f"{said} {incident.note}".strip()
