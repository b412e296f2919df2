"""What `zabota run` costs while nobody does anything, and how soon it shows its first page.

Memory is the sum of PSS over the server and its children, read from Linux, after the first page.
The first start migrates and collects files; the others are those of every day.
"""

import json
import statistics
import tempfile
import time

from bench import _serving

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
    began = time.perf_counter()
    with _serving.served(folder, page=PAGE) as served:
        seconds = time.perf_counter() - began
        time.sleep(SETTLED_SECONDS)
        return seconds, served.megabytes()


if __name__ == "__main__":
    print(json.dumps(run()))
