"""The status card, derived: the same for customer and agent (S-150). Codes here, words in the
faces.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zabota.domains.desk.enums import State


class Now(StrEnum):
    """What happens at this moment."""

    WAITS_FOR_AGENT = "waits_for_agent"
    AGENT_WORKS = "agent_works"
    REPLY_LEAVES = "reply_leaves"
    REPLY_FAILED = "reply_failed"
    ANSWERED = "answered"
    ASKED_TO_CLOSE = "asked_to_close"
    CLOSED = "closed"


class Next(StrEnum):
    """What comes then."""

    FIRST_ANSWER = "first_answer"
    ANSWER = "answer"
    CUSTOMER_ANSWERS = "customer_answers"
    CUSTOMER_AGREES = "customer_agrees"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Card:
    """Who does it, what happens now, what is next and by when, what we wait for from the
    customer.
    """

    agent_id: int | None
    now: Now
    next: Next
    by_when: datetime | None
    is_overdue: bool
    from_customer: bool


def card(
    *,
    state: State,
    agent_id: int | None,
    answered_before: bool,
    reply_leaving: bool,
    reply_failed: bool,
    due_at: datetime | None,
    at: datetime,
) -> Card:
    """The card of a conversation at a moment."""
    now, following = _now(state, agent_id, answered_before)
    if reply_failed and state is not State.CLOSED:
        now = Now.REPLY_FAILED
    elif reply_leaving and state is State.WAITING_CUSTOMER:
        now = Now.REPLY_LEAVES
    return Card(
        agent_id=agent_id,
        now=now,
        next=following,
        by_when=due_at if state is State.WAITING_US or reply_failed else None,
        is_overdue=due_at is not None and due_at < at,
        from_customer=state in {State.WAITING_CUSTOMER, State.AWAITING_CONSENT},
    )


def _now(state: State, agent_id: int | None, answered_before: bool) -> tuple[Now, Next]:
    if state is State.CLOSED:
        return Now.CLOSED, Next.NOTHING
    if state is State.AWAITING_CONSENT:
        return Now.ASKED_TO_CLOSE, Next.CUSTOMER_AGREES
    if state is State.WAITING_CUSTOMER:
        return Now.ANSWERED, Next.CUSTOMER_ANSWERS
    working = Now.WAITS_FOR_AGENT if agent_id is None else Now.AGENT_WORKS
    return working, Next.ANSWER if answered_before else Next.FIRST_ANSWER
