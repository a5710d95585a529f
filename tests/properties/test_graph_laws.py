from __future__ import annotations

import warnings
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyoxigraph as ox
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from zanryu.graph.archive import _TOKEN, LONGEST_RUN, fingerprint
from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import GRAPHS, PREFIXES, term
from zanryu.graph.release import canonical, data_version
from zanryu.graph.turtle import format_turtle

if TYPE_CHECKING:
    from time import struct_time

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import edtf as other_edtf

# ---------------------------------------------------------------- dates

days = st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31))
precisions = st.sampled_from([4, 7, 10])


def _sides(text: str) -> tuple[date, date]:
    found = bounds(text)
    assert found.earliest is not None
    assert found.latest is not None
    return found.earliest, found.latest


@given(days, precisions)
def test_every_date_lies_within_its_own_bounds_at_every_precision(day: date, precision: int) -> None:
    first, last = _sides(day.isoformat()[:precision])

    assert first <= day <= last
    assert (first == last) is (precision == 10)


@given(days)
def test_a_coarser_precision_contains_a_finer_one(day: date) -> None:
    text = day.isoformat()
    spans = [_sides(text[:length]) for length in (10, 7, 4)] + [
        _sides(f"{text[:3]}X"),
        _sides(f"{text[:2]}XX"),
    ]

    for (first, last), (wider_first, wider_last) in zip(spans, spans[1:], strict=False):
        assert wider_first <= first <= last <= wider_last


@given(days, precisions, st.sampled_from("~%"))
def test_an_approximate_date_contains_the_exact_one_with_room_on_both_sides(
    day: date, precision: int, mark: str
) -> None:
    text = day.isoformat()[:precision]
    (first, last), (wider_first, wider_last) = _sides(text), _sides(text + mark)

    assert wider_first < first <= last < wider_last
    assert bounds(f"{text}?") == bounds(text)


@given(days, days, precisions)
def test_an_interval_spans_its_two_sides_and_never_runs_backwards(
    one: date, two: date, precision: int
) -> None:
    start, end = sorted((one, two))
    text = f"{start.isoformat()[:precision]}/{end.isoformat()[:precision]}"

    assert _sides(text) == (_sides(start.isoformat()[:precision])[0], _sides(end.isoformat()[:precision])[1])
    if _sides(end.isoformat()[:precision])[0] > _sides(start.isoformat()[:precision])[1]:
        backwards = "/".join(reversed(text.split("/")))
        try:
            bounds(backwards)
        except InvalidEDTF:
            return
        raise AssertionError(f"{backwards} was read")


def _as_date(moment: struct_time) -> date:
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)


@given(days, days, precisions, st.booleans())
def test_plain_dates_and_closed_intervals_agree_with_the_edtf_library(
    one: date, two: date, precision: int, interval: bool
) -> None:
    start, end = (day.isoformat()[:precision] for day in sorted((one, two)))
    text = f"{start}/{end}" if interval else start

    parsed = other_edtf.parse_edtf(text)

    assert _sides(text) == (_as_date(parsed.lower_strict()), _as_date(parsed.upper_strict()))


@given(st.text(alphabet="0123456789X-/.?~% ", max_size=22))
@example("1945/..")
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        found = bounds(text)
    except InvalidEDTF:
        return
    assert found.earliest is not None or found.latest is not None
    if found.earliest and found.latest:
        assert found.earliest <= found.latest


# ---------------------------------------------------------------- house style

_names = st.text(alphabet="abcXYZ0189_-", min_size=1, max_size=6)
_spaces = st.sampled_from([PREFIXES["zr"], PREFIXES["p"], PREFIXES["cl"], "https://example.org/x#", "urn:x:"])
iris = st.builds(lambda space, name: URIRef(space + name), _spaces, _names)
texts = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), max_size=12
)
languages = st.sampled_from(["en", "ja-Hani", "vi-Hani", "ja-Latn"])
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(lambda text, language: Literal(text, lang=language), texts, languages),
    st.builds(Literal, st.integers()),
    st.builds(Literal, st.booleans()),
    st.builds(lambda text: Literal(text, datatype=URIRef(PREFIXES["edtf"] + "EDTF-level1")), texts),
    st.builds(lambda day: Literal(day.isoformat(), datatype=XSD.date), days),
)
trees = st.recursive(
    st.one_of(iris, literals),
    lambda inner: st.lists(st.tuples(iris, inner), min_size=0, max_size=3),
    max_leaves=6,
)


def _add(graph: Graph, subject: URIRef | BNode, predicate: URIRef, tree: object) -> None:
    if isinstance(tree, list):
        node = BNode()
        graph.add((subject, predicate, node))
        for inner_predicate, inner in tree:
            _add(graph, node, inner_predicate, inner)
    else:
        assert isinstance(tree, URIRef | Literal)
        graph.add((subject, predicate, tree))


