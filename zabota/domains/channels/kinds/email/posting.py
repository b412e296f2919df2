"""The outbox of a running server: threads that carry mail, a few a mailbox, begun when needed.

    post = posting.Post()
    post.start()
    ...
    post.stop()

A server that hangs hinders only its own mailbox. Here the clock is read: these are ticks.
"""

import logging
import threading
import time

from django.db import InterfaceError, OperationalError, connections

from zabota.domains.channels.kinds.email.carrying import Carrier, Ways
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.services import outbound, sending
from zabota.kernel.health import clockguard

logger = logging.getLogger(__name__)


def send_due(*, ways: Ways | None = None) -> int:
    """Send all that is due now and wait for it; returns how many messages were begun.

    One channel after the other, in this thread: for commands and tests. A running server has a
    `Post`.
    """
    number, ways = 0, ways or Ways()
    if not clockguard.holding():
        for channel_id in sending.channels_due(at=ways.now()):
            carrier = Carrier(channel_id, ways, stopping=threading.Event())
            number += carrier.work()
    return number


class Post:
    """Looks for what is due, at once when something was queued, and has carriers take it."""

    def __init__(self, ways: Ways | None = None) -> None:
        self._ways = ways or Ways()
        self._stopping = threading.Event()
        self._news = threading.Event()
        self._carriers: set[Carrier] = set()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        outbound.listen(self._news.set)
        self._thread = threading.Thread(target=self._watch, name="post", daemon=True)
        self._thread.start()

    def stop(self, *, seconds: float | None = None) -> None:
        """Begin nothing new, let what is on its way end, and cut what takes longer: it goes again
        with the next start (F05).
        """
        outbound.leave(self._news.set)
        self._stopping.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join()
        end = time.monotonic() + (limits().send.drain_seconds if seconds is None else seconds)
        for carrier in self._alive():
            carrier.join(max(0.0, end - time.monotonic()))
        for carrier in self._alive():
            carrier.cut()
            carrier.join(2)

    def _watch(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    self._dispatch()
                except (OperationalError, InterfaceError):
                    connections.close_all()
                except Exception as problem:  # noqa: BLE001 - mail must not stop for ever
                    logger.error("the post stumbled: %s", type(problem).__name__)
                self._news.wait(limits().send.look_seconds)
                self._news.clear()
        finally:
            connections.close_all()

    def _dispatch(self) -> None:
        """A carrier more for each mailbox that has something to send, up to its number."""
        if clockguard.holding():
            return
        for channel_id in sending.channels_due(at=self._ways.now()):
            busy = [one for one in self._alive() if one.channel_id == channel_id]
            if len(busy) < limits().send.connections and not self._stopping.is_set():
                carrier = Carrier(channel_id, self._ways, stopping=self._stopping)
                self._carriers.add(carrier)
                carrier.start()

    def _alive(self) -> list[Carrier]:
        self._carriers = {one for one in self._carriers if not one.ended}
        return list(self._carriers)
