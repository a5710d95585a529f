"""Rows are kept for their data version, asked for once at a time, and never a mixture of versions."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from zanryu.errors import QueryTimeout, TooBusy
from zanryu.portal.drawn.rows import Patience, RowKeeper, Rows
from zanryu.store.backend import Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.store.backend import Backend

IMPATIENT = Patience(with_old=0.01, without=0.01)


class Engine:
    """Answers with its version, when it may."""

    def __init__(self) -> None:
        self.version = "1"
        self.asked = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.changes: list[str] = []

    def query(self, *_: object, **__: object) -> Iterator[bytes]:
        self.asked += 1
        version = self.version
        assert self.may_answer.wait(10)
        if self.changes:
            self.version = self.changes.pop()
        row = {"v": {"type": "literal", "value": version}}
        yield json.dumps({"head": {"vars": ["v"]}, "results": {"bindings": [row]}}).encode()


def keeper(engine: Any, patience: Patience | None = None) -> RowKeeper:
    return RowKeeper(cast("Backend", engine), patience)


def test_a_query_is_asked_once_for_a_version_of_the_data() -> None:
    engine = Engine()
    kept = keeper(engine)
    assert kept.rows("q") is kept.rows("q")
    engine.version = "2"
    assert kept.rows("q").version == "2"
    assert engine.asked == 2


def test_many_who_ask_at_once_have_it_asked_once() -> None:
    engine = Engine()
    engine.may_answer.clear()
    kept = keeper(engine)
    threads = [threading.Thread(target=kept.rows, args=("q",)) for _ in range(5)]
    for thread in threads:
        thread.start()
    engine.may_answer.set()
    for thread in threads:
        thread.join(10)
    assert engine.asked == 1


def test_who_does_not_want_to_wait_gets_the_version_before_or_is_told_to_come_again() -> None:
    engine = Engine()
    kept = keeper(engine, IMPATIENT)
    engine.may_answer.clear()
    with pytest.raises(TooBusy, match="Ask again"):
        kept.rows("q")
    engine.may_answer.set()
    patient = keeper(engine)
    patient.rows("q")
    patient._patience = IMPATIENT
    engine.may_answer.clear()
    engine.version = "2"
    assert patient.rows("q").version == "1"
    engine.may_answer.set()


def test_rows_of_data_that_change_while_they_are_read_are_asked_for_again() -> None:
    engine = Engine()
    engine.changes = ["2"]
    rows = keeper(engine).rows("q")
    assert (rows.version, rows.rows[0]["v"].value) == ("2", "2")


def test_rows_of_data_that_never_rest_have_no_version_and_are_not_kept() -> None:
    engine = Engine()
    engine.changes = [str(n) for n in range(20, 1, -1)]
    kept = keeper(engine)
    assert kept.rows("q").version == ""
    asked = engine.asked
    kept.rows("q")
    assert engine.asked > asked


def test_a_query_that_fails_is_told_to_who_asked_and_asked_again() -> None:
    class Failing(Engine):
        def query(self, *_: object, **__: object) -> Iterator[bytes]:
            self.asked += 1
            raise QueryTimeout("too long")

    engine = Failing()
    kept = keeper(engine)
    for _ in range(2):
        with pytest.raises(QueryTimeout):
            kept.rows("q")
    assert engine.asked == 2


def test_csv_is_written_as_the_standard_says() -> None:
    row = {"a": Term("literal", 'say "x",\n', "en"), "b": Term("blank", "n1")}
    assert Rows("q", "1", ["a", "b", "c"], [row]).as_csv() == 'a,b,c\r\n"say ""x"",\n",_:n1,\r\n'
