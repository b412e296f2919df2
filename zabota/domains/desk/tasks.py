"""Reactions and ticks of the desk: ids in, load, one service call. Each may run more than once."""

from datetime import datetime

from zabota.domains.channels.events import DeliveryConfirmed, DeliveryDelayed, DeliveryFailed
from zabota.domains.charter import queries as charter
from zabota.domains.desk.services import (
    closings,
    common,
    entitlements,
    erasing,
    parting,
    presence,
    replies,
    routing,
    uploads,
    wishes,
)
from zabota.domains.people.events import AddressDisowned, CustomersParted
from zabota.domains.people.services import doors
from zabota.domains.promises.events import PromiseWarned
from zabota.kernel.facts import log as facts
from zabota.kernel.jobs.tasks import task


@task(lane="now")
def record_delivery(*, fact_id: int, **_: object) -> None:
    """A message left: the promise of an answer is kept."""
    fact, row = facts.fetch(DeliveryConfirmed, fact_id), facts.row(fact_id)
    if (number := _message_of(fact.key)) is not None:
        replies.confirm_delivery(
            number, sent_at=fact.sent_at, perhaps_twice=fact.perhaps_twice, at=row.at
        )


@task(lane="now")
def record_failure(*, fact_id: int, **_: object) -> None:
    """A message will not arrive: its conversation waits for us again."""
    fact, row = facts.fetch(DeliveryFailed, fact_id), facts.row(fact_id)
    if (number := _message_of(fact.key)) is not None:
        replies.record_failure(number, code=fact.code, envelope_id=fact.envelope_id, at=row.at)


@task(lane="now")
def record_delay(*, fact_id: int, **_: object) -> None:
    """A message waits for another try."""
    fact, row = facts.fetch(DeliveryDelayed, fact_id), facts.row(fact_id)
    if (number := _message_of(fact.key)) is not None:
        replies.record_delay(
            number,
            code=fact.code,
            envelope_id=fact.envelope_id,
            next_try_at=fact.next_try_at,
            at=row.at,
        )


@task(lane="soon")
def give_back_matters(*, fact_id: int, **_: object) -> None:
    """Two customers were taken for one: each has his own matters again."""
    fact = facts.fetch(CustomersParted, fact_id)
    parting.give_back(stays_id=fact.customer_id, parted_id=fact.merged_id, since=fact.merged_at)


@task(lane="now")
def record_disowned(*, fact_id: int, **_: object) -> None:
    """Somebody who gets a customer's letters says that they are not for him."""
    fact, row = facts.fetch(AddressDisowned, fact_id), facts.row(fact_id)
    wishes.record_disowned(fact.identity_id, at=row.at)


@task(lane="now")
def call_for_help(*, fact_id: int, **_: object) -> None:
    """A first answer's time runs short: in a chat whoever is on duty is called (S-146)."""
    fact, row = facts.fetch(PromiseWarned, fact_id), facts.row(fact_id)
    if fact.subject_kind == common.SUBJECT and fact.percent < 100:
        routing.call_for_help(fact.subject_id, at=row.at)


def find_who_answers(*, at: datetime) -> int:
    """Tick: conversations that nobody has, and those whose agent has gone."""
    with charter.steady():
        presence.notice_silence(at=at)
        return routing.look(at=at)


def remind_of_closing(*, at: datetime) -> int:
    """Tick: customers who have not said whether their matter may be closed."""
    return closings.remind_due(at=at)


def look_at_entitlements(*, at: datetime) -> int:
    """Tick: what VIP customers are entitled to, and whether they got it."""
    return entitlements.look(at=at)


def forget_uploads(*, at: datetime) -> int:
    """Tick: files of replies that were never sent."""
    return uploads.forget(at=at)


def forget_doors(*, at: datetime) -> int:
    """Tick: codes, visits and claims of addresses that open nothing any more."""
    return doors.forget(at=at)


def _message_of(key: str) -> int | None:
    kind, _, number = key.partition(":")
    return int(number) if kind == "message" and number.isdigit() else None


def erase_due(*, at: datetime) -> int:
    """Tick: customers whose data were kept as long as the charter says (S-736)."""
    return erasing.erase_due(at=at)
