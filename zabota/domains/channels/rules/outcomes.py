"""What came of an attempt to send, and what follows from it. Pure.

Codes about a recipient or the message: `address_unknown`, `address_invalid`, `mailbox_full`,
`too_large`, `refused_by_policy`, `sender_refused`, `refused`, `try_later`, `unwritable`.
Those about a mailbox's server are listed in `kinds.email.trouble`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A no. `final`: asking again is of no use. `detail`: the server's own words, for people."""

    code: str
    final: bool
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one attempt.

    `accepted` have it. `refused` do not. `trouble` concerned the whole message, so nobody else has
    it. `at_mailbox`: it is the mailbox that does not work, no message of it is to blame.
    `uncertain`: the line broke after the last dot, so the server may have taken it.
    """

    accepted: tuple[str, ...] = ()
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    trouble: Refusal | None = None
    at_mailbox: bool = False
    uncertain: bool = False


_ENHANCED = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
_LONGEST_WORDS = 300


def refusal(code: int, words: str, *, at_sender: bool = False) -> Refusal:
    """A reply of 400 and more as a refusal (RFC 5321, 4.2; RFC 3463)."""
    final = code >= 500
    detail = _words(f"{code} {words}")
    if not final:
        full = _enhanced(words) == ("2", "2")
        return Refusal(code="mailbox_full" if full else "try_later", final=False, detail=detail)
    return Refusal(code=_reason(code, words, at_sender=at_sender), final=True, detail=detail)


def _reason(code: int, words: str, *, at_sender: bool) -> str:
    if at_sender:
        return "sender_refused"
    match _enhanced(words):
        case ("1", _):
            return "address_unknown"
        case ("2", "1"):
            return "address_unknown"
        case ("2", "2"):
            return "mailbox_full"
        case ("2" | "3", "3" | "4"):
            return "too_large"
        case ("7", _):
            return "refused_by_policy"
    return {550: "address_unknown", 552: "too_large"}.get(code, "refused")


def _enhanced(words: str) -> tuple[str, str]:
    found = _ENHANCED.search(words)
    return (found[2], found[3]) if found else ("", "")


def _words(text: str) -> str:
    """One line without control characters: a stranger's server wrote it (T53)."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:_LONGEST_WORDS]


def next_try(*, tries: int, pauses: tuple[float, ...], most: int, at: datetime) -> datetime | None:
    """When to try again after that many tries; None when it is time to give up."""
    if tries >= most:
        return None
    return at + timedelta(seconds=pauses[min(max(tries, 1), len(pauses)) - 1])
