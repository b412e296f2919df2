"""Mails of which no conversation could be made: why, in words, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.channels.queries import inbound
from zabota.faces.web import words
from zabota.faces.web.pages.inbox import UNREADABLE, Tab, tabs
from zabota.kernel.accounts.roles import Actor

SHOWN = 20_000


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail that is kept raw."""

    number: int
    sender: str
    subject: str
    mailbox: str
    at: datetime
    size: int
    reason: str
    attempts: int
    can_try_again: bool


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    tabs: Sequence[Tab]
    mails: Sequence[Mail]


@dataclass(frozen=True, kw_only=True)
class Raw:
    """The beginning of a mail, harmless as text; `rest` bytes of it are not shown."""

    number: int
    text: str
    rest: int


def unreadable_page(actor: Actor) -> Unreadable:
    return Unreadable(
        tabs=tabs(actor, UNREADABLE),
        mails=[_mail(one) for one in inbound.unreadable(actor=actor)],
    )


def raw_page(number: int, content: bytes) -> Raw:
    text = content[:SHOWN].decode("utf-8", "replace").replace("\x00", "\ufffd")
    return Raw(number=number, text=text, rest=max(0, len(content) - SHOWN))


def _mail(one: inbound.Unreadable) -> Mail:
    return Mail(
        number=one.envelope_id,
        sender=one.sender_hint,
        subject=one.subject_hint,
        mailbox=one.channel_address,
        at=one.received_at,
        size=one.size,
        reason=words.unreadable(one.reason),
        attempts=one.attempts,
        can_try_again=one.can_try_again,
    )
