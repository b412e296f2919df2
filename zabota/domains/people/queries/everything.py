"""All that people keep of one customer, as plain values: for giving it out to him."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey

from zabota.domains.people.errors import NotAllowed
from zabota.domains.people.models import Customer
from zabota.domains.people.queries import access
from zabota.kernel.accounts.roles import Actor, Role

# Marks of doors and of ourselves, which tell nothing of him.
LEFT_OUT = frozenset({"token_hash", "code_hash"})
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def of_customer(actor: Actor, ref: str) -> tuple[tuple[int, ...], Rows]:
    """His ids (his own first, then of those merged into him), and table → rows that are about him.

    A manager's or owner's act. Raises NotFound, NotAllowed.
    """
    customer = access.customer_for(actor, ref)
    if actor.role not in {Role.OWNER, Role.MANAGER}:
        raise NotAllowed("not_allowed")
    numbers = access.ids_of(customer)
    found = {"customer": _plain(Customer.objects.filter(pk__in=numbers).order_by("pk").values())}
    for model in apps.get_app_config("people").get_models():
        about = [
            field.name
            for field in model._meta.local_fields
            if isinstance(field, ForeignKey) and field.related_model is Customer
        ]
        if model is Customer or not about:
            continue
        rows = model._default_manager.none()
        for name in about:
            rows |= model._default_manager.filter(**{f"{name}__in": numbers})
        found[str(model._meta.model_name)] = _plain(rows.order_by("pk").values())
    return numbers, {name: rows for name, rows in found.items() if rows}


def _plain(rows: Any) -> Sequence[Mapping[str, Any]]:
    return [{key: one for key, one in row.items() if key not in LEFT_OUT} for row in rows]
