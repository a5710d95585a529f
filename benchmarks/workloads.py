"""The questions: how they are asked, what varies from one request to the next, what is aimed at.

A question that is asked again and again shows a cache; a *distinct* one never comes twice in a run: its
``LIMIT`` (always above the number of rows) or ``OFFSET`` is the serial number of the request.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from benchmarks.claims import ACADEMIES, Scale
from benchmarks.generator import SEED
from zanryu.graph.namespaces import GRAPHS, PREFIXES

JSON: Final = "application/sparql-results+json"
CSV: Final = "text/csv"
HTML: Final = "text/html"
QUESTIONS: Final = 200
MILLION: Final = 1_000_000
_ABOVE_ALL_ROWS = 5_000_000
_CHECKED = 5
_STEP = 7919  # a prime: neighbouring serial numbers ask about officers far apart

Ask: TypeAlias = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Workload:
    """One kind of question. ``ask`` gives the query (or the path of a page) of a serial number.

    ``most_a_second`` bounds the requests that are prepared for each second and process, ``goals`` are the
    ratios aimed at, by the name of the peer.
    """

    name: str
    ask: Ask
    accept: str = JSON
    distinct: bool = True
    checks: int = _CHECKED
    connections: int = 8
    most_a_second: int = 6_000
    rows: int | None = None
    goals: tuple[tuple[str, float], ...] = ()

    @property
    def is_page(self) -> bool:
        """Pages are ours only; nothing of the peers compares."""
        return self.accept == HTML

    def checked(self) -> list[str]:
        """Return the questions whose answers are compared before timing."""
        return list(dict.fromkeys(self.ask(serial) for serial in range(self.checks)))


def _prefixes(*names: str) -> str:
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in names)


LIGHT = (
    _prefixes("zr", "p", "rdf")
    + """SELECT ?claim ?property ?value ?certainty ?work ?place WHERE {
  ?claim rdf:subject p:officer-%d ; rdf:predicate ?property ; rdf:object ?value ;
         zr:certainty ?certainty ; zr:citation ?citation .
  ?citation zr:work ?work ; zr:locator ?place .
} LIMIT %d"""
)
JOIN = (
    _prefixes("zr", "ac", "rdf", "skos", "dcterms")
    + """SELECT ?who ?name ?unit ?title ?tier WHERE {
  ?taught rdf:predicate zr:instructedAt ; rdf:object ac:academy-%d ; rdf:subject ?who ;
          zr:citation ?citation .
  ?citation zr:work ?work .
  ?work zr:tier ?tier ; dcterms:title ?title .
  ?who zr:servedIn ?unit ; skos:prefLabel ?name .
  FILTER(LANG(?name) = "en")
} LIMIT %d"""
)
PATH = (
    _prefixes("zr", "u")
    + """SELECT ?who ?unit WHERE {
  ?unit zr:subUnitOf* u:unit-%d .
  ?who zr:servedIn ?unit .
} LIMIT %d"""
)
AGGREGATE = (
    _prefixes("zr", "rdf")
    + """SELECT ?property ?certainty (COUNT(*) AS ?claims) WHERE {
  ?claim rdf:predicate ?property ; zr:certainty ?certainty .
} GROUP BY ?property ?certainty LIMIT %d"""
)
UNIT = (
    _prefixes("zr", "u", "skos")
    + """SELECT ?who ?name WHERE { ?who zr:servedIn u:unit-%d ; skos:prefLabel ?name } LIMIT %d"""
)
WORK = (
    _prefixes("zr", "w", "rdf")
    + """SELECT ?claim ?who ?place WHERE {
  ?citation zr:work w:work-%d ; zr:locator ?place .
  ?claim zr:citation ?citation ; rdf:subject ?who .
} LIMIT %d"""
)
ROWS = f"SELECT ?s ?p ?o WHERE {{ GRAPH {GRAPHS['claims']} {{ ?s ?p ?o }} }} LIMIT %d OFFSET %d"


def workloads(scale: Scale, claim_triples: int) -> list[Workload]:
    """Return the workloads of a scale; ``claim_triples`` says whether there are a million rows to ask for."""
    light = partial(_light, scale)
    found = [
        Workload("light, repeated", lambda _: light(0), distinct=False, most_a_second=40_000,
                 goals=(("oxigraph", 5.0), ("rdflib-endpoint", 20.0))),
        Workload("light, distinct", light, goals=(("oxigraph", 0.7), ("rdflib-endpoint", 3.0))),
        Workload("Zipf mix of 200", _zipf(scale), distinct=False, checks=10_000, most_a_second=40_000,
                 goals=(("oxigraph", 3.0),)),
        Workload("join", lambda n: JOIN % (n % ACADEMIES, _ABOVE_ALL_ROWS + n), goals=(("oxigraph", 0.95),)),
        Workload("property path", partial(_path, scale)),
        Workload("aggregate", lambda n: AGGREGATE % (_ABOVE_ALL_ROWS + n), goals=(("oxigraph", 0.95),)),
    ]  # fmt: skip
    sizes = [(10_000, 4)] + ([(MILLION, 1)] if claim_triples > MILLION + 1_000 else [])
    for rows, connections in sizes:
        for name, accept in (("JSON", JSON), ("CSV", CSV)):
            found.append(
                Workload(f"{rows:,} rows, {name}", partial(_rows, rows), accept, checks=1, rows=rows,
                         connections=connections, most_a_second=150, goals=(("oxigraph", 0.9),))
            )  # fmt: skip
    page = partial(_page, scale)
    found += [
        Workload("page, repeated", lambda _: page(0), HTML, distinct=False, most_a_second=40_000),
        Workload("page, distinct", page, HTML, most_a_second=2_000),
    ]
    return found


def _rows(rows: int, serial: int) -> str:
    return ROWS % (rows, serial)


def _light(scale: Scale, serial: int) -> str:
    return LIGHT % (serial * _STEP % scale.officers, _ABOVE_ALL_ROWS + serial)


def _page(scale: Scale, serial: int) -> str:
    # One page for each officer; after the last, the same pages under another address.
    again = f"?n={serial // scale.officers}" if serial >= scale.officers else ""
    return f"/page/person/officer-{serial * _STEP % scale.officers}{again}"


def _path(scale: Scale, serial: int) -> str:
    """Ask about a unit two levels above the lowest: some 40 units, whatever the scale."""
    first, last = -((43 - scale.units) // 216), (scale.units - 8) // 36
    return PATH % (first + serial % (last - first + 1), _ABOVE_ALL_ROWS + serial)


def _zipf(scale: Scale) -> Ask:
    """Return the n-th pick among 200 questions, the question of rank r picked in proportion to 1/r."""
    chance = random.Random(scale.officers)
    questions = [_light(scale, n) for n in range(110)]
    questions += [UNIT % (n, _ABOVE_ALL_ROWS) for n in chance.sample(range(scale.units), 40)]
    questions += [WORK % (n, _ABOVE_ALL_ROWS) for n in range(30)]
    questions += [_path(scale, n) for n in range(12)]
    questions += [JOIN % (n, _ABOVE_ALL_ROWS) for n in range(6)]
    questions += [AGGREGATE % (_ABOVE_ALL_ROWS + n) for n in range(QUESTIONS - len(questions))]
    random.Random(SEED).shuffle(questions)  # the same kind has the same rank at every scale
    weights = [1 / rank for rank in range(1, len(questions) + 1)]
    picks = chance.choices(questions, weights, k=10_000)
    return lambda serial: picks[serial % len(picks)]
