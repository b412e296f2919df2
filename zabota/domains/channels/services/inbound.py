"""From raw mail to the desk, exactly once: claim, read outside, take in within one transaction.

An envelope's row is the queue. It is claimed by a conditional UPDATE, read in a parser child
without any transaction, and then given up and marked in one. Whoever dies in between leaves a
claim that runs out; whoever comes too late finds that it holds the claim no more and does nothing.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from concurrent import futures
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from zabota.domains.channels.enums import InboundState
from zabota.domains.channels.envelopes import Inbound, InboundFile, Receive
from zabota.domains.channels.events import EnvelopeTriedAgain, EnvelopeUnreadable
from zabota.domains.channels.models import Channel, InboundEnvelope, RawBytes
from zabota.domains.channels.queries import inbound as queries
from zabota.domains.channels.rules import inbound as rules
from zabota.domains.channels.rules import threads
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.rules.readings import Read, ReadFile, Unread
from zabota.domains.channels.services import reading
from zabota.domains.channels.services.storing import Claim
from zabota.kernel import failpoints, tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context
from zabota.kernel.files import store
from zabota.kernel.search import stems
from zabota.kernel.secrets import keys

logger = logging.getLogger(__name__)
# The database is away: nobody's mail is to blame, everything is tried again as it was.
_AWAY = (OperationalError, InterfaceError)
# Claims of this process that outlived their work; after a crash `release_claims` finds them.
_left: set[str] = set()


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What became of the mails that were read."""

    taken: int = 0
    unreadable: int = 0
    conversations: int = 0
    # Those to be tried again after a pause.
    resting: tuple[int, ...] = ()

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            taken=self.taken + other.taken,
            unreadable=self.unreadable + other.unreadable,
            resting=self.resting + other.resting,
            conversations=self.conversations + other.conversations,
        )

    @property
    def all(self) -> int:
        return self.taken + self.unreadable + len(self.resting)


class NotUnreadable(Exception):
    """Only an envelope that is unreadable and has its raw bytes can be tried again."""


def process_new(*, at: datetime, receive: Receive, limit: int | None = None) -> Counts:
    """Read a batch of new envelopes and give them up to `receive`, each exactly once.

    A mail that can't be read rests and is tried again, three times in all, then it is unreadable
    with its reason and `EnvelopeUnreadable` is published; the others go on. The same holds for a
    mail at which `receive` fails. Raises OperationalError when the database is away: nothing is
    counted then, and the next call begins anew.
    """
    _let_go_of_what_was_left()
    claim = new_claim(at=at)
    try:
        if not claim_new(claim=claim, at=at, limit=limit):
            return Counts()
        batch = start_reading(claim=claim, at=at, limit=limit)
        return finish(batch, at=at, receive=receive)
    except _AWAY:
        _left.add(claim.lease)
        raise


def new_claim(*, at: datetime) -> Claim:
    """A name for one reader's work, good until a time by which it has ended or died."""
    until = at + timedelta(seconds=limits().read.lease_seconds)
    return Claim(lease=secrets.token_hex(16), until=until)


def claim_new(*, claim: Claim, at: datetime, limit: int | None = None) -> int:
    """Put the claim on the oldest new envelopes that nobody holds. Returns how many."""
    free = InboundEnvelope.objects.filter(_free(at), state=InboundState.NEW).order_by("pk")
    ids = list(free.values_list("pk", flat=True)[: limit or limits().read.batch_mails])
    if not ids:
        return 0
    return InboundEnvelope.objects.filter(_free(at), state=InboundState.NEW, pk__in=ids).update(
        lease=claim.lease, claimed_until=claim.until
    )


def claim_these(*, ids: Sequence[int], claim: Claim) -> int:
    """Put the claim on resting envelopes before their pause is over. Returns how many."""
    return InboundEnvelope.objects.filter(pk__in=ids, state=InboundState.NEW, lease="").update(
        lease=claim.lease, claimed_until=claim.until
    )


def _free(at: datetime) -> Q:
    return Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)


def release_claims() -> int:
    """Let go of every claim, once, when a server starts: those who held them have died.

    Safe even beside a living reader: a claim that was taken away takes nothing in.
    """
    return (
        InboundEnvelope.objects.filter(state=InboundState.NEW)
        .exclude(lease="")
        .update(lease="", claimed_until=None)
    )


