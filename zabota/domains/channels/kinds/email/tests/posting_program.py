"""The outbox as a process that may be killed: `python -m … prepare PORT N` and `… send`."""

import os
import sys
from collections.abc import Sequence

import django


def main(command: str, arguments: Sequence[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zabota.config.settings")
    django.setup()
    if command == "prepare":
        _prepare(*arguments)
    else:
        _send()


def _prepare(port: str, count: str) -> None:
    from django.core.management import call_command

    from tests.cast import MORNING, gather
    from zabota.domains.channels.tests.outgoing import letter, queue

    call_command("migrate", verbosity=0)
    channel = gather().mailbox
    channel.settings = {"smtp": {"host": "127.0.0.1", "port": int(port), "security": "plain"}}
    channel.save()
    for number in range(int(count)):
        group = f"conversation:{number % 5}"
        queue(letter(channel, number, group=group, subject=f"Order {number}"), at=MORNING)


def _send() -> None:
    """What a server does when it starts, until nothing is left to send."""
    from zabota.domains.channels.kinds.email import posting
    from zabota.domains.channels.services import sending
    from zabota.kernel import clock

    sending.resume(at=clock.now())
    while posting.send_due():
        pass


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
