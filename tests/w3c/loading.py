"""A server's store, emptied, filled with the files of a test, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from w3c.answers import Solutions, by_value, rdf_format, read_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from w3c.client import Endpoint
    from w3c.isomorphism import Row
    from w3c.manifests import DatasetFiles, File

EVERYTHING: Final = b"SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_JSON: Final = "application/sparql-results+json"


def reset(endpoint: Endpoint, dataset: DatasetFiles | None = None) -> None:
    """Empty the store and fill it with a dataset: one update, so that a test costs two requests."""
    update = "DROP SILENT ALL"
    if dataset is not None:
        update += "".join(_insertions(dataset))
    response = endpoint.update(update.encode())
    assert response.status in (200, 204), f"the store could not be filled: {response}"


def _insertions(dataset: DatasetFiles) -> Iterable[str]:
    for file in dataset.default:
        yield f" ;\nINSERT DATA {{ {_as_n_triples(file)} }}"
    for name, file in dataset.named:
        yield f" ;\nCREATE SILENT GRAPH <{name}>"
        yield f" ;\nINSERT DATA {{ GRAPH <{name}> {{ {_as_n_triples(file)} }} }}"


def _as_n_triples(file: File) -> str:
    quads = parse(file.read(), rdf_format(file), base_iri=file.iri, rename_blank_nodes=True)
    text = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    assert text is not None
    return text.decode()


def read_dataset(endpoint: Endpoint) -> list[Row]:
    """Return all quads of the store, the name of the default graph being ``None``."""
    response = endpoint.query(EVERYTHING, _JSON)
    assert response.status == 200, response
    answer = read_response(response.body, response.media_type, endpoint.query_url)
    assert isinstance(answer, Solutions), response
    columns = [answer.variables.index(name) for name in ("s", "p", "o", "g")]
    return [tuple(row[column] for column in columns) for row in answer.rows]


def quads_of(dataset: DatasetFiles) -> list[Row]:
    """Return the quads that the files of a dataset make."""
    listed = [*((None, file) for file in dataset.default), *dataset.named]
    return list({row for name, file in listed for row in _rows(name, file)})


def _rows(name: str | None, file: File) -> Iterable[Row]:
    graph = NamedNode(name) if name else None
    for quad in parse(file.read(), rdf_format(file), base_iri=file.iri, rename_blank_nodes=True):
        yield quad.subject, quad.predicate, by_value(quad.object), graph
