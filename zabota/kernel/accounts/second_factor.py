"""Which roles need a second factor, and what helps who has lost his.

What a person without one may still do is the face's: nothing but to set it up.
"""

from collections.abc import Collection
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from zabota.kernel import tx
from zabota.kernel.accounts import events, queries
from zabota.kernel.accounts.errors import AccountError
from zabota.kernel.accounts.models import SecondFactorRule, User
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log


def require(*, roles: Collection[Role], actor: Actor, at: datetime) -> None:
    """People of these roles, and of no others, need a second factor from now on.

    Who has none yet is told so with his next click: what he holds open is asked anew. Raises
    AccountError (`owner_only`).
    """
    _insist_owner(actor)
    with tx.write():
        before = queries.roles_with_second_factor()
        wanted = frozenset(roles)
        if before == wanted:
            return
        SecondFactorRule.objects.exclude(role__in=wanted).delete()
        SecondFactorRule.objects.bulk_create(
            SecondFactorRule(role=role, since=at) for role in sorted(wanted - before)
        )
        User.objects.filter(role__in=wanted).update(needs_second_factor=True)
        User.objects.exclude(role__in=wanted).update(needs_second_factor=False)
        fact = events.SecondFactorRequired(roles=tuple(sorted(wanted)))
        log.publish(fact, at=at, actor_id=actor.id)
        for number in _newly_bound(wanted - before):
            log.publish(events.RightsChanged(user_id=number), at=at, actor_id=actor.id)


def is_needed(role: Role) -> bool:
    """Whether somebody of that role needs one."""
    return SecondFactorRule.objects.filter(role=role).exists()


def is_lacking(user: User) -> bool:
    """Whether this person needs one and has none: one query, and none for whom it is no duty."""
    return user.needs_second_factor and not has_one(user)


def has_one(user: User) -> bool:
    return _authenticators().filter(user=user).exists()


def owners_of_one() -> frozenset[int]:
    """The people who have one: one query."""
    return frozenset(_authenticators().values_list("user_id", flat=True))


def forget(*, ref: str, actor: Actor, at: datetime) -> User:
    """Take the second factor and its recovery codes from somebody who has lost both; his sessions
    end, and where his role needs one he sets up a new one when he signs in.

    Raises AccountError (`owner_only`, `not_found`, `own_second_factor`: a stolen session must not).
    """
    _insist_owner(actor)
    with tx.write():
        user = User.objects.select_for_update().filter(ref=ref).first()
        if user is None:
            raise AccountError("not_found")
        if user.pk == actor.id:
            raise AccountError("own_second_factor")
        Authenticator.objects.filter(user=user).delete()
        for session in Session.objects.filter(expire_date__gt=at):
            if session.get_decoded().get(SESSION_KEY) == str(user.pk):
                session.delete()
        log.publish(events.SecondFactorForgotten(user_id=user.pk), at=at, actor_id=actor.id)
        log.publish(events.RightsChanged(user_id=user.pk), at=at, actor_id=actor.id)
    return user


def _authenticators() -> QuerySet[Authenticator]:
    # Recovery codes alone are no second factor: they run out.
    found: QuerySet[Authenticator] = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return found


def _newly_bound(roles: Collection[Role]) -> list[int]:
    having = owners_of_one()
    bound = User.objects.filter(role__in=roles, is_active=True).values_list("pk", flat=True)
    return [number for number in bound if number not in having]


def _insist_owner(actor: Actor) -> None:
    if actor.role is not Role.OWNER:
        raise AccountError("owner_only")
