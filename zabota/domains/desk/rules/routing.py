"""Who gets a conversation: his own person first, then who can and has least to do (S-109).

Pure and deterministic: the same people and the same need give the same answer, with its reasons.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zabota.domains.desk.enums import Presence


class Because(StrEnum):
    """Why somebody got it, in the order in which it is told."""

    PREFERRED = "preferred"  # the customer's wish (S-143)
    DEDICATED = "dedicated"  # his own agent (S-034)
    DEPUTY = "deputy"  # his own agent is away
    WAITS_FOR_OWN = "waits_for_own"  # his own agent is away, and a letter can wait
    LANGUAGE = "language"
    SKILL = "skill"
    VIP = "vip"
    ONLY_ONE = "only_one"
    LEAST_LOAD = "least_load"
    LEADER = "leader"  # no agent is free: the leader steps in


class Nobody(StrEnum):
    """Why nobody gets it yet."""

    NOBODY_THERE = "nobody_there"
    ALL_BUSY = "all_busy"
    ALL_HAD_ENOUGH = "all_had_enough"  # it is hard, and everybody had his share today (S-132)
    ON_THE_LIST = "on_the_list"  # letters are taken from the list


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How heavy each thing is that somebody has to do (S-106)."""

    waiting_us: int
    waiting_customer: int
    chat: int
    promise_due: int
    portfolio: int
    contact_today: int


@dataclass(frozen=True, kw_only=True)
class Load:
    """What somebody has to do now; `minutes` is how long he was there today, for information."""

    waiting_us: int = 0
    waiting_customer: int = 0
    chats: int = 0
    promises_due: int = 0
    portfolio: int = 0
    contacts_today: int = 0
    minutes: int = 0

    def index(self, weights: Weights) -> int:
        """One number: the higher, the fuller his hands."""
        return (
            self.waiting_us * weights.waiting_us
            + self.waiting_customer * weights.waiting_customer
            + self.chats * weights.chat
            + self.promises_due * weights.promise_due
            + self.portfolio * weights.portfolio
            + self.contacts_today * weights.contact_today
        )


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who may get it. `languages` and `skills` empty: nothing is known of them."""

    id: int
    presence: Presence
    load: Load
    languages: Collection[str] = ()
    skills: Collection[str] = ()
    serves_vip: bool = False
    is_leader: bool = False
    hard_today: int = 0
    most_chats: int = 0


@dataclass(frozen=True, kw_only=True)
class Need:
    """What the conversation asks for. `own_people`: preferred, dedicated and deputies by id."""

    is_chat: bool
    language: str = ""
    skill: str = ""
    is_vip: bool = False
    is_hard: bool = False
    preferred: int | None = None
    dedicated: int | None = None
    deputies: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the charter allows. `letters_to_all`: letters too go to whoever has least to do."""

    weights: Weights
    most_letters: int
    hard_a_day: int
    letters_to_all: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Who gets it and why; or nobody, and why not."""

    person_id: int | None
    because: tuple[Because, ...] = ()
    nobody: Nobody | None = None


def choose(need: Need, people: Sequence[Person], limits: Limits) -> Choice:
    """Who gets it.

    The customer's own people come first while they are there: preferred, dedicated, deputies. A
    letter waits for its dedicated agent when none of them is. Then those who can: language, skill
    and VIP decide when they separate people and are never a reason for nobody; among equals the
    least load, then who has been longer with us.
    """
    by_id = {person.id: person for person in people}
    own = _own(need, by_id, limits)
    if own is not None:
        return own
    if not need.is_chat and not limits.letters_to_all:
        return Choice(person_id=None, nobody=Nobody.ON_THE_LIST)
    there = [person for person in people if person.presence is Presence.AVAILABLE]
    if not there:
        return Choice(person_id=None, nobody=Nobody.NOBODY_THERE)
    free = [person for person in there if _has_room(person, need, limits)]
    if not free:
        return Choice(person_id=None, nobody=Nobody.ALL_BUSY)
    fresh = [person for person in free if _bears(person, need, limits)]
    if not fresh:
        return Choice(person_id=None, nobody=Nobody.ALL_HAD_ENOUGH)
    return _best(need, fresh, limits)


def _own(need: Need, by_id: dict[int, Person], limits: Limits) -> Choice | None:
    wanted = [(need.preferred, Because.PREFERRED), (need.dedicated, Because.DEDICATED)]
    wanted += [(deputy, Because.DEPUTY) for deputy in need.deputies if need.dedicated]
    for number, why in wanted:
        person = by_id.get(number or 0)
        if person and person.presence is Presence.AVAILABLE and _bears(person, need, limits):
            return Choice(person_id=person.id, because=(why,))
    if not need.is_chat and need.dedicated in by_id:
        return Choice(person_id=need.dedicated, because=(Because.WAITS_FOR_OWN,))
    return None


def _has_room(person: Person, need: Need, limits: Limits) -> bool:
    if need.is_chat:
        return person.load.chats < person.most_chats
    return person.load.waiting_us < limits.most_letters


def _bears(person: Person, need: Need, limits: Limits) -> bool:
    return not need.is_hard or person.hard_today < limits.hard_a_day


def _best(need: Need, free: Sequence[Person], limits: Limits) -> Choice:
    because: list[Because] = []
    agents = [person for person in free if not person.is_leader]
    if not agents:
        because.append(Because.LEADER)
    left = agents or list(free)
    for why, fits in (
        (Because.LANGUAGE, lambda one: need.language and need.language in one.languages),
        (Because.SKILL, lambda one: need.skill and need.skill in one.skills),
        (Because.VIP, lambda one: need.is_vip and one.serves_vip),
    ):
        fitting = [person for person in left if fits(person)]
        if fitting:
            because.append(why)
            left = fitting
    chosen = min(left, key=lambda one: (one.load.index(limits.weights), one.id))
    because.append(Because.LEAST_LOAD if len(left) > 1 else Because.ONLY_ONE)
    return Choice(person_id=chosen.id, because=tuple(because))


# --- giving back ---------------------------------------------------------------------------------


def gives_back(
    *,
    presence: Presence,
    waited_seconds: float,
    quiet_seconds: float | None,
    wait: int,
    recent: int,
) -> bool:
    """Whether a chat leaves who has it: he is not there, the visitor has waited for `wait`
    seconds, and his own last answer (`quiet_seconds` ago, None: never) is not a recent one.
    """
    if presence in {Presence.AVAILABLE, Presence.PAUSED} or waited_seconds < wait:
        return False
    return quiet_seconds is None or quiet_seconds >= recent


def presence_of(
    *, chosen: str, silent_seconds: float, has_left: bool, is_paused: bool, silence: int
) -> Presence:
    """What holds of somebody who chose that and has been silent for so long."""
    if has_left or silent_seconds >= silence:
        return Presence.OFFLINE
    if chosen == Presence.AWAY:
        return Presence.AWAY
    return Presence.PAUSED if is_paused else Presence.AVAILABLE
