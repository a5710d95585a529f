"""What the graph says of a few things, for the pages that look closer than the index does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.graph.namespaces import term
from zanryu.store.backend import Term, iri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.store.backend import Backend

Facts = dict[str, list[Term]]


def facts_of(backend: Backend, things: Sequence[str]) -> dict[str, Facts]:
    """Return what is said of things: IRI, predicate, values."""
    found: dict[str, Facts] = {}
    for statement in backend.describe(*things) if things else []:
        values = found.setdefault(statement.subject.value, {}).setdefault(statement.predicate, [])
        values.append(statement.object)
    return found


def name(local: str) -> str:
    """Return the IRI of a term of the ontology."""
    return term(f"zr:{local}").value


def first(has: Facts, predicate: str) -> Term | None:
    """Return the first value of a predicate."""
    return next(iter(has.get(predicate, [])), None)


def states(has: Facts, local: str, concept: str) -> bool:
    """Return whether a property of the ontology has a concept of the vocabularies."""
    return iri(term(f"zv:{concept}").value) in has.get(name(local), [])
