"""Vocabulary of the desk."""

from enum import StrEnum


class State(StrEnum):
    """Whose move it is. A conversation is always in exactly one."""

    WAITING_US = "waiting_us"
    WAITING_CUSTOMER = "waiting_customer"
    AWAITING_CONSENT = "awaiting_consent"
    CLOSED = "closed"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    NOTE = "note"


class Delivery(StrEnum):
    """How far an outgoing message got; empty for what came in and for notes."""

    QUEUED = "queued"  # can still be undone
    SENT = "sent"
    DELAYED = "delayed"
    FAILED = "failed"
    UNDONE = "undone"


class Trust(StrEnum):
    """Who the sender of an incoming message is to us."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    SOMEONE_ELSE = "someone_else"


class ParticipantRole(StrEnum):
    CUSTOMER = "customer"
    COPY = "copy"
    SOMEONE_ELSE = "someone_else"  # wrote into the thread, may read nothing


class ClosedBy(StrEnum):
    BUTTON = "button"
    REPLY = "reply"
    VERBAL = "verbal"
    SILENCE = "silence"  # a leader, after reminders, with a reason
    NO_ANSWER_NEEDED = "no_answer_needed"  # a leader: spam, a mailing list, a machine


class ProposalAnswer(StrEnum):
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"  # the customer wrote something else


class LeaderDecision(StrEnum):
    """What a leader does about a hard conversation (S-130)."""

    JOINED = "joined"
    ADVISED = "advised"


class RefusalStepKind(StrEnum):
    WARNED = "warned"
    REFUSED = "refused"


class Chosen(StrEnum):
    """What a person of ours says of himself."""

    AVAILABLE = "available"
    AWAY = "away"


class Presence(StrEnum):
    """What holds: who is silent is offline, whatever he chose; who paused gets nothing new."""

    AVAILABLE = "available"
    PAUSED = "paused"
    AWAY = "away"
    OFFLINE = "offline"


class Phase(StrEnum):
    """Where the customer is: before, during or after his purchase (S-127)."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Kind(StrEnum):
    """What a conversation is. One outside our business is care, not failure (S-129)."""

    MATTER = "matter"
    TALK = "talk"