def _let_go_of_what_was_left() -> None:
    """Release what the database's absence left claimed, now that it answers: within a second, not
    when the claim runs out."""
    if left := set(_left):
        InboundEnvelope.objects.filter(lease__in=left, state=InboundState.NEW).update(
            lease="", claimed_until=None
        )
        _left.difference_update(left)


@dataclass(frozen=True)
class _Started:
    row: InboundEnvelope
    asked: reading.Asked | None


@dataclass(frozen=True)
class Batch:
    """Claimed envelopes whose raw bytes are with the parser children."""

    claim: Claim
    started: Sequence[_Started]

    def wait(self) -> None:
        """Until every mail of the batch has been read, or given up."""
        futures.wait([one.asked for one in self.started if one.asked])


def start_reading(*, claim: Claim, at: datetime, limit: int | None = None, after: int = 0) -> Batch:
    """Hand the claimed envelopes to the children, those behind the id `after`; does not wait."""
    rows = list(
        InboundEnvelope.objects.filter(
            lease=claim.lease, state=InboundState.NEW, pk__gt=after
        ).order_by("pk")[: limit or limits().read.batch_mails]
    )
    # One by one: a batch of the largest mails must not lie in memory twice.
    contents = RawBytes.objects.filter(pk__in=[row.raw_id for row in rows]).iterator(chunk_size=1)
    asked = {raw.pk: reading.ask(bytes(raw.content), at=at) for raw in contents}
    return Batch(claim, [_Started(row, asked.get(row.raw_id or 0)) for row in rows])


def finish(batch: Batch, *, at: datetime, receive: Receive) -> Counts:
    """Wait for the readings and take them in: together, or one by one when one of them fails."""
    good: list[_Prepared] = []
    failed: list[tuple[InboundEnvelope, Unread]] = []
    prepare = _Preparation.load()
    for started in batch.started:
        answer = (
            reading.answer(started.asked)
            if started.asked
            else Unread(reason="raw_missing", final=True)
        )
        if isinstance(answer, Unread):
            failed.append((started.row, answer))
        else:
            good.append(prepare(started.row, answer))
    failpoints.here("parsed")
    counts = Counts()
    if good:
        counts += _take_in(batch.claim, good, at=at, receive=receive)
    for row, unread in failed:
        counts += _fail(batch.claim, row, unread, at=at)
    failpoints.here("taken-in")
    return counts


@lru_cache(maxsize=1)
def _disk() -> futures.ThreadPoolExecutor:
    """Waiting for the disk costs no processor: several files are synced side by side."""
    return futures.ThreadPoolExecutor(max_workers=4, thread_name_prefix="files")


def _lay(file: ReadFile, content: bytes) -> store.Laid:
    return store.lay(content, name=file.name, media_type=file.media_type)


@dataclass(frozen=True)
class _Prepared:
    row: InboundEnvelope
    envelope: Inbound
    laid: Sequence[store.Laid]
    parts: Sequence[InboundFile]


@dataclass(frozen=True)
class _Preparation:
    """What all envelopes of a batch are judged by, asked once."""

    channels: Mapping[int, Channel]
    own_addresses: frozenset[str]
    thread_keys: Mapping[str, bytes]

    @classmethod
    def load(cls) -> "_Preparation":
        channels = {channel.pk: channel for channel in Channel.objects.all()}
        own = frozenset(rules.same_address(channel.address) for channel in channels.values())
        return cls(channels, own, keys.reading_keys("mail-thread"))

    def __call__(self, row: InboundEnvelope, read: Read) -> _Prepared:
        channel = self.channels[row.channel_id]
        place = rules.Place(
            envelope_id=row.pk,
            channel_id=channel.pk,
            brand_id=channel.brand_id,
            team_id=channel.team_id,
            received_at=row.received_at,
            history=row.history,
            authserv_id=str(channel.settings.get("authserv_id", "")),
        )
        envelope = rules.envelope(
            read.reading,
            place=place,
            files=(),
            clue=threads.clue(
                read.reading, keys=self.thread_keys, own_addresses=self.own_addresses
            ),
            own_addresses=self.own_addresses,
        )
        files = read.reading.files
        laid = list(_disk().map(_lay, files, read.contents))
        parts = [
            InboundFile(
                file_id=0,
                name=file.name,
                media_type=file.media_type,
                size=len(content),
                content_id=file.content_id,
                inline=file.inline,
            )
            for file, content in zip(files, read.contents, strict=True)
        ]
        # Who waits for the database need not wait for words to be cut.
        whole = replace(envelope, files=tuple(parts))
        whole = replace(whole, stems=tuple(stems.of(whole.searchable)))
        return _Prepared(row, whole, laid, parts)


