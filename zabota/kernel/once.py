"""What is read once while one page is made, however many of its parts ask for it.

Kept for that page alone, in its own thread: nothing goes from one request to the next, so nothing
can be out of date. For reading only: what a write needs is fetched anew, locked.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """While a page is made. Within another it is part of that one."""
    if is_reading():
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def is_reading() -> bool:
    """Whether a page is being made now."""
    return _kept.get() is not None


def forget(name: Hashable) -> None:
    """What was kept by that name has changed: it is read anew when asked for next."""
    if (kept := _kept.get()) is not None:
        kept.pop(name, None)


def once(name: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` gives, asked once a page for each name; each time where no page is made."""
    kept = _kept.get()
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    found: Found = kept[name]
    return found
