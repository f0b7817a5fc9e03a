"""What import-linter cannot see of the house's drawing, and the budgets."""

import ast
import re
import socket
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, ForeignObjectRel, Model

ROOT = Path(__file__).resolve().parent.parent
# Not our source: made, installed, or what a running desk keeps.
OUTSIDE = {"build", "node_modules", "var", "__pycache__"}
NOT_APPS = {"benchmarks", "docs", "fixtures", "locale", "static", "templates", "tests"}
VAGUE = {"common", "core", "helper", "helpers", "misc", "util", "utils"}

FILE_LINES, FUNCTION_LINES, TEST_FILE_LINES = 400, 40, 500

# Django itself asks for dotted paths in these, and wiring.py is ours.
MAY_NAME_PATHS = {"config/settings.py", "config/urls.py", "config/wiring.py"}


def _floors() -> dict[str, int]:
    """App → floor, 0 at the bottom: the drawing is import-linter's contract."""
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c for c in lint["contracts"] if c["id"] == "floors")["layers"]
    return {
        app.strip(): floor
        for floor, line in enumerate(reversed(layers))
        for app in line.split("|")
    }


FLOORS = _floors()


def _files(suffixes: tuple[str, ...], folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in OUTSIDE or (path.name.startswith(".") and path.name != ".ci"):
            continue
        if path.is_dir():
            yield from _files(suffixes, path)
        elif path.suffix in suffixes:
            yield path


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _is_test(path: Path) -> bool:
    return _name(path).startswith("tests/")


def _python(*, tests: bool) -> list[Path]:
    return [
        path
        for path in _files((".py",))
        if "migrations" not in path.parts and _is_test(path) is tests
    ]


def _none(wrong: list[str]) -> None:
    assert not wrong, "\n".join(["", *wrong])


def _goes_down(user: str, used: str) -> bool:
    """Whether one of our apps may lean on the other; others' apps are no matter."""
    if user not in FLOORS or used not in FLOORS or user == used:
        return True
    return FLOORS[used] < FLOORS[user]


class DrawingTests:
    def test_it_shows_every_app(self) -> None:
        found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_APPS
        installed = {
            config.name
            for config in apps.get_app_configs()
            if Path(config.path).parent == ROOT
        }
        _none(sorted((found | installed) - FLOORS.keys()))

    def test_it_shows_no_app_that_is_not_installed(self) -> None:
        assert FLOORS.keys() - {"config"} <= set(settings.INSTALLED_APPS)

    def test_it_has_no_place_for_vague_names(self) -> None:
        names = [path.relative_to(ROOT).with_suffix("") for path in _files((".py",))]
        _none([str(name) for name in names if VAGUE & {*name.parts}])


def _own_models() -> list[type[Model]]:
    return [m for m in apps.get_models() if m._meta.app_label in FLOORS]


def _keys() -> Iterator[tuple[type[Model], str, type[Model], bool]]:
    """(model, field, model it points to, whether it can be seen from there)."""
    for model in _own_models():
        for field in model._meta.get_fields():
            relation = getattr(field, "remote_field", None)
            if isinstance(field, Field) and isinstance(relation, ForeignObjectRel):
                target = relation.model
                assert isinstance(target, type), f"{field} points to nothing"
                yield model, field.name, target, not relation.hidden


class FloorTests:
    def test_it_is_left_downwards_only(self) -> None:
        assert _goes_down("notices", "complaints")
        assert not _goes_down("complaints", "notices")
        assert not _goes_down("portal", "helpline")
        assert _goes_down("officers", "auth")


class KeyTests:
    def test_it_points_down(self) -> None:
        _none(
            [
                f"{model._meta.label}.{name} → {target._meta.label}"
                for model, name, target, _seen in _keys()
                if not _goes_down(model._meta.app_label, target._meta.app_label)
            ]
        )

    def test_it_is_hidden_from_the_app_below(self) -> None:
        """A reverse accessor is a door upwards: related_name="+" shuts it."""
        _none(
            [
                f"{model._meta.label}.{name} → {target._meta.label}"
                for model, name, target, seen in _keys()
                if seen
                and target._meta.app_label in FLOORS
                and target._meta.app_label != model._meta.app_label
            ]
        )

    def test_it_needs_no_migration_above_or_beside(self) -> None:
        loader = MigrationLoader(None, load=False)
        loader.load_disk()
        wrong = []
        for (app, name), migration in loader.disk_migrations.items():
            for used, _ in migration.dependencies:
                if not _goes_down(app, used):
                    wrong.append(f"{app}.{name} depends on {used}")
            for user, _ in migration.run_before:
                if not _goes_down(user, app):
                    wrong.append(f"{app}.{name} runs before {user}")
        _none(wrong)


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _names_our_module(text: str) -> bool:
    """Whether "complaints.services.close" is a path into the tree.

    "complaints.Complaint" and "complaints.view_complaint", as Django writes models
    and permissions, are not.
    """
    app, _, rest = text.partition(".")
    if app not in FLOORS or app == "config" or not re.fullmatch(r"[\w.]+", rest):
        return False
    module = ROOT / app / rest.split(".")[0]
    return module.is_dir() or module.with_suffix(".py").exists()


class PathTests:
    def test_it_stands_in_the_wiring_only(self) -> None:
        """A path is an import that import-linter cannot see.

        Inside one app it hides no edge: django-q and lazy imports may name their own.
        """
        _none(
            [
                f"{_name(path)}:{line}: {text}"
                for path in _python(tests=False)
                if _name(path) not in MAY_NAME_PATHS and path.name != "apps.py"
                for line, text in _strings(path)
                if _names_our_module(text)
                and text.split(".")[0] != path.relative_to(ROOT).parts[0]
            ]
        )

    def test_it_is_told_from_a_models_label(self) -> None:
        assert _names_our_module("operations.catalogues.check")
        assert not _names_our_module("complaints.Complaint")
        assert not _names_our_module("complaints.view_complaint")
        assert not _names_our_module("portal/page.html")


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


class BudgetTests:
    @pytest.mark.parametrize(
        ("tests", "budget"), [(False, FILE_LINES), (True, TEST_FILE_LINES)]
    )
    def test_it_holds_for_files(self, tests: bool, budget: int) -> None:
        lengths = {
            _name(path): len(path.read_text().splitlines())
            for path in _python(tests=tests)
        }
        _none([f"{name}: {n} lines" for name, n in lengths.items() if n > budget])

    def test_it_holds_for_functions(self) -> None:
        _none(
            [
                f"{_name(path)}: {function}() has {lines} lines"
                for path in _python(tests=False)
                for function, lines in _functions(path)
                if lines > FUNCTION_LINES
            ]
        )


IGNORE = re.compile(
    r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\])(.*)$"
)
BARE_IGNORE = re.compile(r"#\s*(?:noqa(?!:)|type: ignore(?!\[))")


