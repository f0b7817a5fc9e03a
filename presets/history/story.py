"""One invented complaint, told through the same doors that real ones go through."""

import io
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import F

from complaints.actors import Actor
from complaints.attachments import store
from complaints.links import citizen_actor
from complaints.models import Attachment, Cause, Complaint, Connection
from complaints.models.complaint import Kind
from complaints.people import phone_of
from complaints.services import Intake, assign, register, resolve, set_category
from complaints.services import reassign as give
from complaints.services.proof import needed_for
from complaints.status import Status
from escalation.decisions.duty import choose, head
from escalation.decisions.offices import office_of
from feedback.models import RatingRequest
from feedback.services import latest_request, rate
from notices.kinds import CODE_KINDS
from notices.models import Notice
from notices.spent import spent
from officers.duty import posted
from officers.models import Officer, Role
from presets.history.passing import pass_time
from presets.history.photos import before
from presets.history.proving import photo_of, shown
from presets.history.town import Spot, Town
from presets.history.words import Grievance, saying

# Ways in with how often they are used; a desk types in what came on paper or by post.
WAYS = {
    "phone": 34, "web": 30, "walk_in": 8, "email": 8, "whatsapp": 5, "x": 5,
    "facebook": 3, "sms": 3, "paper": 3, "lokshahi": 2,
}  # fmt: skip
BY_DESK = {"phone": Role.AGENT, "walk_in": Role.AGENT, "paper": Role.AGENT}
BY_HAND = {"whatsapp", "x", "facebook", "sms", "email", "lokshahi"}
FIRST_HOUR, LAST_HOUR = 8, 20


class Today(Exception):
    """The story has come to the present day; what follows has not happened yet."""


