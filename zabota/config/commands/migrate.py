"""zabota migrate: bring the database's tables to this version."""

from argparse import ArgumentParser, Namespace

from zabota.config.commands.progress import tell

HELP = "bring the database's tables to this version"


def arguments(_parser: ArgumentParser) -> None:
    pass


def main(_options: Namespace) -> int:
    done = migrate()
    print(f"{done} migrations applied." if done else "The tables are up to date.")
    return 0


def migrate() -> int:
    """Apply what is not applied; returns how many."""
    from django.core.management import call_command
    from django.db import connection

    from zabota.kernel.web import health

    missing = health.unapplied()
    if missing:
        tell(f"Preparing the database: {len(missing)} steps")
        call_command("migrate", interactive=False, verbosity=0)
    connection.close()
    return len(missing)
