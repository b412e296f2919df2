"""zabota pipe-mail: keep one mail from standard input, for a mail server's delivery.

Exit code 0: the mail is on the disk. 75: it is not, the sending server should try again.
"""

import sys
from argparse import ArgumentParser, Namespace

from zabota.config.errors import Sentence

HELP = "keep one mail from standard input"
TRY_AGAIN = 75  # sysexits: EX_TEMPFAIL


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--channel", metavar="ADDRESS", required=True, help="whose mail it is")


def main(options: Namespace) -> int:
    from zabota.domains.channels.kinds.email import piping

    data = sys.stdin.buffer.read(piping.mail_bytes())
    try:
        piping.spool(data, channel=options.channel)
    except piping.NotKept as problem:
        raise Sentence(f"The mail was not kept: {problem}.", code=TRY_AGAIN) from problem
    return 0
