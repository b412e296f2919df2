"""Reaching servers that somebody named: resolved once, looked at, and that address connected to.

What a person types into a form must not become a way into the machine's own network (T40). The
address is judged after resolution, in whatever notation it was written, and pinned, so that a name
cannot point elsewhere a moment later.
"""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """The host's address is one that must not be reached from here."""


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
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(place[0]) for *_kind, place in found)
    allowed = [one for one in addresses if reachable(one, private=private_allowed)]
    if not allowed:
        raise Forbidden(host)
    line = _first(allowed, port, timeout)
    if cut is not None:
        cut.hold(line)
    return line


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
    if place.is_link_local or place.is_multicast or place.is_unspecified:
        return False
    if place.is_loopback:
        return private
    if place.is_reserved:
        return False
    return private or not place.is_private


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries, where it carries one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address.sixtofour:
            return address.sixtofour
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
