"""What shapes cannot see: words outside the graph, terms and entities that nobody declared, impossible dates.

Each check has a number and a message like a shape; the messages are in ``shapes/sources.ttl``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import SH, Graph, Literal, URIRef

from zanryu.graph.archive import read_fingerprint
from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.graph.namespaces import (
    BASE,
    DATASET_IRI,
    EDTF_LEVEL_1,
    GRAPHS,
    ONTOLOGY_IRI,
    PREFIXES,
    RDF_TYPE,
    term,
)
from zanryu.graph.validation.engines import to_rdflib
from zanryu.graph.validation.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rdflib.term import Node

    from zanryu.graph.sources import Dataset

_OWN_TERMS = (PREFIXES["zr"], PREFIXES["zv"])
_ENTITIES = f"{BASE}id/"
# The graphs whose properties the JSON-LD context must know, or they would be missing from that dump.
_DATA = frozenset(GRAPHS[name] for name in ("entities", "works", "claims", "links"))
# The ontology and the dataset themselves: described in OWL, VoID and DCAT, which the context leaves out.
_DESCRIBED_BY_OTHERS = frozenset({ox.NamedNode(ONTOLOGY_IRI), ox.NamedNode(DATASET_IRI)})


def check_sources(quads: Iterable[ox.Quad], dataset: Dataset, shapes: Graph) -> list[Finding]:
    """Return the findings about cues, dates, terms and entities in materialised quads."""
    quads = list(quads)
    found = [
        *_dates(quads, shapes),
        *_cues(quads, dataset.archive(), shapes),
        *_terms(quads, dataset.root / "ontology" / "context.jsonld", shapes),
        *_entities(quads, shapes),
    ]
    return list(dict.fromkeys(found))


def _dates(quads: list[ox.Quad], shapes: Graph) -> Iterator[Finding]:
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and quad.object.datatype == EDTF_LEVEL_1:
            try:
                bounds(quad.object.value)
            except InvalidEDTF as error:
                yield _finding("S07-calendar", quad, shapes, {"reason": str(error)})


def _cues(quads: list[ox.Quad], archive: Path, shapes: Graph) -> Iterator[Finding]:
    archived = _texts(quads, "zr:archivedAs")
    cited = {q.subject: q.object for q in quads if q.predicate == term("zr:work")}
    kept = {name: read_fingerprint(archive, name) for name in set(archived.values())}
    works = {citation: archived[work] for citation, work in cited.items() if work in archived}
    for quad in quads:
        if quad.predicate != term("zr:cue") or quad.subject not in works:
            continue
        name = works[quad.subject]
        text, cue = kept[name], quad.object
        if text is None or not (isinstance(cue, ox.Literal) and text.contains(cue.value)):
            yield _finding("S46-cue", quad, shapes, {"cue": getattr(cue, "value", str(cue)), "text": name})


def _texts(quads: list[ox.Quad], predicate: str) -> dict[object, str]:
    wanted = term(predicate)
    return {
        q.subject: q.object.value for q in quads if q.predicate == wanted and isinstance(q.object, ox.Literal)
    }


def _terms(quads: list[ox.Quad], context: Path, shapes: Graph) -> Iterator[Finding]:
    declared = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
    foreign = _context_terms(context)
    known = foreign | declared | {RDF_TYPE.value}
    for quad in quads:
        if quad.subject in _DESCRIBED_BY_OTHERS:
            continue
        used = [n for n in (quad.predicate, quad.object) if isinstance(n, ox.NamedNode)]
        unknown = [n for n in used if n.value.startswith(_OWN_TERMS) and n.value not in declared]
        if foreign and quad.graph_name in _DATA and quad.predicate.value not in known:
            unknown.append(quad.predicate)
        for node in unknown:
            yield _finding("S54-known-term", quad, shapes, {"term": node.value}, to_rdflib(node))


def _context_terms(path: Path) -> frozenset[str]:
    """Return the IRIs that the JSON-LD context has a term for; empty where there is no context."""
    if not path.is_file():
        return frozenset()
    context: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    ids = {key: value.get("@id") if isinstance(value, dict) else value for key, value in context.items()}
    names = {key: name for key, name in ids.items() if isinstance(name, str)}
    prefixes = {key: name for key, name in names.items() if name.endswith(("/", "#"))}
    return frozenset(_expand(name, prefixes) for name in names.values())


def _expand(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else name


def _entities(quads: list[ox.Quad], shapes: Graph) -> Iterator[Finding]:
    known = {q.subject for q in quads}
    for quad in quads:
        entity = quad.object
        if not isinstance(entity, ox.NamedNode) or not entity.value.startswith(_ENTITIES):
            continue
        if entity not in known:
            yield _finding("S55-known-entity", quad, shapes, {"entity": entity.value}, to_rdflib(entity))


def _finding(
    name: str, quad: ox.Quad, shapes: Graph, words: Mapping[str, str], value: Node | None = None
) -> Finding:
    shape = URIRef(PREFIXES["zs"] + name)
    messages = [m for m in shapes.objects(shape, SH.message) if isinstance(m, Literal)]
    filled = [Literal(_fill(str(m), words), lang=m.language) for m in messages]
    return Finding(
        focus=to_rdflib(quad.subject),
        severity=shapes.value(shape, SH.severity) or SH.Violation,
        component=SH.SPARQLConstraintComponent,
        shape=shape,
        path=to_rdflib(quad.predicate),
        value=to_rdflib(quad.object) if value is None else value,
        messages=tuple(filled) or (Literal(" ".join(words.values())),),
    )


def _fill(message: str, words: Mapping[str, str]) -> str:
    for name, text in words.items():
        message = message.replace(f"{{?{name}}}", text)
    return message
