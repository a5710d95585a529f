"""An item of Wikidata at one revision, as a work that claims are cited to, and the Turtle of an import."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode
from rdflib import Graph

from zanryu.graph.literals import UNPRINTABLE
from zanryu.graph.namespaces import PREFIXES, RDF_TYPE, XSD_DATE, term
from zanryu.graph.table.claims import as_rdflib, put
from zanryu.graph.turtle import write_turtle
from zanryu.wikidata.entities.client import pinned_path
from zanryu.wikidata.imports.known import WIKIDATA_REVISION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zanryu.graph.materialise import Term
    from zanryu.wikidata.imports.importing import Imported
    from zanryu.wikidata.model import Entity

WIKIDATA: Final = "https://www.wikidata.org"
_LANGUAGES: Final = ("en", "ja", "vi")
_HEAD: Final = "# Claims of Wikidata, written by `zanryu wikidata import`."
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T)")


def work_iri(entity: Entity) -> NamedNode:
    """Return the name of the item at its revision: ``w:wikidata-q42-1997465481``."""
    return NamedNode(f"{PREFIXES['w']}wikidata-{entity.id.lower()}-{entity.revision}")


def revision_work(entity: Entity) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
    """Yield the description of the work, as works are described in the data."""
    work = work_iri(entity)
    language = next((tag for tag in _LANGUAGES if tag in entity.labels), "en")
    name = entity.labels.get(language)
    title = f"{name} ({entity.id})" if name else entity.id
    said: dict[str, Term] = {
        "dcterms:creator": Literal("Wikidata contributors"),
        "dcterms:identifier": Literal(f"{entity.id}@{entity.revision}"),
        "dcterms:isPartOf": Literal("Wikidata"),
        "dcterms:title": Literal(printable(f"{title}, revision {entity.revision}"), language=language),
        "dcterms:type": WIKIDATA_REVISION,
        "foaf:page": NamedNode(f"{WIKIDATA}{pinned_path(entity.id, entity.revision)}"),
        "skos:editorialNote": Literal(
            "An item of Wikidata at one revision. Read by program: the statements with properties that are "
            "aligned with ours.",
            language="en",
        ),
        "zr:tier": term("zv:tertiary"),
    }
    if day := _DAY.match(entity.modified):
        said["dcterms:issued"] = Literal(day[0], datatype=XSD_DATE)
    yield work, RDF_TYPE, term("zr:WebSource")
    yield from ((work, term(name), value) for name, value in said.items())


def printable(text: str) -> str:
    """Return a text of ours about something of theirs, without characters that data may not have (S57)."""
    return UNPRINTABLE.sub("", text)


def turtle_of(imported: Sequence[Imported]) -> str:
    """Return what came of items as one document in house style."""
    graph = Graph()
    for one in imported:
        for subject, predicate, value in one.work:
            graph.add((as_rdflib(subject), as_rdflib(predicate), as_rdflib(value)))
        for claim in one.claims:
            put(claim, graph)
    return write_turtle(graph, [_HEAD])
