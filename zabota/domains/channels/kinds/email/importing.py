"""`import-mail`: mails from files, raw first, then read by the children while the desk takes in.

One batch is ahead of the other: while the children read the newest one, the database is given the
one before.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from zabota.domains.channels.envelopes import Receive
from zabota.domains.channels.kinds.email import files
from zabota.domains.channels.queries import mailboxes
from zabota.domains.channels.rules import routes
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.services import channels, inbound, reading, storing
from zabota.domains.channels.services.storing import RawMail, Refused


class UnknownChannel(Exception):
    """There is no mailbox of that address; `known` are those there are."""

    def __init__(self, address: str, known: Sequence[str]) -> None:
        super().__init__(address)
        self.address = address
        self.known = tuple(known)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of all mails: `read` = `stored` + `duplicates` + `refused`.

    Unreadable ones are kept raw and are among the stored. `times` are seconds by step.
    """

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    unreadable: int = 0
    conversations: int = 0
    seconds: float = 0.0
    times: dict[str, float] = field(default_factory=dict)

    def line(self) -> str:
        """The one JSON line of the command."""
        names = ("read", "stored", "duplicates", "refused", "unreadable", "conversations")
        figures: dict[str, float] = {name: getattr(self, name) for name in names}
        return json.dumps(figures | {"seconds": round(self.seconds, 3)})


def import_mail(
    paths: Sequence[Path],
    *,
    receive: Receive,
    clock: Callable[[], datetime],
    channel: str | None = None,
    live: bool = False,
    progress: Callable[[int], object] | None = None,
    complain: Callable[[Refused], object] | None = None,
) -> Imported:
    """Take in the mails of files and folders; a second import of them stores nothing.

    By default they are history: no promise, no automatic mail. `live` treats them as just arrived.
    Without `channel` the only mailbox is used, or the one that the mail was written to; where there
    is no mailbox at all, a channel "imported" is made. `progress` hears how many were read,
    `complain` of each refused mail. Raises UnknownChannel.
    """
    begun = time.monotonic()
    route = _route(channel, at=clock())
    run = _Run(receive=receive, clock=clock, history=not live)
    for batch in _batches(paths, route, run, complain):
        run.take(batch)
        if progress:
            progress(run.total.read)
    run.end()
    reading.pool().stop()
    return replace(run.total, seconds=time.monotonic() - begun, times=dict(run.times))


def _route(address: str | None, *, at: datetime) -> routes.Route:
    known = mailboxes.addresses()
    if address is not None:
        wanted = next((pk for name, pk in known.items() if name == address.casefold()), None)
        if wanted is None:
            raise UnknownChannel(address, sorted(known))
        return routes.Route(only=wanted)
    if not known:
        return routes.Route(only=channels.imported(at=at))
    if len(known) == 1:
        return routes.Route(only=next(iter(known.values())))
    return routes.Route(by_address=known)


@dataclass(frozen=True)
class _Portion:
    channel_id: int
    mails: Sequence[RawMail]


def _batches(
    paths: Sequence[Path],
    route: routes.Route,
    run: "_Run",
    complain: Callable[[Refused], object] | None,
) -> Iterator[_Portion]:
    """Mails to be stored together, each portion of one channel."""
    allowed = limits().store
    waiting: dict[int, list[RawMail]] = defaultdict(list)
    sizes: dict[int, int] = defaultdict(int)
    began = time.monotonic()
    for path in paths:
        for found in files.mails(path, mail_bytes=allowed.mail_bytes):
            number = route.channel_of(found.content) if not found.refused else None
            reason = found.refused or ("no_channel" if number is None else "")
            if reason or number is None:
                run.refuse(Refused(source=found.source, reason=reason, size=found.size), complain)
                continue
            waiting[number].append(
                RawMail(content=found.content, received_at=run.clock(), source=found.source)
            )
            sizes[number] += len(found.content)
            if len(waiting[number]) >= allowed.batch_mails or sizes[number] >= allowed.batch_bytes:
                run.times["read"] += time.monotonic() - began
                yield _Portion(number, waiting.pop(number))
                sizes.pop(number)
                began = time.monotonic()
    run.times["read"] += time.monotonic() - began
    for number, mails in waiting.items():
        yield _Portion(number, mails)


class _Run:
    """One import: what was counted, and the batch that is being read."""

    def __init__(self, *, receive: Receive, clock: Callable[[], datetime], history: bool) -> None:
        self.clock = clock
        self.total = Imported()
        self.times: dict[str, float] = defaultdict(float)
        self._receive = receive
        self._history = history
        self._ahead: inbound.Batch | None = None
        self._resting: list[int] = []

    def refuse(self, refused: Refused, complain: Callable[[Refused], object] | None) -> None:
        self.total = replace(self.total, read=self.total.read + 1, refused=self.total.refused + 1)
        if complain:
            complain(refused)

    def take(self, portion: _Portion) -> None:
        """Keep these, let the children begin with them, and give up the batch before."""
        at = self.clock()
        claim = inbound.new_claim(at=at)
        with self._timed("store"):
            stored = storing.store_raw(
                channel_id=portion.channel_id,
                items=portion.mails,
                at=at,
                history=self._history,
                claim=claim,
            )
            batch = inbound.start_reading(claim=claim, at=at)
        total = self.total
        self.total = replace(
            total,
            read=total.read + len(portion.mails),
            stored=total.stored + stored.stored,
            duplicates=total.duplicates + stored.duplicates,
        )
        self._finish()
        self._ahead = batch

    def end(self) -> None:
        """Give up the last batch, and try again those that rest, without their pauses."""
        self._finish()
        while self._resting:
            ids, self._resting = self._resting, []
            at = self.clock()
            claim = inbound.new_claim(at=at)
            if inbound.claim_these(ids=ids, claim=claim):
                self._ahead = inbound.start_reading(claim=claim, at=at, limit=len(ids))
                self._finish()

    def _finish(self) -> None:
        batch, self._ahead = self._ahead, None
        if batch is None:
            return
        with self._timed("parse"):
            batch.wait()
        with self._timed("index"):
            counts = inbound.finish(batch, at=self.clock(), receive=self._receive)
        self._resting.extend(counts.resting)
        self.total = replace(
            self.total,
            unreadable=self.total.unreadable + counts.unreadable,
            conversations=self.total.conversations + counts.conversations,
        )

    def _timed(self, step: str) -> "_Timed":
        return _Timed(self.times, step)


class _Timed:
    def __init__(self, times: dict[str, float], step: str) -> None:
        self._times = times
        self._step = step

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_problem: object) -> None:
        self._times[self._step] += time.monotonic() - self._began
