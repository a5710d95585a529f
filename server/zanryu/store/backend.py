"""The protocol that every engine meets, and the values that cross it.

Terms cross it as plain values (:class:`Term`), not as objects of one engine's library: an answer can come
from this process, from a worker behind a pipe or from a remote server, and nobody above can tell.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RESULTS_JSON = "application/sparql-results+json"
# In place of a result's media type: the text is parsed as an update; nothing is carried out or answered.
UPDATE_SYNTAX = "application/sparql-update"


@dataclass(frozen=True, slots=True)
class Term:
    """An RDF term. ``kind`` is ``iri``, ``blank``, ``literal`` or ``triple``.

    ``value`` is the IRI, the label, the lexical form, or for a triple term its N-Triples form; ``language``
    and ``datatype`` (an IRI) are empty where the term has none.
    """

    kind: str
    value: str
    language: str = ""
    datatype: str = ""


def iri(value: str) -> Term:
    """Return an IRI as a term."""
    return Term("iri", value)


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple: the unit in which descriptions travel."""

    subject: Term
    predicate: str
    object: Term


@dataclass(frozen=True, slots=True)
class QueryDataset:
    """The RDF dataset of a query (SPARQL 1.1 Protocol, 2.1.4), as absolute IRIs.

    Empty means that the request names none: the default graph is then the union of all named graphs, unless
    ``stated_in_query`` says that the query's own FROM clauses name the dataset, or ``has_own_default`` that
    the store has a default graph of its own. ``base_iri`` is what relative IRIs are resolved against; without
    it they are refused.
    """

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    stated_in_query: bool = False
    has_own_default: bool = False
    base_iri: str = ""

    @property
    def is_union(self) -> bool:
        """Whether the default graph is the union of all named graphs."""
        return not (self.is_stated_in_request or self.stated_in_query or self.has_own_default)

    @property
    def is_stated_in_request(self) -> bool:
        """Whether the protocol's parameters name it; they then win over the query's FROM clauses."""
        return bool(self.default_graphs or self.named_graphs)


UNION = QueryDataset()


@dataclass(frozen=True, slots=True)
class Health:
    """What an engine says of itself. ``version`` is that of the data; ``triples`` counts all graphs."""

    version: str
    triples: int


class Backend(Protocol):
    """An engine that answers queries. Everything it returns is complete, or it raises."""

    def query(
        self,
        text: str,
        dataset: QueryDataset,
        media_type: str,
        *,
        timeout_seconds: float | None = None,
    ) -> Iterable[bytes]:
        """Evaluate a query and return the answer, serialised in ``media_type``, in chunks.

        For ``UPDATE_SYNTAX`` the text is an update: it is parsed, and that is all.

        :raises MalformedQuery: with ``line`` and ``column``.
        :raises NotAcceptable: if the answer has something that the media type cannot say.
        :raises QueryTimeout: after ``timeout_seconds``, by engines that can stop a query.
        """

    def graphs(self) -> Mapping[str, int]:
        """Return the IRI of each named graph with its number of triples."""

    def describe(self, *iris: str) -> list[Statement]:
        """Return every triple of the union whose subject is one of ``iris``, each once, in a stable order."""

    def referring(self, iri: str, *predicates: str) -> list[Statement]:
        """Return every triple of the union whose object is ``iri``; ``predicates`` limits them."""

    @property
    def version(self) -> str:
        """The data version; costs nothing, unlike :meth:`health`."""

    def health(self) -> Health:
        """Return the data version and size.

        :raises OSError: if the data cannot be read.
        """


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer to a SELECT: variable names in order, and one mapping for each row (unbound ones absent)."""

    variables: list[str]
    rows: list[dict[str, Term]] = field(default_factory=list)


def read_solutions(answer: bytes) -> Solutions | bool:
    """Read SPARQL 1.1 Query Results JSON; an ASK gives its boolean."""
    document = json.loads(answer)
    if "boolean" in document:
        return bool(document["boolean"])
    rows = [
        {name: _read_term(value) for name, value in row.items()} for row in document["results"]["bindings"]
    ]
    return Solutions(list(document["head"]["vars"]), rows)


def _read_term(value: dict[str, Any]) -> Term:
    kind = value["type"]
    if kind == "triple":
        parts = (_read_term(value["value"][place]) for place in ("subject", "predicate", "object"))
        return Term("triple", f"<<( {' '.join(_spell(part) for part in parts)} )>>")
    if kind == "uri":
        return Term("iri", value["value"])
    if kind == "bnode":
        return Term("blank", value["value"])
    return Term("literal", value["value"], value.get("xml:lang", ""), value.get("datatype", ""))


def _spell(term: Term) -> str:
    """Spell a term as N-Triples does, for people to read."""
    if term.kind == "iri":
        return f"<{term.value}>"
    if term.kind != "literal":
        return term.value if term.kind == "triple" else f"_:{term.value}"
    suffix = f"@{term.language}" if term.language else f"^^<{term.datatype}>" if term.datatype else ""
    return json.dumps(term.value, ensure_ascii=False) + suffix
