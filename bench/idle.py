"""What `zabota run` costs while nobody does anything, and how soon it shows its first page.

Memory is the sum of PSS over the server and its children, read from Linux, after the first page.
The first start migrates and collects files; the others are those of every day.
"""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

RUNS = 3
PAGE = "/account/login/"
SETTLED_SECONDS = 3.0


def run() -> dict[str, object]:
    """Measure, and give the figures of one JSON line."""
    with tempfile.TemporaryDirectory(prefix="zabota-idle-") as folder:
        first, _memory = _start(folder)
        again = [_start(folder) for _ in range(RUNS)]
    return {
        "bench": "idle",
        "pss_mb": round(max(memory for _seconds, memory in again), 1),
        "first_page_s": round(statistics.median(seconds for seconds, _memory in again), 2),
        "first_start_s": round(first, 2),
        "runs": RUNS,
    }


def _start(folder: str) -> tuple[float, float]:
    """Seconds until the first page, and megabytes when it has settled."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    env = {**os.environ, "ZABOTA_DATA": folder, "PORT": str(port)}
    command = [sys.executable, "-m", "zabota.config.cli", "run", "--no-demo"]
    began = time.perf_counter()
    server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}{PAGE}", server)
        seconds = time.perf_counter() - began
        time.sleep(SETTLED_SECONDS)
        return seconds, sum(_pss(pid) for pid in [server.pid, *_children(server.pid)])
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(40)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
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


if __name__ == "__main__":
    print(json.dumps(run()))
