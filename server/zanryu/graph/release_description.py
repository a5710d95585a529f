"""``void.ttl``: the release described in DCAT and VoID, with counts taken from the data itself."""

from __future__ import annotations

import hashlib
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zanryu.graph.namespaces import BASE, DATASET_IRI, PREFIXES, RDF_TYPE, REIFIERS, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_Pair: TypeAlias = tuple[ox.NamedNode, ox.NamedNode | ox.Literal]

MEDIA_TYPES = {
    "zanryu.ttl": "text/turtle",
    "zanryu.nt": "application/n-triples",
    "zanryu.rdf": "application/rdf+xml",
    "zanryu.jsonld": "application/ld+json",
    "zanryu.trig": "application/trig",
    "zanryu.nq": "application/n-quads",
    "zanryu-rdf12.nq": "application/n-quads",
}
_SPDX = "http://spdx.org/rdf/terms#"
_SERVICE = "http://www.w3.org/ns/sparql-service-description#"
_DATASET = ox.NamedNode(DATASET_IRI)
# What the editors say of the dataset: its licence, its title, its languages.
_CATALOGUED = (PREFIXES["dcterms"], PREFIXES["void"])
_TARGETS = {
    "wikidata": (PREFIXES["wd"], "https://www.wikidata.org/"),
    "geonames": ("https://sws.geonames.org/", "https://www.geonames.org/"),
}


def describe_release(quads: list[ox.Quad], reifiers: list[ox.Quad], folder: Path, version: str) -> bytes:
    """Return the description in Turtle: counts, partitions by graph and class, files with checksums."""
    files = [name for name in MEDIA_TYPES if (folder / name).is_file()]
    triples = [
        *_statements(_DATASET, _dataset(quads, version, files)),
        *{q.triple for q in quads if q.subject == _DATASET and q.predicate.value.startswith(_CATALOGUED)},
        *(t for name, size in _link_sizes(quads).items() for t in _linkset(name, size)),
        *(t for graph, size in _graph_sizes(quads, reifiers).items() for t in _graph_triples(graph, size)),
        *(t for cls, size in _class_sizes(quads).items() for t in _class_triples(cls, size)),
        *(t for name in files for t in _distribution(folder / name)),
    ]
    prefixes = {
        **{
            p: PREFIXES[p]
            for p in ("dcat", "dcterms", "foaf", "void", "owl", "skos", "xsd", "rdf", "zr", "zg")
        },
        "spdx": _SPDX,
    }
    output = BytesIO()
    ox.serialize(sorted(triples, key=str), output, ox.RdfFormat.TURTLE, prefixes=prefixes)
    return output.getvalue()


def _dataset(quads: list[ox.Quad], version: str, files: Iterable[str]) -> Iterator[_Pair]:
    distinct = {q.triple for q in quads}
    yield RDF_TYPE, term("dcat:Dataset")
    yield RDF_TYPE, term("void:Dataset")
    yield term("owl:versionInfo"), ox.Literal(version)
    yield term("void:sparqlEndpoint"), ox.NamedNode(f"{BASE}sparql")
    for name in files:
        yield term("void:dataDump"), ox.NamedNode(f"{BASE}dumps/{name}")
    for name, values in (
        ("void:triples", distinct),
        ("void:distinctSubjects", {t.subject for t in distinct}),
        ("void:distinctObjects", {t.object for t in distinct}),
        ("void:properties", {t.predicate for t in distinct}),
        ("void:classes", {t.object for t in distinct if t.predicate == RDF_TYPE}),
    ):
        yield term(name), _integer(len(values))


def _graph_sizes(quads: list[ox.Quad], reifiers: list[ox.Quad]) -> Counter[ox.NamedNode]:
    sizes = Counter(q.graph_name for q in quads if isinstance(q.graph_name, ox.NamedNode))
    sizes[REIFIERS] = len(reifiers)
    return sizes


