"""What the graph says about one thing, as data: its own triples, the claims about it, and their citations.

No query text is made here: the engine is asked for the neighbours of typed terms, and the work grows with
what is said about the thing, not with the graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.errors import NotFound
from zanryu.graph.namespaces import RDF_REIFIES, RDF_SUBJECT, term

if TYPE_CHECKING:
    from zanryu.store.backend import Backend, Statement

_CITATION: Final = term("zr:citation").value


def describe(backend: Backend, thing: str) -> list[Statement]:
    """Return what a data document about an IRI holds: RDF 1.1, without triple terms, which it cannot say.

    :raises NotFound: if the graph says nothing about it.
    """
    own = _plain(backend.describe(thing))
    if not own:
        raise NotFound(f"The graph says nothing about <{thing}>.", iri=thing)
    claims = [s.subject.value for s in backend.referring(thing, RDF_SUBJECT.value)]
    about = _plain(backend.describe(*claims))
    citations = dict.fromkeys(s.object.value for s in (*own, *about) if s.predicate == _CITATION)
    return [*own, *about, *_plain(backend.describe(*citations))]


def _plain(statements: list[Statement]) -> list[Statement]:
    return [s for s in statements if s.predicate != RDF_REIFIES.value and s.object.kind != "triple"]
