"""Waking the workers of this process when a job was committed; other processes poll."""

from collections.abc import Callable

_sleepers: list[Callable[[str], object]] = []


def listen(sleeper: Callable[[str], object]) -> None:
    """Have `sleeper` called with the lane's name, in the committing thread: it must be quick."""
    _sleepers.append(sleeper)


def leave(sleeper: Callable[[str], object]) -> None:
    _sleepers.remove(sleeper)


def wake(lane: str) -> None:
    for sleeper in tuple(_sleepers):
        sleeper(lane)
