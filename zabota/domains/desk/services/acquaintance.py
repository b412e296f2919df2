"""What a batch of mails already has to do with us: people, conversations they may belong to, own
addresses.

Loaded once a batch, with a fixed number of queries; mails placed earlier in the batch are
remembered,
so that a question and its answer may come together.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zabota.domains.channels.envelopes import Inbound, Party
from zabota.domains.channels.queries import addresses
from zabota.domains.desk import rules
from zabota.domains.desk.models import (
    Awaited,
    ClosingProposal,
    Conversation,
    Message,
    Participant,
)
from zabota.domains.people import rules as people_rules
from zabota.domains.people import services as people
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotAnAddress
from zabota.kernel import tx
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.brands import queries as brands

# More people than this are not taken into a conversation from one mail; the mail still lists them.
MOST_COPIED = 20
MERGES_FOLLOWED = 20
MOST_AWAITED = 2


@dataclass
class Acquaintance:
    """See the module. Addresses are normalised; "" stands for a sender who cannot be read."""

    own: frozenset[str]
    met: dict[str, people.Known]
    directors: dict[int, tuple[str, int | None]]
    conversations: dict[int, Conversation]
    participants: dict[int, set[str]]
    by_external_id: dict[str, Conversation]
    # Letters that were answered before they came: by their names, where the answers are.
    awaited: dict[str, Conversation]
    asked: set[int]
    # Where our messages are now that were answered: one may have been moved to another matter.
    now_in: dict[int, int]
    # Conversations opened in this batch have no number yet: they are known by negative ones.
    _temporary: dict[int, int] = field(default_factory=dict)

    def address(self, envelope: Inbound) -> str:
        return _address(envelope.sender)

    def is_ours(self, envelope: Inbound) -> bool:
        """Our own mail in an imported archive. A live one from our address is a stranger's or a
        loop.
        """
        return envelope.history and self.address(envelope) in self.own

    def sender(self, envelope: Inbound) -> people.Known | None:
        return None if self.is_ours(envelope) else self.met.get(self.address(envelope))

    def copied(self, envelope: Inbound) -> Sequence[people.Known]:
        """Whom the sender wrote to besides us."""
        found = (self.met.get(address) for address in _copied(envelope, self.own))
        return [one for one in found if one is not None]

    def first_recipient(self, envelope: Inbound) -> people.Known | None:
        return next(iter(self.copied(envelope)), None)

    def private_to(self, envelope: Inbound) -> int | None:
        """The director, when the mail came by his direct line (S-087)."""
        address, owner = self.directors.get(envelope.brand_id, ("", None))
        named = {_address(party) for party in (*envelope.to, *envelope.cc)}
        return owner if address and address in named else None

    def conversation(self, number: int) -> Conversation | None:
        return self.conversations.get(number)

    def candidate(self, number: int) -> rules.Candidate | None:
        """The conversation of that number as one to join, followed to where it was merged."""
        found = self.conversations.get(number)
        return self._as_candidate(found) if found else None

    def signed(self, envelope: Inbound) -> rules.Candidate | None:
        """The conversation that holds the message whose signed id came back, wherever it is now.

        A message that is no more leaves the conversation in which it was signed.
        """
        clue = envelope.clue
        if clue is None:
            return None
        return self.candidate(self.now_in.get(clue.message_id, clue.conversation_id))

    def referenced(self, envelope: Inbound) -> Sequence[rules.Candidate]:
        """Conversations whose messages the mail refers to, the last reference first; then that
        which an answer to it has opened already.
        """
        found = [self.by_external_id.get(name) for name in reversed(envelope.references)]
        found.append(self.awaited.get(envelope.external_id))
        unique = {self._number(one): one for one in found if one is not None}
        return [self._as_candidate(one) for one in unique.values()]

    def returned_from(self, envelope: Inbound) -> int | None:
        """The conversation of our mail that came back."""
        for bounce in envelope.bounced:
            if found := self.by_external_id.get(bounce.external_id):
                return self._number(found)
        return None

    def is_reused(self, external_id: str) -> bool:
        """Another message has this Message-ID: both are kept, the second is flagged (F19, T13)."""
        return bool(external_id) and external_id in self.by_external_id

    def is_asked_to_close(self, conversation: Conversation) -> bool:
        return conversation.pk in self.asked

    def add(self, conversation: Conversation, other: people.Known | None) -> None:
        """A conversation that this batch opens: later mails of the batch may join it."""
        number = -1 - len(self._temporary)
        self._temporary[id(conversation)] = number
        self.conversations[number] = conversation
        self.participants[number] = {other.address} if other else set()

    def remember(self, conversation: Conversation, message: Message, awaits: Sequence[str]) -> None:
        if message.external_id:
            self.by_external_id.setdefault(message.external_id, conversation)
        for name in awaits:
            self.awaited.setdefault(name, conversation)

    def awaits(self, envelope: Inbound) -> Sequence[str]:
        """The letters that a mail answers and that we have not seen: the last ones it names."""
        named = envelope.references[-MOST_AWAITED:]
        return [name[:255] for name in named if name and name not in self.by_external_id]

    def _as_candidate(self, conversation: Conversation) -> rules.Candidate:
        number = self._number(conversation)
        return rules.Candidate(
            conversation_id=number, participants=self.participants.get(number, set())
        )

    def _number(self, conversation: Conversation) -> int:
        return conversation.pk or self._temporary[id(conversation)]


def meet(envelopes: Sequence[Inbound], *, at: datetime) -> Acquaintance:
    """Load all that the batch has to do with us; new people are made."""
    # Words said in a chat are written to nobody but us.
    addressed = any(is_letter(one) for one in envelopes)
    directors = _directors(envelopes) if addressed else {}
    # The director's line leads to our own mailbox: he is no customer who was copied in.
    lines = {address for address, _owner in directors.values()}
    own = addresses.own_addresses() | lines if addressed else frozenset()
    tx.hold(_names(envelopes))
    by_external_id, awaited = _messages_named(envelopes), _awaited(envelopes)
    now_in = _answered(envelopes)
    numbers = {one.clue.conversation_id for one in envelopes if one.clue} | set(now_in.values())
    numbers |= set(by_external_id.values()) | set(awaited.values())
    conversations = _followed(numbers)
    present = {one.pk for one in conversations.values()}
    return Acquaintance(
        own=own,
        met=dict(people.recognise(_seen(envelopes, own), at=at)),
        directors=directors,
        conversations=conversations,
        participants=_participants(present),
        by_external_id={
            name: conversations[number]
            for name, number in by_external_id.items()
            if number in conversations
        },
        awaited={name: conversations[number] for name, number in awaited.items()},
        asked=_asked(present),
        now_in=now_in,
    )


def is_letter(envelope: Inbound) -> bool:
    """It has a name that others may refer to, and may name others; a chat's words have one within
    their visitor's own, which whoever takes them in looks for.
    """
    return envelope.sender is None or envelope.sender.kind != IdentityKind.CHAT


def _names(envelopes: Sequence[Inbound]) -> set[str]:
    """By which a question and its answer know each other: whoever takes one in waits for whoever
    takes in the other at the same moment (two workers, two batches).
    """
    own = {f"letter:{one.external_id}" for one in envelopes if one.external_id}
    return own | {f"letter:{name}" for one in envelopes for name in one.references[-MOST_AWAITED:]}


def _awaited(envelopes: Sequence[Inbound]) -> dict[str, int]:
    names = {one.external_id[:255] for one in envelopes if one.external_id and is_letter(one)}
    if not names:
        return {}
    rows = Awaited.objects.filter(external_id__in=names).order_by("-pk")
    return dict(rows.values_list("external_id", "conversation_id"))


def _answered(envelopes: Sequence[Inbound]) -> dict[int, int]:
    numbers = {one.clue.message_id for one in envelopes if one.clue} - {0}
    if not numbers:
        return {}
    return dict(Message.objects.filter(pk__in=numbers).values_list("pk", "conversation_id"))


def _messages_named(envelopes: Sequence[Inbound]) -> dict[str, int]:
    names = {name[:255] for one in envelopes for name in one.references}
    names |= {one.external_id[:255] for one in envelopes if is_letter(one)}
    names |= {bounce.external_id[:255] for one in envelopes for bounce in one.bounced}
    names.discard("")
    if not names:
        return {}
    rows = Message.objects.filter(external_id__in=names).order_by("-pk")
    return dict(rows.values_list("external_id", "conversation_id"))


def _followed(numbers: Collection[int]) -> dict[int, Conversation]:
    """Conversations by the numbers asked for; a merged one is the one it lives on in.

    Locked, in one order: what a colleague does at this moment must not be overwritten by what was
    read before.
    """
    rows = _locked(numbers)
    for _ in range(MERGES_FOLLOWED):
        further = {
            row.merged_into_id
            for row in rows.values()
            if row.merged_into_id is not None and row.merged_into_id not in rows
        }
        if not further:
            break
        rows |= _locked(further)
    return {number: _end_of(row, rows) for number, row in rows.items()}


def _locked(numbers: Collection[int]) -> dict[int, Conversation]:
    rows = Conversation.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    return {row.pk: row for row in rows}


def _end_of(row: Conversation, rows: dict[int, Conversation]) -> Conversation:
    for _ in range(MERGES_FOLLOWED):
        if row.merged_into_id is None or row.merged_into_id not in rows:
            break
        row = rows[row.merged_into_id]
    return row


def _participants(numbers: Collection[int]) -> dict[int, set[str]]:
    rows = (
        Participant.objects.filter(conversation_id__in=numbers)
        .exclude(role="someone_else")
        .values_list("conversation_id", "identity__value")
    )
    found: dict[int, set[str]] = {}
    for number, address in rows:
        found.setdefault(number, set()).add(address)
    return found


def _asked(numbers: Collection[int]) -> set[int]:
    waiting = ClosingProposal.objects.filter(conversation_id__in=numbers, answered_at__isnull=True)
    return set(waiting.values_list("conversation_id", flat=True))


def _directors(envelopes: Sequence[Inbound]) -> dict[int, tuple[str, int | None]]:
    named = {b.pk: b.director_address.lower() for b in brands.brands() if b.director_address}
    if not named.keys() & {one.brand_id for one in envelopes}:
        return {}
    owner = accounts.active_users().filter(role="owner").order_by("pk").first()
    return {number: (address, owner.pk if owner else None) for number, address in named.items()}


def _seen(envelopes: Sequence[Inbound], own: Collection[str]) -> list[people.Seen]:
    seen = []
    for one in envelopes:
        if one.sender and _address(one.sender):
            seen.append(
                people.Seen(
                    shown=one.sender.address,
                    name=one.sender.name,
                    language=one.language[:2],
                    kind=IdentityKind(one.sender.kind),
                )
            )
        if one.sender_verified or one.history:
            shown = {_address(party): party for party in (*one.to, *one.cc)}
            seen += [
                people.Seen(shown=shown[address].address, name=shown[address].name)
                for address in _copied(one, own)
            ]
    return seen


def _copied(envelope: Inbound, own: Collection[str]) -> list[str]:
    named = dict.fromkeys(_address(party) for party in (*envelope.to, *envelope.cc))
    sender = _address(envelope.sender)
    return [name for name in named if name and name not in own and name != sender][:MOST_COPIED]


def _address(party: Party | None) -> str:
    if party is None:
        return ""
    try:
        return people_rules.normalised(IdentityKind(party.kind), party.address)
    except NotAnAddress:
        return ""
