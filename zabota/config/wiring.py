"""The one list "fact → who reacts", the ticks, and the registry of charter sections.

Reading this file tells everything that happens by itself. Domains never name those above them:
they publish facts, and this list says who hears them.
"""

from collections.abc import Callable, Mapping
from functools import partial

from zabota.domains.channels import events as channels
from zabota.domains.channels import tasks as channel_tasks
from zabota.domains.channels.rules.sections import Chat, Mail
from zabota.domains.charter import events as charter
from zabota.domains.charter.rules import sections
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.desk import events as desk
from zabota.domains.desk import tasks as desk_tasks
from zabota.domains.desk.queries import access as desk_access
from zabota.domains.desk.rules.sections import (
    Cabinet,
    Closing,
    Handovers,
    HardMoment,
    Letters,
    Notices,
    Refusals,
    Replies,
    Routing,
    Situations,
    Talks,
)
from zabota.domains.desk.services import take_in as desk_intake
from zabota.domains.people import events as people
from zabota.domains.people import tasks as people_tasks
from zabota.domains.people.queries import access as people_access
from zabota.domains.people.rules.sections import Customers, PersonalData, Vip
from zabota.domains.promises import events as promises
from zabota.domains.promises import tasks as promise_tasks
from zabota.domains.promises.rules.sections import Answers
from zabota.kernel.accounts import events as accounts
from zabota.kernel.brands import events as brands
from zabota.kernel.facts.base import Fact
from zabota.kernel.facts.models import FactRow
from zabota.kernel.facts.wires import wire
from zabota.kernel.files import tasks as file_tasks
from zabota.kernel.health import clockguard
from zabota.kernel.jobs.tasks import Task
from zabota.kernel.live import hub

REACTIONS: Mapping[type[Fact], tuple[Task, ...]] = {
    channels.DeliveryConfirmed: (desk_tasks.record_delivery,),
    channels.DeliveryFailed: (desk_tasks.record_failure,),
    channels.DeliveryDelayed: (desk_tasks.record_delay,),
    channels.MailboxFailed: (channel_tasks.tell_owners,),
    people.CustomersParted: (desk_tasks.give_back_matters,),
    people.AddressDisowned: (desk_tasks.record_disowned,),
    promises.PromiseWarned: (desk_tasks.call_for_help,),
    people.ConsentWithdrawn: (people_tasks.forget_by_consent,),
}

# Facts that nobody reacts to: they are kept for the history, for insight and for replay; the live
# hub passes hints of them to those who look.
UNHEARD: frozenset[type[Fact]] = frozenset(
    {
        accounts.FactsExported,
        accounts.MembershipsChanged,
        accounts.PersonJoined,
        accounts.PersonLeft,
        accounts.RightsChanged,
        accounts.RoleChanged,
        accounts.SecondFactorForgotten,
        accounts.SecondFactorRequired,
        accounts.SignedOut,
        accounts.TeamChanged,
        brands.BrandChanged,
        channels.ChatSet,
        channels.VisitEnded,
        channels.EnvelopeTriedAgain,
        channels.EnvelopeUnreadable,
        channels.MailboxSet,
        channels.MailboxRecovered,
        channels.RecipientRefused,
        charter.CharterPutInForce,
        people.CustomerChanged,
        people.CustomersMerged,
        people.StageEntered,
        people.HumanNoteWritten,
        people.ConsentGiven,
        people.RelationshipChanged,
        people.TieChanged,
        people.TermsChanged,
        people.CareTaskDone,
        people.CareTaskMade,
        people.CustomerErased,
        people.DataConfirmed,
        people.DataGivenOut,
        people.ErasureAsked,
        people.ErasureDeclined,
        people.NeedRaised,
        people.NeedSettled,
        people.ObservationMade,
        people.ProposalAnswered,
        people.VipEnded,
        people.VipGranted,
        promises.PromiseGiven,
        promises.PromiseKept,
        promises.PromiseReopened,
        promises.PromiseBroken,
        promises.PromiseWithdrawn,
        desk.ConversationOpened,
        desk.MessageReceived,
        desk.ReplyQueued,
        desk.ReplyUndone,
        desk.ReplySent,
        desk.ReplyFailed,
        desk.ReplyDelayed,
        desk.NoteWritten,
        desk.ConversationAssigned,
        desk.EntitlementGiven,
        desk.EntitlementMissed,
        desk.HandoverOffered,
        desk.HandoverRead,
        desk.TagsChanged,
        desk.TaskAdded,
        desk.TaskDone,
        desk.TaskDropped,
        desk.TaskReported,
        desk.ProblemOpened,
        desk.ProblemLinked,
        desk.ProblemUnlinked,
        desk.ProblemResolved,
        desk.LeaderAsked,
        desk.LeaderDecided,
        desk.CustomerWarned,
        desk.ServiceRefused,
        desk.ClosingProposed,
        desk.ClosingReminded,
        desk.ClosingDeclined,
        desk.ConversationClosed,
        desk.ConversationReopened,
        desk.StateChanged,
        desk.ConversationsMerged,
        desk.ConversationSplit,
        desk.ParticipantsChanged,
        desk.HelpCalled,
        desk.ChatGivenBack,
        desk.HardContactNoted,
        desk.KindChosen,
        desk.ForWhomChosen,
        desk.PresenceChanged,
        desk.PortfolioExceeded,
    }
)

