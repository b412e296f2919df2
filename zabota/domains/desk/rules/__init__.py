"""Decisions of the desk, pure: which conversation a mail joins, whose move it is, what may be
closed.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from zabota.domains.desk.enums import State, Trust

# --- threading -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A conversation that a mail may belong to: its id and the addresses that take part."""

    conversation_id: int
    participants: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Thread:
    """Where a mail goes: into `joins`, or into a new conversation that remembers `comes_from`."""

    joins: int | None
    comes_from: int | None
    trust: Trust


def thread_for(
    *,
    sender: str,
    sender_verified: bool,
    signed: Candidate | None,
    signed_to_sender: bool,
    referenced: Sequence[Candidate],
    history: bool = False,
) -> Thread:
    """Decide by a signed id first, then by references; a number in the subject never joins (T12).

    A valid signed id joins whoever sent it, but a stranger as "someone else", without any right to
    read. References join only a verified sender who already takes part; otherwise a new
    conversation
    remembers the old one. In our own archive (`history`) references of a participant suffice:
    nobody
    can forge what we kept ourselves.
    """
    if signed is not None:
        return Thread(
            joins=signed.conversation_id,
            comes_from=None,
            trust=_trust_in_signed(sender, sender_verified, signed, signed_to_sender),
        )
    for candidate in referenced:
        takes_part = sender in candidate.participants or (history and not sender)
        if takes_part and (sender_verified or history):
            trust = Trust.VERIFIED if sender_verified else Trust.UNVERIFIED
            return Thread(joins=candidate.conversation_id, comes_from=None, trust=trust)
    return Thread(
        joins=None,
        comes_from=referenced[0].conversation_id if referenced else None,
        trust=Trust.VERIFIED if sender_verified else Trust.UNVERIFIED,
    )


def _trust_in_signed(
    sender: str, sender_verified: bool, signed: Candidate, signed_to_sender: bool
) -> Trust:
    if sender not in signed.participants:
        return Trust.SOMEONE_ELSE
    # He answers the very mail that we sent to his address: that proves the address is his.
    return Trust.VERIFIED if sender_verified or signed_to_sender else Trust.UNVERIFIED


# --- whose move ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What an incoming message does to its conversation."""

    state: State
    reopens: bool = False
    maybe_agrees: bool = False


def after_arrival(
    state: State, *, automatic: bool, thanks_only: bool, trust: Trust, asked_to_close: bool
) -> Arrival:
    """Whose move it is now.

    Machines change nothing. After closing, thanks alone does not reopen, any other word does. While
    we wait for consent, thanks alone is not consent; another reply may be: an agent decides.
    """
    if automatic:
        return Arrival(state=state)
    if state is State.CLOSED and thanks_only:
        return Arrival(state=state)
    if asked_to_close and thanks_only:
        return Arrival(state=state)  # what he asked before his thanks still waits for us
    return Arrival(
        state=State.WAITING_US,
        reopens=state is State.CLOSED,
        maybe_agrees=asked_to_close and trust is Trust.VERIFIED,
    )


def owes_answer(*, automatic: str, history: bool) -> bool:
    """A person who has just written is promised a first answer; a machine or an archive is not."""
    return not automatic and not history


# --- subjects ------------------------------------------------------------------------------------

_REPLY_MARKS = re.compile(
    r"^\s*(?:(?:re|fw|fwd|aw|wg|sv|atb|pārs|отв|ответ|пересл)\s*(?:\[\d{1,3}\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)
SUBJECT_LENGTH = 500


def bare_subject(subject: str) -> str:
    """The subject without marks of replying and forwarding: "Re:" is no change of subject."""
    return " ".join(_REPLY_MARKS.sub("", subject[:2000]).split())[:SUBJECT_LENGTH]


def reply_subject(subject: str) -> str:
    """Our reply's subject: the locked one, not a character changed, behind the field's "Re: "
    (S-116).
    """
    return f"Re: {subject}" if subject else "Re:"


def is_telling(subject: str, empty_words: Collection[str]) -> bool:
    """Whether a subject names the matter (S-118): not empty, not only words such as "question",
    "hello".
    """
    words = re.findall(r"\w+", subject.lower())
    return any(word not in empty_words for word in words if len(word) > 1 or word.isdigit())


# --- closing -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Loose:
    """What still hangs on a conversation that is to be closed."""

    open_tasks: int = 0
    unreported_tasks: int = 0
    unresolved_problems: int = 0
    undelivered: int = 0


def hinders_closing(loose: Loose) -> str:
    """The code of what must be done first, or "" when nothing hinders (S-099, S-121)."""
    if loose.open_tasks:
        return "tasks_open"
    if loose.unreported_tasks:
        return "tasks_unreported"
    if loose.unresolved_problems:
        return "problem_unresolved"
    return "reply_undelivered" if loose.undelivered else ""


def may_close_on_silence(*, leads: bool, reminders: int, wanted: int, reason: str) -> str:
    """The code of why not, or "": only a leader, after the reminders, with a reason (S-100)."""
    if not leads:
        return "leader_only"
    if reminders < wanted:
        return "reminders_first"
    return "" if reason.strip() else "reason_needed"


# --- replies -------------------------------------------------------------------------------------


def recipients_of(
    participants: Sequence[tuple[str, str]], dropped: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """(name, address) of everybody who gets a reply: all who take part but those dropped by hand
    (S-093).
    """
    return tuple(one for one in participants if one[1] not in dropped)


def must_be_list(text: str) -> bool:
    """Whether our message asks two or more questions outside a numbered list (S-120)."""
    asking = [line for line in text.splitlines() if "?" in line]
    questions = sum(line.count("?") for line in asking)
    numbered = sum(1 for line in asking if re.match(r"\s*\d{1,2}[.)]\s", line))
    return questions >= 2 and numbered < len(asking)
