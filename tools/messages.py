"""The message catalogues of the faces: collect, check and compile, without gettext's programs.

`python -m tools.messages update` collects every text from Python and templates into the
catalogues of the face it stands in and leaves new ones untranslated; `compile` writes the
binary ones; `check` says what is missing, stale or broken and fails then.

English is the text in the code; Russian and Latvian are catalogues. Nothing is guessed: a
changed text is a new one, so no "fuzzy" entries arise.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from zabota.config import catalogues

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("ru", "lv")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "_": None,
}
COMMENT_TAGS = ("Translators:",)
_IDLE = re.compile(
    r'"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date'
    r"|Last-Translator|Language-Team|Generated-By):"
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")


@dataclass(frozen=True, kw_only=True)
class Face:
    """A folder with texts for people and, beside them, a `locale` folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def catalogue_file(self, language: str) -> Path:
        return self.folder / "locale" / language / "LC_MESSAGES" / "django.po"


def faces(root: Path = ROOT) -> list[Face]:
    """The faces that show words, and the configuration, whose words all of them share."""
    below = root / "zabota" / "faces"
    nested = {found.parent for found in below.glob("*/*/apps.py")}
    folders = [*sorted({*below.glob("*/"), *nested}), root / "zabota" / "config"]
    every = [Face(folder=folder) for folder in folders]
    return [face for face in every if len(texts_of(face))]


def texts_of(face: Face) -> Catalog:
    """Every text that the face asks to be translated, with where and how it is used."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for path in _sources(face.folder):
        for line, message, comments, context in _extracted(path):
            place = (path.relative_to(face.folder).as_posix(), line)
            found.add(message, None, [place], auto_comments=comments, context=context)
    return found


def translations_of(face: Face, language: str) -> Catalog:
    """What the catalogue holds; an empty one when there is no file yet."""
    path = face.catalogue_file(language)
    if not path.exists():
        return _new_catalogue(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def update(root: Path = ROOT) -> None:
    """Bring the catalogues in line with the texts: new ones empty, unused ones gone."""
    for face in faces(root):
        texts = texts_of(face)
        for language in LANGUAGES:
            _write(face, language, _merged(texts, translations_of(face, language), language))


def problems(root: Path = ROOT) -> list[str]:
    """What keeps the catalogues from being complete and right, one sentence each."""
    found = []
    for language in LANGUAGES:
        said: dict[tuple[object, str | None], tuple[str, object]] = {}
        for face in faces(root):
            known = translations_of(face, language)
            found += _differences(f"{face.name}/{language}", texts_of(face), known, language)
            found += _contradictions(face, language, known, said)
    return found


def _contradictions(
    face: Face,
    language: str,
    known: Catalog,
    said: dict[tuple[object, str | None], tuple[str, object]],
) -> Iterator[str]:
    """Texts that another face says otherwise: only one of the two would be shown, in both."""
    for entry in _entries(known):
        other, words = said.setdefault((entry.id, entry.context), (face.name, entry.string))
        if words != entry.string:
            yield (
                f"{face.name}/{language}: {_short(entry)}: {other} says it otherwise; "
                "say the same or give one of them a context"
            )


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")]):
        parts = path.relative_to(folder).parts
        in_templates = "templates" in parts or "jinja2" in parts
        if "tests" in parts or "migrations" in parts or _is_nested(folder, path):
            continue
        if path.suffix == ".py" or in_templates:
            yield path


def _is_nested(folder: Path, path: Path) -> bool:
    """Whether the file is of an app within the face, which keeps its own catalogues."""
    between = path.relative_to(folder).parents
    return any(str(one) != "." and (folder / one / "apps.py").exists() for one in between)


def _extracted(
    path: Path,
) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        source = templatize(source, origin=str(path))
    stream = io.BytesIO(source.encode())
    yield from extract("python", stream, KEYWORDS, COMMENT_TAGS, options={"encoding": "utf-8"})


def _merged(texts: Catalog, known: Catalog, language: str) -> Catalog:
    merged = _new_catalogue(language)
    for text in _entries(texts):
        old = known.get(text.id, text.context)
        translated = old.string if old is not None and not old.fuzzy else None
        merged.add(
            text.id,
            translated,
            sorted({(file, 0) for file, _ in text.locations}),
            auto_comments=text.auto_comments,
            user_comments=old.user_comments if old is not None else [],
            flags=text.flags,
            context=text.context,
        )
    return merged


def _write(face: Face, language: str, catalogue: Catalog) -> None:
    path = face.catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    write_po(content, catalogue, width=100, sort_output=True, include_lineno=False)
    # Who and when is what git keeps; here it would make a catalogue differ from itself.
    lines = [line for line in content.getvalue().decode().splitlines() if not _IDLE.match(line)]
    path.write_text("\n".join(lines).strip() + "\n", encoding="utf-8")


def _new_catalogue(language: str) -> Catalog:
    return Catalog(
        locale=Locale.parse(language),
        project="Zabota",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Texts of Zabota; the English text in the code is the key.",
    )


def _differences(where: str, texts: Catalog, known: Catalog, language: str) -> list[str]:
    found = []
    if not _same_plurals(known, language):
        found.append(f"{where}: the rule of plurals is not that of the language")
    for text in _entries(texts):
        entry = known.get(text.id, text.context)
        found += [f"{where}: {_short(text)}: {fault}" for fault in _faults(text, entry, language)]
    used = {(message.id, message.context) for message in _entries(texts)}
    for message in _entries(known):
        if (message.id, message.context) not in used:
            found.append(f"{where}: {_short(message)}: used nowhere")
    return found


def _same_plurals(known: Catalog, language: str) -> bool:
    """Whether the catalogue counts as its language does (CLDR), however the rule is written."""
    rule = get_plural(language)
    ours, theirs = c2py(known.plural_expr), c2py(rule.plural_expr)
    same = all(ours(number) == theirs(number) for number in range(201))
    return same and known.num_plurals == rule.num_plurals


def _faults(text: Message, entry: Message | None, language: str) -> list[str]:
    if entry is None:
        return ["missing"]
    if entry.fuzzy:
        return ["only guessed (fuzzy)"]
    forms = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
    if not all(forms) or not forms:
        return ["not translated"]
    expected = get_plural(language).num_plurals if isinstance(text.id, tuple) else 1
    if len(forms) != expected:
        return [f"{len(forms)} plural forms instead of {expected}"]
    source = text.id if isinstance(text.id, str) else text.id[-1]
    wanted = _placeholders(source)
    return [
        f"placeholders {sorted(_placeholders(form))} instead of {sorted(wanted)}"
        for form in forms
        if _placeholders(form) != wanted
    ]


def _entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _short(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("update", "compile", "check"))
    what: str = parser.parse_args().what
    if what == "update":
        update()
    if what in ("update", "compile"):
        catalogues.compile_stale()
    if what == "compile":
        return 0
    found = problems()
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found and what == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
