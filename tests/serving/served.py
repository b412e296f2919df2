"""Starting and stopping the server, and asking it things."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, Self

import httpx

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30.0


# What a test left open is closed after it.
opened: list[httpx.Client | socket.socket] = []


def client(**more: Any) -> httpx.Client:
    made = httpx.Client(timeout=SECONDS, **more)
    opened.append(made)
    return made


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def until(true: Callable[[], bool], *, seconds: float = SECONDS, what: str = "") -> None:
    """Wait for a condition; fail when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error::DeprecationWarning:zabota",
        "ZABOTA_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "tests.serving.settings",
        **more,
    }


def zabota(*words: str, data: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "zabota.config.cli", *words],
        env=environment(data, **env),
        cwd=data,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=90,
        check=False,
    )


class Served:
    """One server process. Use it as a context manager."""

    def __init__(self, data: Path, command: tuple[str, ...] = ("web",), **env: str) -> None:
        self.data, self.command = data, command
        self.port = int(env.get("PORT") or free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = environment(data, **{**env, "PORT": str(self.port)})
        self.log = data / f"server-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.stop()

    def start(self) -> None:
        self.launch()
        until(self._alive, what=f"a server\n{self.said()}")

    def launch(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "zabota.config.cli", *self.command],
                env=self.env,
                cwd=self.data,
                stdout=log,
                stderr=log,
            )

    def _alive(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz").status_code == 200
        return False

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send the signal and wait; returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(40)

    def said(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def get(self, path: str, **more: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", params=more, timeout=SECONDS)

    def connect(self) -> socket.socket:
        """A bare connection, for what no client library would send."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)
        opened.append(made)
        return made


def answer_of(sock: socket.socket) -> bytes:
    """All bytes until the server ends the connection."""
    pieces = []
    with contextlib.suppress(ConnectionResetError):
        while piece := sock.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


class Addressed(Protocol):
    """Whatever can be asked by its address."""

    @property
    def url(self) -> str: ...


class Listening:
    """One open stream of a server, ours or a visitor's: read it event by event."""

    def __init__(
        self, served: Addressed, headers: Mapping[str, str], query: str = "", path: str = "/live"
    ) -> None:
        self.client = client()
        request = self.client.build_request("GET", f"{served.url}{path}{query}", headers=headers)
        self.response = self.client.send(request, stream=True)
        self.status = self.response.status_code
        self.heard = ""  # every byte that the stream sent
        self._blocks = self._read() if self.status == 200 else iter(())

    def _read(self) -> Iterator[dict[str, str]]:
        waiting = ""
        for piece in self.response.iter_text():
            self.heard += piece
            waiting += piece
            while "\n\n" in waiting:
                block, waiting = waiting.split("\n\n", 1)
                yield {
                    line.partition(":")[0]: line.partition(":")[2].strip()
                    for line in block.split("\n")
                }

    def first(self) -> None:
        """Wait for the first sign of life: from then on nothing is missed."""
        next(self._blocks)

    def event(self) -> dict[str, str] | None:
        """The next event that is more than a sign of life; None when the stream has ended."""
        end = time.monotonic() + SECONDS
        for block in self._blocks:
            if "event" in block:
                return block
            assert time.monotonic() < end, "only signs of life"
        return None

    def topics(self) -> list[str]:
        event = self.event()
        assert event is not None
        assert event["event"] == "hint"
        found: list[str] = json.loads(event["data"])["topics"]
        return found

    def close(self) -> None:
        self.response.close()
        self.client.close()
        opened.remove(self.client)


def prepared(folder: Path) -> Path:
    """A migrated data folder, made once a session and copied for each server."""
    done = zabota("migrate", data=folder)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def copied(template: Path, to: Path) -> Path:
    shutil.copytree(template, to, dirs_exist_ok=True)
    return to
