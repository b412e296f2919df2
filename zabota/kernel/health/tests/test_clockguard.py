"""Sending is held while the clock is doubtful."""

from datetime import timedelta

import pytest
from typing_extensions import override

from tests.cast import MORNING
from zabota.kernel import clock
from zabota.kernel.health import clockguard, conditions

pytestmark = pytest.mark.django_db


class Moved(clock.Drift):
    """A machine whose wall clock can be moved."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    @override
    def settle(self) -> None:
        self.by = timedelta(0)

    @override
    def size(self) -> timedelta:
        return self.by


@pytest.mark.fault("F16")
@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1), timedelta(hours=1)])
def test_a_clock_that_jumps_holds_sending_until_the_owner_settles_it(jump: timedelta) -> None:
    drift = Moved()
    guard = clockguard.Guard(drift)
    guard.look(at=MORNING)
    assert not clockguard.holding()
    drift.by = jump
    guard.look(at=MORNING + jump)
    guard.look(at=MORNING + jump)
    assert clockguard.holding()
    condition = conditions.standing().get()
    assert (condition.code, condition.level) == ("clock_moved", "error")
    assert condition.detail == {"seconds": jump.total_seconds()}
    clockguard.settle()
    guard.look(at=MORNING + jump)
    assert not clockguard.holding()


def test_a_clock_that_comes_back_by_itself_is_trusted_again() -> None:
    drift = Moved()
    guard = clockguard.Guard(drift)
    drift.by = timedelta(hours=-3)
    guard.look(at=MORNING)
    assert clockguard.holding()
    drift.by = timedelta(seconds=2)
    guard.look(at=MORNING)
    assert not clockguard.holding()


def test_a_minute_is_no_jump() -> None:
    drift = Moved()
    drift.by = timedelta(seconds=59)
    clockguard.Guard(drift).look(at=MORNING)
    assert not clockguard.holding()


def test_the_second_process_settles_with_the_first() -> None:
    first, second = Moved(), Moved()
    guards = [clockguard.Guard(first), clockguard.Guard(second)]
    first.by = second.by = timedelta(days=1)
    for guard in guards:
        guard.look(at=MORNING)
    clockguard.settle()
    for guard in (*guards, *guards):
        guard.look(at=MORNING)
    assert not clockguard.holding()


def test_the_real_clocks_agree() -> None:
    assert abs(clock.Drift().size()) < timedelta(seconds=5)
