"""Raw first: a mail's bytes and its identity are committed before anything else happens to it.

Only after `store_raw` came back may a mailbox cursor move, a spool file go or a command end well.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError

from zabota.domains.channels.enums import InboundState
from zabota.domains.channels.models import InboundEnvelope, RawBytes
from zabota.domains.channels.rules import hints
from zabota.domains.channels.rules.limits import limits
from zabota.kernel import failpoints, tx
from zabota.pure.mailtext import fingerprint


@dataclass(frozen=True, kw_only=True)
class RawMail:
    """One mail as it came. `uid` and `uidvalidity` are its transport identity, if it has one.

    `source` names it to the person who watches the intake: a path, a UID.
    """

    content: bytes = field(repr=False)
    received_at: datetime
    source: str = ""
    folder: str = ""
    uidvalidity: int | None = None
    uid: int | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A mail that was not kept. `reason`: `too_large`, `empty`, or what the source says of it."""

    source: str
    reason: str
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The fate of the mails given: each is stored, a duplicate or refused."""

    stored: int = 0
    duplicates: int = 0
    refused: tuple[Refused, ...] = ()

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            stored=self.stored + other.stored,
            duplicates=self.duplicates + other.duplicates,
            refused=self.refused + other.refused,
        )


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Whoever stores may keep what is stored for itself, to take it in at once."""

    lease: str
    until: datetime


def store_raw(
    *,
    channel_id: int,
    items: Iterable[RawMail],
    at: datetime,
    history: bool = False,
    claim: Claim | None = None,
) -> Stored:
    """Keep mails durably, at most 50 a transaction, and say what became of each.

    The same transport identity again is a duplicate without a row; the same content under another
    transport identity is a row that names its original; the same content from a source without
    transport identity is a duplicate without a row. A mail that is too large or empty is refused,
    which is no error.
    """
    total = Stored()
    for batch in batches(items):
        total += _store_batch(channel_id, batch, at=at, history=history, claim=claim)
        failpoints.here("raw-committed")
    return total


def kept_uids(
    *, channel_id: int, folder: str, uidvalidity: int, uids: Collection[int]
) -> frozenset[int]:
    """Which of these mails of a mailbox were kept before: they need not be loaded again (F02)."""
    rows = InboundEnvelope.objects.filter(
        channel_id=channel_id, folder=folder, uidvalidity=uidvalidity, uid__in=uids
    )
    return frozenset(uid for uid in rows.values_list("uid", flat=True) if uid is not None)


def batches(items: Iterable[RawMail]) -> Iterator[Sequence[RawMail]]:
    """The mails in portions that one transaction and a small memory bear."""
    allowed = limits().store
    batch: list[RawMail] = []
    size = 0
    for item in items:
        full = len(batch) >= allowed.batch_mails or size + len(item.content) > allowed.batch_bytes
        if batch and full:
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item.content)
    if batch:
        yield batch


def refusal(*, size: int) -> str:
    """Why a mail of that size is not kept; "" when it is."""
    if size == 0:
        return "empty"
    return "too_large" if size > limits().store.mail_bytes else ""


@dataclass(frozen=True)
class _Candidate:
    mail: RawMail
    content_hash: str
    row: InboundEnvelope


def _store_batch(
    channel_id: int,
    batch: Sequence[RawMail],
    *,
    at: datetime,
    history: bool,
    claim: Claim | None,
) -> Stored:
    refused = tuple(
        Refused(source=mail.source, reason=reason, size=len(mail.content))
        for mail in batch
        if (reason := refusal(size=len(mail.content)))
    )
    found = [
        _candidate(channel_id, mail, at=at, history=history, claim=claim)
        for mail in batch
        if not refusal(size=len(mail.content))
    ]
    try:
        kept = _keep(channel_id, found, at=at)
    except IntegrityError:
        # Another process stored one of these mails between our look and our insert.
        if len(batch) == 1:
            return Stored(duplicates=len(found), refused=refused)
        parts = [
            _store_batch(channel_id, [mail], at=at, history=history, claim=claim) for mail in batch
        ]
        return sum(parts, Stored())
    return replace(kept, refused=refused)


