"""The query of a view. What it draws, what its table has and what it gives as data are the rows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from zanryu.graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

_USED: Final = ("zr", "zv", "zg", "rdf", "rdfs", "skos", "xsd")
# Denied claims and those that the editors no longer hold are in the graph, and in no drawing.
HELD: Final = """FILTER NOT EXISTS { ?claim zr:status zv:deprecated }
  FILTER NOT EXISTS { ?claim zr:polarity zv:negative }"""

# A claim is accepted if its triple is, and it is as sure as that takes: the triple may be so by another.
STANDING: Final = """BIND(EXISTS {
    GRAPH zg:accepted { ?subject ?what ?value }
    ?certainty zr:level ?level .
    ?dataset zr:acceptanceThreshold ?least .
    FILTER(?level >= ?least)
  } AS ?accepted)
  BIND(EXISTS { ?claim zr:conflictsWith ?rival } AS ?disputed)"""


def write_query(words: str, body: str) -> str:
    """Return a query with the question in words as its first line, and the prefixes that it uses."""
    used = [prefix for prefix in _USED if f"{prefix}:" in body]
    prologue = "\n".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in used)
    return f"# {words}\n{prologue}\n\n{body.strip()}\n"


def values(variable: str, iris: Iterable[str]) -> str:
    """Return a VALUES clause. The IRIs are own ones, whose characters are known (``portal.iris``)."""
    return f"VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in iris)} }}"


def within(first: str | None, last: str | None) -> str:
    """Return the filters that leave what may lie in a span of time; a bound that is not known leaves it."""
    found = []
    if first:
        found.append(f'FILTER(!BOUND(?latest) || ?latest >= "{first}"^^xsd:date)')
    if last:
        found.append(f'FILTER(!BOUND(?earliest) || ?earliest <= "{last}"^^xsd:date)')
    return "\n  ".join(found)


def query_path(text: str) -> str:
    """Return the path of the query page with a query in it, carried out."""
    return "/sparql?" + urlencode({"query": text})
