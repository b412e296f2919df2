"""Jobs: how many are asked for and done a second, and how long one waits in an idle worker."""

import threading
import time
from collections.abc import Mapping

from django.utils.module_loading import import_string

from bench import _database

SIZE = 2_000
_done = threading.Semaphore(0)


def run(size: int = SIZE) -> Mapping[str, object]:
    vendor = _database.fresh()
    from zabota.kernel.jobs import tasks
    from zabota.kernel.jobs.worker import Worker

    globals()["count"] = tasks.task(lane="soon")(count_one)
    count_one.__qualname__ = "count"
    count = import_string("bench.jobs.count")
    began = time.perf_counter()
    for number in range(size):
        tasks.enqueue(count, number=number)
    enqueued = time.perf_counter() - began
    worker = Worker({"now": 1, "soon": 2, "bulk": 1})
    began = time.perf_counter()
    worker.start()
    for _ in range(size):
        _done.acquire()
    done = time.perf_counter() - began
    waits = sorted(_wait(tasks, count) for _ in range(50))
    worker.stop()
    return {
        "database": vendor,
        "enqueued_per_second": round(size / enqueued),
        "done_per_second": round(size / done),
        "wait_ms_p50": round(waits[25] * 1000, 1),
        "wait_ms_p95": round(waits[47] * 1000, 1),
    }


def count_one(**_: object) -> None:
    _done.release()


def _wait(tasks: object, count: object) -> float:
    """From the commit to the end of the job, when nothing else is to be done."""
    time.sleep(0.02)
    began = time.perf_counter()
    tasks.enqueue(count)  # type: ignore[attr-defined]
    _done.acquire()
    return time.perf_counter() - began
