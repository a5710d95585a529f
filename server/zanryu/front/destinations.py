"""Where the name of a listed origin may lead: to public addresses, and to what the operator wrote down."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final, TypeAlias

from zanryu.errors import ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from zanryu.sparql.federation.origins import Origin

Address: TypeAlias = "IPv4Address | IPv6Address"
Resolve: TypeAlias = "Callable[[str, int], Awaitable[Iterable[str]]]"
_UNICAST: Final = IPv6Network("2000::/3")  # RFC 4291, 2.4: what the internet routes
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052, 2.1
_MAX_IPV4: Final = 0xFFFF_FFFF


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name, in the order in which the system would try them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def addresses_of(origin: Origin, resolver: Resolve, *, allows_private: bool) -> list[Address]:
    """Return the addresses to connect to. They are the ones that were looked at: nothing is resolved twice.

    An origin that is written with an address leads there, whatever it is: the operator wrote it.

    :raises ServiceFailed: if there is none, or one of them is not public and may not be.
    """
    if origin.address is not None:
        return [origin.address]
    try:
        found = [ip_address(text) for text in await resolver(origin.host, origin.port)]
    except (OSError, UnicodeError, ValueError):
        found = []
    if not found:
        raise ServiceFailed(f"The name in {origin} leads to no address.")
    # One that is not public spoils all: it stands there by mistake, or for an attack by the name server.
    if not allows_private and not all(is_public(address) for address in found):
        raise ServiceFailed(f"The name in {origin} leads into a private network, which is not allowed.")
    return found


def is_public(address: Address) -> bool:
    """Return whether an address belongs to the public internet, and so does the one it may hold."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    is_special = address.is_private or address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special


def _inner(address: Address) -> IPv4Address | None:
    """Return the IPv4 address inside of an IPv6 one: mapped, 6to4 (RFC 3056) or NAT64."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & _MAX_IPV4)
    return address.ipv4_mapped or address.sixtofour
