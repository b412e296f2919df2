"""What our people can do for customers, for those who lead them."""

from collections.abc import Sequence
from dataclasses import dataclass

from zabota.domains.desk.models import Competence
from zabota.kernel.accounts.models import Membership, User
from zabota.kernel.accounts.roles import Actor, Role


@dataclass(frozen=True, kw_only=True)
class Known:
    """`most_chats` is None where the charter's number holds."""

    user_id: int
    name: str
    languages: Sequence[str]
    skills: Sequence[str]
    serves_vip: bool
    most_chats: int | None


def competence_for(actor: Actor, user_id: int) -> Known | None:
    """What that person can do; None unless he works in a team that the actor leads."""
    if not leads_person(actor, user_id):
        return None
    user = User.objects.get(pk=user_id)
    row = Competence.objects.filter(user=user).first() or Competence(user=user)
    return Known(
        user_id=user.pk,
        name=user.name,
        languages=row.languages or [user.language],
        skills=row.skills,
        serves_vip=row.serves_vip,
        most_chats=row.most_chats,
    )


def leads_person(actor: Actor, user_id: int) -> bool:
    """Whether the actor leads a team in which that person works; a manager or owner leads all."""
    rows = Membership.objects.filter(user_id=user_id, until__isnull=True, user__is_active=True)
    if actor.role in {Role.OWNER, Role.MANAGER}:
        return rows.exists()
    return actor.role is Role.LEADER and rows.filter(team_id__in=actor.led).exists()
