"""A worker as a process of its own, to be killed by tests.

Ends on SIGTERM, with code 0 when everything that ran had ended.
"""

import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

import django


def main(ready: Path) -> int:
    django.setup()
    from zabota.kernel.jobs.worker import Worker  # late: needs the settings

    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    worker = Worker({"now": 1, "soon": 2, "bulk": 1}, {}, margin=timedelta(seconds=1))
    worker.start()
    ready.touch()
    while not asked.wait(0.1):
        pass
    ended: list[bool] = []
    stop = threading.Thread(target=lambda: ended.append(worker.stop(20)))
    stop.start()
    stop.join(1)  # by then every lane has heard that it takes nothing new
    sys.stderr.write("stopping\n")
    sys.stderr.flush()
    stop.join()
    return 0 if ended == [True] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
