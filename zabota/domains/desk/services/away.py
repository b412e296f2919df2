"""An answer in a chat whose visitor has gone: it goes by mail as well, to the address that is
proved to be his, once and threaded, so that his answer joins the same matter (S-082).

It is queued with the answer and taken back when the answer is seen in the chat in time.
"""

from datetime import datetime, timedelta

from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.queries import addresses
from zabota.domains.channels.services import outbound as channels
from zabota.domains.channels.services import visits
from zabota.domains.channels.services.visits import Visitor
from zabota.domains.desk import rules
from zabota.domains.desk.enums import Delivery, Direction, ParticipantRole
from zabota.domains.desk.models import Conversation, Message, Participant
from zabota.domains.desk.queries import talk
from zabota.domains.desk.services import links, posting, threads
from zabota.domains.desk.services.standards import Standards
from zabota.domains.people.enums import IdentityKind
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import SYSTEM


def mail(
    message: Message, conversation: Conversation, *, standards: Standards, at: datetime
) -> None:
    """See the module; within the caller's transaction. Nothing happens outside chats, and where no
    proved address takes part.
    """
    people = _proved(conversation) if standards.is_chat(conversation) else []
    if not people:
        return
    mailbox = addresses.mailbox_for(brand_id=conversation.brand_id, team_id=conversation.team_id)
    if mailbox is None:
        return
    author = accounts.actor_for(message.author) if message.author else SYSTEM
    buttons: tuple[tuple[str, str], ...] = ()
    if len(people) == 1:
        buttons = links.matter_link(conversation, people[0].address, standards=standards, at=at)
    before = [name for name in threads.references(conversation) if name.startswith("<")]
    outbound = Outbound(
        key=_key(message.pk),
        channel_id=mailbox,
        # A group of its own: what waits here must not hold up the chat.
        group=f"mailed:{conversation.pk}",
        thread=(conversation.pk, message.pk),
        to=tuple(people),
        from_name=standards.sender_name(conversation, author),
        subject=rules.reply_subject(conversation.subject),
        text=message.text,
        signature=standards.signature(conversation, author),
        in_reply_to=before[-1] if before else "",
        references=tuple(before),
        file_ids=tuple(message.attachments.values_list("file_id", flat=True)),
        automatic=message.author_id is None,
        language=conversation.language or "en",
        links=buttons,
    )
    section = posting.section(conversation.brand_id, at=at)
    waits = timedelta(minutes=section.mail_after_minutes)
    if _writes_by_mail(conversation) or _likes_mail(conversation):
        waits = timedelta(0)
    channels.queue_outbound(outbound, at=at, not_before=at + waits)


def mail_unseen(conversation: Conversation, *, at: datetime) -> None:
    """An address was proved after we had answered: what the chat has not shown goes there."""
    seen = visits.read_up_to(_visitors(conversation))
    ours = conversation.messages.filter(
        direction=Direction.OUT,
        pk__gt=seen,
        delivery__in=(Delivery.QUEUED, Delivery.SENT, Delivery.DELAYED),
    )
    standards = Standards(at=at)
    for message in ours.order_by("pk"):
        mail(message, conversation, standards=standards, at=at)


def seen(visitor: Visitor, message_id: int, *, at: datetime) -> int | None:
    """His browser has shown our messages up to that one, of all his matters: they need no mail.
    Returns the newest matter when that is news.
    """
    if not visits.mark_read(visitor, message_id, at=at):
        return None
    numbers = talk.matters_of(visitor.ref)
    shown = Message.objects.filter(
        conversation_id__in=numbers,
        direction=Direction.OUT,
        pk__gt=visitor.read_up_to,
        pk__lte=message_id,
    )
    for key in shown.values_list("pk", flat=True):
        channels.cancel_outbound(_key(key), at=at)
    return numbers[0] if numbers else None


def _key(message_id: int) -> str:
    """Our name for its letter: apart from that of the message, which the chat itself delivers."""
    return f"mailed:{message_id}"


def _proved(conversation: Conversation) -> list[Party]:
    rows = (
        Participant.objects.filter(
            conversation=conversation,
            dropped_at__isnull=True,
            identity__kind=IdentityKind.EMAIL,
            identity__verified_at__isnull=False,
            identity__unusable_since__isnull=True,
        )
        .exclude(role=ParticipantRole.SOMEONE_ELSE)
        .select_related("identity")
        .order_by("pk")
    )
    return [Party(name=row.name, address=row.identity.shown) for row in rows]


def _visitors(conversation: Conversation) -> list[str]:
    rows = conversation.participants.filter(identity__kind=IdentityKind.CHAT)
    return list(rows.values_list("identity__value", flat=True))


def _likes_mail(conversation: Conversation) -> bool:
    """He said himself that mail is how it is best to reach him."""
    customer = conversation.customer
    return customer is not None and customer.preferred_channel == IdentityKind.EMAIL


def _writes_by_mail(conversation: Conversation) -> bool:
    last = threads.last_from_customer(conversation)
    return last is not None and last.channel_id not in addresses.chats()
