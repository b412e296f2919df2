"""Backups of one machine: the database, the files, the letters that still wait in the spool, and
the key that opens sealed passwords, in one file that can be checked. Zabota may go on running.

With PostgreSQL the database has its own tools: these refuse and say so.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from zabota.config.errors import Sentence

DATABASE = "zabota.sqlite3"
KEY = "secret-key"
FOLDERS = ("files", "spool")
MANIFEST = "manifest.json"
FORM = 1


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a backup holds, as found when it was read."""

    made_at: str
    files: int
    size: int


def make(data: Path, target: Path, *, at: datetime) -> Contents:
    """Write a backup of the data folder to `target`, which must not be there yet.

    The database is copied as of one moment; a file is laid down before its row, so none is lacking.
    The file can be read by its owner only. Raises Sentence.
    """
    if target.exists():
        raise Sentence(f"{target} is there already: name a file that is not.")
    rough = target.with_name(f".{target.name}.part")
    try:
        with _private(rough) as out, tarfile.open(fileobj=out, mode="w") as tar:
            found = _fill(tar, data, at)
        rough.replace(target)
        _sync_folder(target.parent)
    except OSError as problem:
        rough.unlink(missing_ok=True)
        raise Sentence(f"{target} could not be written: {problem.strerror}.") from problem
    return found


def _fill(tar: tarfile.TarFile, data: Path, at: datetime) -> Contents:
    sums: dict[str, str] = {}
    size = 0
    with tempfile.TemporaryDirectory(dir=data) as folder:
        copy = Path(folder) / DATABASE
        _copy_database(data / DATABASE, copy)
        for name, path in [(DATABASE, copy), *_others(data)]:
            try:
                sums[name] = _sum(path)
                tar.add(path, arcname=name, recursive=False)
            except FileNotFoundError:
                sums.pop(name, None)  # a letter left the spool, or an unneeded file was swept
                continue
            size += path.stat().st_size if path.exists() else 0
    told = json.dumps({"form": FORM, "made_at": at.isoformat(), "sha256": sums}, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size, entry.mode = len(told), 0o600
    tar.addfile(entry, io.BytesIO(told))
    return Contents(made_at=at.isoformat(), files=len(sums), size=size)


def _copy_database(source: Path, copy: Path) -> None:
    """As of one moment, while others write."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)


def _others(data: Path) -> Iterator[tuple[str, Path]]:
    if (data / KEY).is_file():
        yield KEY, data / KEY
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(data).as_posix(), path


def check(backup: Path) -> Contents:
    """Read a backup to its end: every part is as it was written, the database is whole, and every
    file that it names is there. Raises Sentence.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _unpack(backup, Path(folder))


def restore(backup: Path, data: Path) -> Contents:
    """Put a checked backup into an empty data folder. Nothing is changed when it is not right.

    Raises Sentence: the folder holds a database or files already, or the backup is not whole.
    """
    taken = [name for name in (DATABASE, *FOLDERS) if _holds(data / name)]
    if taken:
        raise Sentence(f"{data} holds data already ({', '.join(taken)}): name an empty folder.")
    with tempfile.TemporaryDirectory(dir=data) as folder:
        found = _unpack(backup, Path(folder))
        for part in Path(folder).iterdir():
            place = data / part.name
            if place.is_dir():
                shutil.rmtree(place)
            part.replace(place)
    _sync_folder(data)
    return found


def _holds(path: Path) -> bool:
    return any(path.rglob("*")) if path.is_dir() else path.exists()


def _unpack(backup: Path, folder: Path) -> Contents:
    try:
        with tarfile.open(backup) as tar:
            tar.extractall(folder, filter="data")
        told = json.loads((folder / MANIFEST).read_bytes())
        sums: Mapping[str, str] = told["sha256"]
        wrong = [name for name, known in sums.items() if _sum(folder / name) != known]
    except FileNotFoundError as lack:
        raise Sentence(f"{backup} is not whole: {Path(lack.filename).name} is lacking.") from lack
    except (OSError, tarfile.TarError, ValueError, KeyError) as problem:
        raise Sentence(f"{backup} is no backup of Zabota, or it is broken.") from problem
    if wrong:
        raise Sentence(f"{backup} is broken: {wrong[0]} is not as it was written.")
    (folder / MANIFEST).unlink()
    _check_database(backup, folder)
    size = sum((folder / name).stat().st_size for name in sums)
    return Contents(made_at=str(told["made_at"]), files=len(sums), size=size)


def _check_database(backup: Path, folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Sentence(f"{backup} is broken: its database is not whole.")
        keys = [key for (key,) in database.execute("SELECT key FROM files_storedfile")]
    lacking = [key for key in keys if not (folder / "files" / key[:2] / key).is_file()]
    if lacking:
        raise Sentence(f"{backup} lacks {len(lacking)} files that its database names.")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _private(path: Path) -> Iterator[io.BufferedWriter]:
    """A new file that only its owner reads, safe on the disk at the end."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
