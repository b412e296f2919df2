"""Erasing one customer everywhere (GDPR art. 17, 152-FZ art. 21): his matters with their letters,
files, raw mails, drafts and index, and what people keep of him. What others said stays theirs.

Matters of others in which he took part stay, without what he wrote and without his addresses.
"""

import contextlib
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from zabota.domains.channels.services import erasing as channels
from zabota.domains.charter import queries as charter
from zabota.domains.desk import errors
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import (
    Attachment,
    Conversation,
    ConversationTag,
    Message,
    Participant,
    Problem,
    ProblemLink,
    Tag,
)
from zabota.domains.people.queries import access
from zabota.domains.people.rules.sections import PersonalData
from zabota.domains.people.services import erasing as people
from zabota.domains.promises import services as promises
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM, Actor
from zabota.kernel.files import store
from zabota.kernel.jobs import tasks
from zabota.kernel.search import index
from zabota.kernel.search.tasks import scrub

MOST_A_DAY = 200


def ask(customer_ref: str, *, typed: str, actor: Actor, at: datetime) -> None:
    """The first of two says that he is to be erased (S-732). Raises what `erase` does."""
    with tx.write():
        people.ask(customer_ref, typed=typed, actor=actor, at=at)
        customer = access.customer_for(actor, customer_ref)
        _refuse_open(_matters(access.ids_of(customer)))


def erase(customer_ref: str, *, typed: str, actor: Actor, at: datetime) -> int:
    """All that is kept of him is gone for ever; says how many matters went. Backups made before
    keep it until they are thrown away.

    An owner's or manager's act, after another one of them asked for it, by the customer's name
    typed as it stands. Raises people's NotFound, NotAllowed, Incomplete (`name_unconfirmed`),
    Conflict (`second_needed`); desk's Conflict (`matters_open`).
    """
    with tx.write():
        who = people.doomed(customer_ref, typed=typed, actor=actor, at=at)
        matters = _matters(who.customer_ids)
        _refuse_open(matters)
        theirs = Message.objects.filter(identity_id__in=who.identity_ids).exclude(
            conversation_id__in=matters
        )
        own = Message.objects.filter(conversation_id__in=matters)
        envelopes = [
            number
            for rows in (own, theirs)
            for number in rows.values_list("envelope_id", flat=True)
            if number is not None
        ]
        groups = [f"conversation:{number}" for number in matters]
        channels.forget(envelope_ids=envelopes, groups=groups, addresses=who.addresses, at=at)
        files = _files(own) | _files(theirs)
        _unfind([*own.values_list("pk", flat=True), *theirs.values_list("pk", flat=True)])
        _silence(theirs)
        _leave_others(who)
        promises.forget("conversation", matters)
        _forget_matters(matters)
        store.forget(files)
        people.forget(who, actor=actor, at=at)
        tasks.enqueue(scrub, unique="search.scrub")
    return len(matters)


def erase_due(*, at: datetime) -> int:
    """Erase whom nothing was heard of for as long as the charter says (S-736, `erase_after_days`):
    his last matter is closed and older. Returns how many; 0 days erase nobody.
    """
    days = charter.in_force(at=at).section(PersonalData).erase_after_days
    if not days:
        return 0
    before = at - timedelta(days=days)
    heard = Q(last_message_at__gte=before) | ~Q(state=State.CLOSED)
    busy = Conversation.objects.filter(heard, customer__isnull=False).values("customer_id")
    due = people.outlived(before=before, busy=busy, most=MOST_A_DAY)
    erased = 0
    for ref in due:
        with contextlib.suppress(errors.Conflict):  # a matter merged into his is open
            erase(ref, typed="", actor=SYSTEM, at=at)
            erased += 1
    return erased


def _refuse_open(matters: Collection[int]) -> None:
    if Conversation.objects.filter(pk__in=matters).exclude(state=State.CLOSED).exists():
        raise errors.Conflict("matters_open")


def _matters(customer_ids: Collection[int]) -> list[int]:
    """His conversations, and those that were merged into them."""
    found = set(
        Conversation.objects.filter(customer_id__in=customer_ids).values_list("pk", flat=True)
    )
    while more := set(
        Conversation.objects.filter(merged_into_id__in=found)
        .exclude(pk__in=found)
        .values_list("pk", flat=True)
    ):
        found |= more
    return sorted(found)


def _files(messages: QuerySet[Message]) -> set[int]:
    rows = Attachment.objects.filter(message__in=messages)
    return set(rows.values_list("file_id", flat=True))


def _unfind(numbers: Collection[int]) -> None:
    for kind in ("message", "note"):
        index.remove(kind, numbers)


def _silence(theirs: QuerySet[Message]) -> None:
    """What he wrote in matters of others is a gap there."""
    rows = Message.objects.filter(pk__in=list(theirs.values_list("pk", flat=True)))
    Attachment.objects.filter(message__in=rows).delete()
    rows.update(
        text="",
        subject="",
        folds=[],
        to=[],
        cc=[],
        identity=None,
        external_id="",
        delivery_detail="",
        has_original=False,
        client_id=None,
    )


def _leave_others(who: people.Doomed) -> None:
    """He takes part nowhere, and stands among nobody's recipients."""
    Participant.objects.filter(identity_id__in=who.identity_ids).delete()
    named = Q()
    for address in who.addresses:
        named |= Q(to__icontains=address) | Q(cc__icontains=address)
    if not named:
        return
    for row in Message.objects.filter(named):
        row.to = channels.without(row.to, who.addresses)
        row.cc = channels.without(row.cc, who.addresses)
        row.save(update_fields=["to", "cc"])


def _forget_matters(matters: Collection[int]) -> None:
    problems = set(
        ProblemLink.objects.filter(conversation_id__in=matters).values_list("problem_id", flat=True)
    )
    tags = set(
        ConversationTag.objects.filter(conversation_id__in=matters).values_list("tag_id", flat=True)
    )
    rows = Conversation.objects.filter(pk__in=matters)
    rows.update(merged_into=None)
    Message.objects.filter(conversation_id__in=matters).update(identity=None)
    rows.delete()
    # A problem or tag that only his matters had says something of him.
    Problem.objects.filter(pk__in=problems, links__isnull=True).delete()
    Tag.objects.filter(pk__in=tags).exclude(
        pk__in=ConversationTag.objects.filter(tag_id__in=tags).values("tag_id")
    ).delete()
