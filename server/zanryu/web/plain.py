"""A request and an answer as plain values: what the rules of HTTP need of them, whichever server met them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request. ``body`` is bounded by whoever read it; a header that was not sent is ``None``.

    ``query_string`` is as it was sent, still percent-encoded.
    """

    method: str
    path: str
    query_string: bytes
    accept: str | None = None
    accept_language: str | None = None
    if_none_match: str | None = None
    content_type: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class PlainResponse:
    """An answer, complete. ``headers`` are without Content-Length: the length is that of ``body``."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=())
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the value of a header (its last, if it is there more than once)."""
        wanted = name.lower()
        return next((value for known, value in reversed(self.headers) if known.lower() == wanted), None)

    def with_headers(self, headers: dict[str, str]) -> PlainResponse:
        """Return the answer with these headers in place of any of the same names."""
        replaced = {name.lower() for name in headers}
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in replaced)
        return PlainResponse(self.status, (*kept, *headers.items()), self.body)
