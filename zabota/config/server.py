"""Starts and stops the server: uvicorn with our protocol, on a socket that we bind first."""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from types import FrameType

from typing_extensions import override
from uvicorn import Config, Server

from zabota.config.errors import Sentence
from zabota.config.words import said
from zabota.kernel.web.asgi import App, Said, Scope
from zabota.kernel.web.protocol import Protocol

logger = logging.getLogger("zabota.server")

# A stop takes 30 s at most (F05): requests under way get 25, threads and workers the rest.
REQUESTS_SECONDS = 25
STOP_SECONDS = 30.0
# Files that the process needs for itself: the database in each thread, bodies, the log. The rest
# of what the system allows is for connections; who comes after is sent away with 503 (F61).
OWN_FILES = 48
MOST_CONNECTIONS = 100_000


def bind(listen: str) -> socket.socket:
    """The listening socket for "host:port". Raises Sentence when it cannot be had."""
    host, port = _host_and_port(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(2048)
    except OSError as problem:
        sock.close()
        raise Sentence(
            f"{listen} cannot be listened on ({problem.strerror}): stop what uses it, or choose "
            "another port with PORT or ZABOTA_LISTEN."
        ) from problem
    sock.set_inheritable(False)
    return sock


@contextlib.contextmanager
def bound(listen: str) -> Iterator[socket.socket]:
    """The listening socket of `bind`, closed at the end whatever happens."""
    with bind(listen) as sock:
        yield sock


def _host_and_port(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise Sentence(
            f"ZABOTA_LISTEN is {listen!r}: write an address and a port, such as 127.0.0.1:8000."
        )
    return host.strip("[]"), int(port)


class Stoppable(Server):
    """uvicorn's server that tells `closing` before it waits for open requests, and returns after a
    signal instead of dying of it.
    """

    def __init__(self, config: Config, *, closing: Callable[[], None]) -> None:
        super().__init__(config)
        self.closing = closing

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.closing()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in STOPPERS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            die_in_time()
        super().handle_exit(sig, frame)


class Speaking(Protocol):
    """Our protocol with the words of the front."""

    @staticmethod
    @override
    def words(status: HTTPStatus, code: str, scope: Scope) -> Said:
        return said(status, code, scope)


STOPPERS = (signal.SIGINT, signal.SIGTERM)


def serve(app: App, sock: socket.socket, *, closing: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT. `closing` is called on the loop when the stop begins."""
    most = _allow_many_connections()
    config = Config(
        app,
        http=Speaking,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=REQUESTS_SECONDS,
        limit_concurrency=most,
    )
    server = Stoppable(config, closing=closing)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[sock]))


def _allow_many_connections() -> int:
    """Raise the limit of open files as far as it goes; how many connections fit beside our own."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if soft < 0 else min(MOST_CONNECTIONS, max(8, soft - OWN_FILES))


def die_in_time() -> None:
    """A thread that hangs must not keep the process from stopping."""

    def die() -> None:
        logger.error("stopped after %.0f s with work still running", STOP_SECONDS)
        os._exit(1)

    timer = threading.Timer(STOP_SECONDS, die)
    timer.daemon = True
    timer.start()
