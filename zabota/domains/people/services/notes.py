"""Human context of a customer: his worries, tasks, quirks, expectations, attitudes (S-011)."""

from datetime import datetime

from zabota.domains.people import events
from zabota.domains.people.enums import NoteKind
from zabota.domains.people.errors import Incomplete, NotAllowed, NotFound
from zabota.domains.people.models import HumanNote
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log as facts


def add(customer_ref: str, *, kind: NoteKind, text: str, actor: Actor, at: datetime) -> HumanNote:
    """Write down what helps to understand him; a colleague may too.

    Raises NotFound, Incomplete (`text_empty`).
    """
    with tx.write():
        customer = access.customer_for(actor, customer_ref, lock=True)
        if not text.strip():
            raise Incomplete("text_empty")
        note = HumanNote.objects.create(
            customer=customer, kind=kind, text=text.strip(), author_id=actor.id, at=at
        )
        fact = events.HumanNoteWritten(customer_id=customer.pk, note_id=note.pk)
        facts.publish(fact, at=at, actor_id=actor.id)
    return note


def remove(note_id: int, *, actor: Actor, at: datetime) -> None:
    """Its author, or who leads, takes it from the dossier. Twice is once.

    Raises NotFound, NotAllowed (`author_or_leader`).
    """
    with tx.write():
        note = HumanNote.objects.select_related("customer").filter(pk=note_id).first()
        if note is None:
            raise NotFound
        access.customer_for(actor, note.customer.ref)
        if note.author_id != actor.id and actor.role not in LEADING:
            raise NotAllowed("author_or_leader")
        if note.removed_at is None:
            note.removed_at = at
            note.save(update_fields=["removed_at"])
            fact = events.CustomerChanged(customer_id=note.customer_id)
            facts.publish(fact, at=at, actor_id=actor.id)


LEADING = (Role.LEADER, Role.MANAGER, Role.OWNER)
