"""What happens on the desk. The base gives each fact its conversation."""

from dataclasses import dataclass
from datetime import datetime

from zabota.domains.desk.enums import ClosedBy, Presence, State, Trust
from zabota.kernel.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class DeskFact(Fact):
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(DeskFact):
    customer_id: int | None
    history: bool = False


@dataclass(frozen=True, kw_only=True)
class MessageReceived(DeskFact):
    message_id: int
    trust: Trust
    automatic: str = ""
    history: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyQueued(DeskFact):
    message_id: int
    send_at: datetime
    first: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyUndone(DeskFact):
    message_id: int


@dataclass(frozen=True, kw_only=True)
class ReplySent(DeskFact):
    message_id: int
    perhaps_twice: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyFailed(DeskFact):
    message_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class ReplyDelayed(DeskFact):
    message_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class NoteWritten(DeskFact):
    message_id: int
    mentioned: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(DeskFact):
    assignee_id: int | None
    team_id: int | None
    because: tuple[str, ...] = ()  # codes of the rule that chose


@dataclass(frozen=True, kw_only=True)
class HandoverOffered(DeskFact):
    handover_id: int
    to_id: int | None
    to_team_id: int | None


@dataclass(frozen=True, kw_only=True)
class HandoverRead(DeskFact):
    """The receiver confirmed having read it (S-112)."""

    handover_id: int


@dataclass(frozen=True, kw_only=True)
class TagsChanged(DeskFact):
    pass


@dataclass(frozen=True, kw_only=True)
class TaskAdded(DeskFact):
    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskDone(DeskFact):
    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskDropped(DeskFact):
    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskReported(DeskFact):
    """What was asked for is done and the customer was told so in a reply (S-121)."""

    task_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class ProblemOpened(DeskFact):
    problem_id: int


@dataclass(frozen=True, kw_only=True)
class ProblemLinked(DeskFact):
    """This conversation tells of a problem that was known already."""

    problem_id: int


@dataclass(frozen=True, kw_only=True)
class ProblemUnlinked(DeskFact):
    """It turned out to tell of something else."""

    problem_id: int


@dataclass(frozen=True, kw_only=True)
class ProblemResolved(Fact):
    problem_id: int


@dataclass(frozen=True, kw_only=True)
class LeaderAsked(DeskFact):
    request_id: int


@dataclass(frozen=True, kw_only=True)
class LeaderDecided(DeskFact):
    request_id: int
    decision: str


@dataclass(frozen=True, kw_only=True)
class CustomerWarned(DeskFact):
    """The step before a refusal of service (S-131)."""

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class ServiceRefused(DeskFact):
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class ClosingProposed(DeskFact):
    proposal_id: int


@dataclass(frozen=True, kw_only=True)
class ClosingReminded(DeskFact):
    proposal_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ClosingDeclined(DeskFact):
    proposal_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationClosed(DeskFact):
    by: ClosedBy


@dataclass(frozen=True, kw_only=True)
class ConversationReopened(DeskFact):
    pass


@dataclass(frozen=True, kw_only=True)
class StateChanged(DeskFact):
    state: State


@dataclass(frozen=True, kw_only=True)
class ConversationsMerged(DeskFact):
    """`conversation_id` stays; `merged_id` lives on in it."""

    merged_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationSplit(DeskFact):
    """A new conversation was made from messages of `conversation_id` (S-117)."""

    new_id: int


@dataclass(frozen=True, kw_only=True)
class ParticipantsChanged(DeskFact):
    pass


@dataclass(frozen=True, kw_only=True)
class HelpCalled(DeskFact):
    """A chat waits and its time runs short: whoever is on duty is called (S-146)."""


@dataclass(frozen=True, kw_only=True)
class ChatGivenBack(DeskFact):
    """Its agent is not there and the visitor waits: it is in the queue again."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class HardContactNoted(DeskFact):
    """A contact hurt; counted for who had it (S-132)."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ForWhomChosen(DeskFact):
    """Whom the matter is for; None: the customer himself (S-052)."""

    for_customer_id: int | None


@dataclass(frozen=True, kw_only=True)
class KindChosen(DeskFact):
    """What the conversation is about was chosen: codes only (S-124, S-127, S-129)."""

    situation: str
    phase: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class PresenceChanged(Fact):
    """Somebody of ours came, went, or asked for a pause."""

    user_id: int
    presence: Presence


@dataclass(frozen=True, kw_only=True)
class PortfolioExceeded(Fact):
    """A leader gave somebody more customers of his own than the charter allows (S-103)."""

    customer_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class EntitlementGiven(DeskFact):
    """A VIP customer got what his level entitles to (S-026)."""

    check_id: int


@dataclass(frozen=True, kw_only=True)
class EntitlementMissed(DeskFact):
    """He did not get it in time; an apology is a task now."""

    check_id: int
