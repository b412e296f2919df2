"""Keeping bytes: synced and renamed into place first, then the row (F15).

Names from outside are only shown.

A file's place is `<root>/<two letters>/<random key>`, mode 0600: nothing a sender writes becomes a
path
(T26).
"""

import hashlib
import os
import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, ManyToOneRel, OuterRef

from zabota.kernel import tx
from zabota.kernel.files.models import StoredFile
from zabota.kernel.files.pictures import BEGINNING


@dataclass(frozen=True, kw_only=True)
class Laid:
    """Bytes that are safe in their place and have no row yet."""

    key: str
    sha256: str
    size: int
    name: str
    media_type: str


def keep(data: bytes, *, name: str, media_type: str) -> StoredFile:
    """Store `data` durably and return its row (unsaved rows are never returned).

    Safe to call inside a transaction: when it is rolled back the bytes stay without a row, until
    `sweep` removes them.
    """
    return record([lay(data, name=name, media_type=media_type)])[0]


def lay(data: bytes, *, name: str, media_type: str) -> Laid:
    """Store `data` durably, before a transaction begins that will `record` it.

    Waiting for the disk inside a transaction would keep every other writer waiting.
    """
    key = secrets.token_hex(20)
    _write(path_of(key), data)
    digest = hashlib.sha256(data).hexdigest()
    return Laid(
        key=key, sha256=digest, size=len(data), name=name[:255], media_type=media_type[:127]
    )


def record(laid: Sequence[Laid]) -> list[StoredFile]:
    """The rows of what was laid down, in its order."""
    return StoredFile.objects.bulk_create([StoredFile(**asdict(file)) for file in laid])


def read(file: StoredFile) -> bytes:
    """The bytes. Raises FileNotFoundError when somebody took them away."""
    return path_of(file.key).read_bytes()


def by_ref(ref: str) -> StoredFile | None:
    """The file that is called so; whether somebody may have it is for the caller to know."""
    return StoredFile.objects.filter(ref=ref).first()


def beginning(file: StoredFile, length: int = BEGINNING) -> bytes:
    """The first bytes; none when somebody took the file away."""
    try:
        with path_of(file.key).open("rb") as opened:
            return opened.read(length)
    except FileNotFoundError:
        return b""


def path_of(key: str) -> Path:
    return Path(settings.FILES_ROOT) / key[:2] / key


def forget_unused(*, before: datetime, limit: int = 500) -> int:
    """Remove rows made before that moment that nothing points to, in the caller's transaction.

    Their bytes go with the next `sweep`. Returns how many.
    """
    unused = StoredFile.objects.filter(created_at__lt=before)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        pointing = relation.related_model._default_manager.filter(
            **{relation.field.name: OuterRef("pk")}
        )
        unused = unused.exclude(Exists(pointing))
    found = list(unused.select_for_update().values_list("pk", flat=True)[:limit])
    return StoredFile.objects.filter(pk__in=found).delete()[0]


def forget(file_ids: Collection[int]) -> int:
    """Remove rows that nothing points to any more, in the caller's transaction, and their bytes
    when it has committed. Returns how many.
    """
    rows = StoredFile.objects.filter(pk__in=file_ids)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            pointing = relation.related_model._default_manager.filter(
                **{relation.field.name: OuterRef("pk")}
            )
            rows = rows.exclude(Exists(pointing))
    found = dict(rows.values_list("pk", "key"))
    StoredFile.objects.filter(pk__in=found).delete()
    for key in found.values():
        tx.after_commit(partial(path_of(key).unlink, missing_ok=True))
    return len(found)


def sweep(*, before: datetime) -> int:
    """Remove bytes that were laid down before that moment and never got a row. Returns how many.

    The moment must be so far back that whoever laid them down has ended or died.
    """
    removed = 0
    for folder in sorted(path for path in Path(settings.FILES_ROOT).glob("??") if path.is_dir()):
        old = [path for path in folder.iterdir() if path.stat().st_mtime < before.timestamp()]
        for names in (old[start : start + 500] for start in range(0, len(old), 500)):
            rows = StoredFile.objects.filter(key__in=[path.name for path in names])
            kept = set(rows.values_list("key", flat=True))
            for path in names:
                if path.name not in kept:
                    path.unlink(missing_ok=True)
                    removed += 1
    return removed


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    passing = path.with_suffix(".part")
    handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        passing.unlink()  # a disk that is full is not filled further
        raise
    passing.rename(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # The rename itself must survive a power cut, not only the bytes.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
