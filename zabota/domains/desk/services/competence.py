"""What our people can do for customers, as their leader says: routing goes by it (S-109)."""

from collections.abc import Iterable, Sequence

from zabota.domains.desk.errors import NotFound
from zabota.domains.desk.models import Competence
from zabota.domains.desk.queries import competence
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor

LONGEST = 40


def set(  # noqa: A001  called as competence.set, as tags are
    user_id: int,
    *,
    languages: Sequence[str],
    skills: Iterable[str],
    serves_vip: bool,
    most_chats: int | None,
    actor: Actor,
) -> None:
    """Keep it in place of what was known. Raises NotFound for one whom the actor does not lead."""
    if not competence.leads_person(actor, user_id):
        raise NotFound
    names = sorted({" ".join(one.lower().split())[:LONGEST] for one in skills} - {""})
    with tx.write():
        Competence.objects.update_or_create(
            user_id=user_id,
            defaults={
                "languages": list(languages),
                "skills": names,
                "serves_vip": serves_vip,
                "most_chats": most_chats,
            },
        )
