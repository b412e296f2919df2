"""Reading raw mail in children that may die: bytes in, data out, no database, little memory.

A mail is what a stranger wrote. Whatever it does to a parser (hang, grow, crash) it does to one
child, which is killed and replaced; the others go on. Children start with the first mail and are
let go when there is nothing to read. Nothing here knows what a mail is: `kinds.email.child` does.
"""

import atexit
import json
import os
import queue
import selectors
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

import zabota
from zabota.domains.channels.limits import Child, limits
from zabota.domains.channels.readings import Read, Reading, Unread

Answer = Read | Unread
CHILD = "zabota.domains.channels.kinds.email.child"
_LENGTH = 8
_OUT_OF_MEMORY = 3
_reading = TypeAdapter(Reading)


@lru_cache(maxsize=1)
def pool() -> "Pool":
    """The one pool of this process."""
    made = Pool(limits().child)
    atexit.register(made.stop)
    return made


class Pool:
    """A few children, and a thread for each that feeds it one mail at a time."""

    def __init__(self, allowed: Child, *, module: str = CHILD) -> None:
        self._allowed = allowed
        self._module = module
        self._waiting: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._children: set[_Reader] = set()
        self._idle = 0

    def read(self, raw: bytes, *, at: datetime) -> "Future[Answer]":
        """Ask for a reading; what can't be read is an `Unread`.

        The future fails only when no child can be started, which is not the mail's fault.
        """
        task = _Task(raw, at)
        with self._lock:
            self._waiting.put(task)
            busy = self._waiting.qsize() > self._idle
            if busy and len(self._threads) < self._allowed.processes:
                thread = threading.Thread(target=self._serve, name="mail-reader", daemon=True)
                self._threads.add(thread)
                thread.start()
        return task.answer

    def stop(self) -> None:
        """End every child; a mail in work becomes an `Unread`. The pool can be used again."""
        with self._lock:
            threads, children = list(self._threads), list(self._children)
            self._threads.clear()
            self._drain()
            for _thread in threads:
                self._waiting.put(None)
        for child in children:
            child.strike()
        for thread in threads:
            thread.join(timeout=5)

    def _drain(self) -> None:
        while not self._waiting.empty():
            task = self._waiting.get()
            if task is not None:
                task.answer.set_result(Unread(reason="crashed", detail="stopped"))

    def pids(self) -> list[int]:
        """The children that live now."""
        with self._lock:
            return [pid for child in self._children if (pid := child.pid)]

    def _serve(self) -> None:
        child = _Reader(self._allowed, self._module)
        with self._lock:
            self._children.add(child)
        try:
            while (task := self._next()) is not None:
                try:
                    task.answer.set_result(child.read(task.raw, task.at))
                except Exception as problem:  # noqa: BLE001 - whoever waits must hear of it
                    task.answer.set_exception(problem)
        finally:
            child.kill()
            with self._lock:
                self._children.discard(child)

    def _next(self) -> "_Task | None":
        """The next mail; None when this thread may go."""
        with self._lock:
            self._idle += 1
        while True:
            try:
                task = self._waiting.get(timeout=self._allowed.idle_seconds)
            except queue.Empty:
                with self._lock:
                    if not self._waiting.empty():
                        continue
                    self._idle -= 1
                    self._threads.discard(threading.current_thread())
                return None
            with self._lock:
                self._idle -= 1
            return task


class _Task:
    def __init__(self, raw: bytes, at: datetime) -> None:
        self.raw = raw
        self.at = at
        self.answer: Future[Answer] = Future()


