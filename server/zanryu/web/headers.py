"""Headers that every answer carries: CORS, Vary, and what keeps data from running as script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response

PAGE_POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
# Data is data: whatever a literal holds, opening the file in a browser runs nothing.
DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
_ONE_DAY_SECONDS = "86400"


def add_headers(app: Flask) -> None:
    """Have ``app`` put the headers on every answer, errors and OPTIONS included."""
    app.after_request(finish)


def finish(response: Response) -> Response:
    """Add the common headers to an answer."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "ETag, Link, Content-Location, Retry-After"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
        headers["Access-Control-Max-Age"] = _ONE_DAY_SECONDS
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    is_page = response.mimetype == "text/html"
    headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else DATA_POLICY)
    if request.endpoint != "static":
        # All that any answer is negotiated by; one list for all, so that no route can forget a part of it.
        response.vary.update(["Accept", "Accept-Language"])
        headers.setdefault("Cache-Control", "no-cache")
    return response
