"""The hub of live hints in a serving process. Elsewhere its functions do nothing.

It follows the fact log (woken by commits of this process, else four times a second), reads once for
all listeners in a thread of its own, and tells each which of its topics changed. It never knows
what the change was: the browser asks the ordinary page for that.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import Error, close_old_connections, connection

from zabota.kernel.facts import log
from zabota.kernel.facts.base import Fact
from zabota.kernel.facts.models import FactRow
from zabota.kernel.live.listeners import Listener, Said
from zabota.kernel.live.tickets import Ticket, is_topic

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
BATCH = 500
# How many facts are kept for clients that come back; a longer gap means "reload".
KEPT = 5_000
# The random wait of list hints: 300 agents ask within 1.5 s, three at once.
SPREAD_EACH, SPREAD_MOST = 0.005, 1.5
# Between two pages a person has no stream: so long he still counts as there.
ABSENT_SECONDS = 6.0
# To how many topics one person is shown; the oldest give way.
SHOWN = 50

Topics = Callable[[Any, FactRow], Iterable[str]]


class TooMany(Exception):
    """The person has as many streams open as one may have."""


@dataclass(frozen=True)
class Change:
    """A fact as the hub sees it: its place in the log, the topics that changed, who must renew."""

    position: int
    topics: tuple[str, ...]
    closes: tuple[str, ...]


@dataclass
class _Wiring:
    topics: dict[str, tuple[type[Fact], Topics]] = field(default_factory=dict)
    closes: dict[str, tuple[type[Fact], Topics]] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    presence: Mapping[str, str] = field(default_factory=dict)


_wiring = _Wiring()
_hub: "Hub | None" = None


def wire(
    *,
    topics: Mapping[type[Fact], Topics],
    closes: Mapping[type[Fact], Topics],
    lists: Iterable[str],
    presence: Mapping[str, str] | None = None,
) -> None:
    """Set which topics a fact changes, and whose streams it closes: `person(…)` or a topic.

    `lists` names the topics that many look at: at most one hint in two seconds a stream.
    `presence`: {"matter": "conversation"} tells those who listen to conversation-7 whether anybody
    listens to matter-7.
    """
    _wiring.topics = {kind.name(): (kind, of) for kind, of in topics.items()}
    _wiring.closes = {kind.name(): (kind, of) for kind, of in closes.items()}
    _wiring.lists = frozenset(lists)
    _wiring.presence = dict(presence or {})


def wake() -> None:
    """New facts were committed in this process: look at once instead of at the next poll."""
    if _hub is not None:
        _hub.on_loop(_hub.woken.set)


def say(topic: str, data: Said) -> None:
    """Tell everyone who listens to `topic` a small passing thing: {"typing": 12}, {"here": 12}.

    Numbers and flags only, never text: a stream carries no content. Kept nowhere.
    """
    if not is_topic(topic) or not all(isinstance(value, int) for value in data.values()):
        raise ValueError("a stream carries numbers and flags about a topic, nothing else")
    if _hub is not None:
        _hub.on_loop(_hub.tell, topic, dict(data))


def show(who: str, topic: str) -> None:
    """Tell `topic` that the person(…) is there: {"here": true}; and that he is not, once his last
    stream has ended and none came in its place. Nothing while he has no stream here.
    """
    if not is_topic(topic):
        raise ValueError("a person is shown to those who listen to a topic")
    if _hub is not None:
        _hub.on_loop(_hub.show, who, topic)


def close_user(user_id: int) -> None:
    """End this person's streams in this process; each browser asks for a new ticket.

    What changes rights publishes `accounts.events.RightsChanged`, which does this in all processes.
    """
    if _hub is not None:
        _hub.on_loop(_hub.close, person(user_id))


def is_heard(name: str) -> bool:
    """Whether a stream of this process listens to that topic, or belongs to that `person(…)`."""
    return _hub is not None and bool(_hub.by_name.get(name))


def person(user_id: int) -> str:
    """The name under which all streams of a person are closed. It is no topic."""
    return f"@{user_id}"


def position() -> int:
    """Where the log stands: a page that reads this before its data misses nothing afterwards."""
    return log.last_position()


class Hub:
    """The listeners of one process and the task that follows the log. Lives on one event loop."""

    def __init__(self, *, per_user: int) -> None:
        self.per_user = per_user
        self.loop = asyncio.get_running_loop()
        self.woken = asyncio.Event()
        self.wanted = asyncio.Event()
        self.by_name: defaultdict[str, set[Listener]] = defaultdict(set)
        self.listeners: set[Listener] = set()
        self.kept: deque[Change] = deque()
        self.floor = 0  # the position before the first kept change
        self.position: int | None = None
        self.closing = False
        self.shown: dict[str, dict[str, None]] = {}
        self._reading = asyncio.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
        self._task = self.loop.create_task(self._follow())

    def on_loop(self, call: Callable[..., object], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self.loop.call_soon_threadsafe(call, *args)

    # --- listeners ---------------------------------------------------------------------------

    async def attach(self, ticket: Ticket, *, after: int | None) -> Listener:
        """A listener that hears of everything behind `after`, or from now on. Raises TooMany."""
        mine = self.by_name.get(ticket.who, ())
        if self.closing or len(mine) >= self.per_user:
            raise TooMany
        # A topic "inbox-team-3" is as much a list as "inbox".
        lists = frozenset(each for each in ticket.topics if each.split("-")[0] in _wiring.lists)
        listener = Listener(ticket=ticket, lists=lists)
        self.listeners.add(listener)
        for name in self._names(listener):
            self._add(name, listener)
        self._spread()
        try:
            await self._start(listener, after)
        except BaseException:
            self.detach(listener)
            raise
        return listener

    def detach(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        for name in self._names(listener):
            self._drop(name, listener)
        if not self.listeners:
            self.wanted.clear()
        self._spread()

    def _add(self, name: str, listener: Listener) -> None:
        there = self.by_name[name]
        there.add(listener)
        if len(there) == 1:
            self._tell_presence(name, present=True)

    def _drop(self, name: str, listener: Listener) -> None:
        self.by_name[name].discard(listener)
        if not self.by_name[name]:
            del self.by_name[name]
            self._tell_presence(name, present=False)
            if name in self.shown:
                self.loop.call_later(ABSENT_SECONDS, self._gone, name)

    def _tell_presence(self, name: str, *, present: bool) -> None:
        """The first listener of a watched topic came, or the last one went."""
        kind, dash, rest = name.partition("-")
        if dash and kind in _wiring.presence:
            self.tell(f"{_wiring.presence[kind]}-{rest}", {"visitor": present})

    @staticmethod
    def _names(listener: Listener) -> Iterator[str]:
        yield listener.ticket.who
        yield from listener.ticket.topics

    def _spread(self) -> None:
        spread = min(SPREAD_MOST, SPREAD_EACH * (len(self.listeners) - 1))
        for listener in self.listeners:
            listener.spread = max(0.0, spread)

    async def _start(self, listener: Listener, after: int | None) -> None:
        async with self._reading:
            if not self.wanted.is_set() or self.position is None:
                # Nobody listened for a while: what happened meanwhile concerns nobody.
                self.position = await self._in_thread(log.last_position)
                self.kept.clear()
                self.floor = self.position
                self.wanted.set()
            listener.reach(self.position)
            if after is not None and after != self.position:
                self._catch_up(listener, await self._since(after))

    async def _since(self, after: int) -> Sequence[Change] | None:
        """The changes behind `after` that were read already; None when it is too long ago."""
        places = [self.floor, *(change.position for change in self.kept)]
        if after in places:
            return list(self.kept)[places.index(after) :]
        changes: list[Change] = []
        start = after
        while len(changes) < KEPT:
            more = await self._in_thread(_read, start)
            changes += more
            if len(more) < BATCH:
                self._keep_from(after, changes)
                return changes
            start = more[-1].position
        return None

    def _keep_from(self, after: int, changes: Sequence[Change]) -> None:
        """All browsers come back at once after a restart: one read serves them all."""
        places = [change.position for change in changes]
        if self.position in places and len(changes) > len(self.kept):
            self.kept = deque(changes[: places.index(self.position) + 1])
            self.floor = after

    def _catch_up(self, listener: Listener, missed: Sequence[Change] | None) -> None:
        if missed is None:
            listener.command("reload")
            return
        for change in missed:
            for topic in listener.ticket.topics.intersection(change.topics):
                listener.hint(topic)

    # --- telling -----------------------------------------------------------------------------

    def tell(self, topic: str, data: Said) -> None:
        for listener in self.by_name.get(topic, ()):
            listener.say(topic, data)

    def show(self, who: str, topic: str) -> None:
        if not self.by_name.get(who):
            return
        topics = self.shown.setdefault(who, {})
        topics.pop(topic, None)
        topics[topic] = None
        if len(topics) > SHOWN:
            del topics[next(iter(topics))]
        self.tell(topic, {"here": True})

    def _gone(self, who: str) -> None:
        if not self.by_name.get(who):
            for topic in self.shown.pop(who, ()):
                self.tell(topic, {"here": False})

    def close(self, name: str) -> None:
        for listener in self.by_name.get(name, ()):
            listener.command("renew")

    def close_all(self) -> None:
        """The process stops: every stream ends, each browser comes back to whoever serves next."""
        self.closing = True
        for listener in self.listeners:
            listener.command("renew")

    async def end(self) -> None:
        self.close_all()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._thread.submit(connection.close)
        self._thread.shutdown(wait=False)

    # --- following the log -------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            await self.wanted.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self.woken.wait()
            self.woken.clear()
            try:
                await self._read_on()
            except Error as problem:  # the database is away: hints wait, pages say so themselves
                logger.warning("live hints wait for the database: %s", type(problem).__name__)
                await asyncio.sleep(2)

    async def _read_on(self) -> None:
        async with self._reading:
            while self.position is not None:
                changes = await self._in_thread(_read, self.position)
                for change in changes:
                    self._deliver(change)
                if len(changes) < BATCH:
                    return

    def _deliver(self, change: Change) -> None:
        self.position = change.position
        self.kept.append(change)
        if len(self.kept) > KEPT:
            self.floor = self.kept.popleft().position
        for topic in change.topics:
            for listener in self.by_name.get(topic, ()):
                listener.hint(topic)
        for name in change.closes:
            self.close(name)
        for listener in self.listeners:
            listener.reach(change.position)

    async def _in_thread(self, call: Callable[..., Any], *args: object) -> Any:
        return await self.loop.run_in_executor(self._thread, _with_database, call, *args)


def _with_database(call: Callable[..., Any], *args: object) -> Any:
    close_old_connections()
    try:
        return call(*args)
    except Error:
        connection.close()
        raise


def _read(after: int) -> list[Change]:
    return [
        Change(row.pk, _apply(_wiring.topics, row), _apply(_wiring.closes, row))
        for row in log.after(after, limit=BATCH)
    ]


def _apply(wired: Mapping[str, tuple[type[Fact], Topics]], row: FactRow) -> tuple[str, ...]:
    if row.name not in wired:
        return ()
    kind, topics = wired[row.name]
    return tuple(topics(kind.from_data(row.data), row))


def open_hub(*, per_user: int) -> Hub:
    """Start the hub of this process, on the running loop."""
    global _hub  # noqa: PLW0603  one a process: facts committed anywhere in it wake it
    _hub = Hub(per_user=per_user)
    return _hub


def current() -> Hub | None:
    return _hub


async def close_hub() -> None:
    global _hub
    if _hub is not None:
        ending, _hub = _hub, None
        await ending.end()
