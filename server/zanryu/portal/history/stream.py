"""A page of the history as a Linked Data Event Stream: https://w3id.org/ldes/specification.

The members are the states of the dataset, as :mod:`.provenance` describes them. The pages are nodes of TREE
(https://w3id.org/tree/specification), from the oldest to the newest.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import PREFIXES, RDF_TYPE, term
from zanryu.store.backend import Statement, Term, iri
from zanryu.store.history.provenance import HISTORY_IRI, provenance, state_iri
from zanryu.store.history.record import timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zanryu.store.history.record import Heading

_LDES: Final = "https://w3id.org/ldes#"
_TREE: Final = "https://w3id.org/tree#"
_TIME: Final = term("prov:generatedAtTime").value
_XSD: Final = PREFIXES["xsd"]


def stream_page(headings: Sequence[Heading], page: str, following: str) -> list[Statement]:
    """Return a page with its members, whose things changed are at the members' own addresses.

    ``page`` and ``following`` are absolute addresses; without a following page, there are no more members.
    """
    members = (provenance(heading, ()) for heading in headings)
    own = [*_stream(headings, page), (page, RDF_TYPE.value, iri(f"{_TREE}Node"))]
    if following:
        # There are members behind this page, and so neither these nor the relation will be others.
        own += [(page, f"{_LDES}immutable", Term("literal", "true", datatype=f"{_XSD}boolean"))]
        own += _relation(page, following, headings[-1])
    return [*(Statement(iri(s), p, o) for s, p, o in own), *chain.from_iterable(members)]


def _stream(headings: Sequence[Heading], page: str) -> Iterator[tuple[str, str, Term]]:
    yield HISTORY_IRI, RDF_TYPE.value, iri(f"{_LDES}EventStream")
    yield HISTORY_IRI, f"{_LDES}timestampPath", iri(_TIME)
    yield HISTORY_IRI, f"{_LDES}sequencePath", iri(term("owl:versionInfo").value)
    yield HISTORY_IRI, f"{_LDES}versionOfPath", iri(term("prov:specializationOf").value)
    yield HISTORY_IRI, f"{_TREE}view", iri(page)
    for heading in headings:
        yield HISTORY_IRI, f"{_TREE}member", iri(state_iri(heading.number))


def _relation(page: str, following: str, last: Heading) -> Iterator[tuple[str, str, Term]]:
    relation = f"{page}#next"
    yield page, f"{_TREE}relation", iri(relation)
    # A clock that was put back gives versions of the same time, so those that follow are not only later.
    yield relation, RDF_TYPE.value, iri(f"{_TREE}GreaterThanOrEqualToRelation")
    yield relation, f"{_TREE}path", iri(_TIME)
    yield relation, f"{_TREE}value", Term("literal", timestamp(last.time), datatype=f"{_XSD}dateTime")
    yield relation, f"{_TREE}node", iri(following)
