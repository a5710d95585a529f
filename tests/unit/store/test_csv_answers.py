"""CSV is what its readers read, or refused: the engine quotes literals, but no IRI."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from zanryu.errors import NotAcceptable
from zanryu.store.backend import UNION

if TYPE_CHECKING:
    from zanryu.store.workers import WorkerPool

CSV = "text/csv"
TEXTS = ("plain", "a, b", 'said "so", twice', "two\r\nlines, here", "", '"', ",")


def ask(pool: WorkerPool, query: str, media_type: str = CSV) -> str:
    return b"".join(pool.query(query, UNION, media_type)).decode()


def values(*rows: str) -> str:
    return f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {' '.join(rows)} }} }}"


def test_an_iri_with_a_comma_is_refused_and_told_what_to_do(pool: WorkerPool) -> None:
    with pytest.raises(NotAcceptable, match=r"STR\(\?name\).*JSON or TSV"):
        ask(pool, values('(<http://h/a,b> "x")', '(<http://h/c> "y")'))


def test_the_way_out_that_is_told_is_one(pool: WorkerPool) -> None:
    query = 'SELECT (STR(?iri) AS ?a) ?b { VALUES (?iri ?b) { (<http://h/a,b> "x") } }'
    assert list(csv.reader(io.StringIO(ask(pool, query), newline=""))) == [["a", "b"], ["http://h/a,b", "x"]]


def test_such_an_iri_is_found_behind_what_was_sent_already(pool: WorkerPool) -> None:
    padding = "x" * 300_000
    with pytest.raises(NotAcceptable):
        ask(pool, values(f'(<http://h/a> "{padding}")', '(<http://h/a,b> "x")'))


@pytest.mark.parametrize("columns", ["?a", "?b", "?a ?b", "?b ?a ?c"])
def test_commas_quotes_and_line_ends_in_literals_stay(pool: WorkerPool, columns: str) -> None:
    literals = [text.replace("\\", "\\\\").replace('"', '\\"').replace("\r\n", "\\r\\n") for text in TEXTS]
    rows = [f'("{literal}" <http://h/{number}>)' for number, literal in enumerate(literals)]
    query = values(*rows).replace("SELECT ?a ?b", f"SELECT {columns}")

    read = list(csv.reader(io.StringIO(ask(pool, query), newline="")))

    assert len(read) == 1 + len(TEXTS)
    if "?a" in columns:
        place = columns.split().index("?a")
        assert [row[place] if row else "" for row in read[1:]] == list(TEXTS)


def test_an_answer_without_a_row_or_a_column_is_csv(pool: WorkerPool) -> None:
    assert ask(pool, "SELECT ?a ?b { FILTER(false) }") == "a,b\r\n"
    assert ask(pool, "SELECT * {}")
