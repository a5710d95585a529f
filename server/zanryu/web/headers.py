"""Headers that every answer carries: CORS, Vary, and what keeps data from running as script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import request

from zanryu.web.assets import IMMUTABLE, is_immutable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Response

# Trusted Types: no script of ours makes markup or code of a string, and none that is bundled may begin to.
PAGE_POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'"
)
# Data is data: whatever a literal holds, opening the file in a browser runs nothing.
DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
_ONE_DAY_SECONDS: Final = "86400"
_ALLOWED: Final = "Accept, Accept-Datetime, Accept-Language, Content-Type, If-None-Match"
# No page elsewhere may write, so it is offered no method of writing; POST carries queries and documents, too.
_OFFERED: Final = ("GET", "HEAD", "OPTIONS", "POST")
_EXPOSED: Final = (
    "ETag, Link, Location, Content-Location, Memento-Datetime, Retry-After, X-Cache, X-Request-Id"
)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long an answer that has an entity tag may be used without asking, and since when it is true."""

    max_age_seconds: int = 0
    last_modified: str = ""

    @property
    def cache_control(self) -> str:
        """The Cache-Control of such an answer."""
        return f"public, max-age={self.max_age_seconds}, must-revalidate"


def policy_for_forms_to(origin: str) -> str:
    """Return the policy of a page whose forms may be sent to another origin too; empty: to none."""
    return PAGE_POLICY.replace("form-action 'self'", f"form-action 'self' {origin}".rstrip())


def add_headers(app: Flask, freshness: Freshness) -> None:
    """Have ``app`` put the headers on every answer, errors and OPTIONS included."""
    app.after_request(partial(finish, freshness))


def finish(freshness: Freshness, response: Response) -> Response:
    """Add the common headers to an answer of Flask's."""
    own = {name.lower(): value for name, value in response.headers}
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        own.pop("content-type", None)  # Flask's default, for a body that there is not
    is_static = request.endpoint == "static"
    for name, value in standard_headers(request.method, own, freshness, is_static=is_static).items():
        response.headers[name] = value
    if is_static and response.status_code < HTTPStatus.BAD_REQUEST and is_immutable(request.path):
        response.headers["Cache-Control"] = IMMUTABLE
    return response


def standard_headers(
    method: str, own: Mapping[str, str], freshness: Freshness, *, is_static: bool = False
) -> dict[str, str]:
    """Return what an answer with the headers ``own`` (lower-case names) carries beside or instead."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": _EXPOSED,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
    if method == "OPTIONS":
        allowed = own.get("allow", "GET, HEAD, OPTIONS").split(", ")
        headers["Access-Control-Allow-Methods"] = ", ".join(name for name in allowed if name in _OFFERED)
        headers["Access-Control-Allow-Headers"] = _ALLOWED
        headers["Access-Control-Max-Age"] = _ONE_DAY_SECONDS
    # A 304 has no type: what the client keeps with its copy stays in force.
    media_type = own.get("content-type", "").partition(";")[0].strip()
    if media_type and "content-security-policy" not in own:
        headers["Content-Security-Policy"] = PAGE_POLICY if media_type == "text/html" else DATA_POLICY
    if not is_static:
        # All that any answer is negotiated by; one list for all, so that no route can forget a part of it.
        headers["Vary"] = merge_vary(own.get("vary"), "Accept", "Accept-Language")
        headers |= _validity(own, freshness)
    return headers


def _validity(own: Mapping[str, str], freshness: Freshness) -> dict[str, str]:
    """Return Cache-Control and Last-Modified. An answer with neither tag nor date is asked for each time."""
    if "cache-control" in own:
        return {}
    if "etag" not in own:
        return {"Cache-Control": "no-cache"}
    headers = {"Cache-Control": freshness.cache_control}
    if freshness.last_modified and "last-modified" not in own:
        headers["Last-Modified"] = freshness.last_modified
    return headers


def merge_vary(present: str | None, *names: str) -> str:
    """Return a Vary header with these names in it."""
    listed = [part.strip() for part in (present or "").split(",") if part.strip()]
    known = {name.lower() for name in listed}
    return ", ".join([*listed, *(name for name in names if name.lower() not in known)])