class IgnoreTests:
    def test_it_says_which_rule_and_why(self) -> None:
        wrong = []
        for path in [*_python(tests=False), *_python(tests=True)]:
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = IGNORE.search(line)
                reason = match is None or re.search(r"\w{2,}", match[1])
                if BARE_IGNORE.search(line) or not reason:
                    wrong.append(f"{_name(path)}:{number}: {line.strip()}")
        _none(wrong)


TEXTS = (".py", ".html", ".txt", ".md", ".css", ".js", ".toml", ".csv", ".json", "")
# In two parts, so that this file does not hold what it looks for.
BESIDE, WORKPLACE = "../" + "shared", "/" + "work/"


class TreeTests:
    def test_it_stands_alone(self) -> None:
        """Only documents, and tests that skip without it, name the folder beside."""
        wrong = []
        for path in _files(TEXTS):
            text = path.read_text(errors="replace")
            guarded = _is_test(path) and "skip" in text
            if WORKPLACE in text:
                wrong.append(_name(path))
            if BESIDE in text and not guarded and not _name(path).startswith("docs/"):
                wrong.append(_name(path))
        _none(wrong)


class NetworkTests:
    def test_it_ends_at_this_machine(self) -> None:
        with pytest.raises(Exception, match=r"reach 192\.0\.2\.1"):
            socket.create_connection(("192.0.2.1", 80), timeout=1)
        with pytest.raises(Exception, match=r"reach example\.org"):
            socket.getaddrinfo("example.org", 443)

    def test_it_reaches_loopback(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
