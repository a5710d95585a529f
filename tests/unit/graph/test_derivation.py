from __future__ import annotations

import pyoxigraph as ox
import pytest
from pyoxigraph import BlankNode, Literal, Quad, RdfFormat, parse

from zanryu.errors import Refused
from zanryu.graph.delta import Delta
from zanryu.graph.derivation import Deriver
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import CITATION, GRAPHS, PREFIXES, RDF_REIFIES, RDF_TYPE, REIFIERS, term

_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
_WORDS = """
zv:probable zr:level 3 . zv:possible zr:level 2 .
zr:someValue a zr:SentinelValue . zr:conflictsWith a owl:SymmetricProperty .
"""
_MAJOR = Quad(term("p:sato"), term("zr:heldRank"), term("zv:ija-major"), GRAPHS["accepted"])


def _read(text: str, graph: str = "claims") -> frozenset[Quad]:
    parsed = parse(_HEAD + text, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return frozenset(Quad(q.subject, q.predicate, q.object, GRAPHS[graph]) for q in parsed)


def _store(text: str) -> ox.Store:
    built = materialise([*_read(text), *_read(_WORDS, "vocabularies")])
    store = ox.Store()
    store.extend([*built.plain, *built.reifiers])
    return store


def _claim(name: str, value: str = "zv:ija-major", rest: str = "") -> str:
    return (
        f"cl:{name} a zr:Assertion ; rdf:subject p:sato ; rdf:predicate zr:heldRank ; rdf:object {value} ; "
        f"zr:certainty zv:probable {rest} .\n"
    )


def _change(store: ox.Store, added: str = "", removed: str = "") -> Delta:
    """Make a change and return it; it has to be exact for the store."""
    delta = Deriver().consequences(store, Delta(_read(added), _read(removed)))
    assert all(q in store for q in delta.removed)
    assert not any(q in store for q in delta.added)
    for quad in delta.removed:
        store.remove(quad)
    store.extend(delta.added)
    return delta


def _values(store: ox.Store, subject: str, predicate: str) -> set[str]:
    return {str(q.object) for q in store.quads_for_pattern(term(subject), term(predicate), None, None)}


# ---------------------------------------------------------------- what follows


def test_a_new_claim_brings_its_citation_bounds_triple_and_reifier() -> None:
    store = _store("")

    delta = _change(store, _claim("a-1", rest="; zr:when '1945-08' ; zr:citation [ zr:work w:a ]"))

    assert _MAJOR in delta.added
    assert Quad(term("cl:a-1"), RDF_REIFIES, _MAJOR.triple, REIFIERS) in delta.added
    assert Quad(term("cl:a-1/c1"), RDF_TYPE, CITATION, GRAPHS["claims"]) in delta.added
    assert _values(store, "cl:a-1", "zr:earliest") == {str(Literal("1945-08-01", datatype=term("xsd:date")))}


def test_a_citation_that_sorts_before_another_takes_its_number() -> None:
    store = _store(_claim("a-1", rest="; zr:citation [ zr:work w:b ]"))

    _change(store, "cl:a-1 zr:citation [ zr:work w:a ] .")

    assert _values(store, "cl:a-1/c1", "zr:work") == {str(term("w:a"))}
    assert _values(store, "cl:a-1/c2", "zr:work") == {str(term("w:b"))}


def test_removing_a_citation_from_its_claim_removes_what_it_says() -> None:
    store = _store(_claim("a-1", rest="; zr:citation [ zr:work w:a ] , [ zr:work w:b ]"))

    _change(store, removed="cl:a-1 zr:citation <https://w3id.org/zanryu/id/claim/a-1/c1> .")

    assert _values(store, "cl:a-1/c1", "zr:work") == {str(term("w:b"))}
    assert not _values(store, "cl:a-1/c2", "zr:work")


def test_a_whole_claim_can_be_removed_as_the_store_shows_it() -> None:
    text = _claim("a-1", rest="; zr:when '1945' ; zr:citation [ zr:work w:a ]")
    store, empty = _store(text), _store("")
    shown = frozenset(store.quads_for_pattern(term("cl:a-1"), None, None, GRAPHS["claims"]))

    delta = Deriver().consequences(store, Delta(frozenset(), shown))

    assert not delta.added
    assert set(store) - delta.removed == set(empty)


def test_the_last_claim_of_a_triple_takes_it_along_and_no_earlier_one() -> None:
    store = _store(_claim("a-1") + _claim("a-2"))

    _change(store, removed=_claim("a-1"))
    assert _MAJOR in store
    _change(store, removed=_claim("a-2"))
    assert _MAJOR not in store


def test_a_rival_that_becomes_preferred_overrules_a_claim_that_was_not_touched() -> None:
    store = _store(_claim("a-1") + _claim("b-1", "zv:ija-colonel", "; zr:conflictsWith cl:a-1"))

    _change(store, added="cl:b-1 zr:status zv:preferred .")
    assert _MAJOR not in store
    _change(store, removed="cl:b-1 zr:status zv:preferred .")
    assert _MAJOR in store


def test_a_new_claim_is_overruled_by_a_preferred_one_that_was_there() -> None:
    store = _store(_claim("b-1", "zv:ija-colonel", "; zr:status zv:preferred"))

    _change(store, _claim("a-1", rest="; zr:conflictsWith cl:b-1"))

    assert _MAJOR not in store


@pytest.mark.parametrize("removed", ["cl:a-1 zr:conflictsWith cl:b-1 .", "cl:b-1 zr:conflictsWith cl:a-1 ."])
def test_removing_one_direction_of_a_symmetric_link_removes_both(removed: str) -> None:
    store = _store("cl:a-1 zr:conflictsWith cl:b-1 .")

    _change(store, removed=removed)

    assert not _values(store, "cl:a-1", "zr:conflictsWith") | _values(store, "cl:b-1", "zr:conflictsWith")


def test_a_citation_with_an_iri_of_its_own_keeps_its_type_while_a_claim_cites_it() -> None:
    cited = "zr:citation <https://example.org/c> ."
    store = _store(f"cl:a-1 {cited} cl:b-1 {cited}")

    assert len(_change(store, removed=f"cl:a-1 {cited}").removed) == 1
    assert len(_change(store, removed=f"cl:b-1 {cited}").removed) == 2


def test_a_date_is_changed_by_its_text_whatever_its_datatype() -> None:
    store = _store("cl:a-1 zr:when '1945' .")

    _change(store, "cl:a-1 zr:when '1946'^^edtf:EDTF-level1 .", "cl:a-1 zr:when '1945' .")

    assert set(store) == set(_store("cl:a-1 zr:when '1946' ."))


def test_what_is_there_already_is_no_change_in_whatever_form_it_comes() -> None:
    store = _store("cl:a-1 zr:countMin 1 ; zr:note 'x'@ja-Hani .")

    assert not _change(store, "cl:a-1 zr:countMin 01 ; zr:note 'x'@ja-hani .", "cl:a-1 zr:note 'other' .")


def test_a_threshold_that_the_store_states_decides() -> None:
    store = ox.Store()
    store.extend(materialise(_read(_WORDS, "vocabularies"), threshold=4).plain)

    assert _MAJOR not in _change(store, _claim("a-1")).added


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("added", "removed", "said"),
    [
        pytest.param("cl:a-1 zr:earliest '1950-01-01'^^xsd:date .", "", "zr:when", id="a bound"),
        pytest.param("", "cl:a-1 zr:earliest '1945-01-01'^^xsd:date .", "zr:when", id="a bound less"),
        pytest.param("", "<#c1> a zr:Citation .", "derived while", id="a type less"),
        pytest.param("cl:b-1 zr:note [ zr:note 'x' ] .", "", "give it an IRI", id="another blank node"),
        pytest.param("[] zr:work w:b .", "", "no claim cites", id="a blank node alone"),
        pytest.param("[] zr:citation w:b .", "", "give the claim an IRI", id="a blank claim"),
        pytest.param(
            "cl:b-1 zr:citation _:x . cl:c-1 zr:citation _:x .", "", "second time", id="one citation for two"
        ),
        pytest.param("_:x zr:work _:y . _:y zr:work _:x .", "", "circle", id="a circle"),
        pytest.param("cl:b-1 zr:about <#c1> .", "", "refer to the claim", id="a citation referred to"),
        pytest.param("<#c1> zr:conflictsWith cl:b-1 .", "", "say it of the claim", id="a symmetric citation"),
        pytest.param("<#c1> zr:citation w:b .", "", "cite for the claim", id="a citation that cites"),
        pytest.param(
            "<#c1> zr:note 'x' .", "cl:a-1 zr:citation <#c1> .", "no citation", id="a citation that goes"
        ),
        pytest.param("zv:likely zr:level 3 .", "", "edit ontology/", id="a level of certainty"),
        pytest.param("w:b a zr:SentinelValue .", "", "edit ontology/", id="a sentinel"),
        pytest.param(
            "<https://w3id.org/zanryu/> zr:acceptanceThreshold 0 .", "", "build again", id="the threshold"
        ),
    ],
)
def test_what_no_editor_writes_is_refused_with_what_to_do(added: str, removed: str, said: str) -> None:
    store = _store("cl:a-1 zr:when '1945' ; zr:citation [ zr:work w:a ] .")
    added, removed = (text.replace("<#c1>", f"<{PREFIXES['cl']}a-1/c1>") for text in (added, removed))

    with pytest.raises(Refused, match=said):
        Deriver().consequences(store, Delta(_read(added), _read(removed)))


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        ("accepted", "follows from the claims"),
        ("reifiers", "follows from the claims"),
        ("ontology", "files in ontology/"),
        ("vocabularies", "files in ontology/"),
    ],
)
def test_a_graph_that_is_not_written_is_refused_with_its_reason(graph: str, said: str) -> None:
    delta = Delta(_read("p:sato zr:heldRank zv:ija-major .", graph))

    with pytest.raises(Refused, match=said):
        Deriver().consequences(_store(""), delta)
    with pytest.raises(Refused, match=said):
        Deriver().consequences(_store(""), delta.inverse())


@pytest.mark.parametrize("graph", [ox.DefaultGraph(), ox.NamedNode("https://example.org/g")])
def test_an_unknown_graph_is_refused_with_the_graphs_that_can_be_written(
    graph: ox.DefaultGraph | ox.NamedNode,
) -> None:
    quad = Quad(term("p:sato"), term("zr:note"), Literal("x"), graph)

    with pytest.raises(Refused, match="zg:entities, zg:works, zg:claims, zg:links"):
        Deriver().consequences(_store(""), Delta(frozenset({quad})))


def test_a_triple_term_is_refused() -> None:
    quad = Quad(term("cl:a-1"), term("zr:note"), _MAJOR.triple, GRAPHS["claims"])

    with pytest.raises(Refused, match="derived from a claim"):
        Deriver().consequences(_store(""), Delta(frozenset({quad})))


def test_a_citation_outside_the_graph_of_the_claims_is_refused() -> None:
    quad = Quad(term("cl:a-1"), term("zr:citation"), BlankNode(), GRAPHS["works"])

    with pytest.raises(Refused, match="zg:claims"):
        Deriver().consequences(_store(""), Delta(frozenset({quad})))
