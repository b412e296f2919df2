"""Reactions and ticks of people."""

from datetime import datetime

from zabota.domains.people.events import ConsentWithdrawn
from zabota.domains.people.services import care, custody, personal, rounds
from zabota.kernel.facts import log as facts
from zabota.kernel.jobs.tasks import task


@task(lane="now")
def forget_by_consent(*, fact_id: int, **_: object) -> None:
    """A consent was taken back: what was kept on it is gone (S-731)."""
    fact = facts.fetch(ConsentWithdrawn, fact_id)
    care.forget_by(fact.customer_id, fact.purpose)


def make_rounds(*, at: datetime) -> int:
    """Tick: what is to be done for customers by ourselves."""
    return rounds.make_rounds(at=at)


def forget_old_values(*, at: datetime) -> int:
    """Tick: values that were kept as long as their field says."""
    return personal.forget_old_values(at=at)


def forget_looks(*, at: datetime) -> int:
    """Tick: who saw which data, as long as the charter says."""
    return custody.forget_looks(at=at)
