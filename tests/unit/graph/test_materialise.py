from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from zanryu.graph.materialise import Materialised, describe, materialise
from zanryu.graph.namespaces import (
    CITATION,
    EDTF_LEVEL_1,
    GRAPHS,
    PREFIXES,
    RDF_REIFIES,
    RDF_TYPE,
    REIFIERS,
    XSD_DATE,
    term,
)

_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
_LEVELS = "".join(
    f"zv:{name} zr:level {level} .\n"
    for level, name in enumerate(("refuted", "doubtful", "possible", "probable", "certain"))
)
_WORDS = _LEVELS + "zr:someValue a zr:SentinelValue . zr:conflictsWith a owl:SymmetricProperty .\n"


def _read(text: str, graph: str = "claims") -> list[Quad]:
    parsed = parse(_HEAD + text, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return [Quad(q.subject, q.predicate, q.object, GRAPHS[graph]) for q in parsed]


def _materialise(text: str, threshold: int = 3) -> Materialised:
    return materialise(_read(text) + _read(_WORDS, "vocabularies"), threshold)


def _claim(name: str = "a-1", **changes: str) -> str:
    parts = {
        "rdf:subject": "p:sato",
        "rdf:predicate": "zr:heldRank",
        "rdf:object": "zv:ija-major",
        "zr:certainty": "zv:probable",
        "zr:status": "zv:normal",
    } | {key.replace("_", ":"): value for key, value in changes.items()}
    stated = " ; ".join(f"{key} {value}" for key, value in parts.items() if value)
    return f"cl:{name} a zr:Assertion ; {stated} .\n"


def _accepted(found: Materialised) -> list[Triple]:
    return [q.triple for q in found.plain if q.graph_name == GRAPHS["accepted"]]


_RANK = Triple(term("p:sato"), term("zr:heldRank"), term("zv:ija-major"))

# ---------------------------------------------------------------- citations

_TWO = ("[ zr:work w:a ; zr:locator 'p. 1' ]", "[ zr:work w:b ; zr:locator 'p. 2' ]")


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(f"{_TWO[0]} , {_TWO[1]}", id="one after the other"),
        pytest.param(f"{_TWO[1]} , {_TWO[0]}", id="the other first"),
    ],
)
def test_citations_are_numbered_by_their_content_and_not_by_their_order(order: str) -> None:
    found = _materialise(f"cl:a-1 zr:citation {order} .")

    works = {q.subject: q.object for q in found.plain if q.predicate == term("zr:work")}
    assert works == {term("cl:a-1/c1"): term("w:a"), term("cl:a-1/c2"): term("w:b")}


def test_citations_are_numbered_the_same_whatever_the_order_of_files() -> None:
    one, two = (
        _read(f"cl:{name} zr:citation {cited} .") for name, cited in zip(("a-1", "b-1"), _TWO, strict=True)
    )

    assert materialise(one + two) == materialise(two + one)


def test_two_equal_citations_stay_two() -> None:
    found = _materialise(f"cl:a-1 zr:citation {_TWO[0]} , {_TWO[0]} .")

    assert {q.object for q in found.plain if q.predicate == term("zr:citation")} == {
        term("cl:a-1/c1"),
        term("cl:a-1/c2"),
    }


def test_every_citation_is_typed_in_the_graph_of_the_claims() -> None:
    found = _materialise(
        f"cl:a-1 zr:citation {_TWO[0]} , w:x#page .".replace("w:x#page", "<https://example.org/c>")
    )

    typed = {q.subject for q in found.plain if q.predicate == RDF_TYPE and q.object == CITATION}
    assert typed == {term("cl:a-1/c1"), NamedNode("https://example.org/c")}
    assert all(q.graph_name == GRAPHS["claims"] for q in found.plain if q.object == CITATION)


