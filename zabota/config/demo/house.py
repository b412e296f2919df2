"""The shop itself: its brand, people, teams, customers' names and mailbox, from `people.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import check_password, make_password

from zabota.domains.channels.queries import addresses
from zabota.domains.channels.services import demo_mailbox
from zabota.kernel import tx
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.models import Membership, Team, User
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.brands.models import Brand, LegalEntity

FOLDER = Path(__file__).parent
DOES = {
    "owner": "the owner",
    "manager": "looks after quality",
    "leader": "leads the agents",
    "agent": "answers customers",
    "colleague": "reads and notes",
}


@dataclass(frozen=True)
class Person:
    """Somebody outside who writes letters."""

    name: str
    address: str
    language: str


@dataclass(frozen=True)
class Shop:
    """The shop as it stands: its mailbox, and everybody by the short name of `people.toml`."""

    channel_id: int
    chat_key: str
    mailbox: Person
    authserv_id: str
    staff: Mapping[str, Actor]
    teams: Mapping[str, int]
    people: Mapping[str, Person]

    def number(self, staff: str) -> int:
        return self.staff[staff].person_id


@cache
def written() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "people.toml").read_text(encoding="utf-8"))


def is_here() -> bool:
    """Whether the demo shop was loaded into this installation."""
    address = written()["mailbox"]["address"]
    return any(line.address == address for line in addresses.lines())


def has_others() -> bool:
    """Whether there is anybody or any channel that is not the shop's."""
    staff = [_email(key) for key in written()["staff"]]
    strangers = User.objects.exclude(email__in=staff).exists()
    own = {written()["mailbox"]["address"], written()["chat"]["key"]}
    return strangers or bool({line.address for line in addresses.lines()} - own)


def has_known_password(password: str) -> bool:
    """Whether that password still opens an account of the shop. Slow: one hash a different one."""
    staff = User.objects.filter(
        email__in=[_email(key) for key in written()["staff"]], is_active=True
    )
    return any(
        check_password(password, one) for one in set(staff.values_list("password", flat=True))
    )


def logins() -> Iterable[tuple[str, str]]:
    """(e-mail, what the person does), agents first: that is where a visitor should begin."""
    staff = written()["staff"]
    order = ["agent", "leader", "manager", "owner", "colleague"]
    for key in sorted(staff, key=lambda key: order.index(staff[key]["role"])):
        yield _email(key), DOES[staff[key]["role"]]


def brand() -> Brand:
    """The brand as written, not yet a row."""
    told = {key: value for key, value in written()["brand"].items() if key != "company"}
    return Brand(**told)


def build(*, password: str, at: datetime) -> Shop:
    """Make the shop's rows, as of that moment."""
    told = written()
    with tx.write():
        shop_brand = brand()
        shop_brand.legal_entity = LegalEntity.objects.create(**told["brand"]["company"])
        shop_brand.save()
        staff = _staff(password)
        teams = _teams(staff, at)
    mailbox = told["mailbox"]
    channel_id = demo_mailbox.open_mailbox(
        address=mailbox["address"],
        name=mailbox["name"],
        brand_id=shop_brand.pk,
        team_id=teams[mailbox["team"]].pk,
        authserv_id=mailbox["authserv_id"],
        at=at,
    )
    chat = told["chat"]
    demo_mailbox.open_chat(
        key=chat["key"],
        name=chat["name"],
        brand_id=shop_brand.pk,
        team_id=teams[chat["team"]].pk,
        at=at,
    )
    outside = told["customers"] | told["strangers"]
    return Shop(
        channel_id=channel_id,
        chat_key=chat["key"],
        mailbox=Person(mailbox["name"], mailbox["address"], shop_brand.language),
        authserv_id=mailbox["authserv_id"],
        staff={key: accounts.actor_for(user) for key, user in staff.items()},
        teams={key: team.pk for key, team in teams.items()},
        people={
            key: Person(one["name"], one["address"], one["language"])
            for key, one in outside.items()
        },
    )


def _staff(password: str) -> dict[str, User]:
    # One hash for all: hashing is slow on purpose, and the password is no secret.
    hashed = make_password(password)
    made = {}
    for key, one in written()["staff"].items():
        made[key] = User.objects.create(
            email=_email(key),
            name=one["name"],
            role=one["role"],
            language=one["language"],
            time_zone=written()["brand"]["time_zone"],
            password=hashed,
        )
    return made


def _teams(staff: Mapping[str, User], at: datetime) -> dict[str, Team]:
    made = {}
    for key, one in written()["teams"].items():
        leader = staff.get(one["leader"])
        made[key] = Team.objects.create(name=one["name"], leader=leader)
    for key, one in written()["staff"].items():
        for team in one.get("teams", ()):
            Membership.objects.create(user=staff[key], team=made[team], since=at)
    return made


def _email(key: str) -> str:
    return f"{key}@{written()['mailbox']['address'].partition('@')[2]}"
