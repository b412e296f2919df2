"""The one callable that the server runs: sends each request to the part that answers it."""

from collections.abc import Mapping

from zabota.kernel.web.asgi import App, Receive, Scope, Send


class Front:
    """`exact` paths and `below` prefixes get their own callable; the rest are pages.

    `life` is called with the server's start and stop events (ASGI lifespan).
    """

    def __init__(
        self, *, exact: Mapping[str, App], below: Mapping[str, App], pages: App, life: App
    ) -> None:
        self.exact, self.below, self.pages, self.life = exact, below, pages, life

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.life(scope, receive, send)
        elif scope["type"] == "http":
            await self._part(scope["path"])(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    def _part(self, path: str) -> App:
        if path in self.exact:
            return self.exact[path]
        for prefix, app in self.below.items():
            if path.startswith(prefix):
                return app
        return self.pages
