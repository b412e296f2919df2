"""What a conversation is about, and why who has it got it (S-109, S-124)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.enums import Kind, State
from zabota.domains.desk.models import Assignment, Conversation
from zabota.domains.desk.queries import access
from zabota.domains.desk.rules import situations
from zabota.domains.desk.rules.sections import HardMoment, Situation, Situations
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.text.texts import Text


@dataclass(frozen=True, kw_only=True)
class About:
    """`situation` was chosen, `suggested` is what the words tell. `because` are the rule's reasons
    for who has it now; `note` a person's own. `needs_somebody`: time runs short, all are called.
    """

    known: Mapping[str, Situation]
    situation: str
    suggested: str
    phase: str
    kind: Kind
    is_urgent: bool
    needs_somebody: bool
    because: tuple[str, ...]
    note: str
    by_name: str
    steps: Text
    concessions: Text

    @property
    def fitting(self) -> Situation | None:
        """The situation whose steps are shown."""
        return self.known.get(self.situation or self.suggested)


def about_for(actor: Actor, ref: str, *, at: datetime) -> About:
    """What is known of the conversation's nature. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    standard = charter.in_force(at=at)
    scope = Scope(
        brand=conversation.brand_id,
        channel=conversation.channel_id,
        customer=conversation.customer_id,
    )
    known = standard.section(Situations, scope=scope).known
    moment = standard.section(HardMoment, scope=scope)
    last = _last(conversation)
    return About(
        known=known,
        situation=conversation.situation if conversation.situation in known else "",
        suggested=suggested(conversation, known),
        phase=conversation.phase,
        kind=Kind(conversation.kind),
        is_urgent=conversation.is_urgent,
        needs_somebody=conversation.called_at is not None
        and conversation.state == State.WAITING_US,
        because=tuple(last.because) if last else (),
        note=last.note if last else "",
        by_name=last.by.name if last and last.by else "",
        steps=moment.steps,
        concessions=moment.concessions,
    )


def suggested(conversation: Conversation, known: Mapping[str, Situation]) -> str:
    """The situation that the subject and the last words tell of, or ""."""
    told = f"{conversation.subject}\n{conversation.preview}"
    return situations.suggested(told, {code: each.words for code, each in known.items()})


def _last(conversation: Conversation) -> Assignment | None:
    """Why who has it now got it; nothing when that was before it was kept."""
    if conversation.assignee_id is None:
        return None
    rows = Assignment.objects.filter(conversation=conversation).select_related("by")
    last = rows.order_by("-pk").first()
    return last if last and last.user_id == conversation.assignee_id else None
