"""``/sparql`` as functions from values to values: used by the Flask view and by the server in front of it.

A query is read, perhaps known to the client already, evaluated (by whoever calls), and answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu import __version__
from zanryu.sparql import protocol
from zanryu.sparql.evaluation import prepare
from zanryu.sparql.policy import PUBLISHED
from zanryu.web.conditional import FOR_GOOD, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.plain import PlainResponse

if TYPE_CHECKING:
    from zanryu.sparql.evaluation import Prepared
    from zanryu.sparql.policy import Policy
    from zanryu.web.plain import PlainRequest


@dataclass(frozen=True, slots=True)
class Introduction:
    """A bare GET: it asks for the query page or the service description. ``format`` is its parameter.

    ``version`` is the number of the version that the page is to ask, ``None`` for the present.
    """

    format: str | None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that may be evaluated, and what of its request the answer depends on.

    ``version`` is the number of the version that is asked, ``None`` for the present; ``moment`` is since when
    it was the newest, as HTTP writes a date, once that is known.
    """

    prepared: Prepared
    method: str
    language: str
    if_none_match: str | None
    version: int | None = None
    moment: str = ""

    def tag(self, data_version: str) -> str | None:
        """Return the tag of the answer from this data; ``None`` for POST and for what changes by itself."""
        if self.method == "POST":
            return None
        return self.prepared.entity_tag(f"{__version__} {data_version}", self.language)

    def known(self, data_version: str) -> PlainResponse | None:
        """Return 304 if the client's copy is current: it costs no evaluation."""
        tag = self.tag(data_version)
        if tag and is_fresh(self.if_none_match, tag):
            return PlainResponse(304, (("ETag", tag),))
        return None


def read(request: PlainRequest, policy: Policy = PUBLISHED) -> Asked | Introduction | protocol.Update:
    """Return what a request asks for.

    :raises ZanryuError: for everything that the protocol, this endpoint or the parser's limits refuse.
    """
    query = protocol.parse(
        protocol.Request(request.method, request.query_string, request.content_type, request.body)
    )
    if isinstance(query, protocol.Update):
        return query
    if query.text is None:
        return Introduction(query.format, query.version)
    dataset = policy.dataset(query.dataset)
    prepared = prepare(query.text, dataset, request.accept, query.format, policy.origins)
    language = _language(request) if prepared.wants_page else ""
    return Asked(prepared, request.method, language, request.if_none_match, query.version)


def respond(asked: Asked, body: bytes, data_version: str) -> PlainResponse:
    """Return the answer; ``body`` is the engine's answer, or the page made of it."""
    headers = [("Content-Type", asked.prepared.choice.content_type)]
    if not asked.prepared.outline.is_repeatable:
        headers.append(("Cache-Control", "no-store"))
    elif asked.version and not asked.prepared.wants_page:
        # A page changes with the program; version 0 is another after a new build, while nothing is written.
        headers.append(("Cache-Control", FOR_GOOD))
    if asked.moment:
        headers.append(("Memento-Datetime", asked.moment))
    tag = asked.tag(data_version)
    if tag:
        headers.append(("ETag", tag))
    return PlainResponse(200, tuple(headers), body)


def _language(request: PlainRequest) -> str:
    """Return the language of a page: the first ``lang`` in the URL, then the header."""
    from urllib.parse import parse_qsl

    pairs = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    wanted = next((value for name, value in pairs if name == "lang"), None)
    return choose_language(wanted, request.accept_language)
