"""What all parts stand on: free ports, waiting for a condition, child processes, loops.

No part sleeps for a fixed time: each waits for a condition, with a limit that names what was
awaited. Processes are ended by their own id only.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from typing_extensions import override

HOST = "127.0.0.1"
READY_SECONDS = 30.0


class PartNotReadyError(Exception):
    """A part did not come to life in time; the text says which, and shows its log."""


class Part(ABC):
    """One real thing with a beginning and an end. `with Part() as part:` starts and stops it."""

    @abstractmethod
    def start(self) -> Self:
        """Return when the part answers; raise PartNotReadyError when it does not in time."""

    @abstractmethod
    def stop(self) -> None:
        """End it and free what it holds; a second call does nothing."""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until(
    condition: Callable[[], bool], *, what: str, seconds: float = READY_SECONDS, step: float = 0.02
) -> None:
    """Return as soon as the condition holds; else raise PartNotReadyError naming `what`."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise PartNotReadyError(f"{what} did not happen within {seconds:g} s")
        time.sleep(step)


def listens(port: int) -> bool:
    """Whether somebody accepts connections on this loopback port."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


class Child:
    """A child process in its own group, with its output in a file."""

    def __init__(self, command: list[str], *, log: Path, env: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_ready(self, condition: Callable[[], bool], *, what: str, seconds: float) -> None:
        """Wait for the condition; give up at once, with the log, when the process ends first."""
        ready = False

        def ready_or_over() -> bool:
            nonlocal ready
            over = not self.alive
            ready = condition()
            return ready or over

        try:
            wait_until(ready_or_over, what=what, seconds=seconds)
        except PartNotReadyError as error:
            self.kill()
            raise PartNotReadyError(f"{error}\n{self.tail()}") from error
        if not ready:
            raise PartNotReadyError(f"{what}: ended with {self._process.returncode}\n{self.tail()}")

    def terminate(self, *, seconds: float = 15) -> int:
        """Ask it to end (SIGTERM), insist after the limit; the exit code."""
        if self.alive:
            self._process.terminate()
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        """End it without a chance to tidy up, as a power cut would, children included."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait()

    def tail(self, *, lines: int = 40) -> str:
        """The last lines that it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class LoopPart(Part):
    """A part served by asyncio in a thread of its own; subclasses answer one connection."""

    def __init__(self) -> None:
        self.port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @override
    def start(self) -> Self:
        loop = asyncio.new_event_loop()
        self._loop = loop
        server = loop.run_until_complete(asyncio.start_server(self._accepted, HOST, self.port))
        self.port = server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=(loop, server), daemon=True)
        self._thread.start()
        return self

    @override
    def stop(self) -> None:
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._loop = self._thread = None
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until the talk is over."""
        raise NotImplementedError

    def _run(self, loop: asyncio.AbstractEventLoop, server: asyncio.Server) -> None:
        loop.run_forever()
        server.close()
        loop.run_until_complete(self._end_talks())
        loop.close()

    async def _end_talks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self.answer(reader, writer)
        finally:
            self._tasks.discard(task)
            with contextlib.suppress(ConnectionError):
                writer.transport.abort()


@contextlib.contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set environment variables for a while and put the old ones back."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
