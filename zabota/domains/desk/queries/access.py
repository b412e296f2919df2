"""Fetch and authorise in one step: what a person may see. Absent and forbidden look the same."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, F, Func, Q, QuerySet

from zabota.domains.desk.enums import ParticipantRole
from zabota.domains.desk.errors import NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, Message, Participant, PortalLink
from zabota.domains.people.enums import NOT_THEIRS
from zabota.domains.people.errors import NotFound as NobodyThere
from zabota.domains.people.queries import doors
from zabota.domains.people.queries.doors import Holder
from zabota.kernel import ids, once
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.models import Membership, Team, User
from zabota.kernel.accounts.roles import Actor, Role

SEE_ALL = (Role.OWNER, Role.MANAGER, Role.COLLEAGUE)
# What each page shows of a conversation's neighbours; few were merged or come from another.
SHOWN = ("brand", "channel", "customer", "team", "assignee")


def visible_to(actor: Actor) -> Q:
    """Conversations this person may see.

    An agent or leader: those of own teams, of no team, and those assigned to him. Managers, owners
    and
    colleagues: all. A letter by the director's direct line: its addressee alone (S-087).
    """
    private = Q(private_to__isnull=True) | Q(private_to_id=actor.id)
    if actor.sees_all:
        return private
    teams = actor.teams | actor.led
    return private & (Q(team__isnull=True) | Q(team_id__in=teams) | Q(assignee_id=actor.id))


def conversations_for(actor: Actor) -> QuerySet[Conversation]:
    return Conversation.objects.filter(visible_to(actor), merged_into__isnull=True)


def conversation_for(actor: Actor, ref: str, *, lock: bool = False) -> Conversation:
    """The conversation of that ref, followed to where it was merged: while a page is made, fetched
    once with all that it shows. Raises NotFound.
    """
    if lock:
        return _conversation_for(actor, ref, lock=True)
    return once.once(("conversation", actor, ref), lambda: _conversation_for(actor, ref))


def _conversation_for(actor: Actor, ref: str, *, lock: bool = False) -> Conversation:
    rows = Conversation.objects.filter(visible_to(actor))
    if lock:
        # Brand and channel of a conversation never change: they come along.
        rows = rows.select_for_update(of=("self",)).select_related("brand", "channel")
    elif once.is_reading():
        rows = rows.select_related(*SHOWN).annotate(told=_Told(F("pk")))
    found = rows.filter(ref=ref).first()
    for _ in range(20):
        if found is None or found.merged_into_id is None:
            break
        found = rows.filter(pk=found.merged_into_id).first()
    if found is None:
        raise NotFound
    return found


def told(actor: Actor, ref: str) -> str:
    """How much has been told of the conversation, in the moment in which the page's row was read:
    "count.newest" of its facts, and the last message that its visitor's browser has shown. What
    any later fact tells of has another. Raises NotFound.
    """
    with once.reading():
        found: str = conversation_for(actor, ref).told  # type: ignore[attr-defined]  # annotated
    return found


class _Told(Func):
    """See `told`; part of the query that reads the conversation, so that both are of one moment."""

    template = (
        "(SELECT COUNT(*) || '.' || COALESCE(MAX(id), 0) FROM facts_fact"
        " WHERE about_kind = 'conversation' AND about_id = %(expressions)s)"
        " || '.' || (SELECT COALESCE(MAX(read_up_to), 0) FROM desk_participant"
        " JOIN people_identity ON people_identity.id = identity_id AND kind = 'chat'"
        " JOIN channels_visit ON channels_visit.ref = value"
        " WHERE conversation_id = %(expressions)s)"
    )
    output_field = CharField()


def answerable(actor: Actor, ref: str) -> Conversation:
    """The conversation, locked, for one who may answer. Raises NotFound, NotAllowed."""
    conversation = conversation_for(actor, ref, lock=True)
    if not actor.may_answer:
        raise NotAllowed("may_not_answer")
    return conversation


def message_for(actor: Actor, ref: str) -> Message:
    """One message of a conversation that the person may see. Raises NotFound."""
    rows = Message.objects.select_related("conversation").filter(ref=ref)
    found = rows.first()
    if found is None:
        raise NotFound
    conversation_for(actor, found.conversation.ref)
    return found


@dataclass(frozen=True, kw_only=True)
class Own:
    """A matter in a cabinet: the secret of the visit, and the matter's ref."""

    visit: str
    ref: str


# What opens one matter to its customer: a signed link's token, or his cabinet.
Key = str | Own


@dataclass(frozen=True, kw_only=True)
class Link:
    """Who comes, and to what: the matter as it was his first (`opened`), and the conversation in
    which it is led now, followed to where it was merged.

    `row.identity` speaks; what was written by one of `identity_ids`, or to one of `values`, is his.
    """

    row: PortalLink | Participant
    identity_ids: frozenset[int]
    values: frozenset[str]
    opened: Conversation
    conversation: Conversation
    until: datetime | None


