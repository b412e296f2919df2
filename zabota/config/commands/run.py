"""zabota run: everything in one process, on one machine."""

import socket
import sys
import threading
from argparse import ArgumentParser, Namespace

from zabota.config.commands import demo, migrate, web, worker
from zabota.config.commands.progress import tell
from zabota.config.errors import Sentence

HELP = "do everything on this machine: migrate, serve pages, run jobs"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--no-demo", action="store_true", help="start empty, without the demo shop")


def main(options: Namespace) -> int:
    from django.conf import settings

    from zabota.config import server

    # The port first: somebody who starts it twice learns that at once, and nothing is touched.
    with server.bound(settings.ZABOTA_LISTEN) as sock:
        migrate.migrate()
        web.prepare()
        if not options.no_demo and demo.wanted():
            tell("Loading the demo shop")
            _load_demo()
        _say_where(settings.ZABOTA_URL)
        demo.warn(settings.ZABOTA_LISTEN, settings.ZABOTA_URL)
        _serve_and_work(sock)
    return 0


def _load_demo() -> None:
    """Without the demo, too, the house opens: it only says why."""
    try:
        demo.load()
    except Sentence as problem:
        print(f"zabota: {problem}", file=sys.stderr, flush=True)


def _serve_and_work(sock: socket.socket) -> None:
    from zabota.config import asgi, server, wiring
    from zabota.domains.channels import tasks as channels
    from zabota.domains.channels.kinds.email import carrying, mailboxes, oauth, posting
    from zabota.kernel import clock
    from zabota.kernel.jobs.worker import Worker

    working = Worker(ticks=wiring.TICKS)
    reading = mailboxes.Supervisor(tokens=oauth.token_for)
    post = posting.Post(carrying.Ways(tokens=oauth.token_for))

    def stop() -> None:
        # The post first: what is on its way may take a while.
        posted = threading.Thread(target=post.stop, name="stop-post")
        posted.start()
        reading.stop()
        working.stop(worker.STOP_SECONDS)
        posted.join()

    stopping = threading.Thread(target=stop, name="stop")

    def closing() -> None:
        # Jobs and requests end side by side, so that both together stay within the time.
        stopping.start()
        asgi.closing()

    app = asgi.application()
    channels.resume()
    channels.resume_sending(at=clock.now())
    working.start()
    reading.start()
    post.start()
    server.serve(app, sock, closing=closing)
    stopping.join()


def _say_where(url: str) -> None:
    from zabota.kernel.accounts import queries as accounts

    print(f"Zabota is open on {url}", flush=True)
    if accounts.active_users().exists():
        print(f"Log in at {url}/account/login/", flush=True)
    else:
        from zabota.faces.web.owner import setup_code

        print("Nobody has an account yet: the first page makes the owner's.", flush=True)
        print(f"Setup code for it: {setup_code.current()}", flush=True)
    for line in demo.lines(url):
        print(line, flush=True)
    print("Stop it with Ctrl+C.", flush=True)
