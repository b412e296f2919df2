"""Work on what strangers sent, in children that may die: bytes in, data out, no database.

Whatever the bytes do to a parser (hang, grow, crash) they do to one child, which is killed and
replaced; the others go on. Children start with the first question and are let go when there is
nothing to ask. Nothing here knows what is asked: the module that a child runs does.

A question is a JSON object and a body; an answer is a JSON object and some bodies. On the pipe each
is a frame (8 bytes of length, then JSON) that tells the sizes of the bodies behind it.
"""

import json
import os
import queue
import selectors
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zabota

LENGTH = 8
OUT_OF_MEMORY = 3  # the exit code by which a child says so
READY = b"ready..."  # what a child says when it has loaded its code
START_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What a child may use. Seconds are of one question; `idle_seconds` without any ends it."""

    processes: int
    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    answer_bytes: int
    idle_seconds: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a child said. It was shown hostile bytes: believe nothing of it unchecked."""

    said: dict[str, Any]
    bodies: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Death:
    """No answer. `reason`: `too_slow`, `too_much_memory` or `crashed`."""

    reason: str
    detail: str = ""


class Pool:
    """A few children, and a thread for each that feeds it one mail at a time."""

    def __init__(self, *, module: str, allowed: Allowed) -> None:
        self._allowed = allowed
        self._module = module
        self._waiting: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._children: set[_Child] = set()
        self._idle = 0

    def ask(self, question: dict[str, object], body: bytes) -> "Future[Answer | Death]":
        """Put a question; what no child survives is answered by a `Death`.

        The future fails only when no child can be started, which is not the question's fault.
        """
        task = _Task(question, body)
        with self._lock:
            self._waiting.put(task)
            busy = self._waiting.qsize() > self._idle
            if busy and len(self._threads) < self._allowed.processes:
                thread = threading.Thread(
                    target=self._serve, name=f"child of {self._module}", daemon=True
                )
                self._threads.add(thread)
                thread.start()
        return task.answer

    def stop(self) -> None:
        """End every child; open questions are answered by a `Death`. The pool can be used again."""
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
                task.answer.set_result(Death(reason="crashed", detail="stopped"))

    def pids(self) -> list[int]:
        """The children that live now."""
        with self._lock:
            return [pid for child in self._children if (pid := child.pid)]

    def _serve(self) -> None:
        child = _Child(self._module, self._allowed)
        with self._lock:
            self._children.add(child)
        try:
            while (task := self._next()) is not None:
                try:
                    task.answer.set_result(child.ask(task.question, task.body))
                except Exception as problem:  # noqa: BLE001 - whoever waits must hear of it
                    task.answer.set_exception(problem)
        finally:
            child.kill()
            with self._lock:
                self._children.discard(child)

    def _next(self) -> "_Task | None":
        """The next question; None when this thread may go."""
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
    def __init__(self, question: dict[str, object], body: bytes) -> None:
        self.question = question
        self.body = body
        self.answer: Future[Answer | Death] = Future()


class _Child:
    """One child and its pipes. Started when there is a question, started anew after a death."""

    def __init__(self, module: str, allowed: Allowed) -> None:
        self._module = module
        self._allowed = allowed
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def ask(self, question: dict[str, object], body: bytes) -> Answer | Death:
        """The answer of a child within its time. Raises OSError when none can be started."""
        process = self._running()
        try:
            wire = _Wire(process, deadline=time.monotonic() + self._allowed.wall_seconds)
            wire.send(frame({"said": question, "sizes": [len(body)]}), body)
            return self._answer(wire)
        except TimeoutError:
            self.kill()
            return Death(reason="too_slow", detail=f"{self._allowed.wall_seconds:g} s")
        except (OSError, EOFError):
            return self._epitaph()
        except (ValueError, KeyError, TypeError):
            self.kill()
            return Death(reason="crashed", detail="the answer made no sense")

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
            self._await_ready(self._process)
        return self._process

    def _await_ready(self, process: "subprocess.Popen[bytes]") -> None:
        """Loading its code is no question's fault: it has a time of its own."""
        try:
            wire = _Wire(process, deadline=time.monotonic() + START_SECONDS)
            if wire.take(len(READY)) != READY:
                raise OSError(f"{self._module} does not say that it is ready")
        except (TimeoutError, EOFError) as problem:
            self.kill()
            raise OSError(f"{self._module} does not start") from problem

    def _answer(self, wire: "_Wire") -> Answer:
        size = int.from_bytes(wire.take(LENGTH), "big")
        if size > self._allowed.answer_bytes:
            raise ValueError("too long an answer")
        told: dict[str, Any] = json.loads(wire.take(size))
        sizes = [int(size) for size in told["sizes"]]
        if min(sizes, default=0) < 0 or sum(sizes) > self._allowed.answer_bytes:
            raise ValueError("impossible sizes")
        return Answer(said=dict(told["said"]), bodies=tuple(wire.take(size) for size in sizes))

    def _epitaph(self) -> Death:
        """The child is dead, or as good as dead; how it ended says why."""
        process, self._process = self._process, None
        if process is None:
            return Death(reason="crashed", detail="stopped")
        try:
            code = process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        _close(process)
        if code == OUT_OF_MEMORY:
            return Death(reason="too_much_memory", detail=f"{self._allowed.memory_bytes} B")
        if code == -signal.SIGXCPU:
            return Death(reason="too_slow", detail=f"{self._allowed.cpu_seconds} s of work")
        return Death(reason="crashed", detail=f"code {code}")


class _Wire:
    """The pipes of a child, with one deadline for a whole question: no hanging child holds us."""

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


def frame(told: object) -> bytes:
    """JSON behind its length, as it goes over the pipe."""
    body = json.dumps(told).encode()
    return len(body).to_bytes(LENGTH, "big") + body


def _spawn(module: str, allowed: Allowed) -> "subprocess.Popen[bytes]":
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
    # Non-blocking, else one write of a large body could wait for a child that never reads.
    os.set_blocking(process.stdin.fileno(), False)
    return process


def _close(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()
