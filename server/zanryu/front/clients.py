"""Who asks: the address of a client, through as many proxies as the operator says there are."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Address: TypeAlias = IPv4Address | IPv6Address
# A household or a server has a /64 of its own, and can change its address within it at will.
_IPV6_PREFIX: Final = 64
_FORWARDED_FOR: Final = "x-forwarded-for"
# What proxies add. Where nobody is trusted, a request with one of them may come from anywhere.
_OF_PROXIES: Final = (
    _FORWARDED_FOR,
    "forwarded",
    "x-real-ip",
    "via",
    "x-forwarded-host",
    "x-forwarded-proto",
)


def client_address(peer: str, headers: Mapping[str, str], trusted_proxies: int) -> Address | None:
    """Return the address of the client at the other end of ``trusted_proxies`` proxies.

    Each proxy adds the address that it was asked from at the right of X-Forwarded-For, so what a client
    writes there itself stands further left and is never read. Where the header has too few entries or the
    entry is no address, the client is ``peer`` (``address:port``), whom the connection is from.
    """
    if trusted_proxies:
        entries = headers.get(_FORWARDED_FOR, "").split(",")
        if len(entries) >= trusted_proxies and (found := read_address(entries[-trusted_proxies].strip())):
            return found
    return read_address(peer)


def is_local(peer: str, headers: Mapping[str, str], trusted_proxies: int) -> bool:
    """Return whether a request is certainly from this machine, and not from a proxy on it."""
    if not trusted_proxies and came_through_proxy(headers):
        return False
    address = client_address(peer, headers, trusted_proxies)
    return address is not None and address.is_loopback


def came_through_proxy(headers: Mapping[str, str]) -> bool:
    """Return whether a proxy has left its mark on a request."""
    return any(name in headers for name in _OF_PROXIES)


@lru_cache(maxsize=4096)
def read_address(text: str) -> Address | None:
    """Return an address that may be in brackets and followed by a port; ``None`` for what is none.

    An IPv4 address that is written as one of IPv6 is the same client's.
    """
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def account_of(address: Address) -> str:
    """Return under which name the use of an address is counted: itself, or its IPv6 /64."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
