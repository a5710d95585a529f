"""A finding of a check that is no shape: named, rated and worded in ``shapes/sources.ttl``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import SH, Literal, URIRef

from zanryu.graph.namespaces import PREFIXES
from zanryu.graph.validation.engines import to_rdflib
from zanryu.graph.validation.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyoxigraph as ox
    from rdflib import Graph
    from rdflib.term import Node


def finding(
    name: str, quad: ox.Quad, shapes: Graph, words: Mapping[str, str], value: Node | None = None
) -> Finding:
    """Return what the check of that name has to say of a quad; ``words`` fill its messages."""
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
