"""A shop's own site: another origin, one page, the chat's tag in it as our documentation says.

`/` is an ordinary page, `/strict` one with the narrowest content policy under which the chat works,
`/hostile` one whose own styles and keys spoil whatever they reach. A query becomes the tag's
attributes: `/?language=ru&theme=dark`.
"""

import html
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from typing_extensions import override

from tests.parts import ground

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Liepa</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
{head}</head>
<body><main><h1>Watering</h1><p>Everything for July.</p><button id="buy">Buy</button></main>
<script src="{chat}/chat.js" data-channel="liepa"{attributes} async></script></body></html>
"""
_POLICY = (
    "default-src 'none'; script-src {chat}; connect-src {chat}; img-src blob: data:;"
    " require-trusted-types-for 'script'"
)
_HOSTILE = '<link rel="stylesheet" href="hostile.css"><script src="hostile.js"></script>'
_STYLES = """
* { all: unset; display: block; margin: 40px; font: 40px serif; color: red; }
html { font-size: 3px; }
button { transform: rotate(90deg); opacity: .01; }
:root { --ink: lime; --surface: lime; --accent: lime; }
"""
_KEYS = """
window.pressed = [];
document.addEventListener("keydown", (event) => window.pressed.push(event.key));
Array.prototype.extra = () => {};
"""


class ShopSite(ground.Part):
    """`url` is its origin; `chat` the address of the Zabota whose script its page loads."""

    def __init__(self) -> None:
        self.chat = ""
        self._server: ThreadingHTTPServer | None = None

    @override
    def start(self) -> Self:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content, kind, policy = site.answer(self.path)
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(content.encode())

            @override
            def log_message(self, *_words: object) -> None:
                pass

        self._server = ThreadingHTTPServer((ground.HOST, 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    @override
    def stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.server_port)

    @property
    def url(self) -> str:
        return f"http://{ground.HOST}:{self.port}"

    @property
    def stranger(self) -> str:
        """The same pages under an origin that no chat lists."""
        return f"http://localhost:{self.port}"

    def answer(self, path: str) -> tuple[str, str, str]:
        """Content, media type and content policy of a path."""
        parts = urlsplit(path)
        if parts.path == "/hostile.css":
            return _STYLES, "text/css", ""
        if parts.path == "/hostile.js":
            return _KEYS, "text/javascript", ""
        given = parse_qsl(parts.query)
        attributes = "".join(f' data-{name}="{html.escape(value)}"' for name, value in given)
        head = _HOSTILE if parts.path == "/hostile" else ""
        policy = _POLICY.format(chat=self.chat) if parts.path == "/strict" else ""
        return _PAGE.format(chat=self.chat, attributes=attributes, head=head), "text/html", policy
