"""What no shape can ask: of a node without a class, a class in the data, a citation that comes twice."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from changed_graphs import State, assert_incremental_equals_full, nothing, state_of, state_of_example
from graph.test_examples import EXAMPLES
from zanryu.graph.namespaces import GRAPHS, RDF_TYPE, term
from zanryu.graph.sources import SourceFile, read

_CLAIMS = GRAPHS["claims"]
_CLAIM = term("cl:example-a-unit-1")


def _sound() -> State:
    return state_of_example(EXAMPLES / "valid" / "S58-claim.ttl")


def _rules(before: State, after: State) -> set[str]:
    return {finding.constraint_id for finding in assert_incremental_equals_full(before, after)}


def _cited(*passages: str) -> State:
    """The sound example with these citations in place of its own."""
    path = EXAMPLES / "valid" / "S58-claim.ttl"
    quads = [q for q in read([SourceFile(path, _CLAIMS)]) if not isinstance(q.subject, ox.BlankNode)]
    stated = [q for q in quads if q.predicate != term("zr:citation")]
    for passage in passages:
        node, (place, *cue) = ox.BlankNode(), passage.split(";")
        stated += [
            ox.Quad(_CLAIM, term("zr:citation"), node, _CLAIMS),
            ox.Quad(node, term("zr:work"), term("w:example-1"), _CLAIMS),
            ox.Quad(node, term("zr:stance"), term("zv:supports"), _CLAIMS),
            ox.Quad(node, term("zr:locator"), ox.Literal(place), _CLAIMS),
            *(ox.Quad(node, term("zr:cue"), ox.Literal(words), _CLAIMS) for words in cue),
        ]
    return state_of(stated)


def test_a_claim_that_loses_its_class_is_refused_by_what_is_left_of_it() -> None:
    removed = [ox.Quad(_CLAIM, RDF_TYPE, term("zr:Assertion"), _CLAIMS)]

    assert "S58" in _rules(_sound(), _sound().with_change(removed=removed))


def test_a_claim_that_goes_with_its_class_leaves_nothing_to_refuse() -> None:
    things = [q for q in _sound().quads if not str(q.subject).startswith(f"<{_CLAIM.value}")]
    without = State(frozenset(q for q in things if q.graph_name != GRAPHS["accepted"]))

    assert _rules(_sound(), without) == set()


@pytest.mark.parametrize("graph", ["entities", "works", "claims", "links"])
def test_a_node_without_a_class_is_refused_in_every_graph_of_the_data(graph: str) -> None:
    name = ox.Literal("ab", language="en")
    added = [ox.Quad(ox.NamedNode("http://example.org/a"), term("skos:altLabel"), name, GRAPHS[graph])]

    assert _rules(nothing(), nothing().with_change(added=added)) == {"S58"}


@pytest.mark.parametrize(
    "cls", ["owl:Class", "zr:ClaimProperty", "zr:Entity", "foaf:Person", "dcat:Dataset"], ids=str
)
def test_no_editor_makes_a_class_a_property_or_a_thing_of_no_kind(cls: str) -> None:
    added = [ox.Quad(term("p:example-a"), RDF_TYPE, term(cls), GRAPHS["entities"])]

    assert "S58" in _rules(_sound(), _sound().with_change(added=added))


def test_a_concept_that_editors_add_is_no_class_of_things() -> None:
    concept, name = term("zr:Deserter"), ox.Literal("deserter", language="en")
    added = [
        ox.Quad(concept, RDF_TYPE, term("skos:Concept"), GRAPHS["entities"]),
        ox.Quad(concept, term("skos:prefLabel"), name, GRAPHS["entities"]),
        ox.Quad(term("p:example-a"), RDF_TYPE, concept, GRAPHS["entities"]),
    ]

    assert _rules(_sound(), _sound().with_change(added=added)) == {"S58"}


def test_of_citations_that_are_the_same_all_but_one_are_told() -> None:
    found = assert_incremental_equals_full(nothing(), _cited("p. 1", "p. 2", "p. 1", "p. 1"))

    told = Counter(str(f.value) for f in found if f.constraint_id == "S61")
    assert told == {f"{_CLAIM.value}/c{number}": 1 for number in (2, 3)}


def test_a_citation_that_loses_what_told_it_from_another_is_told() -> None:
    before = _cited("p. 1", "p. 1;reportedly")
    cue = [q for q in before.quads if q.predicate == term("zr:cue")]

    assert "S61" not in {f.constraint_id for f in before.findings}
    assert "S61" in _rules(before, before.with_change(removed=cue))
