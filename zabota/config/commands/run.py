"""zabota run: everything in one process, on one machine."""

import importlib.util
from argparse import ArgumentParser, Namespace

from zabota.config.commands import migrate, web
from zabota.config.commands.progress import tell

DEMO = "zabota.config.demo"
HELP = "do everything on this machine: migrate, serve pages, run jobs"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--no-demo", action="store_true", help="start empty, without the demo shop")


def main(options: Namespace) -> int:
    from django.conf import settings

    from zabota.config import server

    # The port first: somebody who starts it twice learns that at once, and nothing is touched.
    sock = server.bind(settings.ZABOTA_LISTEN)
    migrate.migrate()
    web.prepare()
    if not options.no_demo:
        _load_demo_once()
    _say_where(settings.ZABOTA_URL)
    from zabota.config import asgi

    server.serve(asgi.application(), sock, closing=lambda: None)
    return 0


def _load_demo_once() -> None:
    from zabota.kernel.accounts import queries as accounts

    if importlib.util.find_spec(DEMO) is None or accounts.active_users().exists():
        return
    tell("Loading the demo shop")
    importlib.import_module(DEMO).load()


def _say_where(url: str) -> None:
    print(f"Zabota is open on {url}", flush=True)
    print("Stop it with Ctrl+C.", flush=True)
