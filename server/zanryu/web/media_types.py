"""The media types that answers come in: one table.

A new one is a row here and a branch in ``sparql/results``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type: ``name`` (RFC 6838), what people write after ``format=`` or as a
    file extension.

    ``content_type`` is the value of the header, ``iri`` the format's name in service descriptions.
    ``aliases`` are names that clients ask for instead, and then get back.
    """

    name: str
    format: str
    label: str
    iri: str = ""
    extensions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def content_type(self, name: str = "") -> str:
        """Return the Content-Type header, under the alias ``name`` where the client asked for that one."""
        chosen = name if name in self.aliases else self.name
        return f"{chosen}; charset=utf-8" if chosen.startswith("text/") else chosen

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it answers to."""
        return (self.name, *self.aliases)

    @property
    def formats(self) -> tuple[str, ...]:
        """Every word it answers to in ``format=`` and as an extension."""
        return (self.format, *self.extensions)


_FORMATS: Final = "http://www.w3.org/ns/formats/"

RESULTS: Final = (
    MediaType("application/sparql-results+json", "json", "JSON", f"{_FORMATS}SPARQL_Results_JSON", ("srj",),
              ("application/json",)),
    MediaType("application/sparql-results+xml", "xml", "XML", f"{_FORMATS}SPARQL_Results_XML", ("srx",),
              ("application/xml", "text/xml")),
    MediaType("text/csv", "csv", "CSV", f"{_FORMATS}SPARQL_Results_CSV"),
    MediaType("text/tab-separated-values", "tsv", "TSV", f"{_FORMATS}SPARQL_Results_TSV"),
)  # fmt: skip
GRAPHS: Final = (
    MediaType("text/turtle", "ttl", "Turtle", f"{_FORMATS}Turtle", ("turtle",), ("application/x-turtle",)),
    MediaType("application/n-triples", "nt", "N-Triples", f"{_FORMATS}N-Triples", ("ntriples",),
              ("text/plain",)),
    MediaType("application/ld+json", "jsonld", "JSON-LD", f"{_FORMATS}JSON-LD", ("json",),
              ("application/json",)),
    MediaType("application/rdf+xml", "rdf", "RDF/XML", f"{_FORMATS}RDF_XML", ("xml", "rdfxml"),
              ("application/xml", "text/xml")),
    MediaType("application/n-quads", "nq", "N-Quads", f"{_FORMATS}N-Quads", ("nquads",)),
    MediaType("application/trig", "trig", "TriG", f"{_FORMATS}TriG"),
)  # fmt: skip
HTML: Final = MediaType("text/html", "html", "HTML")
JSON: Final = MediaType("application/json", "json", "JSON")
ATOM: Final = MediaType("application/atom+xml", "atom", "Atom")
RDF_PATCH: Final = MediaType("application/rdf-patch", "rdfp", "RDF Patch")
LINK_FORMAT: Final = MediaType("application/link-format", "link", "links (RFC 6690)")
PROBLEM: Final = MediaType("application/problem+json", "json", "problem document")
