"""Message catalogues: compiled with Babel (no msgfmt) when a .po file is newer than its .mo."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CODE = Path(__file__).resolve().parents[1]


def stale(code: Path = CODE) -> Iterator[Path]:
    """The .po files whose compiled form is missing or older."""
    for source in sorted(code.glob("**/locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            yield source


def compile_stale(code: Path = CODE) -> int:
    """Compile what is stale; returns how many. Raises PermissionError when code is read-only."""
    done = 0
    for source in stale(code):
        _compile(source)
        done += 1
    return done


def _compile(source: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3])
    passing = source.with_suffix(".mo.part")
    with passing.open("wb") as file:
        write_mo(file, catalogue)
    passing.rename(source.with_suffix(".mo"))