class _Reader:
    """One child and its pipes. Started when there is a mail, started anew after a death."""

    def __init__(self, allowed: Child, module: str) -> None:
        self._allowed = allowed
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def read(self, raw: bytes, at: datetime) -> Answer:
        """The answer of a child within its time. Raises OSError when none can be started."""
        process = self._running()
        try:
            wire = _Wire(process, deadline=time.monotonic() + self._allowed.wall_seconds)
            wire.send(_frame({"at": at.isoformat(), "size": len(raw)}), raw)
            return self._answer(wire)
        except TimeoutError:
            self.kill()
            return Unread(reason="too_slow", detail=f"{self._allowed.wall_seconds:g} s")
        except (OSError, EOFError):
            return self._epitaph()
        except (ValueError, KeyError, TypeError, ValidationError):
            self.kill()
            return Unread(reason="crashed", detail="the parser's answer made no sense")

    def strike(self) -> None:
        """Kill the child from another thread: its pipes stay with the thread that reads them."""
        if (process := self._process) is not None:
            process.kill()

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            _close(process)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.kill()
            self._process = _spawn(self._module, self._allowed)
        return self._process

    def _answer(self, wire: "_Wire") -> Answer:
        size = int.from_bytes(wire.take(_LENGTH), "big")
        if size > self._allowed.answer_bytes:
            raise ValueError("too long an answer")
        said: dict[str, Any] = json.loads(wire.take(size))
        if "unread" in said:
            return Unread(**said["unread"])
        reading = _reading.validate_python(said["reading"], strict=False)
        total = sum(file.size for file in reading.files)
        if min((file.size for file in reading.files), default=0) < 0:
            raise ValueError("a negative size")
        if total > self._allowed.answer_bytes:
            raise ValueError("too long an answer")
        return Read(reading=reading, contents=tuple(wire.take(file.size) for file in reading.files))

    def _epitaph(self) -> Unread:
        """The child is dead, or as good as dead; how it ended says why."""
        process, self._process = self._process, None
        if process is None:
            return Unread(reason="crashed", detail="stopped")
        try:
            code = process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        _close(process)
        if code == _OUT_OF_MEMORY:
            return Unread(reason="too_much_memory", detail=f"{self._allowed.memory_bytes} B")
        if code == -24:  # SIGXCPU
            return Unread(reason="too_slow", detail=f"{self._allowed.cpu_seconds} s of work")
        return Unread(reason="crashed", detail=f"code {code}")


class _Wire:
    """The pipes of a child, with one deadline for a whole mail: a hanging child can't hold us."""

    def __init__(self, process: "subprocess.Popen[bytes]", *, deadline: float) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._into, self._from = process.stdin.fileno(), process.stdout.fileno()
        self._deadline = deadline

    def send(self, *parts: bytes) -> None:
        for part in parts:
            rest = memoryview(part)
            while rest:
                self._wait(self._into, selectors.EVENT_WRITE)
                rest = rest[os.write(self._into, rest) :]

    def take(self, size: int) -> bytes:
        got = bytearray()
        while len(got) < size:
            self._wait(self._from, selectors.EVENT_READ)
            part = os.read(self._from, min(size - len(got), 1 << 20))
            if not part:
                raise EOFError
            got += part
        return bytes(got)

    def _wait(self, handle: int, event: int) -> None:
        with selectors.PollSelector() as selector:
            selector.register(handle, event)
            if not selector.select(max(0.0, self._deadline - time.monotonic())):
                raise TimeoutError


def _frame(said: object) -> bytes:
    body = json.dumps(said).encode()
    return len(body).to_bytes(_LENGTH, "big") + body


def _spawn(module: str, allowed: Child) -> "subprocess.Popen[bytes]":
    code = Path(zabota.__file__).resolve().parents[1]
    # Our own program with two figures of ours; nothing of the server's environment (secrets, the
    # database's address) gets into it.
    process = subprocess.Popen(  # noqa: S603 - no outside input in the command
        [sys.executable, "-m", module, str(allowed.memory_bytes), str(allowed.cpu_seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=code,
        env={"PYTHONPATH": str(code), "PYTHONHASHSEED": "random", "LC_ALL": "C.UTF-8"},
        close_fds=True,
        bufsize=0,
    )
    assert process.stdin is not None
    # Non-blocking, else one write of a large mail could wait for a child that never reads.
    os.set_blocking(process.stdin.fileno(), False)
    return process


def _close(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()
