"""Writing down who sees customers' data and who takes them out (S-732)."""

from datetime import datetime, timedelta

from zabota.domains.charter import queries as charter
from zabota.domains.people.enums import LookedAt
from zabota.domains.people.models import Look
from zabota.domains.people.rules.sections import PersonalData
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor

EVERYBODY = 0


def note(customer_id: int, how: LookedAt, *, actor: Actor, at: datetime) -> None:
    """This person sees the customer's data. The same again within an hour is one look, so that a
    page that is loaded often writes once.
    """
    key = {
        "person_id": actor.person_id,
        "customer_id": customer_id,
        "how": how,
        "hour": at.replace(minute=0, second=0, microsecond=0),
    }
    if not Look.objects.filter(**key).exists():
        Look.objects.bulk_create([Look(**key, at=at)], ignore_conflicts=True)


def forget_looks(*, at: datetime) -> int:
    """Looks that were kept as long as the charter says (`looks_kept_days`). Returns how many."""
    kept = charter.in_force(at=at).section(PersonalData).looks_kept_days
    with tx.write():
        return Look.objects.filter(at__lt=at - timedelta(days=kept)).delete()[0]
