"""zabota import-mail: take in mails from .eml files, folders of them, mbox and Maildir.

By default they are history: no promise is given for them and nothing is sent.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from zabota.config.commands import progress
from zabota.config.errors import Sentence

if TYPE_CHECKING:
    from zabota.domains.channels.services.storing import Refused

HELP = "take in mails from files, mbox and Maildir"
# What a person reads who imports; the codes are those of the intake.
_WORDS = {
    "too_large": "is larger than this installation takes ({size} bytes)",
    "empty": "is empty",
    "missing": "is not there",
    "not_readable": "cannot be read",
    "no_channel": "is written to none of our mailboxes; name one with --channel",
}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--channel", metavar="ADDRESS", help="the mailbox they belong to")
    parser.add_argument("--live", action="store_true", help="treat them as just arrived")
    parser.add_argument(
        "--times", action="store_true", help="say on standard error how long each step took"
    )


def main(options: Namespace) -> int:
    from zabota.domains.channels.kinds.email import importing
    from zabota.domains.desk.services import take_in
    from zabota.kernel import clock

    try:
        imported = importing.import_mail(
            options.paths,
            receive=take_in.take_in,
            clock=clock.now,
            channel=options.channel,
            live=options.live,
            progress=lambda done: progress.count("Mails read", done),
            complain=_complain,
        )
    except importing.UnknownChannel as problem:
        known = ", ".join(problem.known) or "none yet"
        raise Sentence(
            f"There is no mailbox {problem.address}. Mailboxes here: {known}.", code=64
        ) from problem
    progress.count_done()
    print(imported.line())
    if options.times:
        print(json.dumps(imported.times), file=sys.stderr)
    return 1 if imported.refused else 0


def _complain(refused: "Refused") -> None:
    words = _WORDS.get(refused.reason, refused.reason).format(size=refused.size)
    print(f"{refused.source} {words}.", file=sys.stderr)