def _take_in(
    claim: Claim, prepared: Sequence[_Prepared], *, at: datetime, receive: Receive
) -> Counts:
    try:
        return _take_in_together(claim, prepared, at=at, receive=receive)
    except _AWAY:
        raise
    except Exception as problem:
        if len(prepared) == 1:
            logger.exception("envelope %s could not be taken in", prepared[0].row.pk)
            unread = Unread(reason="take_in_failed", detail=type(problem).__name__)
            return _fail(claim, prepared[0].row, unread, at=at)
    singly = [_take_in(claim, [one], at=at, receive=receive) for one in prepared]
    return sum(singly, Counts())


def _take_in_together(
    claim: Claim, prepared: Sequence[_Prepared], *, at: datetime, receive: Receive
) -> Counts:
    with tx.write():
        held = set(_held(claim, [one.row for one in prepared]).values_list("pk", flat=True))
        mine = [one for one in prepared if one.row.pk in held]
        if not mine:
            return Counts()
        taken = receive(_with_files(mine), at=at)
        failpoints.here("before-done")
        InboundEnvelope.objects.filter(pk__in=[one.row.pk for one in mine]).update(
            state=InboundState.DONE, lease="", claimed_until=None, reason="", detail=""
        )
    return Counts(taken=len(mine), conversations=taken.conversations)


def _held(claim: Claim, rows: Sequence[InboundEnvelope]) -> QuerySet[InboundEnvelope]:
    """The rows that are still ours, locked until the transaction ends."""
    return InboundEnvelope.objects.select_for_update().filter(
        pk__in=[row.pk for row in rows], lease=claim.lease, state=InboundState.NEW
    )


def _with_files(prepared: Sequence[_Prepared]) -> list[Inbound]:
    rows = iter(store.record([laid for one in prepared for laid in one.laid]))
    return [
        replace(
            one.envelope,
            files=tuple(replace(part, file_id=next(rows).pk) for part in one.parts),
        )
        for one in prepared
    ]


def _fail(claim: Claim, row: InboundEnvelope, unread: Unread, *, at: datetime) -> Counts:
    allowed = limits().read
    following = rules.after_failure(
        unread,
        attempts=row.attempts,
        allowed=allowed.attempts,
        pauses=allowed.retry_seconds,
        at=at,
    )
    with tx.write():
        mine = _held(claim, [row])
        words = {"reason": unread.reason[:40], "detail": unread.detail[:500]}
        if following.rest_until is not None:
            changed = mine.update(
                attempts=following.attempts, lease="", claimed_until=following.rest_until, **words
            )
            return Counts(resting=(row.pk,) if changed else ())
        changed = mine.update(
            attempts=following.attempts,
            state=InboundState.UNREADABLE,
            lease="",
            claimed_until=None,
            **words,
        )
        if changed:
            _publish_unreadable(row, at=at)
    return Counts(unreadable=changed)


def _publish_unreadable(row: InboundEnvelope, *, at: datetime) -> None:
    log.publish(EnvelopeUnreadable(envelope_id=row.pk), at=at, context=_context(row.channel))


def _context(channel: Channel) -> Context:
    return Context(brand_id=channel.brand_id, channel_id=channel.pk, team_id=channel.team_id)


def try_again(*, envelope_id: int, actor: Actor, at: datetime) -> None:
    """Put an unreadable envelope back into the queue, with all its attempts before it.

    Raises NotUnreadable when it is not unreadable, not for this person, or was refused without its
    raw bytes.
    """
    with tx.write():
        row = (
            queries.unreadable_for(actor)
            .select_for_update(of=("self",))
            .select_related("channel")
            .filter(pk=envelope_id, raw_id__isnull=False)
            .first()
        )
        if row is None:
            raise NotUnreadable(envelope_id)
        row.state, row.attempts, row.lease, row.claimed_until = InboundState.NEW, 0, "", None
        row.save(update_fields=["state", "attempts", "lease", "claimed_until"])
        log.publish(
            EnvelopeTriedAgain(envelope_id=row.pk),
            at=at,
            actor_id=actor.id,
            context=_context(row.channel),
        )
