"""The fixed cast of people whom tests are about. Everybody knows them; no test invents another
Anna.

Marta Ozola is an agent of the team Riga; Janis Liepins her colleague there; Kira Zimina leads it.
Oleg Sable is an agent of another team, Moscow. Vera Manager looks after quality; Olga Owner owns
the
installation; Kolja Colleague reads and notes. Ilze Kalnina and Irina Vainovska are customers.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from zabota.domains.channels.models import Channel
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.models import Membership, Team, User
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.brands.models import Brand

# A Tuesday, 09:00 in Riga: inside everybody's working hours.
MORNING = datetime(2026, 5, 19, 6, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Cast:
    """The house with its people, as rows. `cast.actor(cast.marta)` is she as an actor."""

    brand: Brand
    mailbox: Channel
    riga: Team
    moscow: Team
    marta: User
    janis: User
    kira: User
    oleg: User
    vera: User
    olga: User
    kolja: User

    def actor(self, user: User) -> Actor:
        return accounts.actor_for(user)


def gather() -> Cast:
    """Make the whole cast: one brand (Liepa, Riga), its mailbox, two teams, seven people."""
    brand = Brand.objects.create(
        name="Liepa", language="lv", languages=["lv", "ru", "en"], time_zone="Europe/Riga"
    )
    riga = Team.objects.create(name="Riga")
    moscow = Team.objects.create(name="Moscow")
    mailbox = Channel.objects.create(
        kind="email", brand=brand, team=riga, address="help@liepa.example", created_at=MORNING
    )
    cast = Cast(
        brand=brand,
        mailbox=mailbox,
        riga=riga,
        moscow=moscow,
        marta=_person("Marta Ozola", Role.AGENT, "lv", riga),
        janis=_person("Jānis Liepiņš", Role.AGENT, "lv", riga),
        kira=_person("Kira Zimina", Role.LEADER, "ru", riga),
        oleg=_person("Oleg Sable", Role.AGENT, "ru", moscow),
        vera=_person("Vera Manager", Role.MANAGER, "en"),
        olga=_person("Olga Owner", Role.OWNER, "en"),
        kolja=_person("Kolja Colleague", Role.COLLEAGUE, "ru", riga),
    )
    riga.leader = cast.kira
    riga.save()
    return cast


def _person(name: str, role: Role, language: str, team: Team | None = None) -> User:
    first = name.split(maxsplit=1)[0].lower().replace("ā", "a")
    user = User(
        email=f"{first}@liepa.example",
        name=name,
        role=role,
        language=language,
        time_zone="Europe/Riga",
    )
    user.set_password(PASSWORD)
    user.save()
    if team:
        Membership.objects.create(user=user, team=team, since=MORNING)
    return user
