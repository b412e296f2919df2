"""zabota worker: jobs and ticks only; pages are served by `zabota web`."""

import signal
import threading
from argparse import ArgumentParser, Namespace

from zabota.config.commands import migrate

HELP = "run jobs only (with PostgreSQL: as many processes as you like)"
STOP_SECONDS = 25.0


def arguments(_parser: ArgumentParser) -> None:
    pass


def main(_options: Namespace) -> int:
    from zabota.config import server, wiring
    from zabota.domains.channels.kinds.email import carrying, mailboxes, oauth, posting
    from zabota.kernel.jobs.worker import Worker

    migrate.insist()
    worker = Worker(ticks=wiring.TICKS)
    stopping = threading.Event()
    for number in server.STOPPERS:
        signal.signal(number, lambda *_: stopping.set())
    reading = mailboxes.Supervisor(tokens=oauth.token_for)
    post = posting.Post(carrying.Ways(tokens=oauth.token_for))
    worker.start()
    reading.start()
    post.start()
    print("Zabota runs jobs. Stop it with Ctrl+C.", flush=True)
    stopping.wait()
    server.die_in_time()
    reading.stop()
    post.stop()
    worker.stop(STOP_SECONDS)
    return 0
