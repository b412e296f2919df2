"""zabota migrate: bring the database's tables to this version."""

from argparse import ArgumentParser, Namespace

from zabota.config.commands.progress import tell
from zabota.config.errors import Sentence

HELP = "bring the database's tables to this version"


def arguments(_parser: ArgumentParser) -> None:
    pass


def main(_options: Namespace) -> int:
    done = migrate()
    print(f"{done} migrations applied." if done else "The tables are up to date.")
    return 0


def insist() -> None:
    """Raises Sentence when the tables are not those of this version."""
    from zabota.kernel.web import health

    if missing := health.unapplied():
        raise Sentence(f"The database lacks {len(missing)} migrations: run `zabota migrate` first.")


def migrate() -> int:
    """Apply what is not applied; returns how many."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    from zabota.kernel.web import health

    missing = health.unapplied()
    if missing:
        tell(f"Preparing the database: {len(missing)} steps")
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except InconsistentMigrationHistory as problem:
            raise Sentence(
                "The database was made by a version that this one cannot follow (before 0.1 tables "
                "may change): start with an empty data folder."
            ) from problem
    connection.close()
    return len(missing)
