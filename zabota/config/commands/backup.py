"""zabota backup: the whole installation as one file, while it runs."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from zabota.config.errors import Sentence

HELP = "write database, files and key to one file, while Zabota runs"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="where to write it, such as zabota.tar")


def main(options: Namespace) -> int:
    from zabota.config import backups
    from zabota.config.commands import migrate
    from zabota.kernel import clock

    data = data_of_sqlite("back it up with pg_dump")
    migrate.insist()
    found = backups.make(data, options.file, at=clock.now())
    print(
        f"{options.file}: {found.files} files, {found.size / 1e6:.1f} MB. Keep it in a safe place:"
    )
    print("whoever has it can read everything and sign in as anybody.")
    return 0


def data_of_sqlite(instead: str) -> Path:
    """The data folder of an installation on one machine. Raises Sentence with PostgreSQL."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        raise Sentence(
            f"The database is PostgreSQL: {instead}, and keep the folder files and the secret key "
            "beside it."
        )
    data, lies = Path(settings.DATA), Path(settings.DATABASES["default"]["NAME"])
    if lies != data / "zabota.sqlite3":
        raise Sentence(f"The database lies at {lies}, outside the data folder: copy it yourself.")
    return data
