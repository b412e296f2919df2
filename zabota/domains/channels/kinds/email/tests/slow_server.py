"""A mail server that says a byte now and then and never ends a line, until it is stopped."""

import contextlib
import socket
import threading
from typing import Self

from typing_extensions import override

from tests.parts import ground


class SlowServer(ground.Part):
    """Greets with one byte every `pause` seconds; `met` is set when somebody has connected."""

    def __init__(self, *, pause: float = 0.1) -> None:
        self.port = 0
        self.met = threading.Event()
        self._pause = pause
        self._ended = threading.Event()
        self._listener: socket.socket | None = None

    @override
    def start(self) -> Self:
        self._listener = socket.create_server((ground.HOST, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()
        return self

    @override
    def stop(self) -> None:
        self._ended.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not self._ended.is_set():
                line, _address = listener.accept()
                self.met.set()
                threading.Thread(target=self._drip, args=[line], daemon=True).start()

    def _drip(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            line.sendall(b"220-")
            while not self._ended.wait(self._pause):
                line.sendall(b"z")
