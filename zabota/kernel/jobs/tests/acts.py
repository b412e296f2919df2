"""Tasks for the tests of jobs. What they do is seen in a folder, by any process."""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

from zabota.kernel.jobs import tasks


def note(folder: str, name: str, line: str = "") -> None:
    """Append one line to a file of the folder, in one write."""
    with (Path(folder) / name).open("a") as file:
        file.write(f"{line or os.getpid()}\n")


def notes(folder: Path, name: str) -> list[str]:
    try:
        return (folder / name).read_text().splitlines()
    except FileNotFoundError:
        return []


@tasks.task(lane="soon")
def write(*, folder: str, name: str, **_: object) -> None:
    note(folder, name, f"{time.time():.6f}")


@tasks.task(lane="now")
def write_now(*, folder: str, name: str, **_: object) -> None:
    note(folder, name, f"{time.time():.6f}")


@tasks.task(lane="bulk")
def write_bulk(*, folder: str, name: str, **_: object) -> None:
    note(folder, name, f"{time.time():.6f}")


@tasks.task(lane="soon", timeout=timedelta(seconds=2))
def effect_then_wait(*, folder: str, name: str, **_: object) -> None:
    """An idempotent effect; the first attempt then never ends, as long as its process lives."""
    note(folder, f"{name}-started")
    (Path(folder) / f"{name}-effect").touch(exist_ok=True)
    if len(notes(Path(folder), f"{name}-started")) == 1:
        _forever()
    note(folder, f"{name}-ended")


@tasks.task(lane="soon", timeout=timedelta(seconds=30))
def wait_for_gate(*, folder: str, name: str, **_: object) -> None:
    """Ends when the file `gate` stands in the folder."""
    note(folder, f"{name}-started")
    _until(Path(folder) / "gate")
    note(folder, f"{name}-ended")


@tasks.task(lane="bulk", timeout=timedelta(seconds=30))
def bulk_waits_for_gate(*, folder: str, name: str, **_: object) -> None:
    note(folder, f"{name}-started")
    _until(Path(folder) / "gate")
    note(folder, f"{name}-ended")


@tasks.task(lane="soon", attempts=2)
def fail_first(*, folder: str, name: str, **_: object) -> None:
    note(folder, name, f"{time.time():.6f}")
    if len(notes(Path(folder), name)) == 1:
        raise RuntimeError("the words of a customer")


@tasks.task(lane="soon", attempts=1)
def poison(*, folder: str, name: str, **_: object) -> None:
    note(folder, name)
    raise ValueError("cannot be digested")


@tasks.task(lane="soon", attempts=2, timeout=timedelta(seconds=2))
def deadly(*, folder: str, name: str, **_: object) -> None:
    """Takes its whole process along, when told to."""
    note(folder, name)
    _until(Path(folder) / f"die-{len(notes(Path(folder), name))}")
    os.kill(os.getpid(), 9)


@tasks.task(lane="soon", attempts=1, timeout=timedelta(seconds=0.3))
def spin(*, folder: str, name: str, **_: object) -> None:
    """Never ends, but can be interrupted."""
    note(folder, name)
    while True:
        time.sleep(0.01)


@tasks.task(lane="soon", attempts=1, timeout=timedelta(seconds=0.3))
def hang(*, folder: str, name: str, **_: object) -> None:
    """Sits in a call that does not return until the file `gate` is there: no way to interrupt."""
    note(folder, f"{name}-started")
    lock = threading.Lock()
    lock.acquire()
    threading.Thread(
        target=_release_at_gate, args=(lock, Path(folder) / "gate"), daemon=True
    ).start()
    lock.acquire()
    note(folder, f"{name}-ended")


def _release_at_gate(lock: threading.Lock, gate: Path) -> None:
    _until(gate)
    lock.release()


def _until(gate: Path) -> None:
    while not gate.exists():
        time.sleep(0.01)


def _forever() -> None:
    while True:
        time.sleep(0.01)
