"""Stories that came to an end, and how the citizens found it."""

from contextlib import suppress

from complaints.actors import Actor
from complaints.models.complaint import Kind
from complaints.refusals import Conflict
from complaints.services import (
    accept,
    allow,
    appeal,
    bounce,
    cancel,
    citizen_replied,
    dismiss,
    merge,
    not_solved,
    reject,
    start,
)
from complaints.status import Status
from feedback.causes import record_measure
from feedback.follow_ups import close_follow_up
from feedback.models import FollowUp
from officers.duty import posted
from officers.models import Role
from presets.history.beginnings import opening, solved, working
from presets.history.story import Story
from presets.history.unfinished import asked, forwarded

_FOLLOW_UP_REASONS = tuple(FollowUp.Reason.values)
_MEASURES = (
    ("temporary", "Every repair is looked at again after a week, with a photo."),
    ("late", "A second gang works on Saturdays until nothing is late."),
    ("no_word", "The junior engineer phones each citizen before the visit."),
    ("rude", "All field staff take the courtesy lesson by the end of the month."),
)


def praised(s: Story) -> None:
    solved(s)
    s.wait(1, 40)
    s.rate(s.rng.choice((4, 5, 5, 5)), solved=True, words="praise")


def phoned(s: Story) -> None:
    """The call centre rings and hears that it is done."""
    solved(s)
    s.wait(20, 70)
    s.rate(s.rng.choice((3, 4, 4, 5)), solved=True, words="praise", by_phone=True)


def grumbled(s: Story) -> None:
    """Done, but rated low: somebody outside the office follows it up."""
    solved(s, 0.6, 1.0)
    s.wait(2, 48)
    s.rate(s.rng.choice((1, 2, 2, 3)), solved=True, words="grumble")
    if s.rng.random() < 0.55:
        s.wait(6, 44)
        _follow_up(s)


def _follow_up(s: Story) -> None:
    supervisor = s.desk(Role.SUPERVISOR)
    for follow_up in FollowUp.objects.filter(
        complaint=s.complaint, state=FollowUp.State.OPEN
    ):
        close_follow_up(
            follow_up,
            reason=s.rng.choice(_FOLLOW_UP_REASONS),
            outcome=s.say("follow_up", "en"),
            actor=supervisor,
            at=s.at,
        )
    s.look()
    if s.rng.random() < 0.3:
        _measure(s, supervisor)
    if s.rng.random() < 0.5:
        s.wait(2, 48)
        s.rate(s.rng.choice((2, 3, 4, 4, 5)), solved=True, words="praise")


def _measure(s: Story, supervisor: Actor) -> None:
    """What the department does about the month's causes, unless that is written."""
    complaint, (reason, text) = s.complaint, s.rng.choice(_MEASURES)
    if complaint.department is None:
        return
    with suppress(Conflict):
        record_measure(
            complaint.organisation,
            complaint.department,
            month=s.at.date().replace(day=1),
            reason=reason,
            text=text,
            actor=supervisor,
            at=s.at,
        )


def late(s: Story) -> None:
    working(s)
    s.wait_share(1.05, 1.6)
    s.solve()
    s.wait(2, 60)
    s.rate(s.rng.choice((2, 3, 3, 4)), solved=True, words="grumble")
    if s.rng.random() < 0.7:
        s.wait(6, 44)
        _follow_up(s)


def silent(s: Story) -> None:
    """Nobody answers, so the system closes it and says so."""
    solved(s)


def disputed(s: Story) -> None:
    solved(s)
    s.wait(2, 40)
    s.rate(s.rng.choice((1, 1, 2)), solved=False, words="dispute")
    s.wait(3, 30)
    s.do(start, actor=s.owner)
    s.wait(4, 60)
    s.solve("again")
    s.wait(5, 50)
    s.rate(s.rng.choice((3, 4, 5)), solved=True, words="praise")


def reopened(s: Story) -> None:
    """Closed, and a week later it is broken again."""
    solved(s)
    s.wait(3, 30)
    s.rate(4, solved=True, words="praise")
    s.wait(100, 200)
    s.do(not_solved, actor=s.citizen, text=s.say("dispute"))
    s.wait(5, 40)
    s.do(start, actor=s.owner)
    if s.rng.random() < 0.6:
        s.wait(5, 60)
        s.solve("again")


