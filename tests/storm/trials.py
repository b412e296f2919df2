"""All trials by the fault they inject."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.storm import answers, intake, letters
from tests.storm.house import House
from tests.storm.tally import Outcome

Cycle = Callable[[House, int, random.Random], Outcome]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """`cycles` is how many a full run makes; `called` tells two trials of one fault apart."""

    faults: tuple[str, ...]
    title: str
    cycle: Cycle
    cycles: int
    on_postgres: bool = False
    called: str = ""

    @property
    def name(self) -> str:
        return self.called or self.faults[0]

    def answers(self, wanted: str) -> bool:
        return wanted.upper() in (*self.faults, self.called)


TRIALS = (
    Trial(
        faults=("F01", "F15"), title="killed at any moment", cycle=intake.killed_at_any_moment,
        cycles=1_000,
    ),
    Trial(
        faults=("F02",), title="killed at each place", cycle=intake.killed_at_a_place, cycles=200,
    ),
    Trial(
        faults=("F04",), title="killed while sending", cycle=answers.killed_while_sending,
        cycles=1_000,
    ),
    Trial(faults=("F05",), title="asked to end under load", cycle=intake.asked_to_end, cycles=100),
    Trial(
        faults=("F06",), title="database restarted", cycle=intake.database_restarted, cycles=100,
        on_postgres=True,
    ),
    Trial(
        faults=("F06",), title="database restarted while sending", called="F06B",
        cycle=answers.database_restarted, cycles=50, on_postgres=True,
    ),
    Trial(
        faults=("F18", "F19", "F20"), title="repeated and equal letters", cycle=letters.repeated,
        cycles=50,
    ),
    Trial(faults=("F21",), title="answers before questions", cycle=letters.out_of_order, cycles=50),
    Trial(faults=("F24",), title="the line cut", cycle=intake.line_cut, cycles=100),
    Trial(faults=("F25",), title="the line silent", cycle=intake.line_silent, cycles=20),
    Trial(faults=("F26",), title="nonsense", cycle=intake.server_talks_nonsense, cycles=50),
    Trial(faults=("F27",), title="mailbox numbered anew", cycle=intake.numbered_anew, cycles=100),
    Trial(faults=("F28",), title="mailbox used by others", cycle=intake.used_by_others, cycles=100),
    Trial(faults=("F29",), title="password wrong", cycle=intake.password_wrong, cycles=50),
    Trial(faults=("F30",), title="the server slow", cycle=answers.slow_server, cycles=20),
    Trial(faults=("F31",), title="the server says later", cycle=answers.not_now, cycles=50),
    Trial(faults=("F32",), title="the server says never", cycle=answers.never, cycles=50),
    Trial(
        faults=("F33",), title="some recipients refused", cycle=answers.some_recipients, cycles=50,
    ),
    Trial(
        faults=("F34",), title="the answer lost", cycle=answers.line_lost_at_the_end, cycles=100,
    ),
    Trial(
        faults=tuple(f"F{number}" for number in range(35, 48)), title="odd mails",
        cycle=letters.odd, cycles=20,
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Many:
    """Tests that are a trial when they are run often: ZABOTA_STORM_CYCLES says how often."""

    faults: tuple[str, ...]
    title: str
    tests: str
    cycles: int

    @property
    def name(self) -> str:
        return self.faults[0]

    def answers(self, wanted: str) -> bool:
        return wanted.upper() in self.faults


MANY = (
    Many(faults=("F03",), title="web killed", tests="tests/storm/test_web_kill.py", cycles=500),
    Many(
        faults=("F17",), title="clocks and zones", cycles=2_000,
        tests="zabota/pure/worktime/tests",
    ),
    Many(faults=("F23",), title="odd posts", tests="tests/security/test_chat.py", cycles=10_000),
    Many(faults=("F61",), title="odd streams", tests="tests/front/test_chat_stream.py",
         cycles=10_000),
    Many(
        faults=("F48", "F49"), title="hostile pages", tests="tests/security/test_hostile_pages.py",
        cycles=40,
    ),
    Many(faults=("F50",), title="our own network", cycles=1,
         tests="tests/security/test_outgoing_connections.py"),
    Many(faults=("F51",), title="everybody everywhere", tests="tests/security/test_doors.py",
         cycles=1),
    Many(faults=("F53",), title="all at once", tests="zabota/domains/desk/tests/test_races.py",
         cycles=1_000),
    Many(faults=("F56",), title="ways in", tests="tests/security/test_ways_in.py", cycles=500),
)  # fmt: skip


def many(only: list[str]) -> list[Many]:
    """The same for tests that are run often."""
    return [one for one in MANY if not only or any(one.answers(name) for name in only)]


def chosen(only: list[str]) -> list[Trial]:
    """Those that inject one of these faults; all when none is named."""
    return [trial for trial in TRIALS if not only or any(trial.answers(one) for one in only)]


def chance_of(trial: Trial, cycle: int) -> random.Random:
    """The same chance for the same cycle, so that a failed one can be repeated."""
    return random.Random(f"{trial.name} {cycle}")
