import gettext
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from operations import catalogues

LANGUAGES = [("en", "English"), ("hi", "हिन्दी"), ("it", "Italiano")]

PYTHON = """
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy, npgettext, pgettext_lazy

# Translators: the button below the form
label = _("Send the complaint")
closed = pgettext_lazy("a shop", "Closed")
days = ngettext_lazy("%(days)d day", "%(days)d days", "days")
late = npgettext("clock", "one hour late", "%(hours)s hours late", 2)
_not_a_text = f"{label}"
"""

TEMPLATE = """{% load i18n %}
<p>1\u00a0000 ₹ · 0x {{ total|default:'no "total" (' }}\\ \u2028 'unclosed (</p>
    <p class="it's not Python">{% translate "Where is it?" %}</p>
  {# Translators: said above the map #}
  <h1>{% translate "Map" context "screen" %}</h1>
{% blocktranslate trimmed with name=citizen.name %}
    Dear {{ name }},
    thank you.
{% endblocktranslate %}
      {% blocktranslate trimmed count number=list|length %}
        One complaint
      {% plural %}
        {{ number }} complaints
      {% endblocktranslate %}
{% blocktranslate context "bill" %}Open{% endblocktranslate %}
{% blocktranslate trimmed count n=n context "wall" %}{{ n }} hour{% plural %}
{{ n }} hours{% endblocktranslate %}
{{ _("Nothing here yet")|upper }} {{ text|default:_("no answer") }}
{% if kind == _("water") %}100% "quoted{% endif %}
{% translate "100% done" %}
"""


@pytest.fixture
def tree(tmp_path: Path, settings: Settings) -> Path:
    """A small project: a module, a template, and folders that are not read."""
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "views.py").write_text(PYTHON)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    for folder in ("tests", "desk/migrations", ".venv"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "other.py").write_text('_("Not for people")')
    settings.BASE_DIR = tmp_path
    settings.LANGUAGES = LANGUAGES
    return tmp_path


