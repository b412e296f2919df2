"""One installation under storm: the real server, a mailbox on a real Dovecot, and the ledger."""

import contextlib
import itertools
import json
import random
import shutil
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Self

from typing_extensions import override

from tests.parts import debian, ground
from tests.parts.dovecot import Dovecot, Mailbox
from tests.parts.postgres import Postgres
from tests.parts.server import Server
from tests.storm.ledger import Ledger
from tests.storm.tally import Outcome

ADDRESS = "help@liepa.example"
WHOLE_SECONDS = 120.0
# What the desk shows and what waits visibly among the unreadable, by the subject it came with.
_SHOWN = """
SELECT subject FROM desk_message WHERE direction = 'in'
UNION ALL
SELECT subject_hint FROM channels_inboundenvelope WHERE state = 'unreadable'
"""
_CONNECT = """
from datetime import UTC, datetime
from tests import cast
from zabota.domains.channels.kinds.email import config
from zabota.domains.channels.models import Channel, Cursor
from zabota.domains.channels.services import mailboxes
channel = Channel.objects.filter(address={address!r}).first() or cast.gather().mailbox
imap = {{"host": "127.0.0.1", "port": {port}, "security": "plain", "user": {user!r}}}
channel.settings = {{"imap": imap, "authserv_id": "mx.liepa.example"}}
channel.sealed = config.sealed(config.EmailSecrets(password={password!r}))
channel.created_at = datetime(2020, 1, 1, tzinfo=UTC)
channel.save()
if Cursor.objects.filter(channel=channel).exists():
    mailboxes.forget_troubles(channel_id=channel.pk)
"""


class House(ground.Part):
    """`start()` makes it and lets it run. Faults are done to `server`, `dovecot`, `postgres`."""

    def __init__(self, *, on_postgres: bool = False) -> None:
        self.folder = Path()
        self.postgres = Postgres() if on_postgres else None
        self.dovecot = Dovecot()
        self._running = contextlib.ExitStack()
        self._series = itertools.count()

    @override
    def start(self) -> Self:
        left = debian.install([debian.DOVECOT])
        if left:
            raise ground.PartNotReadyError(f"needs Debian packages: {left}")
        self.folder = Path(tempfile.mkdtemp(prefix="storm-"))
        self.ledger = Ledger(self.folder / "ledger.jsonl")
        if self.postgres is not None:
            self._running.enter_context(self.postgres)
        self._running.enter_context(self.dovecot)
        (self.folder / "data").mkdir()
        self.server = self.another()
        self.server.prepare()
        self._running.callback(self.server.stop)
        self.server.run("migrate")
        self.box = self.dovecot.create(ADDRESS)
        self.connect(self.box)
        self.server.start()
        return self

    @override
    def stop(self) -> None:
        self._running.close()
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)

    def another(self, **env: str) -> Server:
        """A server on the same data, to be started when the first one is down."""
        url = self.postgres.url if self.postgres is not None else ""
        return Server(data=self.folder / "data", database_url=url, env=env)

    def connect(self, box: Mailbox, *, port: int = 0, password: str = "") -> None:
        """Set the mailbox, its troubles forgotten, as the owner does on its page."""
        self.server.python(
            _CONNECT.format(
                address=ADDRESS,
                port=port or box.port,
                user=box.address,
                password=password or box.password,
            )
        )

    def deliver(self, cycle: int, numbers: range, *, text: str = "") -> list[str]:
        """Put letters into the mailbox, each in the ledger; their names."""
        series = self.series(cycle)
        names = [f"{series}-{number}" for number in numbers]
        for name in names:
            raw = letter(name, text=text)
            self.ledger.sending(name, raw)
            self.dovecot.deliver(self.box.address, raw)
            self.ledger.answered(name)
        return names

    def series(self, cycle: int) -> str:
        """How the next letters are called: no two trials of one house use the same names."""
        return f"storm {cycle}.{next(self._series)}"

    def shown(self) -> Counter[str]:
        """How often each name of the ledger's kind is there."""
        return Counter(name for (name,) in self.query(_SHOWN) if name.startswith("storm "))

    def query(self, sql: str) -> list[tuple[str, ...]]:
        if self.postgres is not None:
            import psycopg

            with psycopg.connect(self.postgres.url) as connection:
                return list(connection.execute(sql))
        place = self.folder / "data" / "zabota.sqlite3"
        with contextlib.closing(sqlite3.connect(place, timeout=30)) as connection:
            return connection.execute(sql).fetchall()

    def until_whole(self, *, seconds: float = WHOLE_SECONDS) -> float:
        """Wait until all that the ledger answered for is shown; how long that took. Whoever is
        still missing after the limit is found by `outcome`."""
        began = time.monotonic()
        with contextlib.suppress(ground.PartNotReadyError):
            ground.wait_until(
                lambda: self.ledger.names <= set(self.shown()),
                what="all letters in",
                seconds=seconds,
                step=0.1,
            )
        return time.monotonic() - began

    def outcome(self, trials: int, seconds: float) -> Outcome:
        """Compare with the ledger, and the rows of files with the files."""
        difference = self.ledger.compare(self.shown())
        gone = self.files_gone()
        notes = [
            f"{kind}: {', '.join(names[:5])}"
            for kind, names in (
                ("lost", difference.lost),
                ("doubled", difference.doubled),
                ("strange", difference.strange),
                ("rows without a file", gone),
            )
            if names
        ]
        return Outcome(
            trials=trials,
            lost=len(difference.lost) + len(gone),
            doubled=len(difference.doubled),
            let_in=len(difference.strange),
            seconds=seconds,
            notes=tuple(notes),
        )

    def files_gone(self) -> tuple[str, ...]:
        """Rows of stored files whose bytes are not in the data folder (F15)."""
        files = {path.name for path in (self.folder / "data" / "files").rglob("*")}
        rows = self.query("SELECT key FROM files_storedfile")
        return tuple(str(key) for (key,) in rows if Path(str(key)).name not in files)

    def import_mail(self, *paths: Path, live: bool = False) -> dict[str, float]:
        """Run the command; its figures. Its exit code must say whether any was refused."""
        flags = ["--live"] if live else []
        done = self.server.run("import-mail", *flags, *map(str, paths), check=False)
        figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        assert done.returncode == (1 if figures["refused"] else 0), done.stderr.decode()
        return figures


def letter(name: str, *, text: str = "", extra: str = "") -> bytes:
    """A letter whose name is its subject; every third has an attachment."""
    body = text or f"Labdien! Kur ir mans pasūtījums {name}?"
    head = (
        f"From: Ilze <ilze-{name.replace(' ', '-')}@kalnina.example>\r\nTo: {ADDRESS}\r\n"
        f"Subject: {name}\r\nDate: Tue, 19 May 2026 08:59:00 +0300\r\n"
        f"Message-ID: <{name.replace(' ', '-')}@kalnina.example>\r\nMIME-Version: 1.0\r\n{extra}"
    )
    plain = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    if sum(name.encode()) % 3:
        return f"{head}{plain}\r\n{body}\r\n".encode()
    parts = (
        f"--part\r\n{plain}\r\n{body}\r\n--part\r\nContent-Type: application/pdf\r\n"
        f'Content-Disposition: attachment; filename="{name}.pdf"\r\n\r\n%PDF {name}\r\n--part--\r\n'
    )
    return f'{head}Content-Type: multipart/mixed; boundary="part"\r\n\r\n{parts}'.encode()


def let_pass(chance: random.Random, longest: float) -> None:
    """A moment of chance, up to so many seconds: faults come at any time."""
    threading.Event().wait(chance.uniform(0, longest))
