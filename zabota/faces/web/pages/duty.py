"""Whether I am there, and how many of my visitors wait: the bar of each page (S-109)."""

from dataclasses import dataclass
from datetime import datetime

from zabota.domains.desk.enums import Presence
from zabota.domains.desk.queries import staff
from zabota.faces.web import staff_words
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Duty:
    """`waiting` are chats of mine, or of nobody after the call, in which the visitor waits; `mark`
    changes when anything here does.
    """

    presence: Presence
    word: str
    until: datetime | None
    waiting: int

    @property
    def mark(self) -> str:
        return f"{self.presence}.{self.waiting}"


def duty_of(actor: Actor, *, now: datetime) -> Duty | None:
    """What the bar says; None for one who does not answer. Three queries."""
    if not actor.may_answer:
        return None
    presence, until = staff.presence_of(actor.person_id, at=now)
    return Duty(
        presence=presence,
        word=str(staff_words.PRESENCE[presence]),
        until=until,
        waiting=staff.waiting_for(actor),
    )
