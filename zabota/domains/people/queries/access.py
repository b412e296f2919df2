"""Fetch a customer and authorise in one step.

Whether a person sees a customer depends on conversations, which stand above people: the answer is
a port, given by the wiring. Without it nobody sees anybody.
"""

from collections.abc import Callable, Collection

from zabota.domains.people.errors import NotAllowed, NotFound
from zabota.domains.people.models import Customer
from zabota.kernel.accounts.roles import Actor

Sees = Callable[[Actor, Collection[int]], bool]


def _nobody(_actor: Actor, _customer_ids: Collection[int]) -> bool:
    return False


_port: dict[str, Sees] = {"sees": _nobody}


def wire(sees: Sees) -> None:
    """Say who sees a customer known by these ids. Called once by the wiring."""
    _port["sees"] = sees


def sees(actor: Actor, customer_ids: Collection[int]) -> bool:
    """Whether this person may see the customer known by these ids."""
    return _port["sees"](actor, customer_ids)


def customer_for(actor: Actor, ref: str, *, lock: bool = False) -> Customer:
    """The customer of that ref, followed to the one who stays when merged. Raises NotFound."""
    rows = Customer.objects.all()
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(ref=ref).first()
    for _ in range(20):
        if found is None or found.merged_into_id is None:
            break
        found = rows.filter(pk=found.merged_into_id).first()
    if found is None or not _port["sees"](actor, ids_of(found)):
        raise NotFound
    return found


def changeable(actor: Actor, ref: str) -> Customer:
    """The customer, locked, for one who may change what we know. Raises NotFound, NotAllowed."""
    customer = customer_for(actor, ref, lock=True)
    if not actor.may_answer:
        raise NotAllowed("may_not_answer")
    return customer


def ids_of(customer: Customer) -> tuple[int, ...]:
    """His own id and those of customers merged into him."""
    merged = Customer.objects.filter(merged_into=customer).values_list("pk", flat=True)
    return (customer.pk, *merged)


def ref_of(customer_id: int) -> str:
    """The public name of a customer known by id; "" when there is none."""
    return Customer.objects.filter(pk=customer_id).values_list("ref", flat=True).first() or ""
