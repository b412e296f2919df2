"""A small server of the intake, as a process that may be killed: `python -m … COMMAND …`.

Its desk writes into a table of the same database, within the transaction that it is called in: so
that table tells what was taken in, exactly as a conversation would.
"""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import django
from django.db import connection

from zabota.domains.channels.envelopes import Inbound, TakenIn


def main(command: str, arguments: Sequence[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zabota.config.settings")
    django.setup()
    commands: dict[str, Callable[..., None]] = {
        "prepare": _prepare,
        "import": _import,
        "pipe": _pipe,
        "run": _run,
        "read": _read,
    }
    commands[command](*arguments)


def _prepare() -> None:
    from django.core.management import call_command

    from tests.cast import gather

    call_command("migrate", verbosity=0)
    gather()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE taken (envelope_id INTEGER, subject TEXT)")


def _import(path: str) -> None:
    from zabota.domains.channels.kinds.email import importing
    from zabota.kernel import clock

    importing.import_mail([Path(path)], receive=take, clock=clock.now, live=True)


def _pipe(address: str) -> None:
    from zabota.domains.channels.kinds.email import piping

    piping.spool(sys.stdin.buffer.read(), channel=address)


def _run() -> None:
    """What a server does when it starts: forget old claims, take in all there is."""
    from zabota.domains.channels import tasks
    from zabota.kernel import clock

    tasks.resume()
    tasks.take_in(at=clock.now(), receive=take)


def _read(port: str, ca_file: str, user: str, password: str) -> None:
    """One look into the mailbox, then as `run`."""
    from datetime import UTC

    from zabota.domains.channels.kinds.email import intake
    from zabota.domains.channels.kinds.email.config import MailServer
    from zabota.domains.channels.kinds.email.imap import Access, Session
    from zabota.domains.channels.models import Channel
    from zabota.kernel import clock

    access = Access(
        server=MailServer(host="127.0.0.1", port=int(port), user=user),
        password=password,
        private_allowed=True,
        ca_file=ca_file,
    )
    with Session(access, folder="INBOX") as session:
        intake.look(
            session,
            channel_id=Channel.objects.get().pk,
            folder="INBOX",
            connected_at=datetime(2020, 1, 1, tzinfo=UTC),
            clock=clock.now,
        )
    _run()


def take(envelopes: Sequence[Inbound], *, at: datetime) -> TakenIn:
    with connection.cursor() as cursor:
        for envelope in envelopes:
            cursor.execute(
                "INSERT INTO taken VALUES (%s, %s)", [envelope.envelope_id, envelope.subject]
            )
    return TakenIn(messages=len(envelopes), conversations=len(envelopes))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
