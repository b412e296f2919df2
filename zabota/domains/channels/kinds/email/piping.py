"""`pipe-mail`: a mail server hands a mail over by a pipe; it is a synced file before we say yes.

The file needs no database: mail is taken while that is away, being restored or upgraded. A tick
takes the files in, each once, whatever dies in between.
"""

import json
import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

from zabota.domains.channels.queries import mailboxes
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.services import storing
from zabota.domains.channels.services.storing import RawMail, Stored
from zabota.kernel import failpoints
from zabota.kernel.health import conditions


class NotKept(Exception):
    """The mail was not kept: `too_large`, `empty`, `unknown_channel` or `disk`.

    The command says so by exit code 75, so that the sending server keeps the mail and tries again.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def spool(data: bytes, *, channel: str) -> None:
    """Keep one mail for the mailbox `channel`, synced to the disk. Raises NotKept."""
    if reason := storing.refusal(size=len(data)):
        raise NotKept(reason, f"{len(data)} bytes")
    if not _known(channel):
        raise NotKept("unknown_channel", channel)
    head = json.dumps({"channel": channel.casefold()}).encode() + b"\n"
    try:
        _write(_folder() / f"{time.time_ns()}-{secrets.token_hex(6)}", head + data)
    except OSError as problem:
        raise NotKept("disk", problem.strerror or "") from problem


def _known(channel: str) -> bool:
    try:
        return channel.casefold() in mailboxes.addresses()
    except (OperationalError, InterfaceError):
        # The database is away; whose mail it is turns out when it is back.
        return True


def _folder() -> Path:
    folder = Path(settings.DATA) / "spool"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(path: Path, content: bytes) -> None:
    passing = path.with_suffix(".part")
    handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    failpoints.here("spool-written")
    passing.rename(path.with_suffix(".mail"))
    # The rename itself must survive a power cut, not only the bytes.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def take_in_spool(*, at: datetime) -> Stored:
    """Store the mails of the spool, then let the files go.

    A file that was stored and not yet removed when we died is the same content again, so it is not
    stored twice. A file for a mailbox that is no more stays, and a health condition says so.
    """
    total = Stored()
    orphans = 0
    known = mailboxes.addresses()
    for path in sorted(_folder().glob("*.mail")):
        head, _, content = path.read_bytes().partition(b"\n")
        number = known.get(str(json.loads(head)["channel"]))
        if number is None:
            orphans += 1
            continue
        mail = RawMail(content=content, received_at=_arrival(path), source=path.name)
        total += storing.store_raw(channel_id=number, items=[mail], at=at)
        failpoints.here("spool-stored")
        path.unlink()
    if orphans:
        conditions.tell("spool", code="spool_orphans", at=at, mails=orphans)
    else:
        conditions.clear("spool")
    return total


def _arrival(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.name.partition("-")[0]) / 1e9, tz=UTC)


def sweep(*, at: datetime, older_than_seconds: float = 3600) -> None:
    """Remove half-written files of writers that died; their servers still have the mails."""
    for path in _folder().glob("*.part"):
        if at.timestamp() - path.stat().st_mtime > older_than_seconds:
            path.unlink(missing_ok=True)


def mail_bytes() -> int:
    """How much of a pipe is read at most: one byte more than what is kept."""
    return limits().store.mail_bytes + 1