def sorted_by_hand(s: Story) -> None:
    """Vague at first; the dispatcher rings back and sends it on."""
    s.file(s.rng.choice(s.town.vague), None)
    told, spot = s.rng.choice(s.town.told), s.town.spot(s.rng)
    s.sort(told, spot)
    s.wait_share(0.1, 0.3)
    s.do(start, actor=s.owner)
    s.wait_share(0.5, 0.95)
    s.solve()
    s.wait(4, 60)
    s.rate(s.rng.choice((3, 4, 5)), solved=True, words="praise")


def answered(s: Story) -> None:
    asked(s)
    s.wait(3, 50)
    s.do(citizen_replied, actor=s.citizen, text=s.say("answer"))
    s.wait(6, 60)
    s.solve()
    s.wait(3, 40)
    s.rate(s.rng.choice((3, 4, 5)), solved=True, words="praise")


def moved(s: Story) -> None:
    """Sent on, sometimes back, and done in the end."""
    forwarded(s)
    if s.complaint.status != Status.FORWARDED:
        return
    s.wait(0.4, 2, night=True)
    if s.rng.random() < 0.3:
        s.do(bounce, actor=_target(s), reason=s.say("bounce", "en"))
        return
    taker = _target(s)
    s.do(accept, actor=taker, owner=taker.officer)
    s.wait(2, 30)
    s.do(start, actor=s.owner)
    s.wait_share(0.6, 1.0)
    s.solve()
    s.wait(4, 60)
    s.rate(s.rng.choice((2, 4, 5)), solved=True, words="praise")


def _target(s: Story) -> Actor:
    """The officer of the department that was asked."""
    complaint = s.complaint
    there = posted(
        (Role.OFFICER,),
        organisation_id=complaint.organisation_id,
        office_id=complaint.office_id,
        department=complaint.department,
        at=s.at,
    )
    return s.town.actor(there[0].officer) if there else s.head


def joined(s: Story) -> None:
    """The neighbour complains of the same; the agent joins the two."""
    told, spot = opening(s)
    s.wait(0.3, 3, night=True)
    first = s.complaint
    s.file(told, spot)
    s.wait(0.1, 0.5, night=True)
    first.refresh_from_db()  # its clock may have run out in between
    s.do(merge, actor=s.desk(Role.AGENT), parent=first)


def rejected(s: Story) -> None:
    opening(s)
    s.wait(3, 40)
    reason = s.rng.choice(s.town.reject_reasons)
    supervisor = s.desk(Role.SUPERVISOR)
    s.do(reject, actor=supervisor, reason=reason, text=s.say("reject"))


def withdrawn(s: Story) -> None:
    opening(s, calm=True)
    s.wait(0.5, 12)
    s.do(cancel, actor=s.citizen, text=s.say("withdraw"))


def appealed(s: Story) -> None:
    if s.rng.random() < 0.5:
        _never_solved(s)
        return
    rejected(s)
    s.wait(20, 90)
    s.do(appeal, actor=s.citizen, text=s.say("appeal"))


def _never_solved(s: Story) -> None:
    """Called solved three times; the third "no" is the appeal by itself."""
    solved(s, 0.2, 0.5)
    for _twice in range(2):
        s.wait(2, 12)
        s.do(not_solved, actor=s.citizen, text=s.say("dispute"))
        s.wait(3, 12)
        s.do(start, actor=s.owner)
        s.wait(3, 12)
        s.solve("again")
    s.wait(2, 12)
    s.do(not_solved, actor=s.citizen, text="")


def judged(s: Story) -> None:
    appealed(s)
    s.wait(120, 300)
    authority = s.desk(Role.APPELLATE_AUTHORITY)
    if s.rng.random() < 0.5:
        s.do(dismiss, actor=authority, order=s.say("dismiss", "en"))
    else:
        s.do(allow, actor=authority, order=s.say("allow", "en"))
        s.wait(5, 40)
        s.do(start, actor=s.owner)


def suggested(s: Story) -> None:
    """No complaint: an idea, or a question that the office answers."""
    kind = s.rng.choice((Kind.SUGGESTION, Kind.INFORMATION))
    opening(s, calm=True, slow=True, kind=kind)
    s.wait(3, 60)
    s.solve()
