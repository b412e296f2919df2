"""Changing who works here and what each may do. Only an owner does; every change is dated and told.

A change of rights is told as RightsChanged in its own transaction, so that whatever a person holds
open is asked anew at once (T22). Only named fields change (T24).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from zabota.kernel import tx
from zabota.kernel.accounts import events, second_factor
from zabota.kernel.accounts.errors import AccountError
from zabota.kernel.accounts.models import Membership, Team, User
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Fact

LEADING = frozenset({Role.LEADER, Role.MANAGER, Role.OWNER})


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person as she shall be."""

    name: str
    email: str
    role: Role
    language: str
    time_zone: str
    team_ids: Collection[int] = ()


def open_house(*, owner: Person, password: str, at: datetime) -> User:
    """Make the first account of an installation. Raises AccountError (`started_already`), also to
    the second of two who begin at the same moment.
    """
    with tx.within():
        tx.hold(["accounts.open_house"])
        if User.objects.exists():
            raise AccountError("started_already")
        user = _new(owner, at=at)
        user.set_password(password)
        user.save()
        fact = events.PersonJoined(user_id=user.pk, role=Role(user.role))
        log.publish(fact, at=at, actor_id=user.pk)
    return user


def create(*, person: Person, actor: Actor, at: datetime) -> User:
    """Make an account without a password: its person sets one by a link.

    Raises AccountError (`owner_only`, `address_taken`).
    """
    _insist_owner(actor)
    with tx.write():
        user = _new(person, at=at)
        user.set_unusable_password()
        user.save()
        _tell(events.PersonJoined(user_id=user.pk, role=person.role), actor, at)
        _place(user, person.team_ids, actor, at)
    return user


def change(*, ref: str, person: Person, actor: Actor, at: datetime) -> User:
    """Change name, address, role, language, time zone and teams of somebody who works here.

    Raises AccountError (`owner_only`, `not_found`, `address_taken`, `last_owner`).
    """
    _insist_owner(actor)
    with tx.write():
        user = _found(ref)
        _refuse_taken(person.email, but=user.pk)
        before = Role(user.role)
        if before is Role.OWNER and person.role is not Role.OWNER:
            _insist_other_owner(user)
        user.name, user.email, user.role = person.name, person.email.lower(), person.role
        user.language, user.time_zone = person.language, person.time_zone
        user.needs_second_factor = second_factor.is_needed(person.role)
        user.save()
        if before is not person.role:
            _tell(events.RoleChanged(user_id=user.pk, before=before, role=person.role), actor, at)
            if person.role not in LEADING:
                Team.objects.filter(leader=user).update(leader=None)
        _place(user, person.team_ids, actor, at)
        _tell(events.RightsChanged(user_id=user.pk), actor, at)
    return user


def deactivate(*, ref: str, actor: Actor, at: datetime) -> User:
    """End an account: sessions and streams close at once, memberships end, the past stays.

    Raises AccountError (`owner_only`, `not_found`, `yourself`, `last_owner`).
    """
    _insist_owner(actor)
    with tx.write():
        user = _found(ref)
        if user.pk == actor.id:
            raise AccountError("yourself")
        if user.role == Role.OWNER:
            _insist_other_owner(user)
        user.is_active, user.left_at = False, at
        user.set_unusable_password()
        user.save()
        Team.objects.filter(leader=user).update(leader=None)
        _place(user, (), actor, at)
        _end_sessions(user, at)
        _tell(events.PersonLeft(user_id=user.pk), actor, at)
        _tell(events.RightsChanged(user_id=user.pk), actor, at)
    return user


def reactivate(*, ref: str, actor: Actor, at: datetime) -> User:
    """Open a former account again, without a password and without teams. Raises AccountError."""
    _insist_owner(actor)
    with tx.write():
        user = _found(ref)
        user.is_active, user.left_at = True, None
        user.needs_second_factor = second_factor.is_needed(Role(user.role))
        user.save(update_fields=["is_active", "left_at", "needs_second_factor"])
        _tell(events.PersonJoined(user_id=user.pk, role=Role(user.role)), actor, at)
    return user


