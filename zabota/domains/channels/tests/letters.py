"""Letters of the cast's customers, and a desk that only writes down what it was given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from tests.cast import MORNING
from zabota.domains.channels.envelopes import Inbound, TakenIn
from zabota.domains.channels.services.storing import RawMail


def letter(
    number: int = 1,
    *,
    sender: str = "Ilze Kalnina <ilze@example.com>",
    to: str = "help@liepa.example",
    subject: str = "",
    body: str = "",
    message_id: str | None = "",
    extra: str = "",
) -> bytes:
    """Letter `number`; `message_id` None leaves the header out."""
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject or f'Order {number}'}",
        "Date: Tue, 19 May 2026 08:59:00 +0300",
    ]
    if message_id is not None:
        lines.append(f"Message-ID: {message_id or f'<letter-{number}@example.com>'}")
    if extra:
        lines.append(extra)
    text = body or f"Labdien! Kur ir mans pasūtījums {number}?"
    return "\r\n".join([*lines, "", text, ""]).encode()


def mail(content: bytes, *, uid: int | None = None, uidvalidity: int = 7) -> RawMail:
    return RawMail(
        content=content,
        received_at=MORNING,
        folder="INBOX" if uid else "",
        uidvalidity=uidvalidity if uid else None,
        uid=uid,
    )


@dataclass
class Desk:
    """Remembers the envelopes it took; raises for a subject that is in `refuses`."""

    refuses: set[str] = field(default_factory=set)
    taken: list[Inbound] = field(default_factory=list)
    calls: int = 0

    def take_in(self, envelopes: Sequence[Inbound], *, at: datetime) -> TakenIn:  # noqa: ARG002
        self.calls += 1
        assert connection.in_atomic_block
        for envelope in envelopes:
            if envelope.subject in self.refuses:
                raise ValueError(envelope.subject)
        self.taken.extend(envelopes)
        return TakenIn(messages=len(envelopes), conversations=len(envelopes))

    @property
    def subjects(self) -> list[str]:
        return [envelope.subject for envelope in self.taken]
