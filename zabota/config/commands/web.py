"""zabota web: pages and live hints only; jobs run in `zabota worker`."""

from argparse import ArgumentParser, Namespace

from zabota.config.commands import demo, migrate
from zabota.config.commands.progress import tell

HELP = "serve pages only (with PostgreSQL: as many processes as you like)"


def arguments(_parser: ArgumentParser) -> None:
    pass


def main(_options: Namespace) -> int:
    from django.conf import settings

    from zabota.config import server

    migrate.insist()
    with server.bound(settings.ZABOTA_LISTEN) as sock:
        prepare()
        print(f"Zabota serves pages on {settings.ZABOTA_URL}", flush=True)
        demo.warn(settings.ZABOTA_LISTEN, settings.ZABOTA_URL)
        from zabota.config import asgi

        server.serve(asgi.application(), sock, closing=asgi.closing)
    return 0


def prepare() -> None:
    """Compile messages and collect static files when they are stale."""
    from zabota.config import assets, catalogues

    if any(catalogues.stale()):
        try:
            catalogues.compile_stale()
        except PermissionError:  # the code belongs to somebody else: the old texts stay in use
            tell("The texts could not be compiled: `make setup` does it for a read-only tree.")
    assets.collect()
