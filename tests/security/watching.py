"""Watching a browser for what must not happen: script that runs, requests that leave the house."""

import http.server
import threading
from dataclasses import dataclass, field
from typing import Self

from typing_extensions import override

from tests.parts import ground
from tests.parts.browser import Visitor

# Runs in each frame before any script of the page; nothing stops a script that got to run from
# telling, so that a policy cannot hide it. Exceptions in old frames do not matter.
_HOOKS = """
for (const name of ["alert", "prompt", "confirm"])
  window[name] = (...said) => { window.zabotaFired(String(said[0])); return ""; };
"""


class Canary(ground.Part):
    """A web server on loopback that nobody has a reason to ask: `asked` is each path that was."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._server: http.server.ThreadingHTTPServer | None = None

    @override
    def start(self) -> Self:
        asked = self.asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - as above

            @override
            def log_message(self, format: str, *args: object) -> None:
                """Says nothing on standard error."""

        self._server = http.server.ThreadingHTTPServer((ground.HOST, 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    @override
    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def origin(self) -> str:
        assert self._server is not None
        return f"http://{ground.HOST}:{self._server.server_port}"


@dataclass
class Watch:
    """What scripts said in any frame of a visitor; each should have said nothing."""

    fired: list[str] = field(default_factory=list)


def watch(visitor: Visitor) -> Watch:
    """Hook the three dialogues in every frame from now on."""
    seen = Watch()
    visitor.context.expose_binding("zabotaFired", lambda _source, said: seen.fired.append(said))
    visitor.context.add_init_script(_HOOKS)
    return seen
