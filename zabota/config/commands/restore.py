"""zabota restore: put a backup into an empty data folder."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from zabota.config.commands.backup import data_of_sqlite

HELP = "put a backup into an empty data folder"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def main(options: Namespace) -> int:
    from zabota.config import backups

    data = data_of_sqlite("restore it with pg_restore")
    found = backups.restore(options.file, data)
    print(f"{data} holds the installation as of {found.made_at}: start it with `zabota run`.")
    return 0
