"""The examples in deploy/ are read by machines: what they say must exist here."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from gunicorn.config import Config

from operations.management.commands.worker import Command as Worker

DEPLOY = Path(settings.BASE_DIR) / "deploy"
UNITS = {path.name: path for path in sorted(DEPLOY.glob("sunwai-*.service"))}
LASTING = ("sunwai-web.service", "sunwai-worker.service")
SECRET = re.compile(r"KEY|PASSWORD|TOKEN|DATABASE_URL")


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keep the case
    parser.read_string((DEPLOY / name).read_text().replace("\\\n", " "))
    return parser


def command(name: str) -> list[str]:
    return shlex.split(unit(name)["Service"]["ExecStart"])


def after(words: list[str], last: str) -> list[str]:
    return words[words.index(last) + 1 :]


def documented() -> set[str]:
    page = (Path(settings.BASE_DIR) / "docs/settings.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))


def environment() -> dict[str, str]:
    lines = (DEPLOY / "sunwai.env.example").read_text().splitlines()
    given = [line.partition("=") for line in lines if line and line[0] != "#"]
    return {name: value for name, _, value in given}


class UnitTests:
    @pytest.mark.parametrize("name", UNITS)
    def test_it_runs_as_nobody_special_in_a_closed_room(self, name: str) -> None:
        service = unit(name)["Service"]
        assert service["User"] == "sunwai"
        assert service["NoNewPrivileges"] == "yes"
        assert service["ProtectSystem"] == "strict"
        assert service["PrivateTmp"] == "yes"
        assert service["CapabilityBoundingSet"] == ""
        assert environment()["SUNWAI_DATA"] in service["ReadWritePaths"].split()
        assert service["EnvironmentFile"] == "/etc/sunwai/sunwai.env"

    @pytest.mark.parametrize("name", LASTING)
    def test_it_is_told_to_stop_before_its_children_are(self, name: str) -> None:
        """systemd's own control-group hangs the cluster (docs/operations.md)."""
        service = unit(name)["Service"]
        assert service["KillMode"] == "mixed"
        assert service["Restart"] == "always"

    def test_it_gives_the_worker_time_to_stop(self) -> None:
        words = after(command("sunwai-worker.service"), "worker")
        parser = Worker().create_parser("manage.py", "worker")
        given = parser.parse_args(words)
        limit = int(unit("sunwai-worker.service")["Service"]["TimeoutStopSec"])
        assert given.grace + 10 <= limit

    def test_it_gives_the_web_time_to_answer(self) -> None:
        words = after(command("sunwai-web.service"), "gunicorn")
        service = unit("sunwai-web.service")["Service"]
        assert service["Environment"] == "WEB_PROCESSES=4"
        words = [word.replace("${WEB_PROCESSES}", "4") for word in words]
        given = Config().parser().parse_args(words)
        assert given.worker_class == "gthread"
        assert given.args == ["config.wsgi"]
        assert given.graceful_timeout + 5 <= int(service["TimeoutStopSec"])

    def test_it_leaves_the_port_to_systemd(self) -> None:
        assert "--bind" not in command("sunwai-web.service")
        assert "sunwai-web.socket" in unit("sunwai-web.service")["Unit"]["Requires"]
        assert unit("sunwai-web.socket")["Socket"]["ListenStream"] == "127.0.0.1:8000"

    def test_it_calls_commands_that_exist(self) -> None:
        for path in DEPLOY.iterdir():
            for name in re.findall(r"manage\.py (\w+)", path.read_text()):
                assert name in get_commands(), f"{path.name}: {name}"

    @pytest.mark.skipif(
        shutil.which("systemd-analyze") is None, reason="systemd is not here"
    )
    def test_it_is_read_by_systemd_itself(self) -> None:
        paths = [
            str(path) for path in DEPLOY.glob("sunwai-*.*") if path.suffix != ".example"
        ]
        done = subprocess.run(
            ["systemd-analyze", "verify", *paths],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        about_us = [line for line in done.stderr.splitlines() if "sunwai" in line]
        # /opt/sunwai is not on this machine.
        assert [line for line in about_us if "not executable" not in line] == []


class EnvironmentTests:
    def test_it_names_settings_that_exist(self) -> None:
        assert set(environment()) <= documented()

    def test_it_names_every_setting_that_production_needs(self) -> None:
        assert {
            "DATABASE_URL", "SUNWAI_SECRET_KEY", "SUNWAI_PUBLIC_URL", "SUNWAI_HOSTS",
            "SUNWAI_BEHIND_PROXY", "SUNWAI_TRUSTED_PROXIES", "SUNWAI_HASHED_STATIC",
        } <= set(environment())  # fmt: skip

    def test_it_holds_no_secret(self) -> None:
        secrets = {n: v for n, v in environment().items() if SECRET.search(n)}
        assert secrets and not any(secrets.values())

    def test_it_starts_no_demonstration(self) -> None:
        assert not {"SUNWAI_DEMO", "SUNWAI_DEBUG"} & set(environment())


class NginxTests:
    page = (DEPLOY / "nginx.conf").read_text()

    def location(self, path: str) -> str:
        found = re.search(rf"location {re.escape(path)} \{{(.*?)\}}", self.page, re.S)
        assert found, path
        return found[1]

    def test_it_closes_what_it_opens(self) -> None:
        assert self.page.count("{") == self.page.count("}")

    def test_it_tells_the_desk_who_asks_and_how(self) -> None:
        assert (
            "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in self.page
        )
        assert "proxy_set_header X-Forwarded-Proto $scheme;" in self.page
        assert "proxy_set_header Host $host;" in self.page

    def test_it_takes_less_from_hooks_than_from_forms(self) -> None:
        sizes = re.findall(r"client_max_body_size (\d+)m;", self.page)
        assert [int(size) for size in sizes] == [32, 1]
        assert "client_max_body_size 1m;" in self.location("/hooks/")
        # three photos, as large as the desk takes them
        assert 3 * settings.MAX_PHOTO_BYTES < 32 * 2**20

    def test_it_shows_no_figures_to_the_world(self) -> None:
        assert "return 404;" in self.location("= /metrics")
        assert "deny all;" in self.location("= /readyz")

    def test_it_writes_no_token_into_its_log(self) -> None:
        log = re.search(r"log_format sunwai (.*?);", self.page, re.S)
        assert log
        for name in ("$request ", "$request_uri", "$uri", "$args", "$http_referer"):
            assert name not in log[1], name

    def test_it_speaks_modern_tls_only(self) -> None:
        assert "ssl_protocols       TLSv1.2 TLSv1.3;" in self.page


class HandbookTests:
    page = (Path(settings.BASE_DIR) / "docs/operations.md").read_text()

    def test_it_names_commands_that_exist(self) -> None:
        named = re.findall(r"(?:sunwai-manage|manage\.py) ([a-z_]+)", self.page)
        assert len(named) > 10
        assert set(named) <= set(get_commands())

    def test_it_names_targets_that_exist(self) -> None:
        makefile = (Path(settings.BASE_DIR) / "Makefile").read_text()
        targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
        assert set(re.findall(r"`?make ([a-z-]+)`", self.page)) <= targets

    def test_it_names_files_that_exist(self) -> None:
        for name in re.findall(r"deploy/[\w.*-]+", self.page):
            assert list(DEPLOY.parent.glob(name.rstrip("."))), name
        for name in re.findall(r"\]\((\w+\.md)\)", self.page):
            assert (DEPLOY.parent / "docs" / name).exists(), name

    def test_it_names_settings_that_exist(self) -> None:
        named = set(re.findall(r"\b(SUNWAI_[A-Z_]+)", self.page))
        assert named <= documented()

    def test_it_names_figures_that_are_told(self) -> None:
        told = "".join(path.read_text() for path in DEPLOY.parent.glob("*/figures.py"))
        rows = re.findall(r"^\| (`[a-z_]+(?:\{.*?\})?`.*?) \|", self.page, re.MULTILINE)
        names = [name for row in rows for name in re.findall(r"`([a-z_]+)", row)]
        assert len(names) >= 15
        assert "messages_frozen" in names
        assert [name for name in names if f'"{name}"' not in told] == []

    def test_it_names_every_reason_of_readyz(self) -> None:
        code = (DEPLOY.parent / "operations/health.py").read_text()
        reasons = set(re.findall(r'append\("(\w+)"\)', code)) | {"database"}
        assert len(reasons) >= 7
        assert [name for name in sorted(reasons) if f"`{name}`" not in self.page] == []
