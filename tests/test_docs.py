"""The documentation says what the code does: settings, commands, places."""

import re

from django.conf import settings

ROOT = settings.BASE_DIR
READ = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')


def test_every_setting_has_its_line_and_every_line_its_setting() -> None:
    code = (ROOT / "config/settings.py").read_text()
    page = (ROOT / "docs/settings.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))
    assert set(READ.findall(code)) == documented
    assert len(documented) <= 40


def test_every_command_is_documented() -> None:
    pages = "".join(p.read_text() for p in ROOT.glob("docs/**/*.md"))
    pages += (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
    commands = {p.stem for p in ROOT.glob("*/management/commands/[a-z]*.py")}
    missing = {name for name in commands if f"manage.py {name}" not in pages}
    assert not missing


def test_every_place_named_in_where_does_it_go_exists() -> None:
    page = (ROOT / "docs/where-does-it-go.md").read_text()
    named = re.findall(r"`([a-z_]+/[\w/.]*)`", page)
    missing = {place for place in named if not (ROOT / place).exists()}
    assert not missing - {"docs/channels/"}