class Story:
    complaint: Complaint

    def __init__(self, town: Town, rng: Random, at: datetime) -> None:
        self.town = town
        self.rng = rng
        # Most people complain by day.
        by_day = self._daytime(at)
        self.at = by_day if by_day < town.now and rng.random() < 0.85 else at
        # by key, as last seen; the last one is the one told of now
        self._told: dict[int, Complaint] = {}

    # Time ---------------------------------------------------------------------

    def wait(self, least: float, most: float, *, night: bool = False) -> None:
        """Hours go by; people act in the daytime. Raises Today."""
        until = self.at + timedelta(hours=self.rng.uniform(least, most))
        self._go_to(until if night else self._daytime(until))

    def soon(self, least: float, most: float) -> None:
        """As `wait`, but what must be done within a day is done at night too."""
        self.wait(least, most, night=self._short)

    @property
    def _short(self) -> bool:
        complaint = self.complaint
        due_at = complaint.due_at or complaint.registered_at + timedelta(days=3)
        return due_at - complaint.registered_at < timedelta(hours=30)

    def wait_share(self, least: float, most: float) -> None:
        """A part of the promised time goes by, at most three weeks. Raises Today."""
        complaint = self.complaint
        due_at = complaint.due_at or self.at + timedelta(days=3)
        promised = min(due_at - complaint.registered_at, timedelta(days=21))
        until = complaint.registered_at + promised * self.rng.uniform(least, most)
        soonest = self.at + timedelta(minutes=self.rng.randint(12, 50))
        until = until if self._short else self._daytime(until)
        self._go_to(max(until, soonest))

    def _daytime(self, at: datetime) -> datetime:
        local = at.astimezone(self.town.zone)
        if FIRST_HOUR <= local.hour < LAST_HOUR:
            return at
        day = local if local.hour < FIRST_HOUR else local + timedelta(days=1)
        hour = self.rng.randint(FIRST_HOUR + 1, FIRST_HOUR + 3)
        return day.replace(hour=hour, minute=self.rng.randint(0, 59))

    def _go_to(self, until: datetime) -> None:
        if until >= self.town.now:
            raise Today
        for complaint in list(self._told.values()):
            later = pass_time(complaint, since=self.at, until=until)
            self._told[complaint.pk] = self.town.with_rows(later)
        self.complaint = self._told[self.complaint.pk]
        self.at = until

    def end(self) -> None:
        """What the clock did until today, and the messages of the past as sent."""
        for complaint in self._told.values():
            pass_time(complaint, since=self.at, until=self.town.now)
            sent(complaint.pk, self.town.now)

    # Filing -------------------------------------------------------------------

    def file(
        self, told: Grievance, spot: Spot | None, *, kind: str = Kind.COMPLAINT
    ) -> Complaint:
        way = self._way()
        connection = self.town.connection(spot or self.town.spot(self.rng), self.rng)
        intake = Intake(
            organisation=self.town.root,
            text=self._words(told, spot),
            source=way,
            language=told.language,
            kind=kind,
            files=self._photo(before, 0.15) if way != "phone" else (),
            **self._where(told, spot, connection),
            **self._who(connection),
        )
        complaint = register(intake, actor=self._filer(way), at=self.at)
        self.complaint = complaint
        return self.look()

    def day(self, later: float) -> datetime:
        return self._daytime(self.at + timedelta(days=later))

    def _words(self, told: Grievance, spot: Spot | None) -> str:
        if spot is None:
            return told.text
        return told.text.replace("{place}", spot.word(told.script, self.rng))

    def _where(
        self, told: Grievance, spot: Spot | None, connection: Connection | None
    ) -> dict[str, Any]:
        """Chosen from lists, by postal code, by consumer number, or only in words."""
        if spot is None:
            return {}
        given: dict[str, Any] = {}
        if self.rng.random() < 0.5:
            given["category"] = self.town.categories[told.category]
        how = self.rng.random()
        if how < 0.5:
            given["area"] = spot.area
        elif how < 0.65 and spot.pins:
            given["pin"] = self.rng.choice(spot.pins)
        elif connection is not None and connection.area_id == spot.area.pk:
            given["connection"] = connection
        return given

    def _who(self, connection: Connection | None) -> dict[str, Any]:
        """By phone, a few by e-mail from abroad, a few without a name."""
        chance = self.rng.random()
        if connection is None or connection.citizen is None or chance < 0.04:
            return {}
        name, phone = connection.citizen.name, phone_of(connection.citizen)
        if chance < 0.08 or not phone:
            email = f"citizen{self.rng.randint(100, 999)}@example.com"
            return {"email": email, "name": name}
        return {"phone": phone, "name": name}

    def _way(self) -> str:
        ways = [way for way in WAYS if way in self.town.sources]
        return self.rng.choices(ways, [WAYS[way] for way in ways])[0]

    def _filer(self, way: str) -> Actor:
        role = BY_DESK.get(way) or (Role.SOCIAL_DESK if way in BY_HAND else None)
        desk = self.town.at_desk(role, self.rng, by=way) if role else None
        return desk or Actor(kind="citizen", by=way)

    # People -------------------------------------------------------------------

    @property
    def citizen(self) -> Actor:
        return citizen_actor(self.complaint)

    def desk(self, role: str, by: str = "") -> Actor:
        found = self.town.at_desk(role, self.rng, by)
        if found is None:
            raise Today  # nobody of that kind here: the story stays where it is
        return found

    @property
    def owner(self) -> Actor:
        return (
            self._actor_of(self.complaint.owner) if self.complaint.owner else self.head
        )

    @property
    def head(self) -> Actor:
        return self._actor_of(head(self.complaint, 2, self.at))

    def _actor_of(self, officer: Officer | None) -> Actor:
        if officer is None:
            raise Today
        return self.town.actor(officer)

    def say(self, kind: str, language: str | None = None) -> str:
        return saying(kind, language or self.complaint.language, self.rng)

    def look(self) -> Complaint:
        """As it is now: reactions changed it behind our back."""
        fresh = Complaint.objects.get(pk=self.complaint.pk)
        self.complaint = self._told[fresh.pk] = self.town.with_rows(fresh)
        return self.complaint

    def do(self, service: Any, *, actor: Actor, **values: Any) -> None:
        service(self.complaint, actor=actor, at=self.at, **values)
        self.look()

    # What happens in many stories -----------------------------------------------

    def sort(self, told: Grievance, spot: Spot) -> None:
        """The dispatcher reads it and sends it on, where routing could not."""
        if self.complaint.status != Status.TRIAGE:
            return
        self.wait(0.1, 0.45, night=True)
        dispatcher = self.desk(Role.DISPATCHER)
        category = self.town.categories[told.category]
        self.do(set_category, actor=dispatcher, category=category, area=spot.area)
        office = office_of(spot.area)
        if office is None or self.complaint.status != Status.TRIAGE:
            return
        owner = choose(office.organisation, office, category.department, self.at)
        self.do(
            assign,
            actor=dispatcher,
            organisation=office.organisation,
            office=office,
            department=category.department,
            owner=owner,
        )

    def give_to_field(self) -> None:
        """To a field engineer of that office and department, if there is one."""
        complaint = self.complaint
        there = posted(
            (Role.FIELD_STAFF,),
            organisation_id=complaint.organisation_id,
            office_id=complaint.office_id,
            department=complaint.department,
            at=self.at,
        )
        if there and complaint.owner_id != there[0].officer_id:
            self.do(give, actor=self.owner, owner=there[0].officer)

    def solve(self, words: str = "action") -> None:
        actor = self.owner
        language = actor.officer.language if actor.officer else "en"
        self.do(
            resolve,
            actor=actor,
            action_taken=self.say(words, language),
            cause=self._cause(),
            files=self._proof(),
            **shown(self.complaint, actor, self.at),
        )

    def _proof(self) -> tuple[Attachment, ...]:
        chance = 1 if needed_for(self.complaint).photo else 0.2
        if self.rng.random() >= chance:
            return ()
        return (photo_of(self.complaint, self.rng.randint(0, 3), self.at),)

    def _cause(self) -> Cause | None:
        department = self.complaint.department_id
        fitting = [c for c in self.town.causes if c.department_id in (None, department)]
        return self.rng.choice(fitting or self.town.causes)

    def rate(
        self, score: int, *, solved: bool, words: str, by_phone: bool = False
    ) -> None:
        request = latest_request(self.complaint)
        if request is None:
            return
        rate(
            request,
            score=score,
            solved=solved,
            comment=self.say(words) if self.rng.random() < 0.5 else "",
            channel="phone" if by_phone else self.rng.choice(("web", "web", "sms")),
            actor=self.desk(Role.AGENT, "phone") if by_phone else self.citizen,
            at=self.at,
            **self._how_long(request),
        )
        self.look()

    def _how_long(self, request: RatingRequest) -> dict[str, Any]:
        """Most tell it, in whole hours and not to the minute."""
        since = request.asked_at - self.complaint.registered_at
        if request.second or self.rng.random() >= 0.6:
            return {}
        hours = max(1, round(since / timedelta(hours=1) * self.rng.uniform(0.9, 1.3)))
        return {"took_minutes": hours * 60, "trouble": self.rng.random() < 0.3}

    def _photo(self, draw: Any, chance: float) -> tuple[Attachment, ...]:
        if self.rng.random() >= chance:
            return ()
        return (store(io.BytesIO(draw(self.rng.randint(0, 3))), at=self.at),)


def sent(complaint_id: int, now: datetime) -> None:
    """Nobody gets a message about something that was invented weeks ago."""
    Notice.objects.filter(
        complaint_id=complaint_id, state=Notice.State.QUEUED, not_before__lte=now
    ).update(
        state=Notice.State.SENT, attempts=1, sent_at=F("not_before"), provider_id="demo"
    )
    for notice in Notice.objects.filter(
        complaint_id=complaint_id, kind__in=CODE_KINDS, provider_id="demo"
    ):
        Notice.objects.filter(pk=notice.pk).update(**spent(notice))
