"""A server that may open few files: it sends away whom it cannot serve, and comes back."""

import contextlib
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from tests.serving.served import Served, until

FILES = 64


class Narrow(Served):
    """A server that the system allows 64 open files."""

    @override
    def launch(self) -> None:
        run = [sys.executable, "-m", "zabota.config.cli", *self.command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh", *run],
                env=self.env,
                cwd=self.data,
                stdout=log,
                stderr=log,
            )


@pytest.mark.fault("F61")
def test_a_crowd_that_asks_for_nothing_is_sent_away_and_the_next_is_served(data: Path) -> None:
    with Narrow(data) as server:
        crowd = [server.connect() for _ in range(3 * FILES)]
        refused = [sock for sock in crowd if _answer(sock).startswith(b"HTTP/1.1 503 ")]
        assert len(refused) > 2 * FILES
        # Nobody has said yet what he reads: the page says it in all languages.
        said = refused[0].recv(10_000).decode()
        assert all(f'lang="{language}"' in said for language in ("ru", "lv", "en"))
        for sock in crowd:
            sock.close()
        until(lambda: _is_served(server), what="a page after the crowd")
        assert "Traceback" not in server.said()
        assert "Too many open files" not in server.said()


def _answer(sock: socket.socket) -> bytes:
    """What is said without being asked."""
    sock.settimeout(0.5)
    with contextlib.suppress(TimeoutError, ConnectionError):
        return sock.recv(200)
    return b""


def _is_served(server: Served) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return server.get("/account/login/").status_code == 200
    return False
