"""Reaching servers that somebody named: resolved once, looked at, and that address connected to.

What a person types into a form must not become a way into the machine's own network (T40). The
address is judged after resolution, in whatever notation it was written, and pinned, so that a name
cannot point elsewhere a moment later.
"""

import ipaddress
import socket
from collections.abc import Iterable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """The host's address is one that must not be reached from here."""


def connect(
    host: str, port: int, *, timeout: float, private_allowed: bool = False
) -> socket.socket:
    """A connected socket whose every wait is at most `timeout` seconds.

    Addresses of this link (cloud metadata), multicast and reserved ones are always refused, those
    of private networks and of this machine unless `private_allowed`. Raises Forbidden, OSError.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(place[0]) for *_kind, place in found)
    allowed = [one for one in addresses if reachable(one, private=private_allowed)]
    if not allowed:
        raise Forbidden(host)
    return _first(allowed, port, timeout)


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
