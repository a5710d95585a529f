"""A plain HTTP client: what a test asks for is what is sent, byte for byte, over one kept connection."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_IDLE_SECONDS: Final = 5.0
_TIMEOUT_SECONDS: Final = 30.0
_EXPECT_A_BODY: Final = ("POST", "PUT")


@dataclass(frozen=True, slots=True)
class Response:
    """A response, read to its end. Header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the value of a header, or nothing."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def media_type(self) -> str:
        """The media type of the body without its parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def __str__(self) -> str:
        text = self.body.decode("utf-8", "replace")
        return f"{self.status} {self.header('content-type')}\n{text[:2000]}"


class Client:
    """Requests to one server."""

    def __init__(self, authority: str) -> None:
        self._connection = HTTPConnection(authority, timeout=_TIMEOUT_SECONDS)
        self._used = time.monotonic()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def send(
        self, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes | None = None
    ) -> Response:
        """Send a request; no header is added but Host and Content-Length."""
        try:
            return self._send(method, target, headers, body)
        except (OSError, HTTPException):
            self._connection.close()
            raise

    def _send(
        self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes | None
    ) -> Response:
        connection = self._connection
        if time.monotonic() - self._used > _IDLE_SECONDS:
            connection.close()  # the server may have closed it by now; it opens again by itself
        self._used = time.monotonic()
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None or method in _EXPECT_A_BODY:
            connection.putheader("Content-Length", str(len(body or b"")))
        connection.endheaders(body)
        response = connection.getresponse()
        read = response.read()
        found = tuple((name.lower(), value) for name, value in response.getheaders())
        return Response(response.status, found, read)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The three doors of a server: query, update (the same address for us), graph store. Paths only."""

    origin: str
    query_path: str
    update_path: str
    graphs_path: str
    client: Client

    @classmethod
    def at(cls, query_url: str, update_url: str, graphs_url: str) -> Endpoint:
        """Return the endpoint with these addresses, which are on one host."""
        parts = urlsplit(query_url)
        query, update, graphs = (
            urlsplit(url).path.rstrip("/") for url in (query_url, update_url, graphs_url)
        )
        return cls(f"{parts.scheme}://{parts.netloc}", query, update, graphs, Client(parts.netloc))

    @property
    def query_url(self) -> str:
        """The address that queries go to."""
        return self.origin + self.query_path

    def query(self, text: bytes, accept: str) -> Response:
        """Send a query by POST."""
        headers = (("Content-Type", QUERY), ("Accept", accept))
        return self.client.send("POST", self.query_path, headers, text)

    def update(self, text: bytes) -> Response:
        """Send an update by POST."""
        return self.client.send("POST", self.update_path, (("Content-Type", UPDATE),), text)
