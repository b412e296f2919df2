"""Vocabulary of channels."""

from enum import StrEnum


class InboundState(StrEnum):
    NEW = "new"  # raw bytes are safe, not yet read
    DONE = "done"  # a message of a conversation
    DUPLICATE = "duplicate"  # the same bytes are there already; see duplicate_of
    UNREADABLE = "unreadable"  # kept raw, shown with its reason, can be tried again


class OutboundState(StrEnum):
    WAITING = "waiting"  # until not_before, then for the next try
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # for good; its owner is told
    CANCELLED = "cancelled"  # undone before it left
    HELD = "held"  # refused by the consent gate or held with the clock; says why
