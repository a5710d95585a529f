"""What the query page fetches: the terms of the data, and the questions with their numbers of rows."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from zanryu.errors import QueryTimeout
from zanryu.graph.questions import Question, read_questions
from zanryu.sparql.page.library import Library, count_of
from zanryu.sparql.page.terms import read_terms
from zanryu.sparql.results import serialise
from zanryu.store.build import current_build
from zanryu.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset
    from zanryu.store.backend import QueryDataset

SELECT = "# SELECT?\nPREFIX x: <urn:x>\nSELECT ?s { ?s ?p ?o } LIMIT 7 # seven"


@pytest.fixture(scope="module")
def store(built: Settings) -> EmbeddedStore:
    found = current_build(built)
    assert found
    return EmbeddedStore(built.store, found.version, serialise)


class Scripted(EmbeddedStore):
    """Answers as told, when it is let."""

    version = "one"

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.asked: list[str] = []

    def query(
        self, text: str, dataset: QueryDataset, media_type: str, *, timeout_seconds: float | None = None
    ) -> Iterable[bytes]:
        assert self.may_answer.wait(10)
        self.asked.append(text)
        if "?slow" in text:
            raise QueryTimeout("stopped")
        rows = {
            "head": {"vars": ["rows"]},
            "results": {"bindings": [{"rows": {"type": "literal", "value": "7"}}]},
        }
        return [json.dumps(rows).encode()]


def settled(library: Library) -> Library:
    library.counts()
    for thread in threading.enumerate():
        if thread.name == "zanryu-questions":
            thread.join(10)
    return library


def test_terms_have_labels_and_definitions_in_every_language(store: EmbeddedStore) -> None:
    document = read_terms(store)
    terms = {entry["name"]: entry for entry in document["terms"]}
    assert terms["zr:aided"]["kind"] == "property"
    assert set(terms["zr:aided"]["labels"]) == set(terms["zr:aided"]["definitions"]) == {"en", "ja", "vi"}
    assert terms["zv:probable"]["kind"] == "concept"
    assert terms["zr:Officer"]["kind"] == "class"
    assert terms["rdf:reifies"] == {"name": "rdf:reifies", "kind": "property"}
    assert document["prefixes"]["zr"] == "https://w3id.org/zanryu/ontology/"
    assert len(document["terms"]) == len(terms)


def test_rows_are_counted_beside_the_requests_and_again_for_other_data() -> None:
    backend = Scripted()
    library = Library(
        [Question("a", "?", SELECT), Question("b", "?", SELECT.replace("?s", "?slow"))], backend, 1
    )

    assert library.counts().rows == {}
    assert not library.counts().is_complete
    backend.may_answer.set()
    counts = settled(library).counts()
    assert (counts.version, counts.rows, counts.is_complete) == ("one", {"a": 7, "b": None}, True)

    settled(library)
    assert len(backend.asked) == 2, "counted twice for the same data"
    backend.version = "two"
    assert settled(library).counts().version == "two"


def test_the_count_of_each_competency_question_is_a_query(store: EmbeddedStore, dataset: Dataset) -> None:
    questions = read_questions(dataset.query_files())
    counts = settled(Library(questions, store, 20)).counts()
    assert set(counts.rows) == {question.name for question in questions}
    assert all(counts.rows.values()), counts.rows


def test_the_words_of_a_comment_are_no_query() -> None:
    assert count_of(SELECT).startswith("# SELECT?\nPREFIX x: <urn:x>\nSELECT (COUNT(*) AS ?rows)")
    assert count_of(SELECT).endswith("# seven\n} }")


def test_a_question_is_said_in_the_language_of_the_reader(dataset: Dataset) -> None:
    question = read_questions(dataset.query_files())[0]
    assert question.said_in("en") == ("Who helped the Việt Minh, and who says so?", "en")
    assert question.said_in("ja") == ("ベトミンを助けたのは誰か。それはどの資料によるか。", "ja")
    assert question.said_in("fr")[1] == "en"
