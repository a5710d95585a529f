"""What shapes cannot see: words outside the graph, undeclared terms, impossible dates and characters.

Each check has a number and a message like a shape; the messages are in ``shapes/sources.ttl``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from zanryu.graph.archive import read_fingerprint
from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.graph.literals import UNPRINTABLE
from zanryu.graph.namespaces import (
    BASE,
    DATASET_IRI,
    EDTF_LEVEL_1,
    ONTOLOGY_IRI,
    PREFIXES,
    RDF_TYPE,
    term,
)
from zanryu.graph.validation.engines import to_rdflib
from zanryu.graph.validation.node_checks import CLASS, kinds, repeated_citations, unclassed
from zanryu.graph.validation.source_findings import finding
from zanryu.graph.writable import WRITABLE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from pathlib import Path

    from rdflib import Graph

    from zanryu.graph.sources import Dataset
    from zanryu.graph.validation.findings import Finding

OWN_TERMS = (PREFIXES["zr"], PREFIXES["zv"])
ENTITIES = f"{BASE}id/"
ARCHIVED_AS, WORK, CUE = term("zr:archivedAs"), term("zr:work"), term("zr:cue")
# The graphs whose properties the JSON-LD context must know, or they would be missing from that dump.
_DATA = frozenset(WRITABLE)
# The ontology and the dataset themselves: described in OWL, VoID and DCAT, which the context leaves out.
_DESCRIBED_BY_OTHERS = frozenset({ox.NamedNode(ONTOLOGY_IRI), ox.NamedNode(DATASET_IRI)})


def check_sources(quads: Iterable[ox.Quad], dataset: Dataset, shapes: Graph) -> list[Finding]:
    """Return the findings about cues, dates, terms and entities in materialised quads."""
    quads = list(quads)
    archived = texts_of_citations(quads, quads)
    subjects = {q.subject for q in quads}
    types = [q for q in quads if q.predicate == RDF_TYPE]
    typed = {q.subject for q in types}
    found = [
        *dates(quads, shapes),
        *characters(quads, shapes),
        *cues(quads, archived, dataset.archive(), shapes),
        *terms(quads, subjects, context_terms(dataset), shapes),
        *entities(quads, subjects, shapes),
        *kinds(types, typed - {q.subject for q in types if q.object == CLASS}, shapes),
        *unclassed(quads, typed, shapes),
        *repeated_citations(quads, shapes),
    ]
    return list(dict.fromkeys(found))


def dates(quads: Iterable[ox.Quad], shapes: Graph) -> Iterator[Finding]:
    """Yield the dates that are not in the calendar (S07)."""
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and quad.object.datatype == EDTF_LEVEL_1:
            try:
                bounds(quad.object.value)
            except InvalidEDTF as error:
                yield finding("S07-calendar", quad, shapes, {"reason": str(error)})


def characters(quads: Iterable[ox.Quad], shapes: Graph) -> Iterator[Finding]:
    """Yield the literals with a character that nobody sees, or that no document in XML could have (S57)."""
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and (found := UNPRINTABLE.search(quad.object.value)):
            words = {"character": f"U+{ord(found[0]):04X}", "place": str(found.start() + 1)}
            yield finding("S57-characters", quad, shapes, words)


def texts_of_citations(works: Iterable[ox.Quad], texts: Iterable[ox.Quad]) -> dict[object, str]:
    """Return the name of the archived text of each citation, from quads that may hold other things too.

    Where there are two, which S05 forbids, the last in alphabetical order counts.
    """
    archived: dict[object, str] = {
        q.subject: q.object.value
        for q in sorted((q for q in texts if q.predicate == ARCHIVED_AS), key=str)
        if isinstance(q.object, ox.Literal)
    }
    cited = {q.subject: q.object for q in sorted((q for q in works if q.predicate == WORK), key=str)}
    return {citation: archived[work] for citation, work in cited.items() if work in archived}


def cues(
    quads: Iterable[ox.Quad], archived: Mapping[object, str], archive: Path, shapes: Graph
) -> Iterator[Finding]:
    """Yield the cues that do not stand in the text of their citation; ``archived`` names it (S46)."""
    kept = {name: read_fingerprint(archive, name) for name in set(archived.values())}
    for quad in quads:
        if quad.predicate != CUE or quad.subject not in archived:
            continue
        name = archived[quad.subject]
        text, cue = kept[name], quad.object
        if text is None or not (isinstance(cue, ox.Literal) and text.contains(cue.value)):
            yield finding("S46-cue", quad, shapes, {"cue": getattr(cue, "value", str(cue)), "text": name})


def terms(
    quads: Iterable[ox.Quad], subjects: Container[object], foreign: frozenset[str], shapes: Graph
) -> Iterator[Finding]:
    """Yield our own terms that are no subject of any quad, and properties that the context lacks (S54)."""
    known = foreign | {RDF_TYPE.value}
    for quad in quads:
        if quad.subject in _DESCRIBED_BY_OTHERS:
            continue
        used = [n for n in (quad.predicate, quad.object) if isinstance(n, ox.NamedNode)]
        unknown = [n for n in used if n.value.startswith(OWN_TERMS) and n not in subjects]
        is_checked = foreign and quad.graph_name in _DATA and quad.predicate.value not in known
        if is_checked and quad.predicate not in subjects:
            unknown.append(quad.predicate)
        for node in unknown:
            yield finding("S54-known-term", quad, shapes, {"term": node.value}, to_rdflib(node))


def context_terms(dataset: Dataset) -> frozenset[str]:
    """Return the IRIs that the JSON-LD context has a term for; empty where there is no context."""
    path = dataset.root / "ontology" / "context.jsonld"
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


def entities(quads: Iterable[ox.Quad], subjects: Container[object], shapes: Graph) -> Iterator[Finding]:
    """Yield references to entities that are no subject of any quad (S55)."""
    for quad in quads:
        entity = quad.object
        if not isinstance(entity, ox.NamedNode) or not entity.value.startswith(ENTITIES):
            continue
        if entity not in subjects:
            yield finding("S55-known-entity", quad, shapes, {"entity": entity.value}, to_rdflib(entity))
