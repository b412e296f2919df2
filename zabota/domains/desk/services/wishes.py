"""What people say of our letters themselves: no more mailings (S-730), and "this is not for me"
(S-717). It is done at once; the matter's people read a note of it.
"""

from collections.abc import Sequence
from datetime import datetime

from zabota.domains.channels.rules import stops
from zabota.domains.channels.rules.sections import Mail
from zabota.domains.charter import queries as charter
from zabota.domains.desk.enums import ParticipantRole, State
from zabota.domains.desk.models import Conversation, Message, Participant
from zabota.domains.desk.rules.sections import Notices
from zabota.domains.desk.services import closings, common, notes
from zabota.domains.desk.services.standards import scope_of
from zabota.domains.people.enums import IdentityKind, Origin
from zabota.domains.people.services import optouts
from zabota.domains.people.services.consents import Proof
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM


def hear(messages: Sequence[Message], *, at: datetime) -> None:
    """Of these letters that people have just written, those that ask for no more mailings: they end
    at once. Within the caller's transaction.

    It needs no proof of who wrote: a no harms nobody who did not say it, a neglected one does.
    """
    asking = [one for one in messages if stops.may_ask(one.text)]
    if not asking:
        return
    rules = charter.in_force(at=at)
    for message in asking:
        section = rules.section(Mail, scope=scope_of(message.conversation))
        asks = stops.asks_to_stop(message.text, section.stop_words)
        writer = message.identity if asks else None
        # Mailings go by mail: a visitor of a chat who says "stop" means the chat.
        if writer is not None and writer.kind == IdentityKind.EMAIL:
            proof = Proof(
                wording=stops.first_line(message.text),
                wording_version=str(rules.number),
                language=message.language[:2],
                origin=Origin.LETTER,
                identity_id=writer.pk,
            )
            optouts.stop(writer.value, optouts.MAILINGS, proof, at=at)
            _note(message.conversation, "asked_to_stop", writer.shown, at=at)


def record_disowned(identity_id: int, *, at: datetime) -> None:
    """An address is not the customer's, its reader says: matters that went there wait for us, with
    a note, and one that was never proved takes part no more. More than once is once.
    """
    with tx.write():
        rows = (
            Participant.objects.select_related("identity")
            .filter(identity_id=identity_id, dropped_at__isnull=True)
            .exclude(role=ParticipantRole.SOMEONE_ELSE)
            .order_by("conversation_id")
        )
        for row in list(rows):
            conversation = common.locked(row.conversation_id)
            client_id = f"not-theirs-{row.pk}-{int(at.timestamp())}"
            if Message.objects.filter(client_id=client_id).exists():
                continue
            if row.identity.verified_at is None:
                Participant.objects.filter(pk=row.pk).update(dropped_at=at)
            closings.overtake(conversation, at=at)
            if conversation.state != State.CLOSED:
                common.move(conversation, State.WAITING_US, at=at)
            _note(conversation, "not_theirs", row.identity.shown, client_id=client_id, at=at)


def _note(
    conversation: Conversation, which: str, address: str, *, at: datetime, client_id: str = ""
) -> None:
    """A note of the house, in the language of who works on the matter; he is called by it."""
    agent = conversation.assignee
    language = agent.language if agent else conversation.brand.language
    text = getattr(charter.in_force(at=at).section(Notices, scope=scope_of(conversation)), which)
    notes.add(
        conversation,
        text.say(language, address=address),
        called=(agent.pk,) if agent else (),
        actor=SYSTEM,
        at=at,
        client_id=client_id,
    )
