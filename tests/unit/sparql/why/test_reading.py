"""A SELECT is taken apart into what it matches and what no triple answers for; rdflib's parser agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import BNode, Literal, URIRef, Variable

from zanryu.errors import Refused
from zanryu.graph.questions import read_questions
from zanryu.sparql.tokens import read_tokens
from zanryu.sparql.why.reading import read_select
from zanryu.store.backend import Term, iri

if TYPE_CHECKING:
    from zanryu.graph.sources import Dataset
    from zanryu.sparql.why.patterns import Slot

P = "PREFIX : <urn:x:> "


def spelled(slot: Slot) -> str:
    if slot.kind == "triple":
        return f"<<( {' '.join(map(spelled, slot.parts))} )>>"
    return f"?{slot.text}" if slot.kind == "variable" else slot.text


def patterns(where: str) -> list[str]:
    reading = read_select(f"{P}SELECT * WHERE {{ {where} }}")
    return [" ".join(map(spelled, (p.subject, p.predicate, p.object))) for p in reading.patterns]


def gaps(where: str) -> list[tuple[str, str]]:
    return [(gap.kind, gap.text) for gap in read_select(f"{P}SELECT * WHERE {{ {where} }}").gaps]


TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
NIL = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
REIFIES = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("?s a :C ; :p ?a , ?b . ?a :q 'x'@en", [f"?s {TYPE} :C", "?s :p ?a", "?s :p ?b", "?a :q 'x'@en"]),
        ("?s :p ?o FILTER(?o > 3) ?o :q ?r", ["?s :p ?o", "?o :q ?r"]),
        ("?s :p -1.5 ; :q .5e3 ; :r +2 . ?s :t true.",
         ["?s :p -1.5", "?s :q .5e3", "?s :r +2", "?s :t true"]),
        ("?s :p 5 . ?t :q 6", ["?s :p 5", "?t :q 6"]),
        ('?s :p "a}\\"{"^^:d', ['?s :p "a}\\"{"^^:d']),
        ("OPTIONAL { ?s :p ?o } { ?a :q ?b } UNION { ?a :r ?b }", ["?s :p ?o", "?a :q ?b", "?a :r ?b"]),
        ("GRAPH ?g { ?s ?p ?o }", ["?s ?p ?o"]),
        ("?s ^:p ?o", ["?o :p ?s"]),
        ("VALUES ?s { :a :b } VALUES (?o ?x) { (:c 1) } ?s :p ?o", ["?s :p ?o"]),
        ("BIND(IF(?a<?b,1,2) AS ?x) ?s :p ?x", ["?s :p ?x"]),
        ("?s :p () ; :q <urn:y> ;", [f"?s :p {NIL}", "?s :q <urn:y>"]),
        ("?r :p ?v . << ?s :q ?o ~ ?r >> :t ?w",
         ["?r :p ?v", f"?r {REIFIES} <<( ?s :q ?o )>>", "?r :t ?w"]),
        ("?s :p ?o ~ ?r {| :q ?v |} . ?o :t ?w",
         ["?s :p ?o", f"?r {REIFIES} <<( ?s :p ?o )>>", "?r :q ?v", "?o :t ?w"]),
        (f"?r {REIFIES} <<( ?s :p ?o )>>", [f"?r {REIFIES} <<( ?s :p ?o )>>"]),
    ],
)  # fmt: skip
def test_each_triple_pattern_is_found(where: str, found: list[str]) -> None:
    assert patterns(where) == found
    assert gaps(where) == []


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("?s :p/:q ?o", [("path", "?s :p/:q ?o")]),
        ("?s :p+ 5", [("path", "?s :p+ 5")]),
        ("?s :p|(:q*) ?o ; !:r ?x", [("path", "?s :p|(:q*) ?o"), ("path", "?s !:r ?x")]),
        ("FILTER NOT EXISTS { ?s :p ?o }", [("absence", "FILTER NOT EXISTS { ?s :p ?o }")]),
        ("MINUS { ?s :p ?o }", [("absence", "MINUS { ?s :p ?o }")]),
        ("FILTER EXISTS { ?s :p ?o }", [("exists", "FILTER EXISTS { ?s :p ?o }")]),
        ("FILTER(?x || EXISTS { ?s :p ?o })", [("exists", "FILTER(?x || EXISTS { ?s :p ?o })")]),
        ("{ SELECT ?s { ?s :p ?o } }", [("subquery", "{ SELECT ?s { ?s :p ?o } }")]),
        ("SERVICE SILENT <urn:x> { ?s :p ?o }", [("service", "SERVICE SILENT <urn:x> { ?s :p ?o }")]),
        ("?s :p [ :q ?o ]", [("unnamed", "[] :q ?o"), ("unnamed", "?s :p [ :q ?o ]")]),
        ("_:b :q ?o", [("unnamed", "_:b :q ?o")]),
        ("?s :p (?a 1)", [("unnamed", "?s :p (?a 1)")]),
    ],
)
def test_what_no_triple_answers_for_is_named(where: str, found: list[tuple[str, str]]) -> None:
    assert gaps(where) == found
    assert patterns(where) == []


def test_what_is_computed_of_many_is_named_and_not_asked_for_again() -> None:
    text = f"{P}SELECT ?a (COUNT(?b) + 1 AS ?n) (STR(?a) AS ?t) {{ ?a :p ?b }} GROUP BY ?a (LANG(?b) AS ?l)"
    reading = read_select(text)
    assert [(gap.kind, gap.text) for gap in reading.gaps] == [("calculated", "(COUNT(?b) + 1 AS ?n)")]
    asked = reading.solutions_of({"a": iri("urn:x:1"), "n": Term("literal", "3")}, 7)
    assert "VALUES (?a) { (<urn:x:1>) }" in asked
    assert "BIND(LANG(?b) AS ?l) BIND(STR(?a) AS ?t)" in asked
    assert "FILTER(!BOUND(?t))" in asked  # the row says nothing of it
    assert "?n" not in asked
    assert asked.endswith("LIMIT 7")


def test_the_dataset_and_trailing_values_stay() -> None:
    dataset = "FROM <urn:g> FROM NAMED <urn:h>"
    text = f"SELECT DISTINCT ?a {dataset} WHERE {{ ?a :p 1 }} ORDER BY ?a VALUES ?a {{ :b }}"
    asked = read_select(text).solutions_of({"a": iri("urn:x:b")}, 2)
    assert f"SELECT * {dataset}" in asked
    assert "{ ?a :p 1 }\nVALUES ?a { :b }" in asked
    assert "ORDER" not in asked


@pytest.mark.parametrize(
    "text",
    ["ASK { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT", "SELECT *", "SELECT * {",
     "SELECT * { ?s ?p }", "SELECT * { ?s ?p [ }", "SELECT * { FILTER( }", "SELECT (1 ?x) {}", "", "SELECT * { << ?s ?p }"],
)  # fmt: skip
def test_what_cannot_be_taken_apart_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_select(text)


def test_rdflib_finds_the_same_patterns_in_the_competency_questions(dataset: Dataset) -> None:
    questions = read_questions(dataset.query_files())
    compared = 0
    for question in questions:
        if "needs: RDF 1.2" in question.query:
            continue
        compared += 1
        names = prefixes(question.query)
        own = {
            tuple(expanded(spelled(slot), names) for slot in (p.subject, p.predicate, p.object))
            for p in read_select(question.query).patterns
        }
        assert own == set(matched(prepareQuery(question.query).algebra)), question.name
    assert compared > 30


def prefixes(query: str) -> dict[str, str]:
    tokens = list(read_tokens(query))
    return {
        tokens[at + 1].text.removesuffix(":"): tokens[at + 2].text[1:-1]
        for at, token in enumerate(tokens)
        if token.text.upper() == "PREFIX"
    }


def expanded(text: str, names: dict[str, str]) -> str:
    prefix, colon, local = text.partition(":")
    return f"<{names[prefix]}{local}>" if colon and text[0] not in '<"?' else text


def matched(part: Any) -> list[tuple[str, str, str]]:
    """Return the triples that rdflib's algebra matches, outside of conditions, paths and blank nodes."""
    found = [
        (as_text(s), as_text(p), as_text(o))
        for name in ("triples",)
        if name in part
        for s, p, o in part[name]
    ]
    for name in ("p", "p1", "p2"):
        if name in part and not (name == "p2" and part.name == "Minus") and part[name].name != "ToMultiSet":
            found += matched(part[name])
    return [triple for triple in found if all(triple)]


def as_text(term: object) -> str:
    if isinstance(term, (URIRef, Literal, Variable)):
        return term.n3()
    assert isinstance(term, BNode) or "Path" in type(term).__name__
    return ""
