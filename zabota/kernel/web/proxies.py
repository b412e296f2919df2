"""Believes X-Forwarded-* of the proxies that the owner named, and takes them from all others.

What Django sees as the client's address decides about rate limits: nobody may choose it.
"""

import ipaddress
from collections.abc import Sequence

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from zabota.kernel.web.asgi import App, Receive, Scope, Send

CLAIMS = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-real-ip"})


class Proxies:
    """The outermost wrapper. `trusted` are addresses and networks of proxies."""

    def __init__(self, app: App, *, trusted: Sequence[str]) -> None:
        self.networks = [ipaddress.ip_network(each.strip(), strict=False) for each in trusted]
        self.app = app
        names = [str(network) for network in self.networks]
        self.behind: App = ProxyHeadersMiddleware(app, names)  # type: ignore[arg-type,assignment]  # uvicorn types its messages one by one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trusted = self._trusts(scope)
        scope["headers"] = [pair for pair in scope["headers"] if _passes(pair[0], trusted)]
        await (self.behind if trusted else self.app)(scope, receive, send)

    def _trusts(self, scope: Scope) -> bool:
        peer = (scope.get("client") or ("", 0))[0]
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.networks)


def _passes(name: bytes, trusted: bool) -> bool:
    # WSGI writes "-" as "_": a header with an underscore would pass for the one with a dash.
    # X-Zabota-* are words between our own parts.
    if b"_" in name or name.startswith(b"x-zabota-") or name == b"x-forwarded-host":
        return False
    return trusted or name not in CLAIMS
