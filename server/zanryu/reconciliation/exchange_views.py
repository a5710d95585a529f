"""What the views of both versions of the API share: parameters, languages, addresses, entity tags."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from flask import Response, g, render_template, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, UnsupportedMediaType
from zanryu.reconciliation.batches import MAX_LIMIT, MAX_TEXT
from zanryu.reconciliation.identifiers import iri_of
from zanryu.reconciliation.manifests import Manifests
from zanryu.reconciliation.service import Service
from zanryu.web.address import own_address
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import LANGUAGES, choose_language
from zanryu.web.media_types import HTML, JSON
from zanryu.web.request_body import read_bounded_body
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.config import Settings
    from zanryu.naming.labels import Labels
    from zanryu.reconciliation.matching import Kind
    from zanryu.reconciliation.service import Keeper
    from zanryu.store.backend import Backend

RECONCILE: Final = "/reconcile"
# Whatever a client of 0.2 sends by GET, and the few words by which it can be read in one language.
PREFIXES: Final = (RECONCILE, f"{RECONCILE}/<any({', '.join(LANGUAGES)}):in_language>")
FORM: Final = "application/x-www-form-urlencoded"
_SUGGESTED: Final = 10
_MAX_OFFSET: Final = 1000
_MAX_PARAMETERS: Final = 30
# Nothing but its own style sheet, in a frame of anybody's: a client shows it in one that is sandboxed.
PREVIEW_POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What both versions answer from. ``keeper`` has the matcher of the data at hand."""

    backend: Backend
    labels: Labels
    keeper: Keeper
    settings: Settings

    def service(self) -> Service:
        """Return the service for this request.

        :raises TooBusy: while the first index of names is being made.
        """
        timeout_seconds = self.settings.query_timeout_seconds
        return Service(self.keeper.index(), self.backend, self.labels, language(), timeout_seconds)

    def manifests(self, service: Service) -> Manifests:
        """Return the manifests of the service at the address that was asked."""
        types = service.terms.listed_types()
        return Manifests(
            self.address(), request.path.rstrip("/"), types, self.settings.reconciliation_batch, words()
        )

    def address(self) -> str:
        """Return where this server is reached, without a slash at the end.

        :raises MalformedRequest: if neither a setting nor the request says it.
        """
        return own_address(self.settings.public_address, request.host, request.host_url)

    def suggest(self, kind: Kind, start: str, *, is_draft: bool) -> Response:
        """Answer what begins with ``?prefix=``; ``start`` names the parameter that says how many to skip."""
        given = parameters()
        prefix, limit = given.get("prefix", "").strip(), read_count(given, "limit", _SUGGESTED)
        if len(prefix) > MAX_TEXT:
            raise MalformedRequest(f"`prefix` is longer than {MAX_TEXT} characters.", parameter="prefix")
        first = read_count(given, start, 0)
        page = slice(first, first + min(limit, MAX_LIMIT))
        return self.tied(lambda s: json_body({"result": s.suggest(prefix, kind, page, is_draft=is_draft)}))

    def propose(self, *, is_draft: bool) -> Response:
        """Answer the properties that are proposed for ``?type=``."""
        given = parameters()
        type_name, limit = given.get("type", ""), read_count(given, "limit", 0) or None
        asked: dict[str, object] = {"type": type_name} if type_name or not is_draft else {}
        if limit:
            asked |= {"limit": limit}
        return self.tied(lambda s: json_body({**asked, "properties": s.columns.proposed(type_name, limit)}))

    def preview(self) -> Response:
        """Show ``?id=`` in a few lines: a page without scripts, forms or links, for a frame of a client's."""
        identifier = parameters().get("id", "")

        def make(service: Service) -> Response:
            found = service.preview(iri_of(identifier))
            body = render_template(
                "reconcile_preview.html",
                language=service.language,
                preview=found,
                identifier=identifier[:MAX_TEXT],
            )
            return Response(
                body, HTTPStatus.OK if found else HTTPStatus.NOT_FOUND, content_type=HTML.content_type()
            )

        response = self.tied(make)
        response.headers["Content-Security-Policy"] = PREVIEW_POLICY
        return response

    def tied(self, make: Callable[[Service], Response]) -> Response:
        """Answer a GET from the data: tied to its version, or, of an old index, not to be kept by anybody."""
        service = self.service()
        is_current = service.matcher.version == self.backend.version
        tag = entity_tag(f"{__version__} {self.backend.version}", request.full_path, service.language)
        if is_current and is_fresh(request.headers.get("If-None-Match"), tag):
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        else:
            response = make(service)
        if is_current and response.status_code < HTTPStatus.BAD_REQUEST:
            response.headers["ETag"] = tag
        else:
            response.headers["Cache-Control"] = "no-store"
        return response


def language() -> str:
    """Return the language of the answer: of the address, of ``?lang=``, or by Accept-Language."""
    return choose_language(
        g.get("in_language") or request.args.get("lang"), request.headers.get("Accept-Language")
    )


def take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language out of the address, so that no view needs to know of it."""
    g.in_language = values.pop("in_language", None) if values else None


def words() -> Words:
    """Return the words of the answer."""
    return Words(language())


def parameters() -> dict[str, str]:
    """Return the parameters of the URL, or of a form in the body; each may be given once.

    :raises UnsupportedMediaType: if the body is no form.
    """
    pairs = _read_form(request.query_string, "The URL")
    if request.method == "POST":
        if request.mimetype != FORM:
            raise UnsupportedMediaType(
                f"Send a form: {FORM}. JSON belongs to the draft of version 1.0, at {RECONCILE}/v1/match.",
                accepted=[FORM],
            )
        pairs += _read_form(read_bounded_body(request.max_content_length or 0), "The body")
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise MalformedRequest(f"`{name}` is given twice. Send it once.", parameter=name)
        found[name] = value
    return found


def _read_form(text: bytes, where: str) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(
            text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except ValueError:
        raise MalformedRequest(
            f"{where} cannot be read: percent-encode parameters as UTF-8, and send at most {_MAX_PARAMETERS}."
        ) from None
    return pairs


def read_count(given: dict[str, str], name: str, default: int) -> int:
    """Return a parameter that counts something.

    :raises MalformedRequest: if it is no number, or too large to mean anything.
    """
    text = given.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or int(text) > _MAX_OFFSET:
        raise MalformedRequest(
            f"`{name}` is {text[:40]!r}; give a number of at most {_MAX_OFFSET}.", parameter=name
        )
    return int(text)


def json_body(document: object) -> Response:
    """Return a document as JSON."""
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, content_type=JSON.content_type())


def private(response: Response) -> Response:
    """Have an answer kept by nobody but who asked: it names the host that was asked."""
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