# --- teams ---------------------------------------------------------------------------------------


def create_team(*, name: str, leader_ref: str, actor: Actor, at: datetime) -> Team:
    """Make a team; `leader_ref` may be empty: then an owner leads it.

    Raises AccountError (`owner_only`, `name_taken`, `not_found`, `not_a_leader`).
    """
    _insist_owner(actor)
    with tx.write():
        _refuse_name(name, but=0)
        team = Team(name=name, leader=_leader(leader_ref))
        team.save()
        _tell_team(team, actor, at)
    return team


def change_team(*, ref: str, name: str, leader_ref: str, actor: Actor, at: datetime) -> Team:
    """Rename a team or give it another leader. Raises as `create_team`."""
    _insist_owner(actor)
    with tx.write():
        team = Team.objects.filter(ref=ref, ended_at__isnull=True).first()
        if team is None:
            raise AccountError("not_found")
        _refuse_name(name, but=team.pk)
        before = team.leader_id
        team.name, team.leader = name, _leader(leader_ref)
        team.save()
        _tell_team(team, actor, at)
        for person_id in {before, team.leader_id} - {None}:
            _tell(events.RightsChanged(user_id=person_id or 0), actor, at)
    return team


# --- parts ---------------------------------------------------------------------------------------


def _new(person: Person, *, at: datetime) -> User:
    _refuse_taken(person.email, but=0)
    return User(
        name=person.name,
        email=person.email.lower(),
        role=person.role,
        language=person.language,
        time_zone=person.time_zone,
        needs_second_factor=second_factor.is_needed(person.role),
        joined_at=at,
    )


def _insist_owner(actor: Actor) -> None:
    if actor.role is not Role.OWNER:
        raise AccountError("owner_only")


def _found(ref: str) -> User:
    user = User.objects.select_for_update().filter(ref=ref).first()
    if user is None:
        raise AccountError("not_found")
    return user


def _insist_other_owner(user: User) -> None:
    others = User.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise AccountError("last_owner")


def _refuse_taken(email: str, *, but: int) -> None:
    if User.objects.filter(email__iexact=email).exclude(pk=but).exists():
        raise AccountError("address_taken")


def _refuse_name(name: str, *, but: int) -> None:
    if Team.objects.filter(name__iexact=name).exclude(pk=but).exists():
        raise AccountError("name_taken")


def _leader(ref: str) -> User | None:
    if not ref:
        return None
    user = _found(ref)
    if not user.is_active or user.role not in LEADING:
        raise AccountError("not_a_leader")
    return user


def _place(user: User, team_ids: Collection[int], actor: Actor, at: datetime) -> None:
    """Set the teams of a person: memberships begin and end, none is rewritten."""
    now = Membership.objects.filter(user=user, until__isnull=True)
    before = set(now.values_list("team_id", flat=True))
    wanted = set(
        Team.objects.filter(pk__in=team_ids, ended_at__isnull=True).values_list("pk", flat=True)
    )
    if before == wanted:
        return
    now.exclude(team_id__in=wanted).update(until=at)
    Membership.objects.bulk_create(
        Membership(user=user, team_id=team_id, since=at) for team_id in sorted(wanted - before)
    )
    fact = events.MembershipsChanged(user_id=user.pk, team_ids=tuple(sorted(wanted)))
    _tell(fact, actor, at)


def _end_sessions(user: User, at: datetime) -> None:
    """Former colleagues are refused by `is_active` already; a row that is gone cannot come back."""
    for session in Session.objects.filter(expire_date__gt=at):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def _tell_team(team: Team, actor: Actor, at: datetime) -> None:
    fact = events.TeamChanged(team_id=team.pk, leader_id=team.leader_id)
    _tell(fact, actor, at)
    if team.leader_id:
        _tell(events.RightsChanged(user_id=team.leader_id), actor, at)


def _tell(fact: Fact, actor: Actor, at: datetime) -> None:
    log.publish(fact, at=at, actor_id=actor.id)
