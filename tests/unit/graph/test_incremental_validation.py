"""Each constraint, broken by a change: the incremental validation sees it, and not without it."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import SH, Graph, URIRef

from changed_graphs import (
    State,
    assert_incremental_equals_full,
    nothing,
    reifier_shapes,
    rule_of,
    state_of,
    state_of_example,
    validator,
)
from graph.test_examples import DATASET, INVALID, promised, shapes
from zanryu.errors import InvalidShapes
from zanryu.graph.delta import Delta
from zanryu.graph.namespaces import GRAPHS, PREFIXES, RDF_TYPE, term
from zanryu.graph.validation.incremental import IncrementalValidator
from zanryu.graph.validation.joining import View
from zanryu.graph.validation.lookups import Lookups, UnboundedLookup
from zanryu.graph.validation.shapes import split

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib.term import Node

    from zanryu.graph.validation import Shapes

_CLAIMS = GRAPHS["claims"]

# Not shapes: they look at texts, the calendar, the ontology's files and whole nodes.
_BY_CODE = {
    *("S07-calendar", "S46-cue", "S54-known-term", "S55-known-entity", "S57-characters"),
    *("S58-class", "S58-kind", "S61-citation"),
}


# ---------------------------------------------------------------- every constraint


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_a_change_that_adds_an_invalid_example_is_found_by_the_constraint_it_names(path: Path) -> None:
    found = assert_incremental_equals_full(nothing(), state_of_example(path))

    assert promised(path) in {finding.constraint_id for finding in found}


def _without(rule: Node) -> Shapes:
    """All shapes but one constraint."""
    less = Graph()
    less += [triple for triple in shapes().core if triple[0] != rule]
    return replace(shapes(), core=less, sparql=[s for s in shapes().sparql if s.constraint != rule])


def _derived_wrongly() -> State:
    """Two constraints on derived triples have no example of their own."""
    claim = term("cl:example-a-unit-1")
    days = [ox.Literal(day, datatype=term("xsd:date")) for day in ("1946-01-01", "1946-01-02")]
    quads = [ox.Quad(claim, term("zr:latest"), day, _CLAIMS) for day in days]
    quads.append(ox.Quad(claim, term("zr:alternativeTo"), term("w:example-1"), _CLAIMS))
    return state_of(_claim(1)).with_change(added=quads)


def _broken() -> dict[Node, State]:
    """By constraint, an example that breaks it."""
    found: dict[Node, State] = {}
    for state in (*map(state_of_example, INVALID), _derived_wrongly()):
        for finding in validator().findings(state.store(), nothing().to(state)):
            if str(rule_of(finding)).removeprefix(PREFIXES["zs"]) not in _BY_CODE:
                found.setdefault(rule_of(finding), state)
    return found


def test_every_constraint_is_broken_by_an_example_and_nothing_else_finds_it() -> None:
    broken = _broken()
    for rule, state in broken.items():
        try:
            mutilated = IncrementalValidator(_without(rule), None, DATASET)
        except InvalidShapes:
            continue  # the canary's own constraint

        found = mutilated.findings(state.store(), nothing().to(state))

        assert rule not in {rule_of(finding) for finding in found}

    constraining = set(shapes().core.subjects(SH.targetClass)) & set(shapes().core.subjects(SH.path))
    assert not {s.constraint for s in (*shapes().sparql, *reifier_shapes().sparql)} - broken.keys()
    assert not constraining - broken.keys()


def test_the_constraints_whose_changes_cannot_be_traced_are_known_by_name() -> None:
    """Whoever adds one makes each matching change cost as much as a full validation: think twice."""
    assert validator().unlocated() == {"zs:S36": ["?dataset zr:acceptanceThreshold ?threshold"]}


def test_nothing_of_the_engine_is_left_for_another_thread_to_drop(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", found.append)
    state = state_of_example(INVALID[0])
    store, change = state.store(), nothing().to(state)
    gc.collect()
    gc.disable()
    try:
        validator().findings(store, change)
        other = Thread(target=gc.collect)
        other.start()
        other.join()
    finally:
        gc.enable()

    assert found == []


# ---------------------------------------------------------------- what a change affects


def _claim(number: int, about: str = "p:example-a") -> list[ox.Quad]:
    claim, citation = term(f"cl:example-a-unit-{number}"), ox.BlankNode()
    said = {
        "rdf:type": "zr:Assertion",
        "rdf:subject": about,
        "rdf:predicate": "zr:servedIn",
        "rdf:object": "u:example-unit",
        "zr:certainty": "zv:probable",
        "zr:status": "zv:normal",
    }
    cited: dict[str, ox.NamedNode | ox.Literal] = {
        "zr:work": term("w:example-1"),
        "zr:stance": term("zv:supports"),
        "zr:locator": ox.Literal("p. 1"),
    }
    return [
        *(ox.Quad(claim, term(p), term(o), _CLAIMS) for p, o in said.items()),
        ox.Quad(claim, term("zr:citation"), citation, _CLAIMS),
        *(ox.Quad(citation, term(p), o, _CLAIMS) for p, o in cited.items()),
    ]


def _people(count: int) -> list[ox.Quad]:
    return [
        quad
        for number in range(count)
        for name in (f"p:officer-{number}",)
        for quad in (
            ox.Quad(term(name), RDF_TYPE, term("zr:Person"), GRAPHS["entities"]),
            ox.Quad(term(name), term("skos:prefLabel"), ox.Literal(name, language="en"), GRAPHS["entities"]),
            *_claim(100 + number, about=name),
        )
    ]


def test_a_claim_about_a_unit_of_many_affects_no_more_than_one_about_a_unit_of_few() -> None:
    sizes = set()
    for people in (2, 40):
        before = state_of(_people(people))
        after = state_of([*_people(people), *_claim(1, about="p:officer-1")])

        affected = validator().affected(after.store(), before.to(after))

        sizes.add(len({node for nodes in affected.values() for node in nodes}))
    assert len(sizes) == 1


def test_an_entity_that_goes_while_claims_name_it_is_reported_at_each_of_them() -> None:
    unit = ox.Quad(term("u:example-unit"), RDF_TYPE, term("zr:MilitaryUnit"), GRAPHS["entities"])

    found = assert_incremental_equals_full(state_of([*_people(3), unit]), state_of(_people(3)))

    assert str(term("cl:example-a-unit-101").value) in {
        str(f.focus) for f in found if f.constraint_id == "S55"
    }


def test_a_blank_focus_node_is_validated() -> None:
    """Links may hang from blank nodes, which a query can only be given by substitution."""
    link = ox.Quad(
        ox.BlankNode("b"), term("skos:exactMatch"), ox.NamedNode("http://wikidata.org/x"), GRAPHS["links"]
    )

    found = assert_incremental_equals_full(nothing(), nothing().with_change(added=[link]))

    assert "S14" in {finding.constraint_id for finding in found}


# ---------------------------------------------------------------- shapes of others


def _validator(turtle: str) -> IncrementalValidator:
    graph = Graph()
    names = "".join(f"@prefix {k}: <{v}> .\n" for k, v in PREFIXES.items())
    own = """
        zs:Claim a sh:NodeShape ; sh:targetClass zr:Assertion ; sh:sparql zs:Bare ; sh:property zs:Cited .
        zs:Cited sh:path zr:citation ; sh:minCount 1 .
        zs:Bare sh:select "SELECT $this WHERE { $this a <https://w3id.org/zanryu/ontology/Assertion> }" .
    """
    graph.parse(data=names + own + turtle, format="turtle")
    return IncrementalValidator(split(graph), None, DATASET)


_Z = PREFIXES["zr"]


@pytest.mark.parametrize(
    "select",
    [
        f"SELECT $this WHERE {{ $this a ?c . {{ SELECT (COUNT(?x) AS ?n) WHERE {{ ?x <{_Z}work> ?y }} }} }}",
        f"SELECT $this WHERE {{ $this a ?c . ?x <{_Z}work> ?y }}",
        f"SELECT $this WHERE {{ $this a ?c . $this (<{_Z}a>/<{_Z}b>)* ?y }}",
        f"SELECT $this WHERE {{ $this a ?c . GRAPH ?g {{ ?x <{_Z}work> ?y }} }}",
        f"SELECT $this WHERE {{ $this a ?c . {{ SELECT $this WHERE {{ $this a ?d . ?x <{_Z}work> ?y }} }} }}",
        f"SELECT $this WHERE {{ $this a ?c . {{ SELECT $this ?y {{ $this <{_Z}work> ?y }} LIMIT 1 }} }}",
    ],
    ids=[
        "an aggregate",
        "a cross product",
        "a repeated sequence",
        "a named graph",
        "a sub-select with variables of its own",
        "a slice",
    ],
)
def test_what_cannot_be_traced_is_asked_of_every_focus_node(select: str) -> None:
    made = _validator(f'zs:Claim sh:sparql zs:Far . zs:Far sh:select """{select}""" .')
    state = state_of([*_claim(1), *_claim(2)])
    unrelated = ox.Quad(term("w:x"), term("zr:work"), term("w:y"), _CLAIMS)

    affected = made.affected(state.with_change(added=[unrelated]).store(), Delta(frozenset([unrelated])))

    assert "zs:Far" in made.unlocated()
    assert len(affected[URIRef(PREFIXES["zs"] + "Far")]) == 2


@pytest.mark.parametrize(
    ("pattern", "changed"),
    [
        ("OPTIONAL { $this <urn:p> ?x . ?x <urn:q> ?y } FILTER(!BOUND(?y))", "urn:q"),
        ("FILTER NOT EXISTS { $this <urn:p> ?x . FILTER EXISTS { ?x <urn:q> ?y } }", "urn:q"),
        ("MINUS { $this <urn:p> ?x . ?x <urn:q> ?y }", "urn:q"),
        ("{ $this <urn:r> ?x } UNION { $this <urn:p>/<urn:q> ?x }", "urn:q"),
        ("$this <urn:p>* ?x . ?x <urn:q> ?y", "urn:q"),
        ("$this ^<urn:back>/<urn:p>/^<urn:back>? ?y", "urn:p"),
        ("$this !<urn:r>/<urn:q> ?y", "urn:q"),
        ("BIND(EXISTS { $this <urn:p>/<urn:q> ?x } AS ?is) FILTER(?is)", "urn:q"),
        ("OPTIONAL { SELECT $this ?x ?y { $this <urn:p> ?x . ?x <urn:q> ?y } } FILTER(!BOUND(?y))", "urn:q"),
    ],
    ids=[
        "optional",
        "nested exists",
        "minus",
        "union",
        "closure",
        "inverse",
        "negated",
        "bind",
        "sub-select",
    ],
)
def test_a_triple_some_steps_away_leads_back_to_the_focus_node(pattern: str, changed: str) -> None:
    select = f"SELECT $this WHERE {{ $this a ?c . {pattern} }}"
    made = _validator(f'zs:Claim sh:sparql zs:Far . zs:Far sh:select """{select}""" .')
    claim, near, far = term("cl:example-a-unit-1"), ox.NamedNode("urn:near"), ox.NamedNode("urn:far")
    steps = {"urn:p": (claim, near), "urn:q": (near, far), "urn:back": (near, claim)}
    if changed == "urn:p":
        steps["urn:p"] = (near, far)
    graph = {name: ox.Quad(s, ox.NamedNode(name), o, _CLAIMS) for name, (s, o) in steps.items()}
    whole = state_of([*_claim(1), *_claim(2)]).with_change(added=graph.values())
    less = whole.with_change(removed=[graph[changed]])
    rule = URIRef(PREFIXES["zs"] + "Far")

    for before, after in ((whole, less), (less, whole)):
        affected = made.affected(after.store(), before.to(after))

        assert affected.get(rule, set()) <= {URIRef(claim.value)}
    assert rule in made.affected(less.store(), whole.to(less)) or rule in made.affected(
        whole.store(), less.to(whole)
    )
    assert "zs:Far" not in made.unlocated()


def test_triples_that_go_together_are_found_by_the_state_that_they_leave() -> None:
    """What stood in the way of a row is gone with all that led from it to the focus node."""
    select = f"""SELECT $this WHERE {{ $this a ?c FILTER NOT EXISTS {{
        $this <{PREFIXES["rdf"]}subject> ?s . ?x <urn:about> ?s . ?x <urn:kind> <urn:k> }} }}"""
    made = _validator(f"zs:Claim sh:sparql zs:Far . zs:Far sh:select '''{select}''' .")
    node, claim = ox.NamedNode("urn:x"), term("cl:example-a-unit-1")
    pair = [
        ox.Quad(node, ox.NamedNode("urn:about"), term("p:example-a"), _CLAIMS),
        ox.Quad(node, ox.NamedNode("urn:kind"), ox.NamedNode("urn:k"), _CLAIMS),
    ]
    less = state_of(_claim(1))

    affected = made.affected(less.store(), Delta(removed=frozenset(pair)))

    assert affected[URIRef(PREFIXES["zs"] + "Far")] == {URIRef(claim.value)}


def test_a_constraint_that_would_read_the_whole_store_is_refused() -> None:
    store = ox.Store()
    with pytest.raises(UnboundedLookup):
        list(Lookups(store, View(store)).triples((None, URIRef("urn:p"), None)))


@pytest.mark.parametrize("missing", ["core", "sparql"])
def test_shapes_that_find_no_fault_with_a_claim_that_says_nothing_are_refused(missing: str) -> None:
    whole = shapes()
    part = replace(whole, core=Graph()) if missing == "core" else replace(whole, sparql=[])

    with pytest.raises(InvalidShapes, match="found no fault"):
        IncrementalValidator(part, None, DATASET)
