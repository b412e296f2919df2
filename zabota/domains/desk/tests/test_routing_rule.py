"""The rule of routing, alone: who gets it, and because of what."""

import pytest

from zabota.domains.desk.enums import Presence
from zabota.domains.desk.rules import routing
from zabota.domains.desk.rules.routing import Because, Choice, Load, Need, Nobody, Person

LIMITS = routing.Limits(
    weights=routing.Weights(
        waiting_us=3, waiting_customer=1, chat=4, promise_due=3, portfolio=0, contact_today=0
    ),
    most_letters=15,
    hard_a_day=3,
    letters_to_all=True,
)
CHAT = Need(is_chat=True, language="lv")
LETTER = Need(is_chat=False, language="lv")


def somebody(number: int, **what: object) -> Person:
    values: dict[str, object] = {
        "presence": Presence.AVAILABLE,
        "load": Load(),
        "languages": ["lv"],
        "most_chats": 3,
    }
    return Person(id=number, **(values | what))  # type: ignore[arg-type]  # by name


def chosen(need: Need, *people: Person) -> Choice:
    return routing.choose(need, people, LIMITS)


def test_who_speaks_the_language_gets_it_before_who_has_less_to_do() -> None:
    busy = somebody(1, load=Load(waiting_us=5))
    idle = somebody(2, languages=["ru"])
    assert chosen(CHAT, busy, idle) == Choice(
        person_id=1, because=(Because.LANGUAGE, Because.ONLY_ONE)
    )


def test_among_equals_the_least_load_decides_then_who_came_first() -> None:
    one = somebody(1, load=Load(waiting_us=1))
    two = somebody(2, load=Load(waiting_customer=2))
    three = somebody(3, load=Load(waiting_customer=2))
    assert chosen(CHAT, three, one, two) == Choice(
        person_id=2, because=(Because.LANGUAGE, Because.LEAST_LOAD)
    )


def test_a_language_that_nobody_speaks_leaves_nobody_alone() -> None:
    need = Need(is_chat=True, language="et")
    assert chosen(need, somebody(1)).person_id == 1


@pytest.mark.parametrize(
    ("need", "because"),
    [
        (Need(is_chat=True, skill="technical"), Because.SKILL),
        (Need(is_chat=True, is_vip=True), Because.VIP),
    ],
)
def test_a_skill_and_a_vip_are_matched(need: Need, because: Because) -> None:
    able = somebody(2, skills=["technical"], serves_vip=True, load=Load(chats=2))
    assert chosen(need, somebody(1), able) == Choice(
        person_id=2, because=(because, Because.ONLY_ONE)
    )


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.OFFLINE, Presence.PAUSED])
def test_only_who_is_available_gets_anything_new(presence: Presence) -> None:
    assert chosen(CHAT, somebody(1, presence=presence)) == Choice(
        person_id=None, nobody=Nobody.NOBODY_THERE
    )


def test_a_chat_waits_while_everybody_has_as_many_as_he_can_lead() -> None:
    assert chosen(CHAT, somebody(1, load=Load(chats=3))) == Choice(
        person_id=None, nobody=Nobody.ALL_BUSY
    )


def test_the_leader_steps_in_when_no_agent_is_free() -> None:
    leader = somebody(9, is_leader=True)
    full = somebody(1, load=Load(chats=3))
    assert chosen(CHAT, full, leader).because == (
        Because.LEADER,
        Because.LANGUAGE,
        Because.ONLY_ONE,
    )
    assert chosen(CHAT, somebody(1, load=Load(chats=2)), leader).person_id == 1


@pytest.mark.req("S-132")
def test_a_hard_contact_goes_past_who_had_his_share_today() -> None:
    need = Need(is_chat=True, is_hard=True)
    tired = somebody(1, hard_today=3)
    fresh = somebody(2, load=Load(chats=2))
    assert chosen(need, tired, fresh).person_id == 2
    assert chosen(need, tired) == Choice(person_id=None, nobody=Nobody.ALL_HAD_ENOUGH)
    assert chosen(CHAT, tired).person_id == 1


class TestOwnPeople:
    OWN = Need(is_chat=True, preferred=1, dedicated=2, deputies=(3, 4))

    @pytest.mark.req("S-143")
    def test_the_preferred_agent_comes_first_whatever_he_has_to_do(self) -> None:
        busy = somebody(1, load=Load(chats=3, waiting_us=40))
        assert chosen(self.OWN, busy, somebody(2)) == Choice(
            person_id=1, because=(Because.PREFERRED,)
        )

    @pytest.mark.req("S-034")
    @pytest.mark.parametrize(
        ("there", "who", "because"),
        [
            ({2, 3, 4, 5}, 2, Because.DEDICATED),
            ({3, 4, 5}, 3, Because.DEPUTY),
            ({4, 5}, 4, Because.DEPUTY),
        ],
    )
    def test_then_the_dedicated_one_and_his_deputies_in_their_order(
        self, there: set[int], who: int, because: Because
    ) -> None:
        people = [
            somebody(n, presence=Presence.AVAILABLE if n in there else Presence.OFFLINE)
            for n in range(1, 6)
        ]
        assert chosen(self.OWN, *people) == Choice(person_id=who, because=(because,))

    def test_a_visitor_does_not_wait_for_them_and_a_letter_does(self) -> None:
        gone = [somebody(n, presence=Presence.OFFLINE) for n in range(1, 5)]
        letter = Need(is_chat=False, dedicated=2, deputies=(3,))
        assert chosen(self.OWN, *gone, somebody(5)).person_id == 5
        assert chosen(letter, *gone, somebody(5)) == Choice(
            person_id=2, because=(Because.WAITS_FOR_OWN,)
        )


def test_letters_stay_on_the_list_where_the_charter_says_so() -> None:
    limits = routing.Limits(
        weights=LIMITS.weights, most_letters=15, hard_a_day=3, letters_to_all=False
    )
    assert routing.choose(LETTER, [somebody(1)], limits) == Choice(
        person_id=None, nobody=Nobody.ON_THE_LIST
    )
    assert routing.choose(CHAT, [somebody(1)], limits).person_id == 1


@pytest.mark.req("S-106")
def test_the_load_is_one_number_of_all_that_somebody_has_to_do() -> None:
    load = Load(waiting_us=2, waiting_customer=3, chats=1, promises_due=1, minutes=300)
    assert load.index(LIMITS.weights) == 2 * 3 + 3 + 4 + 3


@pytest.mark.parametrize(
    ("presence", "waited", "quiet", "gives"),
    [
        (Presence.OFFLINE, 31, None, True),
        (Presence.AWAY, 31, 600, True),
        (Presence.OFFLINE, 10, None, False),  # hardly waits
        (Presence.OFFLINE, 31, 60, False),  # answered a moment ago
        (Presence.AVAILABLE, 900, None, False),
        (Presence.PAUSED, 900, None, False),
    ],
)
def test_a_chat_leaves_who_is_not_there_but_not_at_once(
    presence: Presence, waited: float, quiet: float | None, gives: bool
) -> None:
    found = routing.gives_back(
        presence=presence, waited_seconds=waited, quiet_seconds=quiet, wait=30, recent=180
    )
    assert found is gives
