from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph

from zanryu.graph.namespaces import ASSERTION, GRAPHS, RDF_TYPE, term
from zanryu.graph.sources import find_dataset, read
from zanryu.graph.table.cells import escape, unescape
from zanryu.graph.table.claims import Claim, claims_of, in_order, put
from zanryu.graph.table.columns import CITATION_COLUMNS, CLAIM_COLUMNS, Column, Kind
from zanryu.graph.table.exporting import export_claims
from zanryu.graph.table.files import read_table
from zanryu.graph.table.rows import read_rows
from zanryu.graph.table.template import table_bytes
from zanryu.graph.table.values import Values
from zanryu.graph.turtle import write_turtle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.graph.wording import Message

# ---------------------------------------------------------------- claims of every kind


@cache
def _terms() -> tuple[Quad, ...]:
    """The ontology, the vocabularies and all entities as they are, some with a name in common."""
    left_out = ("claims", "alignments")
    return tuple(read(f for f in find_dataset().files() if f.path.parent.name not in left_out))


@cache
def _values() -> Values:
    return Values.of(_terms())


@cache
def _things(kind: NamedNode) -> list[NamedNode]:
    return _values().names.of_kind(kind)


plain = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and "_x" not in text and "x0" not in text
)
hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["=1+1", "'=1", "+", "-5", "@x", "#N/A", "TRUE", "1945", "a | b", "a;b,\tc", '"', "x@ja", "\n"]
    ),
)
forms = st.sampled_from(["csv", "xlsx"])
languages = st.sampled_from(["en", "ja", "ja-hani", "vi", "vi-hani", "ja-latn", "fr", "zh-hant-tw"])
dates = st.sampled_from(
    ["1945", "1945-08", "1945-08-15", "../1946", "1945~/1946-01", "194X", "1945-XX", "1946?"]
)


def literals(texts: st.SearchStrategy[str], kind: NamedNode) -> st.SearchStrategy[Literal]:
    """Values for a range that is a datatype."""
    if kind == term("rdf:langString"):
        return st.builds(lambda text, tag: Literal(text, language=tag), texts, languages)
    if kind == term("edtf:EDTF-level1"):
        return dates.map(lambda text: Literal(text, datatype=kind))
    return st.integers(-5, 10**9).map(lambda number: Literal(str(number), datatype=kind))


@st.composite
def statements(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> set[tuple[NamedNode, NamedNode | Literal]]:
    """A subject, a property, and a value that fits it."""
    claimed: NamedNode = draw(st.sampled_from(_things(term("zr:ClaimProperty"))))
    kind = _values().ranges.range(claimed) or term("zr:Entity")
    things = _things(kind) or _things(term("zr:SentinelValue"))
    is_literal = not _things(kind) and kind != term("rdfs:Resource")
    values: st.SearchStrategy[Any] = literals(texts, kind) if is_literal else st.sampled_from(things)
    value = draw(values)
    subject = draw(st.sampled_from(_things(term("zr:Entity"))))
    return {(term("rdf:subject"), subject), (term("rdf:predicate"), claimed), (term("rdf:object"), value)}


@st.composite
def parts(
    draw: st.DrawFn, columns: Sequence[Column], texts: st.SearchStrategy[str]
) -> set[tuple[NamedNode, NamedNode | Literal]]:
    """What stands in some of the columns."""
    said: set[tuple[NamedNode, NamedNode | Literal]] = set()
    for column in draw(st.lists(st.sampled_from(columns), unique=True)):
        kind = _values().kind_of(column, None)
        by_kind = {
            Kind.DATE: dates.map(Literal),
            Kind.NUMBER: literals(texts, term("xsd:integer")),
            Kind.TEXT: texts.map(Literal),
            Kind.SENTENCE: literals(texts, term("rdf:langString")),
        }
        one: st.SearchStrategy[Any] = (
            by_kind[column.kind] if column.kind in by_kind else st.sampled_from(_things(kind))
        )
        said |= {
            (column.property, v) for v in draw(st.sets(one, min_size=1, max_size=3 if column.many else 1))
        }
    return said


_QUALIFIERS = [c for c in CLAIM_COLUMNS[3:] if c.kind is not Kind.CLAIMS]
_COUNTS = {term("zr:countMin"), term("zr:countMax"), term("zr:countPrecision")}


@st.composite
def claims(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> dict[NamedNode, Claim]:
    """Some claims, each with citations, each perhaps in conflict with the one before."""
    found: dict[NamedNode, Claim] = {}
    for number in range(draw(st.integers(1, 3))):
        name = term(f"cl:drawn-{number}")
        said: set[tuple[NamedNode, NamedNode | Literal]] = {(RDF_TYPE, ASSERTION)}
        said |= draw(statements(texts)) | draw(parts(_QUALIFIERS, texts))
        counts = (term("rdf:predicate"), term("zr:memberCount")) in said or any(p in _COUNTS for p, _ in said)
        said |= {(RDF_TYPE, term("zr:CountClaim"))} if counts else set()
        said |= {
            (term("zr:conflictsWith"), other) for other in draw(st.sets(st.sampled_from([name, *found])))
        }
        cited = draw(st.lists(parts(CITATION_COLUMNS, texts).filter(bool), max_size=3))
        found[name] = Claim(name, frozenset(said), in_order(map(frozenset, cited)))
    return found


def _quads(drawn: dict[NamedNode, Claim]) -> list[Quad]:
    return [*_terms(), *(quad for claim in drawn.values() for quad in claim.quads())]


def _through(
    form: str, quads: list[Quad], language: str
) -> tuple[dict[NamedNode, Claim], dict[NamedNode, Message]]:
    found = export_claims(quads, language)
    sheet = read_table(table_bytes(form, found.rows, quads, language))
    reading = read_rows(sheet, _values(), claims_of(quads)[0])
    assert reading.problems == []
    return reading.claims, found.refused


# ---------------------------------------------------------------- the laws


@settings(max_examples=8)
@given(form=forms, drawn=claims(plain), language=st.sampled_from(["en", "ja", "vi"]))
def test_claims_go_through_a_table_and_come_back_as_they_were(
    form: str, drawn: dict[NamedNode, Claim], language: str
) -> None:
    back, refused = _through(form, _quads(drawn), language)

    assert refused == {}
    assert back == drawn


@settings(max_examples=12)
@given(form=forms, drawn=claims(hostile))
def test_no_text_is_changed_or_lost_without_a_word(form: str, drawn: dict[NamedNode, Claim]) -> None:
    back, refused = _through(form, _quads(drawn), "en")

    assert back == {name: claim for name, claim in drawn.items() if name not in refused}


@settings(max_examples=15)
@given(drawn=claims(plain))
def test_claims_go_through_turtle_and_come_back_as_they_were(drawn: dict[NamedNode, Claim]) -> None:
    graph = Graph()
    for claim in drawn.values():
        put(claim, graph)
        put(claim, graph)  # in its own place

    quads = read_turtle_quads(write_turtle(graph, []))

    assert claims_of(quads)[0] == drawn


def read_turtle_quads(text: str) -> list[Quad]:
    """Read Turtle as the build reads files."""
    return [
        Quad(q.subject, q.predicate, q.object, GRAPHS["claims"]) for q in parse(text, format=RdfFormat.TURTLE)
    ]


@given(st.text())
def test_escaping_is_undone_for_every_text(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text())
def test_no_escaped_text_begins_like_a_formula(text: str) -> None:
    assert escape(text)[:1] not in set("=+-@\t\r")
