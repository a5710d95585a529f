"""A store with the real ontology, its mapping, and what a test adds to it."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from zanryu.graph.namespaces import PREFIXES
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore, create_store

if TYPE_CHECKING:
    from collections.abc import Iterable

REPOSITORY: Final = Path(__file__).parents[3]
_PREFIX_LINES: Final = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def parsed(turtle: str) -> list[ox.Quad]:
    """Return Turtle with the prefixes of the dataset as quads of one graph."""
    return _named(ox.parse(_PREFIX_LINES + turtle, format=ox.RdfFormat.TURTLE))


def ontology() -> list[ox.Quad]:
    """Return the ontology with its vocabularies and alignments."""
    files = sorted((REPOSITORY / "ontology").rglob("*.ttl"))
    return _named(chain.from_iterable(ox.parse(path=file, format=ox.RdfFormat.TURTLE) for file in files))


def store_of(folder: Path, turtle: str = "") -> EmbeddedStore:
    """Return a store with the ontology and some Turtle."""
    ox.serialize([*ontology(), *parsed(turtle)], folder / "data.nq", ox.RdfFormat.N_QUADS)
    create_store(folder / "store", folder / "data.nq")
    return EmbeddedStore(folder / "store", "v1", serialise)


def _named(quads: Iterable[Any]) -> list[ox.Quad]:
    return [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("http://example.org/g")) for q in quads]
