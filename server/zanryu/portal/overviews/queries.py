"""The queries that a listing is made by, and the one that is behind a page of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from zanryu.graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zanryu.portal.overviews.listings import Dimension, Listing, Number

# What makes the index is read as CSV, where the engine (Oxigraph 0.5.13) does not quote an IRI with a comma:
# so the columns are strings.
_USED: Final = ("zr", "zv", "zg", "rdf", "skos", "dcterms")


def names_query(listing: Listing) -> str:
    """Return the query for the members with their names; a member without one has none."""
    return _prefixed(
        f"SELECT DISTINCT (STR(?item) AS ?iri) ?name ?language WHERE {{ {listing.members} "
        f"OPTIONAL {{ {listing.naming} BIND(LANG(?name) AS ?language) }} }}"
    )


def number_query(listing: Listing, number: Number) -> str:
    """Return the query for a number of each member."""
    return _prefixed(
        "SELECT (STR(?item) AS ?iri) (COUNT(DISTINCT ?counted) AS ?number) WHERE "
        f"{{ {listing.members} {number.pattern} }} GROUP BY ?item"
    )


def values_query(listing: Listing, dimension: Dimension) -> str:
    """Return the query for what is said of each member."""
    return _prefixed(
        "SELECT DISTINCT (STR(?item) AS ?iri) (STR(?value) AS ?text) WHERE "
        f"{{ {listing.members} {dimension.pattern} }}"
    )


def page_query(listing: Listing, wanted: Mapping[str, str]) -> str:
    """Return the query behind a page; ``wanted`` are the values of dimensions that narrow it down."""
    narrowed = [_narrowing(listing, name, value) for name, value in wanted.items()]
    counted = [
        f"  OPTIONAL {{ SELECT ?item (COUNT(DISTINCT ?counted) AS ?{number.name}) WHERE {{\n"
        f"    {listing.members} {number.pattern}\n  }} GROUP BY ?item }}"
        for number in listing.numbers
    ]
    variables = " ".join(f"?{number.name}" for number in listing.numbers)
    body = "\n".join([f"  {listing.members}", *narrowed, *counted])
    named = f"  OPTIONAL {{ {listing.naming} FILTER(LANGMATCHES(LANG(?name), 'en')) }}"
    select = f"SELECT DISTINCT ?item ?name {variables}\nWHERE {{\n{body}\n{named}\n}}\nORDER BY ?name ?item\n"
    return f"# {listing.words}\n{_prefixed(select)}"


def query_path(text: str) -> str:
    """Return the path of the query page with a query in it, carried out."""
    return "/sparql?" + urlencode({"query": text})


def _narrowing(listing: Listing, name: str, value: str) -> str:
    dimension = listing.dimension(name)
    if dimension is None:
        raise KeyError(name)
    # Text in quotation marks; an IRI is not, unless it was made a string of.
    is_thing = dimension.kind == "thing"
    test = f"?value = <{value}>" if is_thing else f'STR(?value) = "{_escaped(value)}"'
    return f"  {{ SELECT DISTINCT ?item WHERE {{ {dimension.pattern} FILTER({test}) }} }}"


def _escaped(text: str) -> str:
    """Return text as a string literal has it (SPARQL 1.1, 19.7)."""
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escape)
    return text


def _prefixed(text: str) -> str:
    used = [prefix for prefix in _USED if f"{prefix}:" in text]
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used) + "\n" + text
