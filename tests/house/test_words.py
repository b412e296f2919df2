"""What people read is complete in three languages, and pages are clean HTML."""

import ast
import re
from pathlib import Path

from babel.messages.catalog import Catalog

from tests.house.sources import ROOT, product, templates
from tools import messages

UNESCAPED = "text let through unescaped"
# Helps of form fields are ours and hold markup; all else is escaped everywhere.
MAY_LET_THROUGH = ROOT / "zabota" / "faces" / "design"
INLINE = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "an address outside": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    UNESCAPED: re.compile(r"\|\s*safe\b|\{%\s*autoescape off", re.IGNORECASE),
}
# Data in a script element is no script: the browser does not run it.
DATA_SCRIPT = re.compile(
    r"<script\b[^>]*type=[\"'](?:application/json|importmap)[\"']", re.IGNORECASE
)


def test_every_text_is_there_in_russian_and_latvian() -> None:
    assert messages.problems() == []


def test_gettext_bears_no_name_that_the_collector_of_texts_does_not_know() -> None:
    strange = [
        f"{source.name}: {name.name} as {name.asname}"
        for source in product()
        for imported in ast.walk(source.tree)
        if isinstance(imported, ast.ImportFrom) and imported.module == "django.utils.translation"
        for name in imported.names
        if "gettext" in name.name and name.asname not in {None, "_"}
    ]
    assert strange == []


def test_a_face_keeps_its_catalogues_beside_its_templates() -> None:
    missing = [
        str(face.catalogue_file(language).relative_to(ROOT))
        for face in messages.faces()
        for language in messages.LANGUAGES
        if not face.catalogue_file(language).exists()
    ]
    assert missing == []


def test_no_template_holds_style_script_or_text_unescaped() -> None:
    found = []
    for path in templates():
        if path.suffix != ".html":
            continue
        text = DATA_SCRIPT.sub("", path.read_text(encoding="utf-8"))
        found += [
            f"{path.relative_to(ROOT)}: {what}"
            for what, pattern in INLINE.items()
            if pattern.search(text) and not (what == UNESCAPED and MAY_LET_THROUGH in path.parents)
        ]
    assert found == []


def test_the_check_of_catalogues_sees_each_kind_of_fault(tmp_path: Path) -> None:
    _face_with_catalogue(
        tmp_path,
        'msgid "Missing name %(name)s"\nmsgstr "Имя %(nmae)s"\n\n'
        'msgid "Empty"\nmsgstr ""\n\n'
        'msgid "Old"\nmsgstr "Старое"\n\n'
        'msgid "%(n)s mail"\nmsgid_plural "%(n)s mails"\n'
        'msgstr[0] "%(n)s письмо"\nmsgstr[1] "%(n)s письма"\n',
    )

    faults = [problem for problem in messages.problems(tmp_path) if "shop/ru" in problem]

    assert faults == [
        "shop/ru: 'Missing name %(name)s': placeholders ['%(nmae)s'] instead of ['%(name)s']",
        "shop/ru: 'Empty': not translated",
        "shop/ru: 'New': missing",
        "shop/ru: '%(n)s mail': not translated",
        "shop/ru: 'Old': used nowhere",
    ]


def test_an_update_keeps_translations_and_drops_what_is_unused(tmp_path: Path) -> None:
    face = _face_with_catalogue(
        tmp_path, 'msgid "Empty"\nmsgstr "Пусто"\n\nmsgid "Old"\nmsgstr "Старое"\n'
    )

    messages.update(tmp_path)

    kept = messages.translations_of(face, "ru")
    assert _strings(kept) == {
        "Empty": "Пусто",
        "Missing name %(name)s": "",
        "New": "",
        "%(n)s mail": "",
    }
    assert "CREATION-DATE" not in face.catalogue_file("lv").read_text(encoding="utf-8").upper()


def _strings(catalogue: Catalog) -> dict[str, str]:
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]: "".join(entry.string or "")
        for entry in catalogue
        if entry.id
    }


def _face_with_catalogue(root: Path, entries: str) -> messages.Face:
    face = messages.Face(folder=root / "zabota" / "faces" / "shop")
    template = face.folder / "templates" / "shop" / "page.html"
    template.parent.mkdir(parents=True)
    template.write_text(
        "{% load i18n %}{% blocktranslate %}Missing name {{ name }}{% endblocktranslate %}"
        "{% translate 'Empty' %}{% translate \"New\" %}{% blocktranslate count n=n %}{{ n }} mail"
        "{% plural %}{{ n }} mails{% endblocktranslate %}",
        encoding="utf-8",
    )
    path = face.catalogue_file("ru")
    path.parent.mkdir(parents=True)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && '
        'n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n'
    )
    path.write_text(header + entries, encoding="utf-8")
    return face
