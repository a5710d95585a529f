"""What is newer than the files for download: said on their page, and in the description of the dataset.

The files are those of a build. What was written since then is served at once, but all files are never made
again for each change: at a million triples that takes minutes.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

import pyoxigraph as ox

from zanryu.graph.namespaces import BASE, DATASET_IRI, GRAPHS, RDF_TYPE, term

ADDRESSES: Final = {name: f"/graphs?graph={graph.value}&format=ttl" for name, graph in GRAPHS.items()}
_PROTOCOL: Final = ox.NamedNode("https://www.w3.org/TR/sparql11-http-rdf-update/")
_VOID: Final = "http://rdfs.org/ns/void#"


def describe_newest(description: bytes, build: str, version: str) -> bytes:
    """Return the description of a build (Turtle) with what it is of, and where the data ``version`` is."""
    dataset, graphs = ox.NamedNode(DATASET_IRI), ox.NamedNode(f"{BASE}graphs")
    said = (
        f"The numbers and the files in this description are of the build {build}. "
        f"The data that is served is of version {version}: <{BASE}graphs> has it graph by graph, "
        f"<{BASE}sparql> answers from it, and <{BASE}history> tells what was changed."
    )
    triples = [
        ox.Triple(dataset, term("dcterms:description"), ox.Literal(said, language="en")),
        ox.Triple(dataset, ox.NamedNode(f"{_VOID}sparqlEndpoint"), ox.NamedNode(f"{BASE}sparql")),
        ox.Triple(dataset, term("dcat:distribution"), graphs),
        ox.Triple(graphs, RDF_TYPE, term("dcat:Distribution")),
        ox.Triple(graphs, term("dcat:accessURL"), graphs),
        ox.Triple(graphs, term("dcterms:conformsTo"), _PROTOCOL),
        ox.Triple(graphs, term("owl:versionInfo"), ox.Literal(version)),
    ]
    added = BytesIO()
    ox.serialize(triples, added, ox.RdfFormat.N_TRIPLES)
    return description + added.getvalue()
