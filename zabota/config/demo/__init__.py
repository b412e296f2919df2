"""The demo shop Liepa: a garden shop in Riga with its people, customers and letters.

`letters/` holds one conversation a file, as readable texts; here they are sent, answered and closed
through the same services that real mail goes through, at moments shortly before now, so that the
inbox looks alive at any hour. Nothing leaves: the mailbox has no server.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from zabota.config.demo import dossiers, house, plot, stage
from zabota.kernel.accounts import queries as accounts

LANGUAGES = {"lv": "Latvian", "ru": "Russian", "en": "English"}
PASSWORD = "liepa-demo"  # noqa: S105 - the demo's, printed for everybody who starts it


def load(*, at: datetime) -> None:
    """Make the shop and let its last weeks happen. Does nothing when it is here already."""
    if house.is_here():
        return
    stories = plot.stories()
    hours = plot.hours(at=at, brand=house.brand())
    steps = plot.in_order(stories, hours, at=at)
    shop = house.build(password=PASSWORD, at=min(step.at for step in steps) - plot.BEFORE)
    with _quietly():
        stage.perform(steps, shop, hours, at=at)
        dossiers.write(house.written(), shop, at=at)


@contextmanager
def _quietly() -> Iterator[None]:
    """Weeks in seconds: no line in the log for each letter, and no waiting for the disk after
    each step, since none of this is anybody's word.
    """
    logging.disable(logging.INFO)
    on_sqlite = connection.vendor == "sqlite" and not connection.in_atomic_block
    try:
        if on_sqlite:
            _sync("NORMAL")
        yield
    finally:
        if on_sqlite:
            _sync("FULL")
        logging.disable(logging.NOTSET)


def _sync(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous = {how}")


def welcome(url: str) -> Iterable[str]:
    """Who may log in to the demo shop, and how; nothing where it is not."""
    if not house.is_here():
        return
    yield f"The demo shop is here. Everybody's password is {PASSWORD}:"
    here = {user.email: user for user in accounts.active_users()}
    for email, does in house.logins():
        if email in here:
            language = LANGUAGES[here[email].language]
            yield f"  {email:<22} {here[email].name}, {does}; pages in {language}"
    yield f"Its letters reach nobody. Start with an agent: {url}/account/login/"
