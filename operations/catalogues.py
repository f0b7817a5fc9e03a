"""Gettext catalogues by Babel alone: nobody needs GNU gettext's programs.

Python is read by Babel. A template goes through Django's own templatize(), as
makemessages does it, and Babel reads what comes out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

# Where no text of ours stands, or none that people read.
SKIPPED = {"benchmarks", "build", "fixtures", "locale", "migrations", "tests", "var"}
TEMPLATES = {".html", ".txt", ".xml"}

# Argument numbers: None is the first one; "c" marks the context.
KEYWORDS = {
    f"{name}{suffix}": arguments
    for name, arguments in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for suffix in ("", "_lazy")
} | {"_": None, "gettext_noop": None}

# Line, text in one or two forms, comments to the translator, context.
Text: TypeAlias = tuple[int, str | tuple[str, ...], list[str], str | None]

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""

PRINTF = re.compile(
    r"%(?P<name>\(\w+\))?[#0+-]*\d*(?:\.\d+)?(?P<kind>[diouxXeEfFgGcrsa%])"
)
BRACED = re.compile(r"\{(\w*)(?:[.\[!:][^{}]*)?\}")


def po_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def extract_from(root: Path) -> Catalog:
    """Every text of the tree below `root`, with the files it stands in."""
    catalog = Catalog(charset="utf-8")
    for path in _sources(root):
        name = path.relative_to(root).as_posix()
        for _line, ids, comments, context in _texts_in(path, name):
            catalog.add(
                ids, locations=[(name, 0)], auto_comments=comments, context=context
            )
    return catalog


def _sources(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.name in SKIPPED or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _sources(path)
        elif path.suffix == ".py" or path.suffix in TEMPLATES:
            yield path


def _texts_in(path: Path, name: str) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is not a text is blanked out to X's, and their indentation is no
        # Python: Babel's tokenizer would stop at it.
        lines = templatize(source, origin=name).splitlines()
        source = "\n".join(line.lstrip() for line in lines)
    return extract(
        "python",
        BytesIO(source.encode()),
        keywords=KEYWORDS,
        comment_tags=["Translators:"],
        strip_comment_tags=True,
        options={"encoding": "utf-8"},
    )


def read(root: Path, language: str) -> Catalog:
    path = po_path(root, language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def merged(texts: Catalog, old: Catalog, language: str) -> Catalog:
    """The texts of today with the translations there are: nothing is guessed."""
    new = Catalog(locale=language, charset="utf-8")
    for text in _messages(texts):
        before = old.get(text.id, text.context)
        flags = set(text.flags)
        if before is not None and before.fuzzy:
            flags.add("fuzzy")
        new.add(
            text.id,
            _refitted(text, before, new.num_plurals),
            locations=text.locations,
            flags=flags,
            auto_comments=text.auto_comments,
            user_comments=before.user_comments if before else (),
            context=text.context,
        )
    return new


def _refitted(
    text: Message, before: Message | None, plurals: int
) -> str | tuple[str, ...]:
    """The old translation in the form that the text has now, one or many."""
    forms = _forms(before) if before else ()
    if not text.pluralizable:
        return forms[0] if forms else ""
    return (*forms, *[""] * plurals)[:plurals]


def write(root: Path, language: str, catalog: Catalog) -> Path:
    """One order, no dates, no line numbers: a diff shows texts and nothing else."""
    path = po_path(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(
            HEADER.format(language=language, plural_forms=catalog.plural_forms).encode()
        )
        write_po(
            file,
            catalog,
            width=88,
            omit_header=True,
            sort_output=True,
            include_lineno=False,
            ignore_obsolete=True,
        )
    return path


def compile_one(root: Path, language: str) -> Path:
    path = po_path(root, language).with_suffix(".mo")
    # Running processes read the old file to its end: replace, never overwrite.
    unfinished = path.with_suffix(".mo.new")
    with unfinished.open("wb") as file:
        write_mo(file, read(root, language))
    return unfinished.replace(path)


def problems(texts: Catalog, catalog: Catalog) -> Iterator[str]:
    """What a reader of this language would miss, one line for each text."""
    for text in _messages(texts):
        message = catalog.get(text.id, text.context)
        if message is None or (text.pluralizable and not message.pluralizable):
            yield f"missing: {_shown(text)}"
        elif not all(_forms(message)):
            yield f"untranslated: {_shown(text)}"
        elif message.fuzzy:
            yield f"fuzzy: {_shown(text)}"
        elif not _keeps_placeholders(message):
            yield f"placeholders differ: {_shown(text)}"


def _keeps_placeholders(message: Message) -> bool:
    ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    wanted = [placeholders(text) for text in ids]
    one, *many = [placeholders(form) for form in _forms(message)]
    # "One complaint" may leave the number out, and so may its translation.
    return one in wanted and all(form == wanted[-1] for form in many)


def placeholders(text: str) -> Counter[str]:
    """%(name)s and {name} once each, however often said; %s and {} by number."""
    found: Counter[str] = Counter()
    for match in PRINTF.finditer(text):
        if match["name"]:
            found[f"%{match['name']}"] = 1
        elif match["kind"] != "%":
            found[f"%{match['kind']}"] += 1
    for name in BRACED.findall(text):
        found[f"{{{name}}}"] = 1 if name else found["{}"] + 1
    return found


def _messages(catalog: Catalog) -> Iterator[Message]:
    # The first message of a catalogue is its header, with an empty id.
    return (message for message in catalog if message.id)


def _forms(message: Message) -> tuple[str, ...]:
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def _shown(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    context = f" [{message.context}]" if message.context else ""
    where = ", ".join(name for name, _line in message.locations[:1])
    return f"{text!r}{context} ({where})"