def test_nested_blank_nodes_are_named_below_their_citation() -> None:
    selector = "zr:selector [ oa:exact 'b' ; oa:refinedBy [ oa:start 1 ] ] , [ oa:exact 'a' ]"
    found = _materialise(f"cl:a-1 zr:citation [ zr:work w:a ; {selector} ] .")

    subjects = {q.subject for q in found.plain if q.graph_name == GRAPHS["claims"]}
    assert subjects == {
        term(f"cl:a-1{rest}")
        for rest in ("", "/c1", "/c1/selector1", "/c1/selector2", "/c1/selector2/refinedBy1")
    }
    exact = {q.subject: q.object for q in found.plain if q.predicate == term("oa:exact")}
    assert exact[term("cl:a-1/c1/selector1")] == Literal("a")


def test_a_blank_node_outside_citations_stays_blank() -> None:
    found = _materialise("cl:a-1 zr:related [ zr:note 'x' ] .")

    assert any(isinstance(q.subject, BlankNode) for q in found.plain)


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("1945-08", {"earliest": "1945-08-01", "latest": "1945-08-31"}, id="closed"),
        pytest.param("1945-08/..", {"earliest": "1945-08-01"}, id="open end"),
        pytest.param("../1954", {"latest": "1954-12-31"}, id="open start"),
        pytest.param("1945-02-30", {}, id="impossible: left to the check"),
    ],
)
def test_a_date_is_typed_and_gives_its_bounds(when: str, expected: dict[str, str]) -> None:
    found = _materialise(f"cl:a-1 zr:when '{when}' .")

    values = {q.predicate: q.object for q in found.plain if q.subject == term("cl:a-1")}
    assert values.pop(term("zr:when")) == Literal(when, datatype=EDTF_LEVEL_1)
    assert values == {term(f"zr:{name}"): Literal(day, datatype=XSD_DATE) for name, day in expected.items()}


def test_an_iri_as_a_date_is_left_to_the_shapes() -> None:
    found = _materialise("cl:a-1 zr:when w:a .")

    assert [q.object for q in found.plain if q.subject == term("cl:a-1")] == [term("w:a")]


# ---------------------------------------------------------------- symmetry


def test_the_inverse_of_a_symmetric_link_is_derived_in_the_same_graph() -> None:
    found = _materialise("cl:a-1 zr:conflictsWith cl:b-1 .")

    assert Quad(term("cl:b-1"), term("zr:conflictsWith"), term("cl:a-1"), GRAPHS["claims"]) in found.plain


def test_a_property_that_is_not_declared_symmetric_gets_no_inverse() -> None:
    found = _materialise("cl:a-1 zr:follows cl:b-1 .")

    assert not any(q.subject == term("cl:b-1") for q in found.plain)


# ---------------------------------------------------------------- accepted triples


def test_a_sure_affirmative_claim_is_accepted() -> None:
    assert _accepted(_materialise(_claim())) == [_RANK]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"zr_polarity": "zv:negative"}, id="denied"),
        pytest.param({"rdf_object": "zr:someValue"}, id="no known value"),
        pytest.param({"zr_status": "zv:deprecated"}, id="deprecated"),
        pytest.param({"zr_certainty": "zv:possible"}, id="not sure enough"),
        pytest.param({"zr_certainty": ""}, id="no certainty"),
        pytest.param({"zr_certainty": "zv:unheard-of"}, id="certainty without a level"),
        pytest.param({"zr_certainty": "zv:certain , zv:doubtful"}, id="two certainties: the lower counts"),
        pytest.param({"rdf_subject": ""}, id="no subject"),
        pytest.param({"rdf_object": "zv:ija-major , zv:ija-colonel"}, id="two values"),
        pytest.param({"rdf_object": "[ ]"}, id="blank value"),
    ],
)
def test_a_claim_is_not_accepted_if_it_is(changes: dict[str, str]) -> None:
    assert _accepted(_materialise(_claim(**changes))) == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"zr_polarity": "zv:affirmative"}, id="affirmed in so many words"),
        pytest.param({"zr_certainty": "zv:certain"}, id="certain"),
        pytest.param({"zr_status": "zv:preferred"}, id="preferred"),
        pytest.param({"zr_status": ""}, id="without a status"),
    ],
)
def test_a_claim_is_accepted_if_it_is(changes: dict[str, str]) -> None:
    assert _accepted(_materialise(_claim(**changes))) == [_RANK]


