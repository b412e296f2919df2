"""A server that the system allows 512 MB: a crowd of listeners and of large files at once neither
ends it nor spoils what it keeps, and afterwards it serves as before.
"""

import contextlib
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from tests.serving.served import ROOT, Served

MEGABYTES = 512
LISTENERS, STREAMS_EACH = 100, 4
UPLOADS = 40
FILE = b"x" * 19_000_000
SITE = "https://liepa.example"
_CHAT = """
import django; django.setup()
from tests.browser import chat_acts
from tests.cast import gather
gather()
chat_acts.open_chat("https://liepa.example")
"""
_KEPT = """
import django; django.setup()
from zabota.kernel.files import store
from zabota.kernel.files.models import StoredFile
print(*(len(store.read(each)) for each in StoredFile.objects.all()))
"""


class Small(Served):
    """A server that may have so much memory of its own, by the system's word."""

    @override
    def launch(self) -> None:
        run = [sys.executable, "-m", "zabota.config.cli", *self.command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", f'ulimit -d {MEGABYTES * 1024} && exec "$@"', "sh", *run],
                env=self.env,
                cwd=self.data,
                stdout=log,
                stderr=log,
            )

    def python(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.env, cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    @property
    def megabytes(self) -> float:
        """The most that it had in its hands at any time."""
        assert self.process is not None
        said = Path(f"/proc/{self.process.pid}/status").read_text()
        peak = next(line for line in said.splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024


@pytest.mark.fault("F61")
@pytest.mark.timeout(300)
def test_a_crowd_with_large_files_is_served_or_sent_away_within_512_megabytes(data: Path) -> None:
    with Small(data, UPLOAD="30000000") as server:
        server.python(_CHAT)
        streams = [stream for user in range(LISTENERS) for stream in _listeners(server, user)]
        with ThreadPoolExecutor(UPLOADS) as crowd:
            said = list(crowd.map(lambda _number: _upload(server), range(UPLOADS)))
        assert set(said) <= {201, 503}
        assert said.count(201) > 0
        assert server.megabytes <= MEGABYTES
        assert server.get("/account/login/").status_code == 200
        server.get("/test/publish", fact="tags", id="5")
        assert [_hears(stream) for stream in streams] == [True] * len(streams)
        assert server.python(_KEPT).split() == [str(len(FILE))] * said.count(201)
        assert "Traceback" not in server.said()


def _listeners(server: Served, user: int) -> list[socket.socket]:
    """One person's streams, each on a bare connection."""
    asked = server.get("/test/ticket", user=str(user), topics="conversation-5")
    cookie = "; ".join(f"{name}={value}" for name, value in asked.cookies.items())
    ask = (
        f"GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n"
        f"Authorization: Bearer {asked.json()['ticket']}\r\n\r\n"
    )
    made = [server.connect() for _ in range(STREAMS_EACH)]
    for sock in made:
        sock.sendall(ask.encode())
    return made


def _upload(server: Served) -> int:
    """A visitor sends a large file; busy is an answer, too."""
    address = f"{server.url}/chat/liepa"
    headers = {"Origin": SITE}
    with contextlib.closing(httpx.Client(timeout=120)) as visitor:
        token = visitor.post(f"{address}/hello", json={}, headers=headers).json()["token"]
        headers["Authorization"] = f"Bearer {token}"
        return visitor.post(
            f"{address}/files", files={"file": ("video.mp4", FILE)}, headers=headers
        ).status_code


def _hears(stream: socket.socket) -> bool:
    heard = b""
    with contextlib.suppress(TimeoutError):
        while b"conversation-5" not in heard and (piece := stream.recv(65536)):
            heard += piece
    return b"conversation-5" in heard
