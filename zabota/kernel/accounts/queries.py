"""Reads about our own people."""

from django.db.models import QuerySet, Value

from zabota.kernel import once
from zabota.kernel.accounts.models import Membership, SecondFactorRule, Team, User
from zabota.kernel.accounts.roles import Actor, Role


def actor_for(user: User) -> Actor:
    """The person as an actor, with the teams of this moment: one query."""
    works = Membership.objects.filter(user=user, until__isnull=True)
    led = Team.objects.filter(leader=user, ended_at__isnull=True)
    rows = works.values_list("team_id", Value("works")).union(led.values_list("pk", Value("leads")))
    found = list(rows)
    return Actor(
        id=user.pk,
        role=Role(user.role),
        teams=frozenset(number for number, how in found if how == "works"),
        led=frozenset(number for number, how in found if how == "leads"),
        name=user.name,
        language=user.language,
    )


def active_users() -> QuerySet[User]:
    return User.objects.filter(is_active=True).order_by("name", "pk")


def is_lived_in() -> bool:
    """Whether anybody ever had an account here: if not, the first-run page is open."""
    return User.objects.exists()


def everybody() -> QuerySet[User]:
    """All who work or worked here, those who work here first."""
    return User.objects.order_by("-is_active", "name", "pk")


def teams() -> QuerySet[Team]:
    return Team.objects.filter(ended_at__isnull=True).select_related("leader").order_by("name")


def roles_with_second_factor() -> frozenset[Role]:
    """The roles whose people need a second factor."""
    return frozenset(Role(one) for one in SecondFactorRule.objects.values_list("role", flat=True))


def members_of(team_id: int) -> QuerySet[User]:
    now = Membership.objects.filter(team_id=team_id, until__isnull=True)
    return active_users().filter(pk__in=now.values("user_id"))


def names(user_ids: set[int]) -> dict[int, str]:
    """id → name, former colleagues included: history keeps its people. While a page is made, each
    is asked for once.
    """
    known: dict[int, str] = once.once("names", dict)
    if unknown := user_ids - known.keys():
        known.update(User.objects.filter(pk__in=unknown).values_list("pk", "name"))
    return {number: known[number] for number in user_ids if number in known}


def team_names(user_ids: set[int]) -> dict[int, list[str]]:
    """id → names of the teams in which each works now: one query."""
    found: dict[int, list[str]] = {}
    rows = Membership.objects.filter(user_id__in=user_ids, until__isnull=True)
    for user_id, name in rows.order_by("team__name").values_list("user_id", "team__name"):
        found.setdefault(user_id, []).append(name)
    return found
