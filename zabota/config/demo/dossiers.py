"""What the shop knows of its customers: how to speak to them, what matters to them, who buys for
whom. From `people.toml` and `dossiers.toml`, through the services of `people` and `desk`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from zabota.config.demo.house import Shop, written
from zabota.domains.charter import queries as charter
from zabota.domains.people import services as people
from zabota.domains.people.enums import (
    Basis,
    CustomerKind,
    DataPurpose,
    DayKind,
    FieldKind,
    Formality,
    NeedState,
    NoteKind,
    Origin,
    Purpose,
    TieKind,
)
from zabota.domains.people.queries import access
from zabota.domains.people.rules.sections import PersonalData
from zabota.domains.people.services import (
    attention,
    care,
    companies,
    consents,
    dossier,
    notes,
    observations,
    personal,
    rounds,
    stages,
    wishes,
)
from zabota.domains.people.services.dossier import Changes
from zabota.kernel.accounts.roles import Actor

FOLDER = Path(__file__).parent
SINCE = timedelta(days=10)
CHANGED = ("say", "preferred_time", "expects", "tier")


@dataclass(frozen=True, kw_only=True)
class _Book:
    """The dossier of one customer, open for writing."""

    ref: str
    told: Mapping[str, Any]
    shop: Shop
    at: datetime

    def rows(self, name: str) -> Iterable[tuple[Mapping[str, Any], Actor, datetime]]:
        """Each row of that kind, who wrote it, and when."""
        for row in self.told.get(name, ()):
            yield row, self.shop.staff[row["by"]], self.ago(row)

    def ago(self, row: Mapping[str, Any]) -> datetime:
        return self.at - timedelta(days=row.get("days_ago", 0))


@cache
def known() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "dossiers.toml").read_text(encoding="utf-8"))


def introduce(shop: Shop, *, at: datetime) -> None:
    """What holds before anybody writes: who is entitled to more, and the fields of a dossier."""
    for key, one in known()["fields"].items():
        draft = personal.Draft(
            label=one["label"],
            kind=FieldKind(one["kind"]),
            purpose=DataPurpose(one["purpose"]),
            basis=Basis(one["basis"]),
            is_published=True,
        )
        personal.set_field(key, draft, actor=shop.staff["aija"], at=at)
    for name, told in known().items():
        if vip := told.get("vip"):
            attention.grant_vip(
                _ref(written()["customers"][name], at),
                level=vip["level"],
                reason=vip["reason"],
                since=at.date(),
                until=None,
                actor=shop.staff[vip["by"]],
                at=at,
            )


def write(shop: Shop, *, at: datetime) -> None:
    """Fill the dossiers of everybody who has written, and of the companies."""
    told = written()
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
    for name, one in told["customers"].items():
        also = known().get(name, {})
        both = {**one, **also, "notes": [*one.get("notes", ()), *also.get("notes", ())]}
        book = _Book(ref=_ref(one, at), told=both, shop=shop, at=at)
        for part in (_person, _consents, _days, _wishes, _observations, _service):
            part(book)
    rounds.make_rounds(at=at)


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


def _person(book: _Book) -> None:
    told, kira = book.told, book.shop.staff["kira"]
    said = {name: told[name] for name in CHANGED if name in told}
    formality = Formality(told.get("formality", Formality.FORMAL))
    changes = Changes(formality=formality, language=told["language"], **said)
    dossier.change(book.ref, changes, actor=kira, at=book.at)
    for row, actor, at in book.rows("notes"):
        notes.add(book.ref, kind=NoteKind(row["kind"]), text=row["text"], actor=actor, at=at)
    for row, actor, at in book.rows("stages"):
        stages.enter(book.ref, name=row["name"], note=row["note"], actor=actor, at=at)
    if fields := told.get("fields"):
        personal.state(book.ref, fields, actor=kira, at=book.at)


def _consents(book: _Book) -> None:
    """Said to Kira a while ago, in the words of the charter."""
    brand, rules = written()["brand"], charter.in_force(at=book.at)
    company = brand["company"]
    for purpose in map(Purpose, book.told.get("consents", ())):
        proof = consents.Proof(
            wording=rules.section(PersonalData).wording(
                purpose,
                company=company["name"],
                country=brand["country"],
                language=book.told["language"],
            ),
            wording_version=f"charter {rules.number}",
            language=book.told["language"],
            origin=Origin.IN_PERSON,
            controllers=[(company["name"], company["address"])],
            of_age=True,
        )
        consents.record(
            book.ref,
            purpose,
            proof,
            actor=book.shop.staff["kira"],
            at=book.at - SINCE,
        )


def _days(book: _Book) -> None:
    if born := book.told.get("birthday"):
        on = book.at + timedelta(days=born["in_days"])
        day = care.Day(kind=DayKind.BIRTHDAY, day=on.day, month=on.month, year=born["year"])
        care.keep_day(book.ref, day, actor=book.shop.staff["kira"], at=book.at)
    for row, actor, at in book.rows("days"):
        day = care.Day(kind=DayKind.HOLIDAY, day=row["day"], month=row["month"], name=row["name"])
        care.keep_day(book.ref, day, actor=actor, at=at)
    for row, actor, at in book.rows("dears"):
        who = {key: row[key] for key in ("name", "relation", "needs")}
        care.hold_dear(book.ref, **who, actor=actor, at=at)


def _wishes(book: _Book) -> None:
    for row, actor, at in book.rows("needs"):
        need = wishes.raise_need(book.ref, row["text"], actor=actor, at=at)
        if "state" in row:
            wishes.settle_need(need.pk, NeedState(row["state"]), actor=actor, at=book.at)
    for row, actor, at in book.rows("interests"):
        wanted = row.get("wanted", False)
        wishes.note_interest(book.ref, row["text"], is_wanted_now=wanted, actor=actor, at=at)


def _observations(book: _Book) -> None:
    for row, actor, at in book.rows("observations"):
        made = observations.observe(
            book.ref, text=row["text"], proposal=row["proposal"], actor=actor, at=at
        )
        if "taken" in row:
            kira = book.shop.staff["kira"]
            observations.answer(made.pk, is_taken=True, answer=row["taken"], actor=kira, at=book.at)


def _service(book: _Book) -> None:
    """Whose own customer it is, and by whom he likes to be answered."""
    shop = book.shop
    if prefers := book.told.get("prefers"):
        attention.prefer(book.ref, shop.number(prefers), actor=shop.staff["kira"], at=book.at)
    if own := book.told.get("own_agent"):
        attention.dedicate(
            book.ref,
            shop.number(own["agent"]),
            deputies=[shop.number(name) for name in own["deputies"]],
            actor=shop.staff["kira"],
            at=book.at,
        )


def _ref(one: Mapping[str, Any], at: datetime) -> str:
    address: str = one["address"]
    seen = people.Seen(shown=address, name=one["name"], language=one["language"])
    return access.ref_of(people.recognise([seen], at=at)[address].customer_id)
