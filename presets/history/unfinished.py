"""Stories that are not over: what lies on the pages of the demonstration logins."""

from complaints.services import add, ask_citizen, forward, hold, not_solved, start
from officers.models import Department, Posting, Role
from presets.history.beginnings import opening, solved, working
from presets.history.story import Story


def waiting(s: Story) -> None:
    """Called solved; the citizen has not answered yet."""
    solved(s, 0.2, 0.6)


def disputed_now(s: Story) -> None:
    solved(s, 0.3, 0.8)
    s.wait(1, 12)
    s.do(not_solved, actor=s.citizen, text=s.say("dispute"))


def unsorted(s: Story) -> None:
    """Words that say neither what nor where."""
    s.file(s.rng.choice(s.town.vague), None)


def fresh(s: Story) -> None:
    opening(s, shown=s.rng.random() < 0.3)
    if s.complaint.department and s.rng.random() < 0.4:
        s.soon(0.1, 0.6)
        s.give_to_field()


def in_work(s: Story) -> None:
    shown = s.rng.random() < 0.4
    working(s, shown=shown, calm=True, slow=not shown and s.rng.random() < 0.6)
    if s.rng.random() < 0.3:
        s.wait(0.5, 6)
        s.do(add, actor=s.citizen, text=s.say("more"))


def overdue(s: Story) -> None:
    """Nobody moves; the clock tells one level after the other."""
    opening(s, shown=s.rng.random() < 0.25, calm=True)
    if s.rng.random() < 0.5:
        s.wait_share(0.2, 0.6)
        s.give_to_field()
        s.do(start, actor=s.owner)


def asked(s: Story) -> None:
    opening(s, calm=True, slow=True)
    s.wait_share(0.05, 0.25)
    s.do(ask_citizen, actor=s.owner, question=s.say("question"))


def on_hold(s: Story) -> None:
    working(s, calm=True, slow=True, field=0)
    s.wait(0.5, 8)
    later = s.rng.uniform(3, 9)
    s.do(hold, actor=s.head, reason=s.say("hold", "en"), new_date=s.day(later))


def _other_department(s: Story) -> Department | None:
    """One of the same office, with an officer of its own."""
    complaint = s.complaint
    there = Posting.objects.filter(
        role=Role.OFFICER, area=complaint.office, department__isnull=False
    ).exclude(department=complaint.department)
    rows = [row.department for row in there.select_related("department").order_by("pk")]
    return s.rng.choice(rows) if rows else None


def forwarded(s: Story) -> None:
    opening(s, calm=True)
    department = _other_department(s)
    if department is None or s.complaint.office is None:
        return
    s.wait(0.4, 3)
    s.do(
        forward,
        actor=s.owner,
        organisation=s.complaint.organisation,
        office=s.complaint.office,
        department=department,
        reason=s.say("forward"),
    )
