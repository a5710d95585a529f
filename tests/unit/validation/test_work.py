"""The work of the validating process, on a small dataset, in this process."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pyoxigraph as ox
import pytest

from claim_tables import as_csv, row
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import BASE, GRAPHS, term
from zanryu.graph.sources import read
from zanryu.store.bounded_answers import BoundedAnswer
from zanryu.store.frames import HEADER
from zanryu.validation.protocol import Submission, Template, frame_of_submission, frame_of_template
from zanryu.validation.work import Validations

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.graph.sources import Dataset

CLAIM = f"""@prefix zr: <{BASE}ontology/> .
@prefix zv: <{BASE}vocab/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
<{BASE}id/claim/sato-haru-seen-1> a zr:Assertion ;
    rdf:subject <{BASE}id/person/sato-haru> ; rdf:predicate zr:describedAs ; rdf:object "tall"@en ;
    zr:certainty zv:possible ; zr:status zv:normal ;
    zr:citation [ zr:work <{BASE}id/work/WORK> ; zr:locator "p. 1" ; zr:stance zv:supports ] .
"""
NEW_WORK = ox.NamedNode(f"{BASE}id/work/new")


def lay_down(folder: Path, quads: list[ox.Quad]) -> str:
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.flush()
    return str(folder)


@pytest.fixture(scope="module")
def snapshots(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two states: the second knows one work more."""
    home = tmp_path_factory.mktemp("snapshots")
    derived = materialise(read(small.files()))
    quads = [*derived.plain, *derived.reifiers]
    work = [
        ox.Quad(NEW_WORK, term("rdf:type"), term("zr:Book"), GRAPHS["works"]),
        ox.Quad(NEW_WORK, term("dcterms:title"), ox.Literal("New", language="en"), GRAPHS["works"]),
        ox.Quad(NEW_WORK, term("zr:tier"), term("zv:secondary"), GRAPHS["works"]),
    ]
    return lay_down(home / "first", quads), lay_down(home / "second", [*quads, *work])


@pytest.fixture
def work(small: Dataset, snapshots: tuple[str, str], tmp_path: Path) -> Validations:
    found = Validations({"dataset": str(small.root), "drafts": str(tmp_path / "drafts")})
    found.open(snapshots[0], "build-1")
    return found


def ask(
    work: Validations, text: str, context: str = "none", report: str = "application/json"
) -> dict[str, Any]:
    answer = BoundedAnswer(10**7, 10**6, lambda block: None, 10**8)
    submission = Submission(text.encode(), "text/turtle", context, "en", report)
    work.answer(frame_of_submission(submission)[HEADER.size :], answer)
    found: dict[str, Any] = json.loads(answer.block)
    return found


def rules(found: dict[str, Any]) -> set[str]:
    return {finding["constraint"] for finding in found["findings"]}


@pytest.mark.parametrize("context", ["none", "graph"])
def test_what_a_later_snapshot_knows_counts_from_then_on(
    work: Validations, snapshots: tuple[str, str], context: str
) -> None:
    text = CLAIM.replace("WORK", "new")

    before = ask(work, text, context)
    work.open(snapshots[1], "build-2")
    after = ask(work, text, context)

    assert "S55" in rules(before)
    assert after["findings"] == []
    assert (before["version"], after["version"]) == ("build-1", "build-2")


@pytest.mark.parametrize("context", ["none", "graph"])
def test_a_judgement_leaves_the_store_as_it_was(work: Validations, context: str) -> None:
    text = CLAIM.replace("WORK", "memoir")
    first = ask(work, text, context)

    assert first["findings"] == []
    assert all(ask(work, text, context) == first for _ in range(3))
    assert "S04" in rules(ask(work, text.partition("    zr:citation")[0].rstrip(" ;\n") + " .", context))
    assert ask(work, text, context) == first


def test_what_a_document_refers_to_is_not_judged_with_it(work: Validations) -> None:
    """The person that the claim is about has no claim of a rank among those that are looked up."""
    found = ask(work, CLAIM.replace("WORK", "memoir"))

    assert {finding["node"] for finding in found["findings"]} <= {f"{BASE}id/claim/sato-haru-seen-1"}


def test_a_page_gets_the_lines_of_what_is_found(work: Validations) -> None:
    found = ask(work, CLAIM.replace("WORK", "unknown"), report="text/html")

    lines = found["excerpts"][f"{BASE}id/claim/sato-haru-seen-1"]
    assert lines[0] == [4, f"<{BASE}id/claim/sato-haru-seen-1> a zr:Assertion ;"]


def names_in_template(work: Validations) -> set[object]:
    answer = BoundedAnswer(10**7, 10**6, lambda block: None, 10**8)
    work.answer(frame_of_template(Template("xlsx", "en"))[HEADER.size :], answer)
    book = openpyxl.load_workbook(io.BytesIO(answer.block))
    return {cell for line in book["lists"].iter_rows(values_only=True) for cell in line}


def ask_of_table(work: Validations, table: bytes) -> dict[str, Any]:
    answer = BoundedAnswer(10**7, 10**6, lambda block: None, 10**8)
    submission = Submission(table, "text/csv", "graph", "en", "application/json")
    work.answer(frame_of_submission(submission)[HEADER.size :], answer)
    found: dict[str, Any] = json.loads(answer.block)
    return found


def test_the_empty_table_has_the_names_of_the_snapshot(work: Validations, snapshots: tuple[str, str]) -> None:
    before = names_in_template(work)
    work.open(snapshots[1], "build-2")

    assert names_in_template(work) - before == {"New"}


def test_a_table_is_read_with_the_names_of_the_snapshot(
    work: Validations, snapshots: tuple[str, str]
) -> None:
    table = as_csv(row(source="New"))

    before = ask_of_table(work, table)
    work.open(snapshots[1], "build-2")
    after = ask_of_table(work, table)

    assert "Nothing is called “New”." in {finding["fault"] for finding in before["findings"]}
    assert (after["claims"]["new"], after["claims"]["unread"]) == (1, 0)


def test_judging_a_changed_claim_leaves_the_store_as_it_was(work: Validations) -> None:
    """A claim of the small data, first with another locator, then as it is."""
    known = row(claim="cl:sato-haru-advised-1", when="", polarity="negative", locator="p. 40")

    changed = ask_of_table(work, as_csv({**known, "locator": "p. 41", "when": "1947"}))
    same = ask_of_table(work, as_csv(known))

    assert (changed["claims"]["changed"], changed["claims"]["new"]) == (1, 0)
    assert (same["claims"]["unchanged"], same["findings"]) == (1, [])
