"""A whole Zabota for benches that look at it from outside: started, awaited, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    pid: int

    def megabytes(self) -> float:
        """The sum of PSS over the server and its children, read from Linux."""
        return sum(_pss(pid) for pid in [self.pid, *_children(self.pid)])


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def served(folder: str, *, page: str, port: int = 0) -> Iterator[Served]:
    """`zabota run` over that data folder, from its first answer for `page` until the end; at a free
    port, or at that one, so that clients find it again after a restart.
    """
    port = port or free_port()
    env = {**os.environ, "ZABOTA_DATA": folder, "PORT": str(port)}
    command = [sys.executable, "-m", "zabota.config.cli", "run", "--no-demo"]
    server = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url + page, server)
        yield Served(url, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(40)


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise RuntimeError("the server ended")


def _children(pid: int) -> list[int]:
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = [int(word) for word in words]
    return found + [deeper for child in found for deeper in _children(child)]


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
