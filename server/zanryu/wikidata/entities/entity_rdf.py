"""The same entity from its Turtle: ``Special:EntityData/Q42.ttl?flavor=dump``.

Source: docs/topics/rdf-format of Wikibase. Values are read from their full nodes (``psv:``, ``pqv:``,
``prv:``), since the simple literals beside them hide the precision. A graph has no order, so statements,
qualifiers and the parts of a reference come sorted; nor does it tell ``1944-00-00`` from ``1944-01-01``
where the precision is a year, and what is finer than the precision is written as ``00``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.errors import UnreadableEntity
from zanryu.graph.namespaces import RDF_TYPE
from zanryu.wikidata.entities.entity_json import local_name
from zanryu.wikidata.entities.values_rdf import ENTITY, Graph, read_value
from zanryu.wikidata.model import Entity, Nothing, Rank, Reference, Snak, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATA: Final = "https://www.wikidata.org/wiki/Special:EntityData/"
_PROP: Final = "http://www.wikidata.org/prop/"
_NO_VALUE: Final = f"{_PROP}novalue/"
_WIKIBASE: Final = "http://wikiba.se/ontology#"
_SCHEMA: Final = "http://schema.org/"
_LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
_ALIAS: Final = "http://www.w3.org/2004/02/skos/core#altLabel"
_SOURCE: Final = "http://www.w3.org/ns/prov#wasDerivedFrom"
_RANKS: Final = {
    f"{_WIKIBASE}PreferredRank": Rank.PREFERRED,
    f"{_WIKIBASE}NormalRank": Rank.NORMAL,
    f"{_WIKIBASE}DeprecatedRank": Rank.DEPRECATED,
}


def read_entity_turtle(data: bytes, asked: str) -> Entity:
    """Return the entity of a Turtle document of Special:EntityData.

    :raises UnreadableEntity: for what is no Turtle, or describes no single entity, or breaks its own rules.
    """
    graph = _parse(data, asked)
    document = next((s for s in graph if s.startswith(_DATA) and f"{_SCHEMA}about" in graph[s]), None)
    if document is None:
        raise UnreadableEntity(f"{asked}: this is Turtle without an entity; nothing says schema:about.")
    entity_id = local_name(graph[document][f"{_SCHEMA}about"][0].value)
    try:
        return Entity(
            id=entity_id,
            revision=int(_one(graph, document, f"{_SCHEMA}version") or 0),
            modified=_one(graph, document, f"{_SCHEMA}dateModified"),
            asked=asked,
            labels={language: texts[0] for language, texts in _texts(graph, entity_id, _LABEL).items()},
            descriptions={
                language: texts[0]
                for language, texts in _texts(graph, entity_id, f"{_SCHEMA}description").items()
            },
            aliases=_texts(graph, entity_id, _ALIAS),
            statements=tuple(_statements(graph, entity_id)),
        )
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise UnreadableEntity(f"{entity_id}: this Turtle is not as Wikibase writes it ({told}).") from None


def _parse(data: bytes, asked: str) -> Graph:
    graph: Graph = defaultdict(lambda: defaultdict(list))
    try:
        for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
                graph[quad.subject.value][quad.predicate.value].append(quad.object)
    except (SyntaxError, ValueError) as error:
        raise UnreadableEntity(f"{asked}: this is not Turtle: {error}.") from None
    return graph


def _one(graph: Graph, subject: str, predicate: str) -> str:
    found = graph[subject][predicate]
    return found[0].value if found else ""


def _texts(graph: Graph, entity_id: str, predicate: str) -> dict[str, tuple[str, ...]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for literal in graph[ENTITY + entity_id][predicate]:
        if isinstance(literal, ox.Literal):
            texts[literal.language or ""].append(literal.value)
    return {language: tuple(sorted(found)) for language, found in sorted(texts.items())}


def _statements(graph: Graph, entity_id: str) -> Iterator[Statement]:
    claimed = [
        (local_name(predicate), node.value)
        for predicate, nodes in graph[ENTITY + entity_id].items()
        if predicate.startswith(f"{_PROP}P")
        for node in nodes
    ]
    for property_id, node in sorted(claimed, key=lambda c: (int(c[0][1:]), c[1])):
        yield _statement(graph, property_id, node)


def _statement(graph: Graph, property_id: str, node: str) -> Statement:
    values = list(_snaks(graph, node, "statement"))
    absent = [Snak(p, Nothing()) for p in _without_value(graph, node)]
    # `a wdno:P40` on the statement is its own value if it has no other, and a qualifier otherwise.
    main = next((snak for snak in (*values, *absent) if snak.property == property_id), None)
    if main is None:
        raise ValueError(f"{local_name(node)} has no value")
    references = [
        Reference(_sorted(_reference_snaks(graph, source.value)), local_name(source.value))
        for source in graph[node][_SOURCE]
    ]
    entity_id, _, rest = local_name(node).partition("-")
    return Statement(
        property=property_id,
        value=main.value,
        rank=_RANKS[_one(graph, node, f"{_WIKIBASE}rank")],
        qualifiers=_sorted([*_snaks(graph, node, "qualifier"), *(s for s in absent if s is not main)]),
        references=tuple(sorted(references, key=lambda r: r.digest)),
        id=f"{entity_id}${rest}",
    )


def _reference_snaks(graph: Graph, node: str) -> list[Snak]:
    return [*_snaks(graph, node, "reference"), *(Snak(p, Nothing()) for p in _without_value(graph, node))]


def _without_value(graph: Graph, node: str) -> list[str]:
    kinds = (kind.value for kind in graph[node][RDF_TYPE.value])
    return [kind.removeprefix(_NO_VALUE) for kind in kinds if kind.startswith(_NO_VALUE)]


def _snaks(graph: Graph, node: str, use: str) -> Iterator[Snak]:
    """Yield what hangs from a node by ``prop/USE/P…``: the value node where there is one.

    The same value node, or literal, under one property is one snak: a graph has no duplicates.
    """
    simple, full = f"{_PROP}{use}/P", f"{_PROP}{use}/value/P"
    for predicate, values in list(graph[node].items()):
        if predicate.startswith(full):
            yield from (Snak(local_name(predicate), read_value(graph, value)) for value in values)
        elif predicate.startswith(simple):
            nodes = graph[node].get(f"{_PROP}{use}/value/{local_name(predicate)}", [])
            unsaid = [v for v in values if isinstance(v, ox.BlankNode) or not nodes]
            yield from (Snak(local_name(predicate), read_value(graph, value)) for value in unsaid)


def _sorted(snaks: list[Snak]) -> tuple[Snak, ...]:
    return tuple(sorted(snaks, key=lambda s: (int(s.property[1:]), repr(s.value))))
