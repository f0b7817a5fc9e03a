"""What `make run` does before and after the servers run."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.core.management import call_command

from complaints.models import Complaint
from officers.models import Officer
from operations.jobs import enqueue
from operations.models import Job
from presets import demo_rules, simulated
from presets.children import Stop
from presets.history import panels
from presets.history.seed import FIRST, MOST, tell, today
from presets.load import is_loaded, load
from presets.logins import Login, logins
from presets.models import ToldStory
from presets.prepared import DEMO_PASSWORD

PRESETS = ("pmc", "uppcl")
JOB = "seed_demo"
# On a slow machine the rest of the first stories is told by the worker, too.
SEED_SECONDS = 27.0
SAY_SECONDS = 3.0
HOST = "127.0.0.1"

Say = Callable[[str], None]


class NotADemo(Exception):
    """This database holds real complaints."""


def environment(port: int) -> dict[str, str]:
    """What the settings must find before they are read."""
    url = os.environ.get("SUNWAI_PUBLIC_URL", f"http://{HOST}:{port}")
    return {
        "SUNWAI_DEMO": "1",
        "SUNWAI_PUBLIC_URL": url,
        "SUNWAI_SIMULATOR_URL": f"http://{HOST}:{simulator_port(port)}",
    }


def simulator_port(port: int) -> int:
    return port + 1


def start_again_with(wanted: dict[str, str]) -> None:
    """Replace this process by itself with that environment, if the settings lack it."""
    found = {
        "SUNWAI_DEMO": "1" if settings.DEMO else "",
        "SUNWAI_PUBLIC_URL": settings.PUBLIC_URL,
        "SUNWAI_SIMULATOR_URL": settings.SUNWAI_SIMULATOR_URL,
    }
    if found == wanted:
        return
    os.execve(  # noqa: S606  the very command that runs now
        sys.executable, [sys.executable, *sys.argv], os.environ | wanted
    )


def prepare(say: Say, stop: Stop, clock: Callable[[], datetime]) -> None:
    """The database, the presets, rules of the desk, the first stories, and the job for
    the rest."""
    say("Preparing the database ...")
    call_command("migrate", verbosity=0, skip_checks=True)
    refuse_real_data()
    for name in PRESETS:
        if not is_loaded(name) or not _can_sign_in():
            say(f"Loading the preset {name} ...")
            load(name, at=clock())
    simulated.equip()
    demo_rules.add()
    _first_stories(say, stop, clock)
    panels.tell(today(clock()))
    _rest_by_worker(clock())


def refuse_real_data() -> None:
    if Complaint.objects.exists() and not ToldStory.objects.exists():
        raise NotADemo(
            "This database holds complaints that are no demonstration. "
            "Unset DATABASE_URL, or set SUNWAI_DATA to another folder."
        )


def _can_sign_in() -> bool:
    first = Officer.objects.order_by("pk").first()
    return first is not None and first.has_usable_password()


def _first_stories(say: Say, stop: Stop, clock: Callable[[], datetime]) -> None:
    if ToldStory.objects.count() >= FIRST:
        return
    say(f"Inventing {FIRST} complaints of the past 90 days ...")
    started = said = monotonic()

    def step(done: int) -> bool:
        nonlocal said
        if monotonic() - said >= SAY_SECONDS:
            said = monotonic()
            say(f"  {done} of {FIRST}")
        return not stop.asked and monotonic() - started < SEED_SECONDS

    tell(range(1, FIRST + 1), at=clock(), step=step)


def _rest_by_worker(at: datetime) -> None:
    waiting = Job.objects.filter(
        kind=JOB, state__in=(Job.State.QUEUED, Job.State.RUNNING)
    )
    if ToldStory.objects.count() < MOST and not waiting.exists():
        enqueue(JOB, args={"complaints": MOST}, requested_by=None, at=at)


def commands(port: int) -> dict[str, list[str]]:
    """The two processes of a desk, and the stand-in for its providers."""
    web = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4",
        "--preload", "--graceful-timeout", "5", "--log-level", "warning",
    ]  # fmt: skip
    worker = [sys.executable, "manage.py", "worker", "--grace", "5"]
    simulator = [
        sys.executable, "manage.py", "simulator", "--host", HOST,
        "--port", str(simulator_port(port)), "--verbosity", "0",
    ]  # fmt: skip
    return {"web": web, "worker": worker, "simulator": simulator}


def welcome() -> list[str]:
    """Addresses and logins, for the terminal."""
    url = settings.PUBLIC_URL
    lines = [
        "",
        f"Sunwai runs at {url}",
        f"  citizens  {url}/   help {url}/help/",
        f"  staff     {url}/admin/   phone pages {url}/field/   office {url}/office/",
        f"  figures   {url}/reports/   health {url}/readyz",
        f"  phones    {url}/simulator/   write an SMS, and see the answer",
        "",
        f"Password of every login: {DEMO_PASSWORD}",
    ]
    lines += [_line(login) for login in logins()]
    return [*lines, "", "Ctrl-C stops it."]


def _line(login: Login) -> str:
    where = f"{login.organisation:6} {login.role.replace('_', ' '):20}"
    return f"  {where} {login.username:18} {login.page}"
