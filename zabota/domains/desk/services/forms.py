"""Writing to us without registration, by a form (S-714): it becomes a conversation that is led by
mail. Who wrote is not believed before he confirms his address; the letter with the link tells when
a person answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_skeleton, format_time, get_timezone

from zabota.domains.channels.envelopes import Inbound, InboundFile, Party
from zabota.domains.channels.queries import addresses
from zabota.domains.channels.services.visits import Chat
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import contact, posting
from zabota.domains.desk.services.standards import Standards
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.people import rules as people_rules
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotAnAddress
from zabota.kernel import tx
from zabota.kernel.brands.models import Brand
from zabota.kernel.files.models import StoredFile

PREVIEW = 200


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The form as it came. `client_id` makes a second press of the button harmless."""

    email: str
    name: str
    text: str
    client_id: str
    language: str
    file_ids: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to reach a person, and when he answers at the latest (S-054)."""

    kind: str  # "chat" or "email"
    address: str
    answers_by: datetime


def ways(chat: Chat, *, at: datetime) -> Sequence[Way]:
    """The brand's open ways, the fastest first."""
    standards = Standards(at=at)
    brand = standards.brands[chat.brand_id]
    found = []
    if chat.sites:
        by = standards.answers_by(brand, in_chat=True, at=at)
        found.append(Way(kind="chat", address=min(chat.sites), answers_by=by))
    for line in addresses.lines():
        if line.kind == "email" and line.is_active and line.brand_id == chat.brand_id:
            by = standards.answers_by(brand, in_chat=False, at=at)
            found.append(Way(kind="email", address=line.address, answers_by=by))
    return sorted(found, key=lambda one: one.answers_by)


def write(filled: Filled, *, chat: Chat, at: datetime) -> datetime:
    """Take it in, and once; returns when a person answers at the latest.

    Raises Incomplete (`text_empty`, `email`, `no_mailbox`).
    """
    text = filled.text.strip()
    if not text and not filled.file_ids:
        raise Incomplete("text_empty")
    try:
        people_rules.normalised(IdentityKind.EMAIL, filled.email)
    except NotAnAddress as problem:
        raise Incomplete("email") from problem
    if filled.email.strip().lower() in addresses.own_addresses():
        raise Incomplete("email")
    name = f"form:{chat.ref}:{filled.client_id}"[:255]
    with tx.write():
        tx.hold([name])
        brand = Brand.objects.get(pk=chat.brand_id)
        by = Standards(at=at).answers_by(brand, in_chat=False, at=at)
        if Message.objects.filter(external_id=name).exists():
            return by
        take_in([_inbound(filled, text, name, chat, at)], at=at)
        message = Message.objects.get(external_id=name)
        conversation = Conversation.objects.select_related("brand").get(pk=message.conversation_id)
        by = conversation.due_at or by
        _answer(conversation, message, filled, by, at)
    return by


def _answer(
    conversation: Conversation, message: Message, filled: Filled, by: datetime, at: datetime
) -> None:
    brand = conversation.brand
    section = posting.section(brand.pk, at=at)
    zone = get_timezone(brand.time_zone)
    language = posting.spoken(brand, filled.language)
    day = format_skeleton("MMMMd", by, tzinfo=zone, locale=language)
    when = f"{day}, {format_time(by, 'HH:mm', tzinfo=zone, locale=language)}"
    contact.ask_to_confirm(
        conversation,
        message.identity_id or 0,
        filled.email,
        name=filled.name,
        language=language,
        text=section.receipt_text.say(language, brand=brand.name, when=when),
        at=at,
    )


def _inbound(filled: Filled, text: str, name: str, chat: Chat, at: datetime) -> Inbound:
    files = StoredFile.objects.in_bulk(filled.file_ids)
    return Inbound(
        envelope_id=None,
        channel_id=posting.mailbox(chat.brand_id, chat.team_id),
        brand_id=chat.brand_id,
        team_id=chat.team_id,
        received_at=at,
        sent_at=None,
        sender=Party(address=filled.email.strip(), name=filled.name.strip()),
        sender_verified=False,
        text=text,
        preview=" ".join(text.split())[:PREVIEW] or ", ".join(f.name for f in files.values()),
        language=filled.language,
        files=tuple(
            InboundFile(file_id=file.pk, name=file.name, media_type=file.media_type, size=file.size)
            for file in files.values()
        ),
        external_id=name,
    )