def by_key(key: Key, *, at: datetime) -> Link:
    """Whoever holds that key; whatever is wrong with it looks the same (T21). Raises NotFound."""
    return by_link(key, at=at) if isinstance(key, str) else _by_visit(key, at)


def his(holder: Holder) -> QuerySet[Participant]:
    """The matters in which the holder of a cabinet takes part."""
    return Participant.objects.filter(
        identity_id__in=holder.identity_ids, dropped_at__isnull=True
    ).exclude(role=ParticipantRole.SOMEONE_ELSE)


def _by_visit(own: Own, at: datetime) -> Link:
    try:
        holder = doors.holder(own.visit, at=at)
    except NobodyThere as problem:
        raise NotFound from problem
    opened = Conversation.objects.select_related("brand").filter(ref=own.ref).first()
    if opened is None:
        raise NotFound
    conversation = _followed(opened)
    parts = his(holder).filter(conversation=conversation).select_related("identity__customer")
    found = {row.identity_id: row for row in parts.order_by("pk")}
    if not found:
        raise NotFound
    speaks = found.get(holder.identity_id) or next(iter(found.values()))
    return Link(
        row=speaks,
        identity_ids=holder.identity_ids,
        values=holder.values,
        opened=opened,
        conversation=conversation,
        until=None,
    )


def _followed(conversation: Conversation) -> Conversation:
    for _ in range(20):
        if conversation.merged_into is None:
            break
        conversation = conversation.merged_into
    return conversation


def by_link(token: str, *, at: datetime) -> Link:
    """The customer's link of that token. Unknown, expired, revoked, of a person who takes part no
    more, and of somebody who said that the letter was not for him all look the same (T21). Raises
    NotFound.
    """
    row = links(token, at=at).exclude(identity__unusable_reason=NOT_THEIRS).first()
    if row is None:
        raise NotFound
    conversation = _followed(row.conversation)
    if not _takes_part(row.identity_id, conversation):
        raise NotFound
    return Link(
        row=row,
        identity_ids=frozenset({row.identity_id}),
        values=frozenset({row.identity.value.lower(), row.identity.shown.lower()}),
        opened=row.conversation,
        conversation=conversation,
        until=row.expires_at,
    )


def links(token: str, *, at: datetime) -> QuerySet[PortalLink]:
    """The row of that token while it runs, whoever holds it."""
    return PortalLink.objects.select_related("conversation__brand", "identity__customer").filter(
        token_hash=ids.token_hash(token), revoked_at__isnull=True, expires_at__gt=at
    )


def _takes_part(identity_id: int, conversation: Conversation) -> bool:
    return (
        Participant.objects.filter(
            conversation=conversation,
            identity_id=identity_id,
            dropped_at__isnull=True,
        )
        .exclude(role=ParticipantRole.SOMEONE_ELSE)
        .exists()
    )


# --- whom a matter may be given to, and who may be told of it -------------------------------------


def seers(conversation: Conversation) -> QuerySet[User]:
    """Active people who may see the conversation: the same rule as `visible_to`, seen from it."""
    people = accounts.active_users()
    if conversation.private_to_id is not None:
        return people.filter(pk=conversation.private_to_id)
    if conversation.team_id is None:
        return people
    works_there = Membership.objects.filter(team_id=conversation.team_id, until__isnull=True)
    return people.filter(
        Q(role__in=SEE_ALL)
        | Q(pk__in=works_there.values("user_id"))
        | Q(pk__in=Team.objects.filter(pk=conversation.team_id).values("leader_id"))
        | Q(pk=conversation.assignee_id or 0)
    )


def names_of_seers(conversation: Conversation) -> dict[int, str]:
    """id → name of the same people: one query."""
    return dict(seers(conversation).values_list("pk", "name"))


def answerers(conversation: Conversation) -> QuerySet[User]:
    """Those of them who may answer."""
    return seers(conversation).exclude(role=Role.COLLEAGUE)


# --- customers ------------------------------------------------------------------------------------


def sees_customer(actor: Actor, customer_ids: Collection[int]) -> bool:
    """Whether the person may see a customer, known by these ids (his own, and of merged ones).

    Who sees all does. An agent or leader: when a conversation in which the customer takes part is
    visible to him, or when there is none at all.
    """
    if actor.sees_all:
        return True
    part = Participant.objects.filter(identity__customer_id__in=customer_ids)
    of_his = Conversation.objects.filter(
        Q(customer_id__in=customer_ids) | Q(pk__in=part.values("conversation_id"))
    )
    return of_his.filter(visible_to(actor)).exists() or not of_his.exists()


def customer_name(conversation: Conversation) -> str:
    """Whose matter it is, under the name of the one who stays when customers were merged."""
    customer = conversation.customer
    return (customer.merged_into or customer).name if customer else ""
