"""The graph in a request's body: one document, or the files of a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest, UnsupportedMediaType
from zanryu.store.documents import FORMATS, read_document
from zanryu.store.gate.patches import PATCH_TYPES
from zanryu.web.content_type import media_type_of, require_utf_8
from zanryu.web.media_types import GRAPHS
from zanryu.web.multipart import FORM_DATA, read_parts

if TYPE_CHECKING:
    from zanryu.web.multipart import Part

ACCEPT_PATCH: Final = ", ".join(PATCH_TYPES)  # RFC 5789, 3.1
# Media types of datasets. The protocol is about one graph, and part of a document is never taken for it.
_DATASETS: Final = {
    "application/trig": "TriG", "application/x-trig": "TriG", "application/n-quads": "N-Quads",
    "text/x-nquads": "N-Quads", "application/trix": "TriX", "application/trix+xml": "TriX",
}  # fmt: skip
_NAMED_GRAPH: Final = "Named graphs are not allowed"  # as pyoxigraph says it
_ONE_GRAPH: Final = "A request writes one graph: send each graph's triples alone, to `?graph=` and its IRI"
_EXTENSIONS: Final = {word: m.name for m in reversed(GRAPHS) if m.name in FORMATS for word in m.formats}


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body, bounded and without a content coding."""

    content_type: str
    data: bytes


def read_graph(body: Body, base_iri: str, *, is_form_allowed: bool) -> bytes:
    """Return the graph in a body as N-Triples; that of a form is all of its files together.

    :raises UnsupportedMediaType: for a media type that is none of a graph, or another charset than UTF-8.
    :raises MalformedRequest: for a document that cannot be read; in a form it names the part.
    :raises Refused: see :func:`zanryu.store.documents.read_document`.
    """
    if media_type_of(body.content_type) == FORM_DATA and is_form_allowed:
        parts = read_parts(body.data, body.content_type)
        return b"".join(_read_part(part, base_iri) for part in parts)
    require_utf_8(body.content_type)
    return _read_one(body.data, media_type_of(body.content_type), base_iri)


def read_change(body: Body, method: str, base_iri: str) -> str:
    """Return what changes a graph: its triples in N-Triples, or for PATCH the patch.

    :raises ZanryuError: see :func:`read_graph`.
    """
    if method == "DELETE":
        return ""
    if method != "PATCH":
        return read_graph(body, base_iri, is_form_allowed=method == "POST").decode()
    if media_type_of(body.content_type) not in PATCH_TYPES:
        refusal = UnsupportedMediaType(
            f"PATCH takes an RDF Patch: {PATCH_TYPES[0]}.", accepted=list(PATCH_TYPES)
        )
        refusal.headers["Accept-Patch"] = ACCEPT_PATCH
        raise refusal
    require_utf_8(body.content_type)
    try:
        return body.data.decode()
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"The patch is not UTF-8 (byte {error.start}).") from None


def _read_part(part: Part, base_iri: str) -> bytes:
    require_utf_8(part.content_type)
    by_name = _EXTENSIONS.get(part.name.rpartition(".")[2].lower(), "")
    try:
        return _read_one(part.body, media_type_of(part.content_type) or by_name, base_iri)
    except MalformedRequest as error:
        raise MalformedRequest(f"In the part {part.name!r}: {error.detail}", **error.members) from None


def _read_one(data: bytes, media_type: str, base_iri: str) -> bytes:
    if media_type in _DATASETS:
        raise UnsupportedMediaType(
            f"{_DATASETS[media_type]} holds several graphs. {_ONE_GRAPH}, in one of: {', '.join(FORMATS)}.",
            accepted=list(FORMATS),
        )
    try:
        return read_document(data, media_type, base_iri)
    except MalformedRequest as error:
        if _NAMED_GRAPH not in error.detail:
            raise
        raise MalformedRequest(f"The document has a named graph in it. {_ONE_GRAPH}.") from None