# name → (seconds between calls, what is called with the moment)
TICKS: Mapping[str, tuple[float, Callable[..., object]]] = {
    "channels.take_in": (1.0, partial(channel_tasks.take_in, receive=desk_intake.take_in)),
    "channels.keep_chats": (1.0, channel_tasks.keep_chats),
    "channels.sweep": (3600.0, channel_tasks.sweep),
    "promises.look": (5.0, promise_tasks.look_at_due),
    "desk.route": (2.0, desk_tasks.find_who_answers),
    "people.make_rounds": (3600.0, people_tasks.make_rounds),
    "people.forget_old_values": (86400.0, people_tasks.forget_old_values),
    "people.forget_looks": (86400.0, people_tasks.forget_looks),
    "desk.erase_due": (86400.0, desk_tasks.erase_due),
    "desk.look_at_entitlements": (15.0, desk_tasks.look_at_entitlements),
    "desk.remind": (60.0, desk_tasks.remind_of_closing),
    "desk.forget_awaited": (86400.0, desk_intake.forget_awaited),
    "desk.forget_uploads": (3600.0, desk_tasks.forget_uploads),
    "desk.forget_doors": (86400.0, desk_tasks.forget_doors),
    "files.sweep": (86400.0, file_tasks.sweep),
    "clock.guard": (10.0, clockguard.look),
}

# The sections of the charter, in the order in which pages show them.
SECTIONS: tuple[type[sections.Section], ...] = (
    Hours,
    Answers,
    Replies,
    Letters,
    Talks,
    Closing,
    Notices,
    Handovers,
    Refusals,
    Routing,
    HardMoment,
    Situations,
    Mail,
    Chat,
    Cabinet,
    Customers,
    Vip,
    PersonalData,
)


def _matter(fact: Fact, row: FactRow) -> list[str]:
    """The conversation that a fact is about, its relative (merged, split), and the lists."""
    if row.about_kind != "conversation":
        return []
    relatives = [getattr(fact, name) for name in ("merged_id", "new_id") if hasattr(fact, name)]
    return [f"conversation-{each}" for each in (row.about_id, *relatives)] + ["inbox"]


def _seen_by_customer(fact: Fact, row: FactRow) -> list[str]:
    """A change that its customer sees as well, in the chat where he looks."""
    matters = _matter(fact, row)
    return [*matters, *(name.replace("conversation", "matter") for name in matters[:-1])]


def _inbox(_fact: Fact, _row: FactRow) -> list[str]:
    return ["inbox"]


def _board(_fact: Fact, _row: FactRow) -> list[str]:
    return ["board"]


def _health(_fact: Fact, _row: FactRow) -> list[str]:
    return ["health"]


def _person(fact: accounts.RightsChanged | accounts.SignedOut, _row: FactRow) -> list[str]:
    return [hub.person(fact.user_id)]


def _viewers(fact: desk.ConversationAssigned, _row: FactRow) -> list[str]:
    return [f"conversation-{fact.conversation_id}"]


def _visitors(fact: desk.DeskFact, _row: FactRow) -> list[str]:
    """Whoever looks at a matter in the chat; of a merged one, those whose matter it was."""
    return [f"matter-{getattr(fact, 'merged_id', fact.conversation_id)}"]


def _visit(fact: channels.VisitEnded, _row: FactRow) -> list[str]:
    return [f"visit-{fact.visit_id}"]


def _chat(fact: channels.ChatSet, _row: FactRow) -> list[str]:
    return [f"chat-{fact.channel_id}"]


# Which live topics a fact changes: whoever looks at one asks its page anew.
TOPICS: Mapping[type[Fact], hub.Topics] = {
    **{
        kind: _matter
        for kind in (*vars(desk).values(), *vars(promises).values())
        if isinstance(kind, type) and issubclass(kind, (desk.DeskFact, promises.PromiseFact))
    },
    **dict.fromkeys(
        (
            desk.ConversationOpened,
            desk.MessageReceived,
            desk.ReplyQueued,
            desk.ReplySent,
            desk.ReplyFailed,
            desk.ConversationAssigned,
            desk.ClosingProposed,
            desk.ClosingDeclined,
            desk.ConversationClosed,
            desk.ConversationReopened,
            desk.StateChanged,
            desk.ConversationsMerged,
        ),
        _seen_by_customer,
    ),
    desk.PresenceChanged: _board,
    channels.EnvelopeUnreadable: _inbox,
    channels.EnvelopeTriedAgain: _inbox,
    channels.MailboxFailed: _health,
    channels.MailboxRecovered: _health,
}

# Whose streams a fact closes, so that their rights are asked anew (T22): a person's, a topic's.
# A visitor who was dropped, erased, or whose chat was switched off, hears nothing more.
CLOSES: Mapping[type[Fact], hub.Topics] = {
    accounts.RightsChanged: _person,
    accounts.SignedOut: _person,
    desk.ConversationAssigned: _viewers,
    desk.ParticipantsChanged: _visitors,
    desk.ConversationsMerged: _visitors,
    desk.ConversationSplit: _visitors,
    channels.VisitEnded: _visit,
    channels.ChatSet: _chat,
}

# Topics that many look at: at most one hint in two seconds.
LISTS = ("inbox", "board", "health")

# Who hears whether anybody listens to a topic: the agents, whether their visitor is there.
PRESENCE = {"matter": "conversation"}


def connect() -> None:
    """Give the kernel the list. Called once, when all apps are loaded."""
    wire(REACTIONS)
    sections.register(SECTIONS)
    people_access.wire(desk_access.sees_customer)
    hub.wire(topics=TOPICS, closes=CLOSES, lists=LISTS, presence=PRESENCE)
