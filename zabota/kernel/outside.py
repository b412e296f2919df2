"""Reaching servers that somebody named: resolved once, looked at, and that address connected to.

What a person types into a form must not become a way into the machine's own network (T40). The
address is judged after resolution, in whatever notation it was written, and pinned, so that a name
cannot point elsewhere a moment later. Nothing else in the house opens a connection.
"""

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpcore
from typing_extensions import override

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
# Where clouds tell a machine its own secrets, outside the link's own addresses.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
)


class Forbidden(Exception):
    """The host's address is one that must not be reached from here."""


class TooLong(Exception):
    """The answer has more bytes than were asked for."""


class Cut:
    """Ends a connection from another thread: whoever waits in it wakes with an error at once.

    A thread in a socket's wait hears nothing else, and a stop should not take as long as a server
    is silent.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._made = False

    def hold(self, line: socket.socket) -> None:
        """Watch over this connection instead of the former; after a cut it is ended at once."""
        with self._lock:
            self._drop()
            # Of its own, because wrapping a socket in TLS takes the first one's number away.
            self._line = line.dup()
            if self._made:
                self._end()

    def make(self) -> None:
        """End what is held, and whatever will be held."""
        with self._lock:
            self._made = True
            self._end()

    def release(self) -> None:
        """Hold nothing any more; the connection itself stays."""
        with self._lock:
            self._drop()

    def _end(self) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def connect(
    host: str,
    port: int,
    *,
    timeout: float,
    private_allowed: bool = False,
    cut: Cut | None = None,
) -> socket.socket:
    """A connected socket whose every wait is at most `timeout` seconds, or until `cut` is made.

    Addresses of this link (cloud metadata), multicast and reserved ones are always refused, those
    of private networks and of this machine unless `private_allowed`. Raises Forbidden, OSError.
    """
    line = _first(_allowed(host, port, private=private_allowed), port, timeout)
    if cut is not None:
        cut.hold(line)
    return line


def _allowed(host: str, port: int, *, private: bool) -> list[str]:
    """The addresses of a host that may be reached, in the resolver's order; asked once."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as problem:  # not the name of a host in any notation
        raise socket.gaierror(socket.EAI_NONAME, "not a host") from problem
    addresses = dict.fromkeys(str(place[0]) for *_kind, place in found)
    allowed = [one for one in addresses if reachable(one, private=private)]
    if not allowed:
        raise Forbidden(host)
    return allowed


def _first(addresses: Iterable[str], port: int, timeout: float) -> socket.socket:
    problem: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=timeout)
        except OSError as failed:
            problem = failed
    raise problem


def reachable(address: str, *, private: bool) -> bool:
    """Whether that numeric address may be connected to."""
    place = _plain(ipaddress.ip_address(address.partition("%")[0]))
    if place.is_link_local or place.is_multicast or place.is_unspecified or place in _METADATA:
        return False
    if place.is_loopback:
        return private
    if place.is_reserved:
        return False
    # Addresses shared behind a provider's NAT are neither private nor anybody's in the world, and
    # to the library the site-local ones of old IPv6 are both.
    return private or (place.is_global and not getattr(place, "is_site_local", False))


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries, where it carries one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address.sixtofour:
            return address.sixtofour
        if address.teredo:
            return address.teredo[1]
        if any(address in net for net in _NAT64):
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


# --- over HTTP -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server answered; a redirect is an answer like any other."""

    status: int
    body: bytes


def post(
    address: str,
    form: Mapping[str, str],
    *,
    seconds: float,
    most_bytes: int,
    private_allowed: bool = False,
    headers: Iterable[tuple[str, str]] = (),
) -> Answer:
    """Post a form to an http(s) address, within `seconds` from the first byte to the last.

    Redirects are not followed and proxies of the environment not used: the server that was judged
    is the one that is asked. Certificates are checked. Raises Forbidden, TooLong, OSError.
    """
    told = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
        *headers,
    ]
    backend = _Judging(private=private_allowed, end=time.monotonic() + seconds)
    waits = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend) as pool,
            pool.stream(
                "POST",
                address.encode("ascii"),
                headers=told,
                content=urlencode(form).encode(),
                extensions={"timeout": waits},
            ) as answer,
        ):
            return Answer(status=answer.status, body=_read(answer.iter_stream(), most_bytes))
    except UnicodeError as problem:
        raise OSError("not an address") from problem
    except httpcore.TimeoutException as problem:
        raise TimeoutError(address) from problem
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    ) as problem:
        raise OSError(f"no answer: {type(problem).__name__}") from problem


def _read(parts: Iterable[bytes], most_bytes: int) -> bytes:
    body = b""
    for part in parts:
        body += part
        if len(body) > most_bytes:
            raise TooLong
    return body


class _Judging(httpcore.SyncBackend):
    """Connects to judged addresses only: the library gives each host through this one place."""

    def __init__(self, *, private: bool, end: float) -> None:
        self._private = private
        self._end = end

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = OSError("no address")
        for place in _allowed(host, port, private=self._private):
            try:
                line = super().connect_tcp(
                    place, port, _rest(self._end, timeout), local_address, socket_options
                )
            except httpcore.NetworkError as failed:
                problem = failed
            else:
                return _Ending(line, self._end)
        raise problem

    @override
    def connect_unix_socket(self, *_asked: Any, **_more: Any) -> httpcore.NetworkStream:
        raise Forbidden("a socket of this machine")


class _Ending(httpcore.NetworkStream):
    """A line whose waits together have an end: a server that says a byte a second passes each
    single one (F30).
    """

    def __init__(self, line: httpcore.NetworkStream, end: float) -> None:
        self._line = line
        self._end = end

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._line.read(max_bytes, _rest(self._end, timeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._line.write(buffer, _rest(self._end, timeout))

    @override
    def close(self) -> None:
        self._line.close()

    @override
    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._line.start_tls(ssl_context, server_hostname, _rest(self._end, timeout))
        return _Ending(secure, self._end)

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._line.get_extra_info(info)


def _rest(end: float, timeout: float | None) -> float:
    """The seconds that one wait may take."""
    rest = end - time.monotonic()
    if rest <= 0:
        raise httpcore.ReadTimeout("too slow altogether")
    return rest if timeout is None else min(rest, timeout)
