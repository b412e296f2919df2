"""The tables of the desk, private to it: conversations and messages, work on them, closing."""

from zabota.domains.desk.models.closing import ClosingProposal, Closure, PortalLink
from zabota.domains.desk.models.conversations import (
    Attachment,
    Awaited,
    Conversation,
    Message,
    Participant,
    ReadMark,
)
from zabota.domains.desk.models.entitlements import EntitlementCheck
from zabota.domains.desk.models.routing import Assignment, Competence, HardContact, Presence
from zabota.domains.desk.models.work import (
    ConversationTag,
    Draft,
    Handover,
    LeaderRequest,
    Mention,
    Problem,
    ProblemLink,
    RefusalStep,
    Tag,
    Task,
)

__all__ = [
    "Assignment",
    "Attachment",
    "Awaited",
    "ClosingProposal",
    "Closure",
    "Competence",
    "Conversation",
    "ConversationTag",
    "Draft",
    "EntitlementCheck",
    "Handover",
    "HardContact",
    "LeaderRequest",
    "Mention",
    "Message",
    "Participant",
    "PortalLink",
    "Presence",
    "Problem",
    "ProblemLink",
    "ReadMark",
    "RefusalStep",
    "Tag",
    "Task",
]
