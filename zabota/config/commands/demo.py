"""zabota demo: load the demo shop into an empty installation."""

import importlib
import importlib.util
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from zabota.config.commands import migrate
from zabota.config.errors import Sentence

HELP = "load the demo shop into an empty installation"
MODULE = "zabota.config.demo"


def arguments(_parser: ArgumentParser) -> None:
    pass


def main(_options: Namespace) -> int:
    from django.conf import settings

    migrate.insist()
    if not wanted():
        raise Sentence("There are accounts already: the demo shop is only for an empty house.")
    load()
    print("The demo shop is loaded.")
    for line in lines(settings.ZABOTA_URL):
        print(line)
    return 0


def load() -> None:
    """Load the shop as it is at this moment."""
    from zabota.kernel import clock

    importlib.import_module(MODULE).load(at=clock.now())


def wanted() -> bool:
    """Whether there is a demo shop, and nobody here yet."""
    from zabota.kernel.accounts import queries as accounts

    return importlib.util.find_spec(MODULE) is not None and not accounts.active_users().exists()


def lines(url: str) -> Iterable[str]:
    """What the demo shop says to a visitor: who may log in and how; nothing when it is not here."""
    if importlib.util.find_spec(MODULE) is None:
        return ()
    said: Iterable[str] = importlib.import_module(MODULE).welcome(url)
    return said
