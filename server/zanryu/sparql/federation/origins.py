"""Origins (RFC 6454): what the operator lists, and what a SERVICE is compared with. Equal, or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from zanryu.errors import InvalidSetting

_PORTS: Final = {"http": 80, "https": 443}
_MAX_PORT: Final = 65_535
# Stricter than RFC 3986: no user before the host, no fragment, no host that would have to be decoded first.
_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-F:.]+\]|[A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:[/?][^#\s]*)?)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, a host (a name in lower case, or an address without brackets) and a port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """The host and the port as the Host header has them: without a port that the scheme implies."""
        return self._bracketed if self.port == _PORTS[self.scheme] else f"{self._bracketed}:{self.port}"

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """The address, where the origin is written with one in place of a name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a SERVICE leads: an origin, and a path with its query as written."""

    origin: Origin
    path: str


def read_endpoint(iri: str) -> Endpoint | None:
    """Return the endpoint that an absolute IRI names, or ``None`` if it is no plain ``http`` or ``https``."""
    match = _ADDRESS.fullmatch(iri)
    if match is None:
        return None
    scheme, host = match["scheme"].lower(), match["host"].lower()
    port = int(match["port"] or _PORTS[scheme])
    if host.startswith("["):
        try:
            host = str(IPv6Address(host[1:-1]))
        except ValueError:
            return None
    return Endpoint(Origin(scheme, host, port), match["path"]) if 0 < port <= _MAX_PORT else None


def read_origins(text: str) -> frozenset[Origin]:
    """Return the origins of a list, separated by commas or spaces.

    :raises InvalidSetting: if an entry is not a scheme, a host and perhaps a port, and nothing else.
    """
    return frozenset(_read_origin(entry) for entry in re.split(r"[,\s]+", text) if entry)


def _read_origin(entry: str) -> Origin:
    endpoint = read_endpoint(entry)
    if endpoint is None or endpoint.path:
        raise InvalidSetting(
            f"ZANRYU_FEDERATION_ORIGINS has {entry!r}; give origins such as https://query.wikidata.org: "
            "http or https, a host, perhaps a port, and no path."
        )
    return endpoint.origin
