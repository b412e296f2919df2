"""What people have typed and not sent. The words are their author's; that he types is seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zabota.domains.desk.errors import Incomplete, NotAllowed
from zabota.domains.desk.models import Draft
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries.beside import may_have
from zabota.domains.desk.services import uploads
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor

KINDS = ("reply", "note")


@dataclass(frozen=True, kw_only=True)
class Own:
    """A draft of one's own."""

    kind: str
    text: str
    changed_at: datetime
    files: Sequence[uploads.Upload] = ()  # of the reply that was taken back into it


@dataclass(frozen=True, kw_only=True)
class Others:
    """That a colleague has a draft there, not what it says."""

    user_id: int
    name: str
    kind: str
    changed_at: datetime


def keep(ref: str, *, text: str, kind: str, actor: Actor, at: datetime) -> None:
    """Keep what was typed in place of what was kept; nothing typed keeps nothing.

    Raises NotFound, NotAllowed (`may_not_answer`), Incomplete (`kind_unknown`).
    """
    with tx.write():
        conversation = access.conversation_for(actor, ref)
        if kind not in KINDS:
            raise Incomplete("kind_unknown")
        if kind == "reply" and not actor.may_answer:
            raise NotAllowed("may_not_answer")
        place: dict[str, Any] = {
            "conversation": conversation,
            "user_id": actor.person_id,
            "kind": kind,
        }
        if text.strip():
            Draft.objects.update_or_create(**place, defaults={"text": text, "changed_at": at})
        else:
            Draft.objects.filter(**place).delete()


def of(ref: str, actor: Actor) -> Sequence[Own]:
    """His own drafts there. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not may_have(Draft, actor, conversation.pk):
        return []
    rows = Draft.objects.filter(conversation=conversation, user_id=actor.person_id)
    return [
        Own(
            kind=row.kind,
            text=row.text,
            changed_at=row.changed_at,
            files=uploads.of(row.brings),
        )
        for row in rows.select_related("brings").order_by("pk")
    ]


def others(ref: str, actor: Actor) -> Sequence[Others]:
    """Who else has a draft there. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not may_have(Draft, actor, conversation.pk):
        return []
    rows = Draft.objects.filter(conversation=conversation).exclude(user_id=actor.person_id)
    return [
        Others(user_id=row.user_id, name=row.user.name, kind=row.kind, changed_at=row.changed_at)
        for row in rows.select_related("user").order_by("changed_at", "pk")
    ]