@pytest.mark.parametrize(("threshold", "count"), [(0, 5), (1, 4), (2, 3), (3, 2), (4, 1)])
def test_the_threshold_is_the_lowest_accepted_level(threshold: int, count: int) -> None:
    names = ("refuted", "doubtful", "possible", "probable", "certain")
    claims = "".join(_claim(f"{name}-1", zr_certainty=f"zv:{name}", rdf_object=f'"{name}"') for name in names)

    assert len(_accepted(_materialise(claims, threshold))) == count


_RIVAL = {"rdf_object": "zv:ija-colonel", "zr_conflictsWith": "cl:a-1"}


@pytest.mark.parametrize(
    ("mine", "rival", "accepted"),
    [
        pytest.param(
            {}, {**_RIVAL, "zr_status": "zv:preferred"}, False, id="preferred rival of the same property"
        ),
        pytest.param({}, _RIVAL, True, id="rival that is not preferred"),
        pytest.param(
            {},
            {**_RIVAL, "zr_status": "zv:preferred", "rdf_predicate": "zr:promotedTo"},
            True,
            id="other property",
        ),
        pytest.param(
            {},
            {**_RIVAL, "zr_status": "zv:preferred", "zr_conflictsWith": ""},
            True,
            id="preferred but no conflict",
        ),
        pytest.param(
            {"zr_status": "zv:preferred"}, {**_RIVAL, "zr_status": "zv:preferred"}, True, id="both preferred"
        ),
    ],
)
def test_only_a_preferred_rival_of_the_same_property_overrules(
    mine: dict[str, str], rival: dict[str, str], accepted: bool
) -> None:
    found = _materialise(_claim(**mine) + _claim("b-1", **rival))

    assert (_RANK in _accepted(found)) is accepted


def test_two_claims_of_one_triple_are_accepted_once() -> None:
    assert _accepted(_materialise(_claim("a-1") + _claim("a-2"))) == [_RANK]


def test_a_triple_is_accepted_while_one_of_its_claims_is_overruled() -> None:
    overruled = _claim("a-1") + _claim("b-1", **_RIVAL, zr_status="zv:preferred") + _claim("a-2")

    assert _RANK in _accepted(_materialise(overruled))


# ---------------------------------------------------------------- reifiers


def test_every_complete_claim_is_reified_accepted_or_not() -> None:
    claims = (
        _claim("a-1") + _claim("b-1", zr_status="zv:deprecated") + _claim("c-1", zr_polarity="zv:negative")
    )

    found = _materialise(claims)

    assert found.reifiers == [Quad(term(f"cl:{c}-1"), RDF_REIFIES, _RANK, REIFIERS) for c in "abc"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"rdf_subject": ""}, id="subject"),
        pytest.param({"rdf_predicate": ""}, id="predicate"),
        pytest.param({"rdf_object": ""}, id="value"),
        pytest.param({"rdf_predicate": "'rank'"}, id="literal predicate"),
        pytest.param({"rdf_object": "1 , 2"}, id="two values"),
    ],
)
def test_a_claim_without_exactly_one_is_not_reified(changes: dict[str, str]) -> None:
    assert _materialise(_claim(**changes)).reifiers == []


def test_something_that_is_not_a_claim_is_not_reified() -> None:
    found = _materialise("cl:a-1 rdf:subject p:sato ; rdf:predicate zr:heldRank ; rdf:object zv:ija-major .")

    assert (found.reifiers, _accepted(found)) == ([], [])


# ---------------------------------------------------------------- the whole


def test_no_triple_term_is_among_the_plain_quads(quads: Materialised) -> None:
    assert not any(isinstance(q.object, Triple) for q in quads.plain)
    assert {q.graph_name for q in quads.reifiers} == {REIFIERS}


def test_materialising_again_changes_nothing(quads: Materialised) -> None:
    assert materialise(quads.plain) == quads


def test_a_description_holds_each_value_once_and_sorted() -> None:
    quads = _read("p:a zr:note 'b' , 'a' .") + _read("p:a zr:note 'a' .", "entities")

    assert describe(quads)[term("p:a")][term("zr:note")] == [Literal("a"), Literal("b")]
