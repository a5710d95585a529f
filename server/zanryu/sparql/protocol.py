"""SPARQL 1.1 Protocol, query and update (section 2): from the plain parts of a request to its values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import parse_qsl

from zanryu.errors import MalformedRequest, UnsupportedMediaType
from zanryu.sparql.using import Using
from zanryu.store.backend import QueryDataset
from zanryu.web.bearer import refuse_token_in
from zanryu.web.media_types import GRAPHS, RESULTS
from zanryu.web.memento import read_version

if TYPE_CHECKING:
    from collections.abc import Iterable

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_MAX_PARAMETERS: Final = 1000
_OF_QUERIES: Final = ("query", "default-graph-uri", "named-graph-uri")
_OF_UPDATES: Final = ("update", "using-graph-uri", "using-named-graph-uri")
_ABSOLUTE_IRI: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]+\Z")
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?(?P<charset>[^\";\s]+)", re.IGNORECASE)

Parameters: TypeAlias = "list[tuple[str, str]]"


@dataclass(frozen=True, slots=True)
class Request:
    """The plain parts of a request. ``body`` is bounded by the caller; ``content_type`` may be empty."""

    method: str
    query_string: bytes
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Query:
    """A query operation. ``text`` is ``None`` for a bare GET, which asks for the service description.

    ``version`` is the number of the version to be asked, ``None`` for the present.
    """

    text: str | None
    dataset: QueryDataset
    format: str | None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """An update operation; an empty text is one that does nothing. ``message`` is why, for the history."""

    text: str
    using: Using
    message: str = ""


def parse(request: Request) -> Query | Update:
    """Return the operation that a request asks for.

    :raises MalformedRequest: for a parameter missing, given twice, in URL and body, or of the other
        operation; it names it.
    :raises UnsupportedMediaType: for a body that is neither a form nor a query or update in UTF-8.
    """
    in_url = read_parameters(request.query_string, "URL")
    if request.method == "POST":
        return _parse_post(request, in_url)
    if any(name in _OF_UPDATES for name, _ in in_url):
        parameter = next(name for name, _ in in_url if name in _OF_UPDATES)
        raise MalformedRequest(f"`{parameter}` belongs to an update. Send it by POST.", parameter=parameter)
    return _query(in_url, required=bool(_values(in_url, ("default-graph-uri", "named-graph-uri"))))


def _parse_post(request: Request, in_url: Parameters) -> Query | Update:
    media_type = request.content_type.partition(";")[0].strip().lower()
    if media_type not in (FORM, QUERY, UPDATE):
        said = f"`{media_type}`" if media_type else "no Content-Type"
        accepted = [QUERY, UPDATE, FORM]
        raise UnsupportedMediaType(
            f"The body has {said}. Send one of: {', '.join(accepted)}.", accepted=accepted
        )
    charset = _CHARSET.search(request.content_type)
    if charset and charset["charset"].lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"The body is in {charset['charset']}. Send UTF-8.", parameter="charset")
    if media_type == FORM:
        return _parse_form(in_url, read_parameters(request.body, "body"))
    name = "query" if media_type == QUERY else "update"
    if _values(in_url, (name,)):
        raise MalformedRequest(f"`{name}` is in the URL and in the body. Send it once.", parameter=name)
    return _operation([*in_url, (name, _decode(request.body, name))])


def _parse_form(in_url: Parameters, in_body: Parameters) -> Query | Update:
    _refuse_both_places(in_url, in_body)
    if _values(in_url, ("update",)):
        raise MalformedRequest("`update` is in the URL. Send it in the body.", parameter="update")
    return _operation([*in_url, *in_body])


def _operation(parameters: Parameters) -> Query | Update:
    given = {name for name, _ in parameters}
    if {"query", "update"} <= given:
        raise MalformedRequest("The request has `query` and `update`. Send one of them.", parameter="update")
    if given.isdisjoint(_OF_UPDATES):
        return _query(parameters, required=True)
    text = _text(parameters, "update")
    if text is None:
        alone = next(name for name in _OF_UPDATES if name in given)
        raise MalformedRequest(f"`{alone}` belongs to an update, and there is no `update`.", parameter=alone)
    for name in (*_OF_QUERIES, "version"):
        if name in given:
            raise MalformedRequest(f"`{name}` belongs to a query, not to an update.", parameter=name)
    using = Using(_graphs(parameters, "using-graph-uri"), _graphs(parameters, "using-named-graph-uri"))
    return Update(text, using, _single(parameters, "message") or "")


def _query(parameters: Parameters, *, required: bool) -> Query:
    text = _text(parameters, "query")
    if text is not None and not text.strip():
        raise MalformedRequest("`query` is empty.", parameter="query")
    if text is None and required:
        raise MalformedRequest("The parameter `query` is missing.", parameter="query")
    dataset = QueryDataset(_graphs(parameters, "default-graph-uri"), _graphs(parameters, "named-graph-uri"))
    return Query(text, dataset, _format(parameters), read_version(_values(parameters, ("version",))))


def _graphs(parameters: Parameters, name: str) -> tuple[str, ...]:
    iris = _values(parameters, (name,))
    for iri in iris:
        if not is_absolute_iri(iri):
            raise MalformedRequest(f"`{name}` is {iri!r}, which is not an absolute IRI.", parameter=name)
    return tuple(dict.fromkeys(iris))


def is_absolute_iri(text: str) -> bool:
    """Return whether a text is an absolute IRI; none that is can end the brackets around it."""
    return _ABSOLUTE_IRI.match(text) is not None


def _format(parameters: Parameters) -> str | None:
    """Return the format asked for; it is ours, not the protocol's, so several words for one are accepted.

    SPARQLWrapper sends ``format=tsv&format=text/tab-separated-values``, and unknown words beside them.
    """
    words = _values(parameters, ("format",))
    table = (*RESULTS, *GRAPHS)
    meant = {word: {m.name for m in table if word in (*m.formats, *m.names)} for word in words}
    known = [types for types in meant.values() if types]
    if len(meant) > 1 and known and set.intersection(*known):
        return min((word for word in words if meant[word]), key=lambda word: len(meant[word]))
    return _single(parameters, "format")


def _single(parameters: Parameters, name: str) -> str | None:
    values = _values(parameters, (name,))
    if len(values) > 1:
        raise MalformedRequest(f"`{name}` is given {len(values)} times. Send it once.", parameter=name)
    return values[0] if values else None


def _text(parameters: Parameters, name: str) -> str | None:
    """Return a text, which may come out of a file with a byte order mark at its beginning."""
    text = _single(parameters, name)
    return text and text.removeprefix("\ufeff")


def _values(parameters: Parameters, names: Iterable[str]) -> list[str]:
    return [value for name, value in parameters if name in names]


def _refuse_both_places(in_url: Parameters, in_body: Parameters) -> None:
    both = {name for name, _ in in_url} & {name for name, _ in in_body}
    if both:
        name = min(both)
        raise MalformedRequest(
            f"`{name}` is in the URL and in the body. Send it in one place.", parameter=name
        )


def read_parameters(encoded: bytes, place: str) -> Parameters:
    """Decode ``application/x-www-form-urlencoded``, once, as strict UTF-8.

    :raises MalformedRequest: if it is not that, or has too many.
    :raises MalformedAuthorization: if a token is among them.
    """
    try:
        parameters = _decode_quickly(encoded) or parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except UnicodeDecodeError:
        raise MalformedRequest(f"The parameters in the {place} are not percent-encoded UTF-8.") from None
    except ValueError:
        raise MalformedRequest(f"The {place} has more than {_MAX_PARAMETERS} parameters.") from None
    refuse_token_in((name for name, _ in parameters), place)
    return parameters


def _decode_quickly(encoded: bytes) -> Parameters | None:
    r"""Decode the usual case, one parameter, as :func:`parse_qsl` would in six times the time; else ``None``.

    ``%41`` and the ``\x41`` of Python's own escapes differ in one sign, and those are decoded without a loop.
    """
    name, equals, value = encoded.partition(b"=")
    if not equals or b"&" in encoded or b"\\" in encoded or not (name.isalpha() and encoded.isascii()):
        return None
    try:
        octets = value.replace(b"+", b" ").replace(b"%", b"\\x").decode("unicode_escape").encode("latin-1")
    except UnicodeDecodeError:
        return None  # a sign that is not followed by two digits stands for itself
    return [(name.decode(), octets.decode())]


def _decode(body: bytes, name: str) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"The body is not UTF-8 (byte {error.start}).", parameter=name) from None
