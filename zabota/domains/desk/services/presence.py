"""Who of us is there. Chosen by each himself, kept alive by his open pages, ended by silence.

With many processes a beat is one conditional update, at most one in half a minute a person.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from zabota.domains.charter import queries as charter
from zabota.domains.desk import events
from zabota.domains.desk.enums import Chosen
from zabota.domains.desk.enums import Presence as Holds
from zabota.domains.desk.errors import NotAllowed
from zabota.domains.desk.models import Presence
from zabota.domains.desk.queries import staff
from zabota.domains.desk.rules.sections import Routing
from zabota.kernel import once, tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts

BEAT = timedelta(seconds=30)
MOST_AT_ONCE = 200


def beat(*, actor: Actor, at: datetime) -> None:
    """A page of his is open. Who comes after he was gone is there again, as he last chose.

    Says nothing for one who only reads.
    """
    if not actor.may_answer or actor.is_system:
        return
    row = staff.presence_row(actor.person_id)
    if row is not None and row.left_at is None and row.seen_at > at - BEAT:
        return
    with tx.within():
        if row is None:
            row, came = Presence.objects.get_or_create(
                user_id=actor.person_id, defaults={"seen_at": at}
            )
        else:
            came = row.left_at is not None
            _count(row, at)
            rows = Presence.objects.filter(pk=row.pk, seen_at=row.seen_at)
            rows.update(
                seen_at=at,
                left_at=None,
                worked_on=row.worked_on,
                worked_seconds=row.worked_seconds,
            )
        if came:
            _tell(row, _chosen(row), at)
    once.forget(("presence", actor.person_id))


def choose(chosen: Chosen, *, actor: Actor, at: datetime) -> None:
    """He is available, or away, until he says otherwise. Choosing ends a pause. Raises NotAllowed
    (`may_not_answer`).
    """
    _set(actor, at, chosen=chosen, paused_until=None)


def pause(*, actor: Actor, at: datetime) -> datetime:
    """Nothing new comes to him for the charter's while (S-132). Returns when it ends. Raises
    NotAllowed (`may_not_answer`).
    """
    until = at + timedelta(minutes=charter.in_force(at=at).section(Routing).pause_minutes)
    _set(actor, at, chosen=Chosen.AVAILABLE, paused_until=until)
    return until


def notice_silence(*, at: datetime) -> int:
    """Tick: who has been silent for too long is gone. Returns how many."""
    silence = charter.in_force(at=at).section(Routing).offline_after_seconds
    quiet: QuerySet[Presence] = Presence.objects.filter(
        left_at__isnull=True, seen_at__lte=at - timedelta(seconds=silence)
    )
    gone = 0
    for row in quiet.order_by("pk")[:MOST_AT_ONCE]:
        with tx.write():
            claimed = Presence.objects.filter(pk=row.pk, seen_at=row.seen_at, left_at__isnull=True)
            if claimed.update(left_at=at):
                _tell(row, Holds.OFFLINE, at)
                gone += 1
    return gone


def _set(actor: Actor, at: datetime, *, chosen: Chosen, paused_until: datetime | None) -> None:
    if not actor.may_answer or actor.is_system:
        raise NotAllowed("may_not_answer")
    with tx.write():
        row, _new = Presence.objects.select_for_update().get_or_create(
            user_id=actor.person_id, defaults={"seen_at": at}
        )
        _count(row, at)
        row.chosen, row.paused_until, row.seen_at, row.left_at = chosen, paused_until, at, None
        row.save()
        _tell(row, Holds.PAUSED if paused_until else _chosen(row), at)


def _count(row: Presence, at: datetime) -> None:
    """Add the time since his last beat to what he was available today, for information alone."""
    if row.worked_on != at.date():
        row.worked_on, row.worked_seconds = at.date(), 0
    elapsed = (at - row.seen_at).total_seconds()
    if (
        row.left_at is None
        and row.chosen == Chosen.AVAILABLE
        and elapsed <= 4 * BEAT.total_seconds()
    ):
        row.worked_seconds += int(max(0, elapsed))


def _chosen(row: Presence) -> Holds:
    return Holds.AWAY if row.chosen == Chosen.AWAY else Holds.AVAILABLE


def _tell(row: Presence, presence: Holds, at: datetime) -> None:
    fact = events.PresenceChanged(user_id=row.user_id, presence=presence)
    facts.publish(fact, at=at, actor_id=row.user_id)