def _graph_triples(graph: ox.NamedNode, size: int) -> Iterator[ox.Triple]:
    yield ox.Triple(_DATASET, term("void:subset"), graph)
    yield from _statements(
        graph,
        [
            (RDF_TYPE, term("void:Dataset")),
            (RDF_TYPE, ox.NamedNode(f"{_SERVICE}NamedGraph")),
            (ox.NamedNode(f"{_SERVICE}name"), graph),
            (term("void:triples"), _integer(size)),
        ],
    )


def _link_sizes(quads: list[ox.Quad]) -> dict[str, int]:
    linked = {(q.subject, q.object) for q in quads if q.predicate == term("skos:exactMatch")}
    sizes = {
        name: sum(str(o)[1:].startswith(space) for _, o in linked) for name, (space, _) in _TARGETS.items()
    }
    return {name: size for name, size in sizes.items() if size}


def _linkset(name: str, size: int) -> Iterator[ox.Triple]:
    """Yield the links to another dataset (VoID, 5): how many, and by which property."""
    space, homepage = _TARGETS[name]
    links, target = ox.NamedNode(f"{BASE}void/links-{name}"), ox.NamedNode(f"{BASE}void/{name}")
    yield ox.Triple(_DATASET, term("void:subset"), links)
    yield from _statements(
        links,
        [
            (RDF_TYPE, term("void:Linkset")),
            (term("void:subjectsTarget"), _DATASET),
            (term("void:objectsTarget"), target),
            (term("void:linkPredicate"), term("skos:exactMatch")),
            (term("void:triples"), _integer(size)),
        ],
    )
    yield from _statements(
        target,
        [
            (RDF_TYPE, term("void:Dataset")),
            (term("void:uriSpace"), ox.Literal(space)),
            (term("foaf:homepage"), ox.NamedNode(homepage)),
        ],
    )


def _class_sizes(quads: list[ox.Quad]) -> dict[ox.NamedNode, int]:
    own = {
        (q.subject, q.object) for q in quads if q.predicate == RDF_TYPE and isinstance(q.object, ox.NamedNode)
    }
    return dict(Counter(cls for _, cls in own if cls.value.startswith(PREFIXES["zr"])))


def _class_triples(cls: ox.NamedNode, size: int) -> Iterator[ox.Triple]:
    partition = ox.NamedNode(f"{BASE}void/{cls.value.removeprefix(PREFIXES['zr'])}")
    yield ox.Triple(_DATASET, term("void:classPartition"), partition)
    yield from _statements(partition, [(term("void:class"), cls), (term("void:entities"), _integer(size))])


def _distribution(path: Path) -> Iterator[ox.Triple]:
    node = ox.NamedNode(f"{BASE}dumps/{path.name}")
    checksum = ox.NamedNode(f"{node.value}#checksum")
    content = path.read_bytes()
    yield ox.Triple(_DATASET, term("dcat:distribution"), node)
    yield from _statements(
        node,
        [
            (RDF_TYPE, term("dcat:Distribution")),
            (term("dcat:downloadURL"), node),
            (
                term("dcat:mediaType"),
                ox.NamedNode(f"https://www.iana.org/assignments/media-types/{MEDIA_TYPES[path.name]}"),
            ),
            (term("dcat:byteSize"), ox.Literal(str(len(content)), datatype=term("xsd:nonNegativeInteger"))),
            (ox.NamedNode(f"{_SPDX}checksum"), checksum),
        ],
    )
    yield from _statements(
        checksum,
        [
            (RDF_TYPE, ox.NamedNode(f"{_SPDX}Checksum")),
            (ox.NamedNode(f"{_SPDX}algorithm"), ox.NamedNode(f"{_SPDX}checksumAlgorithm_sha256")),
            (
                ox.NamedNode(f"{_SPDX}checksumValue"),
                ox.Literal(hashlib.sha256(content).hexdigest(), datatype=term("xsd:hexBinary")),
            ),
        ],
    )


def _statements(subject: ox.NamedNode, pairs: Iterable[_Pair]) -> list[ox.Triple]:
    return [ox.Triple(subject, p, o) for p, o in pairs]


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=term("xsd:integer"))
