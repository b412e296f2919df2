"""One open stream, seen from the hub: what it still has to be told.

Hints are names of topics, so what waits for a slow client is a set, never a growing queue: a
hundred changes of one conversation are one hint. Small things said (typing) are few, and the oldest
give way.
"""

import asyncio
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from zabota.kernel.live.tickets import Ticket

Said = Mapping[str, int | bool]

SAID_MAX = 30
LIST_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What is to be sent now. `position` is what the client may resume from afterwards."""

    position: int
    topics: tuple[str, ...] = ()
    said: tuple[tuple[str, Said], ...] = ()
    order: str = ""  # "reload" or "renew"


@dataclass(kw_only=True, eq=False)
class Listener:
    """`spread` is the longest random wait of a list hint, so that many browsers do not ask at
    once. `lists` are the topics that come at most once in LIST_SECONDS.
    """

    ticket: Ticket
    lists: frozenset[str]
    position: int = 0
    spread: float = 0.0
    order: str = ""
    _now: dict[str, None] = field(default_factory=dict)
    _later: dict[str, None] = field(default_factory=dict)
    _said: deque[tuple[str, Said]] = field(default_factory=lambda: deque(maxlen=SAID_MAX))
    _due: float = 0.0
    _told: float = float("-inf")
    _reached: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def hint(self, topic: str) -> None:
        """Something of this topic changed."""
        if topic not in self.lists:
            self._now[topic] = None
        elif topic not in self._later:
            if not self._later:
                now = asyncio.get_running_loop().time()
                self._due = max(now, self._told + LIST_SECONDS) + random.uniform(0, self.spread)  # noqa: S311  spreads load
            self._later[topic] = None
        self._news.set()

    def reach(self, position: int) -> None:
        """Everything up to this position was offered."""
        self._reached = position
        # While a list hint waits, a client that breaks off must hear of it again.
        if not self._later:
            self.position = position

    def say(self, topic: str, data: Said) -> None:
        self._said.append((topic, data))
        self._news.set()

    def command(self, order: str) -> None:
        """Order the client to reload what it shows, or to renew its ticket (the stream ends)."""
        if self.order != "renew":
            self.order = order
        self._news.set()

    async def next(self, seconds: float) -> Batch:
        """The next batch; an empty one after that many quiet seconds."""
        loop = asyncio.get_running_loop()
        quiet = loop.time() + seconds
        while True:
            now = loop.time()
            if self._now or self._said or self.order or (self._later and self._due <= now):
                return self._take(now)
            if now >= quiet:
                return Batch(position=self.position)
            until = min(quiet, self._due) if self._later else quiet
            try:
                async with asyncio.timeout_at(until):
                    await self._news.wait()
            except TimeoutError:
                continue
            self._news.clear()

    def _take(self, now: float) -> Batch:
        topics = list(self._now)
        self._now.clear()
        if self._later and self._due <= now:
            topics += self._later
            self._later.clear()
            self._told = now
            self.position = self._reached
        said, order = tuple(self._said), self.order
        self._said.clear()
        self.order = "" if order == "reload" else order
        return Batch(position=self.position, topics=tuple(topics), said=said, order=order)
