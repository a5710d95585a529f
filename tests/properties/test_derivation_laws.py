"""After every change the store holds what a build of the same claims would hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from zanryu.errors import Refused
from zanryu.graph.asserted import asserted, blank_citations, is_citation_type, with_plain_dates
from zanryu.graph.delta import Delta
from zanryu.graph.derivation import Deriver
from zanryu.graph.materialise import materialise, rename
from zanryu.graph.namespaces import ASSERTION, CITATION, GRAPHS, term
from zanryu.graph.writable import WRITABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

_CITED_BY, _WHEN, _CONFLICTS = term("zr:citation"), term("zr:when"), term("zr:conflictsWith")
_TYPE = term("rdf:type")

# ---------------------------------------------------------------- a small world, in which edits meet often

claims = st.sampled_from([term(f"cl:{name}") for name in ("a-1", "a-2", "b-1")])
foreign = st.sampled_from([ox.NamedNode("https://example.org/c"), term("w:a")])
texts = st.sampled_from(["1", "2", "3"]).map(ox.Literal)
graphs = st.sampled_from([GRAPHS["claims"], GRAPHS["entities"]])


def _one_of(*names: str) -> st.SearchStrategy[ox.NamedNode]:
    return st.sampled_from([term(name) for name in names])


_STATED: dict[str, st.SearchStrategy[ox.NamedNode | ox.Literal]] = {
    "rdf:type": _one_of("zr:Assertion", "zr:Citation"),
    "rdf:subject": _one_of("p:sato", "p:sato", "p:kato"),
    "rdf:predicate": _one_of("zr:heldRank", "zr:heldRank", "zr:memberOf"),
    "rdf:object": _one_of("zv:ija-major", "zv:ija-major", "zv:ija-colonel", "zr:someValue"),
    "zr:certainty": _one_of("zv:probable", "zv:probable", "zv:possible"),
    "zr:status": _one_of("zv:normal", "zv:preferred", "zv:normal", "zv:deprecated"),
    "zr:polarity": _one_of("zv:negative"),
    "zr:conflictsWith": claims,
    "zr:when": st.sampled_from(["1945", "1945-08~", "never"]).map(ox.Literal),
    "zr:citation": foreign,
    "zr:note": st.one_of(
        texts, st.sampled_from(["1", "01"]).map(lambda n: ox.Literal(n, datatype=term("xsd:integer")))
    ),
}


@st.composite
def statements(draw: st.DrawFn) -> list[ox.Quad]:
    """One triple about a claim."""
    # What ties claims together is drawn most often.
    often = ["zr:conflictsWith", "zr:citation", "zr:status", "zr:when"] * 4
    name = draw(st.sampled_from([*_STATED, *often]))
    graph = GRAPHS["claims"] if name == "zr:citation" else draw(graphs)
    return [ox.Quad(draw(claims), term(name), draw(_STATED[name]), graph)]


@st.composite
def whole_claims(draw: st.DrawFn, named: st.SearchStrategy[ox.NamedNode] = claims) -> list[ox.Quad]:
    """A claim with all that acceptance asks for."""
    claim, graph = draw(named), GRAPHS["claims"]
    names = ("rdf:subject", "rdf:predicate", "rdf:object", "zr:certainty", "zr:status")
    stated = [ox.Quad(claim, term(name), draw(_STATED[name]), graph) for name in names]
    return [*stated, ox.Quad(claim, _TYPE, ASSERTION, graph)]


@st.composite
def citations(draw: st.DrawFn) -> list[ox.Quad]:
    """A new citation, which may have something below it, and may say that it is one."""
    graph, node = GRAPHS["claims"], ox.BlankNode()
    quads = [ox.Quad(draw(claims), _CITED_BY, node, graph)]
    quads += [ox.Quad(node, term("zr:locator"), text, graph) for text in draw(st.sets(texts, max_size=2))]
    if draw(st.booleans()):
        quads.append(ox.Quad(node, _TYPE, CITATION, graph))
    for text in draw(st.sets(texts, max_size=2)):
        below = ox.BlankNode()
        quads += [
            ox.Quad(node, term("zr:selector"), below, graph),
            ox.Quad(below, term("oa:exact"), text, graph),
        ]
    return quads


additions = st.lists(st.one_of(whole_claims(), statements(), statements(), citations()), max_size=4).map(
    lambda groups: {quad for group in groups for quad in group}
)

_WORDS = [
    ox.Quad(_CONFLICTS, _TYPE, term("owl:SymmetricProperty"), GRAPHS["ontology"]),
    ox.Quad(term("zr:someValue"), _TYPE, term("zr:SentinelValue"), GRAPHS["ontology"]),
    *(
        ox.Quad(
            term(f"zv:{name}"),
            term("zr:level"),
            ox.Literal(level, datatype=term("xsd:integer")),
            GRAPHS["vocabularies"],
        )
        for name, level in (("probable", "3"), ("possible", "2"))
    ),
]


def _sure_claim(name: str, value: str) -> list[ox.Quad]:
    said = {
        "rdf:type": ASSERTION,
        "rdf:subject": term("p:sato"),
        "rdf:predicate": term("zr:heldRank"),
        "rdf:object": term(value),
        "zr:certainty": term("zv:probable"),
    }
    return [ox.Quad(term(name), term(p), o, GRAPHS["claims"]) for p, o in said.items()]


# Two claims of one triple, and a third in conflict with one of them: the least that hangs together.
_SCENE = [
    *_sure_claim("cl:a-1", "zv:ija-major"),
    *_sure_claim("cl:a-2", "zv:ija-colonel"),
    *_sure_claim("cl:b-1", "zv:ija-colonel"),
    ox.Quad(term("cl:a-1"), _CONFLICTS, term("cl:b-1"), GRAPHS["claims"]),
    ox.Quad(term("cl:a-1"), _CITED_BY, term("w:a"), GRAPHS["claims"]),
    ox.Quad(term("cl:b-1"), _CITED_BY, term("w:a"), GRAPHS["claims"]),
    ox.Quad(term("w:a"), _TYPE, CITATION, GRAPHS["entities"]),
]

verdicts = st.builds(
    lambda claim, status: {ox.Quad(claim, term("zr:status"), status, GRAPHS["claims"])},
    claims,
    _one_of("zv:preferred", "zv:deprecated"),
)


@st.composite
def worlds(draw: st.DrawFn) -> list[ox.Quad]:
    """The words, and a scene or a few claims that are whole, and whatever else."""
    if draw(st.booleans()):
        return [*_WORDS, *_SCENE, *draw(statements()), *draw(st.one_of(st.just([]), citations()))]
    whole = [draw(whole_claims(st.just(term(f"cl:{name}")))) for name in ("a-1", "a-2", "b-1")]
    return [*_WORDS, *(q for claim in whole for q in claim), *draw(additions), *draw(additions)]


def _whole(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """What a build makes of the quads, as the engine gives it back."""
    found = materialise(quads)
    store = ox.Store()
    store.extend([*found.plain, *found.reifiers])
    return set(store)


# ---------------------------------------------------------------- the edit, made on the whole


def _edited(held: set[ox.Quad], delta: Delta) -> list[ox.Quad]:
    """The asserted form of everything after an edit, without looking at what it touches."""
    plain = {q for q in held if q.graph_name not in (GRAPHS["accepted"], GRAPHS["reifiers"])}
    names = blank_citations(plain | delta.added)
    cited = {q.object for q in plain if q.predicate == _CITED_BY}
    stated = {rename(q, names) for q in plain if not (is_citation_type(q) and q.subject in cited)}
    added, removed = (
        set(with_plain_dates(_both_ways({rename(q, names) for q in quads})))
        for quads in (delta.added, delta.removed)
    )
    return _without_uncited([*((set(with_plain_dates(stated)) - removed) | added)])


def _both_ways(quads: set[ox.Quad]) -> set[ox.Quad]:
    return quads | {
        ox.Quad(q.object, q.predicate, q.subject, q.graph_name)
        for q in quads
        if q.predicate == _CONFLICTS and isinstance(q.object, ox.NamedNode)
    }


def _without_uncited(quads: list[ox.Quad]) -> list[ox.Quad]:
    while True:
        used = {q.object for q in quads}
        kept = [q for q in quads if not isinstance(q.subject, ox.BlankNode) or q.subject in used]
        if len(kept) == len(quads):
            return kept
        quads = kept


def _apply(store: ox.Store, delta: Delta) -> None:
    """Apply a change that has to be exact."""
    assert not delta.added & delta.removed
    assert all(quad in store for quad in delta.removed)
    assert not any(quad in store for quad in delta.added)
    for quad in delta.removed:
        store.remove(quad)
    store.extend(delta.added)


_TIES = (_CONFLICTS, _CITED_BY, _WHEN, term("zr:status"), _TYPE)


def _removals(held: set[ox.Quad], data: st.DataObject) -> set[ox.Quad]:
    """Some quads of the store, or all of one subject as `DELETE WHERE` finds them."""
    threshold = term("zr:acceptanceThreshold")
    writable = sorted((q for q in held if q.graph_name in WRITABLE and q.predicate != threshold), key=str)
    ties = [q for q in writable if q.predicate in _TIES]
    assume(ties)
    if data.draw(st.booleans()):
        return set()
    found = set(data.draw(st.lists(st.sampled_from(writable), max_size=1)))
    found |= set(data.draw(st.lists(st.sampled_from(ties), max_size=2)))
    if data.draw(st.integers(0, 3)) == 3:
        claim = data.draw(claims)
        found |= {q for q in writable if q.subject == claim}
    return found


@given(worlds())
def test_the_asserted_form_gives_the_same_graph_again(world: list[ox.Quad]) -> None:
    built = materialise(world)

    assert materialise(asserted(built.plain)) == built
    assert materialise(asserted(built.plain, world)) == built


@settings(max_examples=120)
@given(worlds(), st.data())
def test_after_each_edit_the_store_is_what_a_build_would_make(
    world: list[ox.Quad], data: st.DataObject
) -> None:
    store = ox.Store()
    store.extend(_whole(world))
    for _ in range(data.draw(st.integers(1, 6))):
        held = set(store)
        # Small edits leave most claims untouched, which is where incremental work can go wrong.
        added = data.draw(st.one_of(additions, statements().map(set), verdicts))
        delta = Delta(frozenset(added), frozenset(_removals(held, data)))
        delta = Delta(delta.added - delta.removed, delta.removed - delta.added)
        try:
            whole = Deriver().consequences(store, delta)
        except Refused as refusal:
            event(refusal.detail.rsplit(":", 1)[-1])
            continue
        event("carried out")
        expected = _whole(_edited(held, delta))

        _apply(store, whole)

        assert set(store) == expected
        assert _whole(asserted(store)) == expected
