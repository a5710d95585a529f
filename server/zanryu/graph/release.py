"""The files that a build publishes: every RDF syntax, checksums, a description, one data version.

The same data gives the same bytes on every machine: quads are canonicalised (RDFC-1.0), sorted and written in
one pass; the data version is the digest of the canonical RDF 1.1 quads.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from zanryu.graph.json_ld import Context, write_json_ld
from zanryu.graph.literals import has_xml
from zanryu.graph.namespaces import GRAPHS, PREFIXES, RDF_TYPE
from zanryu.graph.release_description import describe_release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from zanryu.graph.materialise import Materialised

RDF12_FILE = "zanryu-rdf12.nq"
# The classes of what people ask for the number of.
KINDS = {
    "persons": "Person", "officers": "Officer", "units": "MilitaryUnit", "academies": "Academy",
    "claims": "Assertion", "citations": "Citation", "conflicts": "Conflict",
}  # fmt: skip
# Prefixes that no dump needs are left out of its head.
_DUMP_PREFIXES = {
    p: n for p, n in PREFIXES.items() if p not in ("zs", "sh", "wdt", "schema", "bibo", "oa", "org")
}
_TRIPLE_SYNTAXES = {
    "zanryu.nt": ox.RdfFormat.N_TRIPLES,
    "zanryu.ttl": ox.RdfFormat.TURTLE,
    "zanryu.rdf": ox.RdfFormat.RDF_XML,
}
_QUAD_SYNTAXES = {"zanryu.nq": ox.RdfFormat.N_QUADS, "zanryu.trig": ox.RdfFormat.TRIG}


def canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return the quads with canonical blank node labels (RDFC-1.0), sorted, ``rdf:type`` first."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=_order)


def _order(quad: ox.Quad) -> tuple[str, str, bool, str, str]:
    return (
        str(quad.graph_name),
        str(quad.subject),
        quad.predicate != RDF_TYPE,
        str(quad.predicate),
        str(quad.object),
    )


def data_version(quads: Iterable[ox.Quad]) -> str:
    """Return the digest of canonical quads: 16 hexadecimal digits, the same whatever the order of files."""
    lines = sorted(f"{quad} .\n" for quad in quads)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def write_release(
    materialised: Materialised,
    context: dict[str, Any],
    folder: Path,
    progress: Callable[[str], None] = lambda step: None,
) -> str:
    """Write every file of the release into ``folder`` and return the data version."""
    quads = canonical(materialised.plain)
    version = data_version(quads)
    triples = _merged(quads)
    for name, syntax in _TRIPLE_SYNTAXES.items():
        if syntax == ox.RdfFormat.RDF_XML and not has_xml(triples):
            progress(f"{name} is left out: a text has a character that XML cannot write (rule S57)")
            continue
        progress(name)
        ox.serialize(triples, folder / name, syntax, prefixes=_DUMP_PREFIXES)
    for name, syntax in _QUAD_SYNTAXES.items():
        progress(name)
        ox.serialize(quads, folder / name, syntax, prefixes=_DUMP_PREFIXES)
    progress(RDF12_FILE)
    ox.serialize([*quads, *canonical(materialised.reifiers)], folder / RDF12_FILE, ox.RdfFormat.N_QUADS)
    progress("zanryu.jsonld")
    (folder / "zanryu.jsonld").write_text(write_json_ld(triples, Context(context)), encoding="utf-8")
    _write_json(folder / "context.jsonld", context)
    progress("void.ttl")
    (folder / "void.ttl").write_bytes(describe_release(quads, materialised.reifiers, folder, version))
    _write_sums(folder)
    return version


def _merged(quads: list[ox.Quad]) -> list[ox.Triple]:
    """Return the union of all graphs as triples, each once, grouped by subject."""
    by_subject = sorted(quads, key=lambda quad: _order(quad)[1:])
    return list(dict.fromkeys(quad.triple for quad in by_subject))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _write_sums(folder: Path) -> None:
    """Write ``SHA256SUMS`` in the form that ``sha256sum --check`` reads."""
    files = sorted(p for p in folder.iterdir() if p.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


def counts(materialised: Materialised) -> dict[str, int]:
    """Return how many there are of each kind that people ask about, and the triples of each named graph."""
    quads = materialised.plain
    typed = [
        (q.subject, q.object.value) for q in quads if q.predicate == RDF_TYPE and hasattr(q.object, "value")
    ]
    found = {name: len({s for s, o in typed if o == PREFIXES["zr"] + cls}) for name, cls in KINDS.items()}
    found["works"] = len(
        {q.subject for q in quads if q.graph_name == GRAPHS["works"] and q.predicate == RDF_TYPE}
    )
    found["acceptedTriples"] = sum(q.graph_name == GRAPHS["accepted"] for q in quads)
    found["triples"] = len({q.triple for q in quads})
    found["quads"] = len(quads) + len(materialised.reifiers)
    return found
