"""All that is kept of one customer, his matters and files included: for giving it out to him
(GDPR art. 15 and 20, 152-FZ art. 14).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from zabota.domains.desk.models import Attachment, Conversation, Message
from zabota.domains.people.queries import everything as people
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.files import store
from zabota.kernel.files.models import StoredFile

CONVERSATION = ("pk", "subject", "state", "opened_at", "last_message_at", "language")
MESSAGE = ("pk", "conversation_id", "direction", "at", "subject", "text", "to", "cc", "sent_at")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file of his matters; `name` is a place in the archive that nobody outside has chosen."""

    name: str
    shown: str
    file: StoredFile

    def read(self) -> bytes:
        """The bytes; none when somebody took the file away."""
        try:
            return store.read(self.file)
        except FileNotFoundError:
            return b""


@dataclass(frozen=True, kw_only=True)
class Everything:
    """`tables`: table → rows, as plain values; `files`: what was attached."""

    customer_id: int
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    files: Sequence[Part]


def of_customer(actor: Actor, ref: str) -> Everything:
    """Raises people's NotFound, NotAllowed. What others wrote in matters of their own is theirs,
    and is not among it.
    """
    numbers, known = people.of_customer(actor, ref)
    matters = Conversation.objects.filter(customer_id__in=numbers).order_by("pk")
    his = Q(conversation__in=matters) | Q(identity__customer_id__in=numbers)
    messages = Message.objects.filter(his).exclude(direction="note").order_by("pk")
    parts = Attachment.objects.filter(message__in=messages).select_related("file").order_by("pk")
    tables = {
        **known,
        "conversation": list(matters.values(*CONVERSATION)),
        "message": list(messages.values(*MESSAGE)),
    }
    return Everything(customer_id=numbers[0], tables=tables, files=list(_parts(parts)))


def _parts(rows: Any) -> Iterator[Part]:
    for number, row in enumerate(rows, start=1):
        ending = row.name.rpartition(".")[2] if "." in row.name else ""
        fitting = ending if ending.isascii() and ending.isalnum() and len(ending) <= 8 else "bin"
        name = f"files/{number:04d}.{fitting.lower()}"
        yield Part(name=name, shown=row.name, file=row.file)
