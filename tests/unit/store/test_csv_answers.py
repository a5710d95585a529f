"""CSV is read as it is meant, whatever the engine does not quote."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.errors import QueryAborted
from zanryu.sparql import results
from zanryu.store.backend import UNION
from zanryu.store.bounded_answers import BoundedAnswer
from zanryu.store.csv_answers import AmbiguousCsv, CsvRows

if TYPE_CHECKING:
    from zanryu.store.workers import WorkerPool

CSV = "text/csv"
TEXTS = (
    "plain",
    "a, b",
    'said "so", twice',
    "two\r\nlines, here",
    "",
    '"',
    ",",
    "x" * 100_000,
    "y" * 100_000,
)
COMMAS = ("<http://h/a,b>", "http://h/a,b")


def read(pool: WorkerPool, query: str) -> list[list[str]]:
    answer = b"".join(pool.query(query, UNION, CSV)).decode()
    return list(csv.reader(io.StringIO(answer, newline="")))


def values(*rows: tuple[str, ...]) -> str:
    """Return a query whose answer has these rows, in this order."""
    names = " ".join(f"?v{number}" for number in range(len(rows[0])))
    data = " ".join("(" + " ".join(row) + ")" for row in rows)
    return f"SELECT {names} {{ VALUES ({names}) {{ {data} }} }}"


def literal(text: str) -> str:
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\r", "\\r"), ("\n", "\\n")):
        text = text.replace(character, escape)
    return f'"{text}"'


@pytest.mark.parametrize("before", [0, 1, 3_000], ids=["first", "second", "behind what was sent"])
def test_an_iri_with_a_comma_is_one_value(pool: WorkerPool, before: int) -> None:
    rows = [(f"<http://h/{number}>", literal("x" * 100)) for number in range(before)]

    found = read(pool, values(*rows, (COMMAS[0], '"y"'), ("<http://h/z>", '"z"')))

    assert len(found) == 1 + before + 2
    assert {len(row) for row in found} == {2}
    assert found[-2:] == [[COMMAS[1], "y"], ["http://h/z", "z"]]


def test_a_triple_term_is_one_value(pool: WorkerPool) -> None:
    found = read(pool, values(('<<( <http://h/a> <http://h/p> "x, y" )>>', '"b"')))
    assert [len(row) for row in found] == [2, 2]
    assert found[1][1] == "b"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_commas_quotes_and_line_ends_in_literals_stay(pool: WorkerPool, place: int) -> None:
    rows = []
    for number, text in enumerate(TEXTS):
        row = [f"<http://h/{number}>"] * 3
        row[place] = literal(text)
        rows.append(tuple(row))

    found = read(pool, values(*rows))

    assert [row[place] for row in found[1:]] == list(TEXTS)


def test_an_answer_without_a_row_is_its_line_of_names(pool: WorkerPool) -> None:
    assert read(pool, "SELECT ?a ?b { FILTER(false) }") == [["a", "b"]]


@pytest.mark.parametrize("rows", [1, 400], ids=["fewer rows", "other rows"])
def test_a_query_that_answers_otherwise_the_second_time_is_no_answer(rows: int) -> None:
    def ask(texts: list[str]) -> ox.QuerySolutions:
        query = values(*((f'"{text}"',) for text in texts), (COMMAS[0],))
        found = ox.Store().query(query)
        assert isinstance(found, ox.QuerySolutions)
        return found

    sent = bytearray()
    answer = BoundedAnswer(10**6, 10**6, sent.extend, block_bytes=1000)
    with pytest.raises(AmbiguousCsv):
        answer.serialise(results, ask(["x" * 100] * 200), CSV)
    assert sent
    answer.begin_again()

    with pytest.raises(QueryAborted):
        answer.serialise(results, ask(["y" * 100] * rows), CSV)


@given(
    st.lists(
        st.lists(st.sampled_from(["", "a", "a b", "a,b", 'say "a"', "a\r\nb", '"']), min_size=3, max_size=3)
    ),
    st.integers(1, 40),
)
def test_what_is_written_well_is_never_doubted_wherever_a_block_ends(
    rows: list[list[str]], size: int
) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["x", "y", "z"], *rows])
    data = written.getvalue().encode()
    counter = CsvRows()

    counted = [counter.count(data[start : start + size]) for start in range(0, len(data), size)]

    assert counted[-1] == len(rows)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(1, 60))
def test_a_column_too_many_is_found_before_its_row_has_ended_in_what_is_sent(
    before: int, behind: int, size: int
) -> None:
    good, bad = 'http://h/c,"x, y",1\r\n', "http://h/a,b,x,1\r\n"
    data = ("p,q,r\r\n" + good * before + bad + good * behind).encode()
    end = len(("p,q,r\r\n" + good * before + bad).encode())
    counter = CsvRows()

    with pytest.raises(AmbiguousCsv):
        for start in range(0, len(data), size):
            counter.count(data[start : start + size])
            assert start + size < end