@given(st.lists(st.tuples(st.one_of(iris, st.none()), st.one_of(iris, st.just(RDF.type)), trees), max_size=6))
def test_formatting_a_random_graph_keeps_it_and_is_idempotent(
    statements: list[tuple[URIRef | None, URIRef, object]],
) -> None:
    graph = Graph()
    for subject, predicate, tree in statements:
        _add(graph, BNode() if subject is None else subject, predicate, tree)
    # Written by another serialiser in a plainer syntax, so that the formatter alone is on trial.
    text = graph.serialize(format="nt")

    formatted = format_turtle(text, "random.ttl")

    assert isomorphic(Graph().parse(data=formatted, format="turtle"), graph)
    assert format_turtle(formatted, "random.ttl") == formatted


# ---------------------------------------------------------------- order never matters

nodes = st.one_of(
    st.sampled_from("abcd").map(lambda name: ox.NamedNode(f"https://example.org/{name}")),
    st.sampled_from("xyz").map(ox.BlankNode),
)
predicates = st.sampled_from(
    ["zr:citation", "zr:when", "zr:work", "zr:note", "zr:conflictsWith", "rdf:object"]
).map(term)
values = st.one_of(nodes, st.sampled_from(["1945", "1945-08~", "x"]).map(ox.Literal))
graph_names = st.sampled_from([GRAPHS["claims"], GRAPHS["entities"]])
quads = st.lists(st.builds(ox.Quad, nodes, predicates, values, graph_names), max_size=12)


def _is_readable(found: list[ox.Quad]) -> bool:
    """Return whether citations are leaves and blank nodes no circles, as in any Turtle of claims."""
    cited = {q.object for q in found if q.predicate == term("zr:citation")}
    citing = {q.subject for q in found if q.predicate == term("zr:citation")}
    return not cited & citing and not _has_circle(found)


def _has_circle(found: list[ox.Quad]) -> bool:
    """Return whether blank nodes lead back to themselves."""
    below: dict[object, set[object]] = {}
    for quad in found:
        if isinstance(quad.subject, ox.BlankNode) and isinstance(quad.object, ox.BlankNode):
            below.setdefault(quad.subject, set()).add(quad.object)
    for start in below:
        seen: set[object] = set()
        ahead = set(below[start])
        while ahead:
            node = ahead.pop()
            if node == start:
                return True
            if node not in seen:
                seen.add(node)
                ahead |= below.get(node, set())
    return False


@given(quads, st.randoms(use_true_random=False))
def test_the_data_version_does_not_depend_on_order_or_repetition(
    found: list[ox.Quad], random: object
) -> None:
    shuffled = [*found, *found[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert data_version(canonical(shuffled)) == data_version(canonical(found))


@given(quads, quads)
def test_data_of_other_size_has_another_version(one: list[ox.Quad], two: list[ox.Quad]) -> None:
    assume(len(canonical(one)) != len(canonical(two)))

    assert data_version(canonical(one)) != data_version(canonical(two))


@given(quads, st.randoms(use_true_random=False))
def test_what_is_derived_does_not_depend_on_the_order_of_quads(found: list[ox.Quad], random: object) -> None:
    assume(_is_readable(found))
    symmetric = ox.Quad(
        term("zr:conflictsWith"), term("rdf:type"), term("owl:SymmetricProperty"), GRAPHS["ontology"]
    )
    shuffled = [symmetric, *found]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert materialise(shuffled) == materialise([symmetric, *found])


@given(quads)
def test_deriving_twice_derives_nothing_new(found: list[ox.Quad]) -> None:
    assume(_is_readable(found))
    once = materialise(found)

    assert materialise(once.plain) == once


# ---------------------------------------------------------------- fingerprints


@given(st.text(alphabet="ab cé,.!\n南将校はる", max_size=60), st.data())
def test_every_run_of_a_text_is_found_in_its_fingerprint(text: str, data: st.DataObject) -> None:
    tokens = _TOKEN.findall(text)
    assume(tokens)
    start = data.draw(st.integers(0, len(tokens) - 1))
    length = data.draw(st.integers(1, min(LONGEST_RUN, len(tokens) - start)))

    assert fingerprint(text).contains(" ".join(tokens[start : start + length]))


@given(st.text(alphabet="ab ,", max_size=30), st.text(alphabet="ab ,", min_size=1, max_size=12))
def test_a_run_is_found_only_where_it_stands(text: str, cue: str) -> None:
    tokens, wanted = _TOKEN.findall(text), _TOKEN.findall(cue)
    stands = any(tokens[i : i + len(wanted)] == wanted for i in range(len(tokens) - len(wanted) + 1))

    assert fingerprint(text).contains(cue) is (stands and 0 < len(wanted) <= LONGEST_RUN)


@given(st.integers(0, 3_000_000))
def test_a_day_and_its_neighbour_never_share_bounds(number: int) -> None:
    day = date.min + timedelta(days=number)
    assume(day < date(9999, 12, 31))

    assert bounds(day.isoformat()) != bounds((day + timedelta(days=1)).isoformat())
