"""The demo shop Liepa: a garden shop in Riga with its people, customers and letters.

`letters/` holds one conversation a file, as readable texts; here they are sent, answered and closed
through the same services that real mail goes through, at moments shortly before now, so that the
inbox looks alive at any hour. Nothing leaves: the mailbox has no server.
"""

import fcntl
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from zabota.config.demo import dossiers, house, plot, stage
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.health import conditions

LANGUAGES = {"lv": "Latvian", "ru": "Russian", "en": "English"}
PASSWORD = "liepa-demo"  # noqa: S105 - the demo's, printed for everybody who starts it


HALF = "demo:half"  # stands in the list of what is wrong for as long as the shop is being made


class Busy(Exception):
    """Another process is loading the shop at this moment."""


class InUse(Exception):
    """A shop that was cut off while it was made is somebody's house by now: it stays as it is."""


def load(*, at: datetime) -> None:
    """Make the shop and let its last weeks happen. Does nothing when it is here already; one that
    was cut off half way is cleared away and made anew. Raises Busy, InUse.
    """
    with _alone():
        if is_half():
            _clear_away()
        elif house.is_here():
            return
        conditions.tell(HALF, code="demo_half", at=at)
        _make(at)
        conditions.clear(HALF)


def is_half() -> bool:
    """Whether a loading was cut off, or goes on in another process."""
    return conditions.standing().filter(key=HALF).exists()


@contextmanager
def _alone() -> Iterator[None]:
    """Held by one process, and let go by its death, whatever killed it."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with (settings.DATA / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Busy from problem
        yield


def _clear_away() -> None:
    """Empty the whole database: it holds nothing but half a shop, or InUse is raised."""
    if house.has_others():
        conditions.clear(HALF)
        raise InUse
    call_command("flush", interactive=False, verbosity=0)


def _make(at: datetime) -> None:
    stories = plot.stories()
    hours = plot.hours(at=at, brand=house.brand())
    steps = plot.in_order(stories, hours, at=at)
    opened = min(step.at for step in steps) - plot.BEFORE
    shop = house.build(password=PASSWORD, at=opened)
    with _quietly():
        dossiers.introduce(shop, at=opened)
        stage.perform(steps, shop, hours, at=at)
        dossiers.write(shop, at=at)


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
    yield f"Its own site, with the chat in the corner: {url}/demo-shop/"
    yield f"Its letters reach nobody. Start with an agent: {url}/account/login/"


def is_open_to_all() -> bool:
    """Whether somebody of the shop still signs in by the password that everybody knows."""
    return house.is_here() and house.has_known_password(PASSWORD)
