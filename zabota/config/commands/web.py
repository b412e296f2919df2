"""zabota web: pages and live hints only; jobs run in `zabota worker`."""

from argparse import ArgumentParser, Namespace

from zabota.config.errors import Sentence

HELP = "serve pages only (with PostgreSQL: as many processes as you like)"


def arguments(_parser: ArgumentParser) -> None:
    pass


def main(_options: Namespace) -> int:
    from django.conf import settings

    from zabota.config import server
    from zabota.kernel.web import health

    if missing := health.unapplied():
        raise Sentence(f"The database lacks {len(missing)} migrations: run `zabota migrate` first.")
    sock = server.bind(settings.ZABOTA_LISTEN)
    prepare()
    print(f"Zabota serves pages on {settings.ZABOTA_URL}", flush=True)
    from zabota.config import asgi

    server.serve(asgi.application(), sock, closing=lambda: None)
    return 0


def prepare() -> None:
    """Compile messages and collect static files when they are stale."""
    from zabota.config import assets, catalogues

    if any(catalogues.stale()):
        catalogues.compile_stale()
    assets.collect()
