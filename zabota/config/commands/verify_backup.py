"""zabota verify-backup: read a backup to its end and say whether it is whole."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "read a backup to its end and say whether it is whole"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def main(options: Namespace) -> int:
    from zabota.config import backups

    found = backups.check(options.file)
    print(f"{options.file} is whole: {found.files} files, made at {found.made_at}.")
    return 0
