"""What the shop knows of its customers: how to speak to them, what matters to them, who buys for
whom. From `people.toml`, through the services of `people`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zabota.config.demo.house import Shop
from zabota.domains.people import services as people
from zabota.domains.people.enums import CustomerKind, Formality, NoteKind, TieKind
from zabota.domains.people.queries import access
from zabota.domains.people.services import companies, dossier, notes, stages
from zabota.domains.people.services.dossier import Changes


def write(told: Mapping[str, Any], shop: Shop, *, at: datetime) -> None:
    """Fill the dossiers of everybody who has written, and of the companies."""
    for name, one in told["companies"].items():
        _company(one, shop, at)
        for employee in told["customers"].values():
            if employee.get("works_for") == name:
                companies.tie(
                    _ref(employee, at),
                    for_ref=_ref(one, at),
                    kind=TieKind.EMPLOYEE,
                    actor=shop.staff["aija"],
                    at=at,
                )
    for one in told["customers"].values():
        _person(one, shop, at)


def _company(one: Mapping[str, Any], shop: Shop, at: datetime) -> None:
    ref, owner = _ref(one, at), shop.staff["aija"]
    changes = Changes(name=one["name"], kind=CustomerKind.COMPANY, language=one["language"])
    dossier.change(ref, changes, actor=owner, at=at)
    companies.set_terms(
        ref,
        terms=one["terms"],
        contact_every_days=one["contact_every_days"],
        actor=owner,
        at=at,
    )


def _person(one: Mapping[str, Any], shop: Shop, at: datetime) -> None:
    ref = _ref(one, at)
    changes = Changes(
        say=one.get("say"),
        formality=Formality(one.get("formality", Formality.FORMAL)),
        language=one["language"],
        preferred_time=one.get("preferred_time"),
    )
    dossier.change(ref, changes, actor=shop.staff["kira"], at=at)
    for note in one.get("notes", ()):
        actor = shop.staff[note["by"]]
        notes.add(ref, kind=NoteKind(note["kind"]), text=note["text"], actor=actor, at=at)
    for stage in one.get("stages", ()):
        actor = shop.staff[stage["by"]]
        stages.enter(ref, name=stage["name"], note=stage["note"], actor=actor, at=at)


def _ref(one: Mapping[str, Any], at: datetime) -> str:
    address: str = one["address"]
    seen = people.Seen(shown=address, name=one["name"], language=one["language"])
    return access.ref_of(people.recognise([seen], at=at)[address].customer_id)
