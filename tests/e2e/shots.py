"""Pictures of every screen of a demonstration desk of its own, to be looked at.

    python -m tests.e2e.shots build/shots               all, 8 pictures each
    python -m tests.e2e.shots build/shots form queue    those whose name begins so
    python -m tests.e2e.shots build/shots --readme      only those in the README

The desk's data stay in FOLDER/data, so that the second tour starts at once.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 800}}
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "hi")
CITIZEN = ""
AGENT, SORTER, BOSS = "agent.asha", "dispatcher.vinod", "supervisor.meena"
OFFICER, ENGINEER, HEAD = "officer.kothrud", "field.ravi", "head.kothrud"
TOP = "commissioner.pmc"
LONGEST = 2400  # pixels of a page that are shown
STORIES = 300


@dataclass(frozen=True)
class Screen:
    name: str
    who: str
    path: str
    press: tuple[tuple[str, str], ...] = ()  # (selector, "" to click or text to type)
    part: str = ""  # the selector of what is shown; else the whole page


FORM = (
    ("[name=text]", "कोथरूड में कर्वे रोड पर स्कूल के सामने सड़क में गड्ढा है"),
    ("[name=phone]", "99999 00001"),
    ("[name=pin]", "411038"),
)
READ_OUT = ((".why summary >> nth=1", ""), (".why summary >> nth=2", ""))
RULE = (
    ("#id_name", "Roads around schools"),
    ("#id_words", "school\nkindergarten"),
    ("#id_flags", "school"),
)
DISCARD = ("[name=do][value=discard]", "")  # the draft of the picture before
CALL = "Kothrud me Karve Road par school ke samne bada gaddha hai"


def screens() -> list[Screen]:
    """Django must be set up: the numbers are those of the data."""
    one = _numbers()
    case = one["in_progress"]
    found = [
        Screen("home", CITIZEN, "/"),
        Screen("form", CITIZEN, "/new/PMC/"),
        Screen("form errors", CITIZEN, "/new/PMC/", ((".btn.big", ""),)),
        Screen("form map", CITIZEN, "/new/PMC/", (("[name=go][value^=map]", ""),)),
        Screen("check", CITIZEN, "/new/PMC/", (*FORM, (".btn.big", ""))),
        Screen("bare number", CITIZEN, f"/c/{case}/"),
        Screen("unknown", CITIZEN, "/c/148302975116/"),
        Screen("help", CITIZEN, "/help/?org=PMC"),
        Screen("help found", CITIZEN, "/help/?org=PMC&q=water"),
        Screen("rating", CITIZEN, one["rating"]),
        Screen("sign in", CITIZEN, "/accounts/login/"),
        Screen("start", BOSS, "/admin/"),
        Screen("console", AGENT, "/admin/console/"),
        Screen(
            "console caller", AGENT, "/admin/console/",
            (DISCARD, ("#id_who", one["caller"]), ("#id_text", CALL)),
        ),
        Screen("queue", BOSS, "/admin/queue/?view=open"),
        Screen("queue late", BOSS, "/admin/queue/?view=late"),
        Screen("queue triage", SORTER, "/admin/queue/?view=triage"),
        Screen("search", BOSS, "/admin/queue/?q=गड्ढा"),
        Screen("call backs", BOSS, "/admin/call-backs/"),
        Screen("call back", BOSS, "/admin/call-backs/", (("td a >> nth=0", ""),)),
        Screen("follow ups", BOSS, "/admin/follow-ups/"),
        Screen("doubts", BOSS, "/admin/doubts/"),
        Screen("doubts open", BOSS, "/admin/doubts/", (("[data-key=x]", ""),)),
        Screen("complaint reply", BOSS, f"/admin/complaint/{case}/?open=reply"),
        Screen("why", BOSS, f"/admin/complaint/{one['slow']}/", READ_OUT, ".why"),
        Screen("raised", HEAD, "/admin/queue/?view=raised"),
        Screen("claims", "supervisor.uppcl", "/admin/claims/"),
        Screen("rules", "admin.pmc", "/admin/escalation/routingrule/"),
        Screen("rule new", "admin.pmc", "/admin/escalation/routingrule/add/", RULE),
        Screen("admin list", "admin.pmc", "/admin/officers/officer/"),
        Screen("field", OFFICER, "/field/"),
        Screen("field office", OFFICER, "/field/?tab=office"),
        Screen("field engineer", ENGINEER, "/field/"),
        Screen("job", OFFICER, f"/field/{one['own']}/"),
        Screen("job solve", OFFICER, f"/field/{one['own']}/solved/"),
        Screen("office", HEAD, "/office/?period=month"),
        Screen("office list", HEAD, "/office/list/?cell=open"),
        Screen("reports", TOP, "/reports/"),
        Screen("reports last", TOP, f"/reports/?month={one['last_month']}"),
        Screen("truth", TOP, f"/reports/truth/?month={one['last_month']}"),
        Screen("ratings", TOP, f"/reports/ratings/?month={one['last_month']}"),
        Screen("causes", TOP, f"/reports/causes/?month={one['last_month']}"),
        Screen("reports refused", AGENT, "/reports/"),
    ]  # fmt: skip
    for stage in STAGES:
        if stage in one:
            found.append(Screen(f"status {stage}", CITIZEN, one[f"link {stage}"]))
            path = f"/admin/complaint/{one[stage]}/"
            found.append(Screen(f"complaint {stage}", BOSS, path))
    return found


STAGES = (
    "triage", "assigned", "in_progress", "need_info", "on_hold", "forwarded",
    "resolved", "closed", "rejected", "merged", "late", "emergency",
)  # fmt: skip


def _numbers() -> dict[str, str]:
    from django.db.models import Case, When
    from django.utils import timezone

    from complaints.models import Complaint
    from complaints.people import phone_of
    from feedback.models import RatingRequest

    now = timezone.now()
    city = Complaint.objects.filter(organisation__code="PMC")
    # one that speaks Hindi, where there is one
    city = city.order_by(Case(When(language="hi", then=0), default=1), "-registered_at")
    rows = {stage: city.filter(status=stage).first() for stage in STAGES}
    rows["in_progress"] = city.filter(status="in_progress", due_at__gt=now).first()
    rows["late"] = city.filter(status="assigned", due_at__lt=now).first()
    rows["emergency"] = city.open().filter(criticality="emergency").first()
    # one whose days do not all count, that its words have sent
    rows["slow"] = city.filter(due_reason__always=False, status="closed").first()
    found = {name: row.number for name, row in rows.items() if row is not None}
    own = city.filter(owner__username=OFFICER, status__in=("assigned", "in_progress"))
    found["own"] = str(own.values_list("number", flat=True).first())
    found |= {f"link {name}": f"/s/{row.token}" for name, row in rows.items() if row}
    asked = RatingRequest.objects.filter(used_at=None, complaint__status="resolved")
    first = asked.filter(expires_at__gt=now).first()
    found["rating"] = f"/f/{first.token}" if first else "/f/abcdefgh12345678"
    spoke = rows["closed"]
    known = phone_of(spoke.citizen) if spoke is not None else ""
    found["caller"] = known or "99999 00001"
    month = now.replace(day=1).toordinal() - 1
    found["last_month"] = f"{now.fromordinal(month):%Y-%m}"
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def set_up(data: Path, port: int) -> None:
    """The database with its stories, unless a tour before has made them."""
    os.environ |= {
        "SUNWAI_DATA": str(data),
        "SUNWAI_DEMO": "1",
        "SUNWAI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for preset in ("pmc", "uppcl"):
        call_command("load_preset", preset)
    call_command("seed_demo", complaints=STORIES)


@contextmanager
def served(port: int) -> Iterator[None]:
    from presets import demo
    from presets.children import answers

    running = [subprocess.Popen(command) for command in demo.commands(port).values()]
    try:
        while not answers(demo.HOST, port):
            time.sleep(0.1)
        time.sleep(3)  # the worker's first sign of life, so that no page misses it
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)


class Tour:
    def __init__(self, browser: Any, port: int, folder: Path) -> None:
        self.browser = browser
        self.root = f"http://127.0.0.1:{port}"
        self.folder = folder
        self.signed_in: dict[str, Any] = {}

    def take(self, screen: Screen) -> None:
        for size, scheme, language in product(SIZES, SCHEMES, LANGUAGES):
            name = f"{screen.name.replace(' ', '-')}-{size}-{scheme}-{language}.png"
            self.picture(screen, size, scheme, language, self.folder / name)

    def picture(
        self, screen: Screen, size: str, scheme: str, language: str, path: Path
    ) -> None:
        context = self.browser.new_context(
            viewport=SIZES[size],
            color_scheme=scheme,
            reduced_motion="reduce",
            storage_state=self._state(screen.who),
        )
        cookie = {"name": "django_language", "value": language, "url": self.root}
        context.add_cookies([cookie])
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.goto(self.root + screen.path)
        for selector, typed in screen.press:
            self._press(page, selector, typed)
        page.wait_for_load_state("networkidle")
        height = page.evaluate("document.documentElement.scrollHeight")
        wide = SIZES[size] | {"height": max(min(height, LONGEST), 400)}
        page.set_viewport_size(wide)
        (page.locator(screen.part) if screen.part else page).screenshot(path=path)
        context.close()

    def _press(self, page: Any, selector: str, typed: str) -> None:
        found = page.locator(selector)
        if not found.count():
            return
        if typed:
            found.first.fill(typed)
            page.wait_for_timeout(900)  # what the page looks up while one types
        else:
            found.last.click() if selector.endswith("big") else found.first.click()

    def _state(self, who: str) -> Any:
        if not who:
            return None
        if who not in self.signed_in:
            from presets.prepared import DEMO_PASSWORD

            context = self.browser.new_context()
            page = context.new_page()
            page.goto(f"{self.root}/accounts/login/")
            page.fill("[name=login]", who)
            page.fill("[name=password]", DEMO_PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/login/" not in url)
            self.signed_in[who] = context.storage_state()
            context.close()
        return self.signed_in[who]


# Which screens stand beside each other in the README, and in which language.
PICTURES = {
    "overview": (("status in_progress", "360", "hi"), ("console caller", "1280", "en")),
    "why": (("why", "1280", "en"), ("rule new", "1280", "en")),
    "desk": (("queue", "1280", "en"), ("truth", "1280", "en")),
}
DOCS = Path("docs/img")
HEIGHT = 720
FRAME = "#c8ced6"


def side_by_side(paths: list[Path], target: Path) -> None:
    """On white, equally high, in few colours: a README is read on a phone too."""
    from PIL import Image, ImageOps

    shown = []
    for path in paths:
        picture = Image.open(path).convert("RGB")
        picture = picture.crop((0, 0, picture.width, min(picture.height, 800)))
        picture = ImageOps.contain(picture, (2000, HEIGHT))
        shown.append(ImageOps.expand(picture, 1, FRAME))
    width = sum(each.width for each in shown) + 24 * (len(shown) - 1)
    sheet = Image.new("RGB", (width, max(each.height for each in shown)), "white")
    left = 0
    for each in shown:
        sheet.paste(each, (left, 0))
        left += each.width + 24
    target.parent.mkdir(parents=True, exist_ok=True)
    few = sheet.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


def for_readme(tour: Tour, known: dict[str, Screen]) -> None:
    for name, parts in PICTURES.items():
        paths = []
        for screen, size, language in parts:
            paths.append(tour.folder / f"readme-{screen.replace(' ', '-')}.png")
            tour.picture(known[screen], size, "light", language, paths[-1])
        side_by_side(paths, DOCS / f"{name}.png")


def main(folder: Path, wanted: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    set_up((folder / "data").absolute(), port)
    known = {screen.name: screen for screen in screens()}
    from playwright.sync_api import sync_playwright

    from tests.e2e.chromium import ARGS, CHROMIUM

    with served(port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        tour = Tour(browser, port, folder)
        if wanted == ["--readme"]:
            for_readme(tour, known)
            return
        for name, screen in known.items():
            if not wanted or name.startswith(tuple(wanted)):
                sys.stdout.write(f"{name}\n")
                tour.take(screen)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
