"""What a conversation has beside its messages: most have little of it, so a page asks first which
tables hold anything of this one, all in one query, and then only those.
"""

from dataclasses import dataclass

from django.db import models

from zabota.domains.desk.models import (
    ClosingProposal,
    Closure,
    Conversation,
    ConversationTag,
    Draft,
    EntitlementCheck,
    Handover,
    LeaderRequest,
    Mention,
    Problem,
    ProblemLink,
    Task,
)
from zabota.kernel import once, statements
from zabota.kernel.accounts.roles import Actor

# Each kind is asked for in one line of the query, in this order.
_KINDS: tuple[type[models.Model], ...] = (
    ClosingProposal,
    Closure,
    Conversation,
    ConversationTag,
    Draft,
    EntitlementCheck,
    Handover,
    LeaderRequest,
    Mention,
    Problem,
    ProblemLink,
    Task,
)
_SQL = """
SELECT
    EXISTS (
        SELECT 1 FROM desk_closingproposal
        WHERE conversation_id = %(id)s AND answered_at IS NULL
    ),
    EXISTS (SELECT 1 FROM desk_closure WHERE conversation_id = %(id)s AND reopened_at IS NULL),
    EXISTS (SELECT 1 FROM desk_conversation WHERE comes_from_id = %(id)s),
    EXISTS (SELECT 1 FROM desk_conversationtag WHERE conversation_id = %(id)s),
    EXISTS (SELECT 1 FROM desk_draft WHERE conversation_id = %(id)s),
    EXISTS (SELECT 1 FROM desk_entitlementcheck WHERE conversation_id = %(id)s),
    EXISTS (SELECT 1 FROM desk_handover WHERE conversation_id = %(id)s),
    EXISTS (SELECT 1 FROM desk_leaderrequest WHERE conversation_id = %(id)s),
    EXISTS (
        SELECT 1 FROM desk_mention JOIN desk_message ON desk_message.id = desk_mention.message_id
        WHERE user_id = %(user)s AND read_at IS NULL AND conversation_id = %(id)s
    ),
    EXISTS (SELECT 1 FROM desk_problem WHERE resolved_at IS NULL),
    EXISTS (SELECT 1 FROM desk_problemlink WHERE conversation_id = %(id)s),
    EXISTS (SELECT 1 FROM desk_task WHERE conversation_id = %(id)s),
    (SELECT message_id FROM desk_readmark WHERE conversation_id = %(id)s AND user_id = %(user)s)
"""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The tables that hold something of a conversation (of problems: any that is unresolved), and
    how far the person has read it.
    """

    kinds: frozenset[type[models.Model]]
    read_up_to: int


def beside(actor: Actor, conversation_id: int) -> Beside:
    """Of a conversation that the person may see: one query, and one a page."""
    return once.once(("beside", actor, conversation_id), lambda: _beside(actor, conversation_id))


def may_have(kind: type[models.Model], actor: Actor, conversation_id: int) -> bool:
    """Whether that table is worth asking: outside a page it always is."""
    return not once.is_reading() or kind in beside(actor, conversation_id).kinds


def _beside(actor: Actor, conversation_id: int) -> Beside:
    *held, read_up_to = statements.row(_SQL, {"id": conversation_id, "user": actor.id})
    kinds = [kind for kind, is_held in zip(_KINDS, held, strict=True) if is_held]
    return Beside(kinds=frozenset(kinds), read_up_to=read_up_to or 0)