def _candidate(
    channel_id: int, mail: RawMail, *, at: datetime, history: bool, claim: Claim | None
) -> _Candidate:
    content_hash = fingerprint.content_hash(mail.content)
    top = hints.of(mail.content)
    row = InboundEnvelope(
        channel_id=channel_id,
        folder=mail.folder,
        uidvalidity=mail.uidvalidity,
        uid=mail.uid,
        content_hash=content_hash,
        size=len(mail.content),
        history=history,
        received_at=mail.received_at,
        stored_at=at,
        external_id=top.external_id,
        sender_hint=top.sender,
        subject_hint=top.subject,
        lease=claim.lease if claim else "",
        claimed_until=claim.until if claim else None,
    )
    return _Candidate(mail, content_hash, row)


def _keep(channel_id: int, found: Sequence[_Candidate], *, at: datetime) -> Stored:
    with tx.write():
        seen = _known_transports(channel_id, found)
        originals = _originals(channel_id, found)
        fresh: list[_Candidate] = []
        again: list[InboundEnvelope] = []
        duplicates = 0
        first_here: dict[str, InboundEnvelope] = {}
        copies: list[tuple[InboundEnvelope, InboundEnvelope]] = []
        for candidate in found:
            mail, row = candidate.mail, candidate.row
            place = (mail.folder, mail.uidvalidity, mail.uid)
            if mail.uid is not None and place in seen:
                duplicates += 1
                continue
            seen.add(place)
            original = originals.get(candidate.content_hash)
            earlier = first_here.get(candidate.content_hash)
            if original is None and earlier is None:
                first_here[candidate.content_hash] = row
                fresh.append(candidate)
                continue
            duplicates += 1
            if mail.uid is None:
                continue
            row.state, row.lease, row.claimed_until = InboundState.DUPLICATE, "", None
            row.duplicate_of_id = original
            again.append(row)
            if earlier is not None:
                copies.append((row, earlier))
        _insert(fresh, at=at)
        for row, earlier in copies:
            row.duplicate_of_id = earlier.pk
        InboundEnvelope.objects.bulk_create(again)
        failpoints.here("before-raw-commit")
    return Stored(stored=len(fresh), duplicates=duplicates)


def _known_transports(
    channel_id: int, found: Sequence[_Candidate]
) -> set[tuple[str, int | None, int | None]]:
    known: set[tuple[str, int | None, int | None]] = set()
    for folder, uidvalidity in {(c.mail.folder, c.mail.uidvalidity) for c in found}:
        uids = [c.mail.uid for c in found if c.mail.uid is not None and c.mail.folder == folder]
        rows = InboundEnvelope.objects.filter(
            channel_id=channel_id, folder=folder, uidvalidity=uidvalidity, uid__in=uids
        )
        known.update(rows.values_list("folder", "uidvalidity", "uid"))
    return known


def _originals(channel_id: int, found: Sequence[_Candidate]) -> dict[str, int]:
    hashes = {candidate.content_hash for candidate in found}
    rows = InboundEnvelope.objects.filter(
        channel_id=channel_id, content_hash__in=hashes, duplicate_of__isnull=True
    )
    return dict(rows.values_list("content_hash", "pk"))


def _insert(fresh: Sequence[_Candidate], *, at: datetime) -> None:
    raws = RawBytes.objects.bulk_create(
        [RawBytes(content=candidate.mail.content, stored_at=at) for candidate in fresh]
    )
    for candidate, raw in zip(fresh, raws, strict=True):
        candidate.row.raw_id = raw.pk
    InboundEnvelope.objects.bulk_create([candidate.row for candidate in fresh])