def _run(step: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("catalogues", step, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def _check_fails_with(text: str) -> None:
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("catalogues", "check", stderr=err, no_color=True)
    assert text in err.getvalue()


def _po(root: Path, language: str = "hi") -> polib.POFile:
    return polib.pofile(str(catalogues.po_path(root, language)))


def _translate_all(root: Path, language: str) -> None:
    """Gives each text a translation that keeps its placeholders."""
    po = _po(root, language)
    for entry in po:
        if entry.msgid_plural:
            forms = {0: f"{entry.msgid} ✓", 1: f"{entry.msgid_plural} ✓"}
            entry.msgstr_plural = forms
        else:
            entry.msgstr = f"{entry.msgid} ✓"
    po.save()


class ExtractTests:
    def test_it_reads_python(self, tree: Path) -> None:
        texts = catalogues.extract_from(tree)
        label = texts.get("Send the complaint")
        assert label is not None
        assert label.auto_comments == ["the button below the form"]
        assert texts.get("Closed") is None
        assert texts.get("Closed", "a shop") is not None
        days = texts.get("%(days)d day")
        assert days is not None
        assert days.id == ("%(days)d day", "%(days)d days")
        late = texts.get("one hour late", "clock")
        assert late is not None
        assert late.id == ("one hour late", "%(hours)s hours late")

    def test_it_reads_templates(self, tree: Path) -> None:
        texts = catalogues.extract_from(tree)
        found = {
            (message.context, message.id)
            for message in texts
            if message.locations == [("templates/page.html", 0)]
        }
        assert found == {
            (None, "Where is it?"),
            ("screen", "Map"),
            (None, "Dear %(name)s, thank you."),
            (None, ("One complaint", "%(number)s complaints")),
            ("bill", "Open"),
            ("wall", ("%(n)s hour", "%(n)s hours")),
            (None, "Nothing here yet"),
            (None, "no answer"),
            (None, "water"),
            (None, "100%% done"),
        }
        above_the_map = texts.get("Map", "screen")
        assert above_the_map is not None
        assert above_the_map.auto_comments == ["said above the map"]

    def test_it_reads_no_tests_migrations_or_hidden_folders(self, tree: Path) -> None:
        assert catalogues.extract_from(tree).get("Not for people") is None

    def test_it_writes_a_template_file(self, tree: Path) -> None:
        _run("extract")
        pot = polib.pofile(str(tree / "locale" / "django.pot"))
        assert "Send the complaint" in {entry.msgid for entry in pot}


class UpdateTests:
    def test_it_writes_the_same_bytes_twice(self, tree: Path) -> None:
        _run("update")
        first = catalogues.po_path(tree, "hi").read_bytes()
        _run("update")
        assert catalogues.po_path(tree, "hi").read_bytes() == first

    def test_it_writes_no_dates_and_no_line_numbers(self, tree: Path) -> None:
        _run("update")
        text = catalogues.po_path(tree, "hi").read_text()
        assert "Date" not in text
        assert "#: desk/views.py\n" in text
        ids = [entry.msgid for entry in _po(tree)]
        assert ids == sorted(ids)

    def test_it_keeps_translations_and_drops_obsolete_ones(self, tree: Path) -> None:
        _run("update")
        _translate_all(tree, "hi")
        views = tree / "desk" / "views.py"
        views.write_text(PYTHON.replace('"Send the complaint"', '"Send it"'))
        _run("update")
        po = _po(tree)
        assert po.find("Send the complaint") is None
        new = po.find("Send it")
        assert new is not None and new.msgstr == "" and not new.fuzzy
        kept = po.find("Where is it?")
        assert kept is not None and kept.msgstr == "Where is it? ✓"
        days = po.find("%(days)d day")
        assert days is not None
        assert days.msgstr_plural == {0: "%(days)d day ✓", 1: "%(days)d days ✓"}
        assert not po.obsolete_entries()

    def test_it_keeps_a_translators_comment_and_doubt(self, tree: Path) -> None:
        _run("update")
        po = _po(tree)
        entry = po.find("Where is it?")
        assert entry is not None
        entry.msgstr, entry.tcomment = "कहाँ है?", "asked on the phone page"
        entry.flags.append("fuzzy")
        po.save()
        _run("update")
        again = _po(tree).find("Where is it?")
        assert again is not None
        assert again.fuzzy
        assert again.tcomment == "asked on the phone page"

    def test_it_keeps_the_one_form_of_a_text_that_got_a_plural(
        self, tree: Path
    ) -> None:
        views = tree / "desk" / "views.py"
        views.write_text('_("a day")')
        _run("update")
        _translate_all(tree, "it")
        views.write_text('ngettext("a day", "%(n)s days", n)')
        _run("update")
        entry = _po(tree, "it").find("a day")
        assert entry is not None
        assert entry.msgstr_plural == {0: "a day ✓", 1: ""}
        views.write_text('_("a day")')
        _run("update")
        entry = _po(tree, "it").find("a day")
        assert entry is not None and entry.msgstr == "a day ✓"


class CheckTests:
    @pytest.fixture(autouse=True)
    def translated(self, tree: Path) -> None:
        _run("update")
        _translate_all(tree, "hi")
        _translate_all(tree, "it")

    def test_it_passes_when_every_language_has_every_text(self) -> None:
        out, err = _run("check")
        assert "in hi, it too" in out
        assert err == ""

    def test_it_names_a_missing_text(self, tree: Path) -> None:
        with (tree / "desk" / "views.py").open("a") as file:
            file.write('_("Brand new")\n')
        _check_fails_with("it: missing: 'Brand new' (desk/views.py)")

    def test_it_fails_without_a_catalogue(self, tree: Path) -> None:
        catalogues.po_path(tree, "hi").unlink()
        _check_fails_with("hi: missing: 'Map' [screen]")

    def test_it_names_an_untranslated_plural_form(self, tree: Path) -> None:
        po = _po(tree)
        entry = po.find("%(days)d day")
        assert entry is not None
        entry.msgstr_plural[1] = ""
        po.save()
        _check_fails_with("hi: untranslated: '%(days)d day'")

    def test_it_names_a_fuzzy_text(self, tree: Path) -> None:
        po = _po(tree)
        entry = po.find("Where is it?")
        assert entry is not None
        entry.flags.append("fuzzy")
        po.save()
        _check_fails_with("hi: fuzzy: 'Where is it?'")

    @pytest.mark.parametrize(
        "wrong", ["प्रिय, धन्यवाद।", "प्रिय %(naam)s, धन्यवाद।", "प्रिय %(name), धन्यवाद।"]
    )
    def test_it_names_a_lost_placeholder(self, tree: Path, wrong: str) -> None:
        po = _po(tree)
        entry = po.find("Dear %(name)s, thank you.")
        assert entry is not None
        entry.msgstr = wrong
        po.save()
        _check_fails_with("hi: placeholders differ: 'Dear %(name)s, thank you.'")

    def test_it_lets_one_leave_the_number_out(self, tree: Path) -> None:
        po = _po(tree)
        entry = po.find("One complaint")
        assert entry is not None
        entry.msgstr_plural = {0: "%(number)s शिकायत", 1: "%(number)s शिकायतें"}
        po.save()
        _run("check")
        entry.msgstr_plural = {0: "एक शिकायत", 1: "शिकायतें"}
        po.save()
        _check_fails_with("hi: placeholders differ: 'One complaint'")


class PlaceholderTests:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("100% of it, 50%% more", {}),
            ("%(name)s and again %(name)s", {"%(name)": 1}),
            ("%s of %s on %d", {"%s": 2, "%d": 1}),
            ("{name} at {at:%H:%M}", {"{name}": 1, "{at}": 1}),
            ("{} and {}", {"{}": 2}),
            ("%(share).1f%%", {"%(share)": 1}),
        ],
    )
    def test_it_finds_them(self, text: str, expected: dict[str, int]) -> None:
        assert catalogues.placeholders(text) == expected


class CompileTests:
    def test_it_makes_files_that_python_reads(self, tree: Path) -> None:
        _run("update")
        _translate_all(tree, "hi")
        _run("compile")
        path = catalogues.po_path(tree, "hi").with_suffix(".mo")
        with path.open("rb") as file:
            hindi = gettext.GNUTranslations(file)
        assert hindi.gettext("Where is it?") == "Where is it? ✓"
        assert hindi.pgettext("screen", "Map") == "Map ✓"
        assert hindi.ngettext("One complaint", "%(number)s complaints", 5) == (
            "%(number)s complaints ✓"
        )
        assert not list(tree.rglob("*.mo.new"))

    def test_it_does_without_catalogues(self, tree: Path) -> None:
        assert _run("compile") == ("", "")
