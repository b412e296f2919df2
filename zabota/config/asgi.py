"""The web front: one ASGI callable on one port.

/live                hints, outside Django
/static/             files
/healthz, /readyz    for machines
everything else      body spooled → a thread → Django's WSGI handler → files that a page let go
"""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zabota.config.settings")
pages_in_django = get_wsgi_application()

from django.conf import settings  # noqa: E402  Django is set up by the line above
from django.db import Error, close_old_connections, connection  # noqa: E402

from zabota.config import words  # noqa: E402
from zabota.domains.channels.services import visits  # noqa: E402
from zabota.kernel.files import store  # noqa: E402
from zabota.kernel.live import elsewhere, hub, stream  # noqa: E402
from zabota.kernel.web import bodies, front, health, pool, proxies, sending  # noqa: E402
from zabota.kernel.web.asgi import App, Receive, Scope, Send  # noqa: E402


def application() -> App:
    """The whole front, built from the settings."""
    data = Path(settings.DATA)
    limits = bodies.Limits(**settings.ZABOTA_BODIES)
    threads = pool.Pool(
        pages_in_django,
        threads=settings.ZABOTA_THREADS,
        waiting=settings.ZABOTA_WAITING,
        words=words.said,
    )
    files = sending.Files(threads, place=store.path_of, words=words.said)
    whole = front.Front(
        exact={
            "/live": stream.Stream(
                cookie=settings.SESSION_COOKIE_NAME,
                origin=settings.ZABOTA_URL,
                longest=settings.ZABOTA_STREAM_SECONDS,
            ),
            "/live/chat": elsewhere.VisitorStream(
                origin=settings.ZABOTA_URL,
                longest=settings.ZABOTA_STREAM_SECONDS,
                origins=_chat_origins,
            ),
            "/healthz": health.healthz,
            "/readyz": health.readyz(lambda: health.readiness(data=data)),
        },
        below={
            settings.STATIC_URL: sending.Static(
                folder=Path(settings.STATIC_ROOT), prefix=settings.STATIC_URL
            )
        },
        pages=bodies.Spool(files, limits=limits, words=words.said),
        life=_life,
    )
    return proxies.Proxies(whole, trusted=settings.ZABOTA_TRUSTED_PROXIES)


def closing() -> None:
    """The server begins to stop: open streams end at once, requests under way are finished."""
    if here := hub.current():
        here.close_all()


def _chat_origins() -> frozenset[str]:
    """The sites that show a chat."""
    close_old_connections()
    try:
        return visits.origins()
    except Error:
        connection.close()
        raise


async def _life(_scope: Scope, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.open_hub(per_user=settings.ZABOTA_STREAMS_PER_USER)
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.close_hub()
            await send({"type": "lifespan.shutdown.complete"})
            return
