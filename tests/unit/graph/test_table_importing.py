from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claim_tables import as_csv, row
from zanryu.graph.namespaces import term
from zanryu.graph.sources import read
from zanryu.graph.table.claims import claims_of
from zanryu.graph.table.importing import Imported, import_table

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from zanryu.graph.sources import Dataset


@pytest.fixture(scope="module")
def state(small: Dataset) -> list[Quad]:
    return read(small.files())


def _problems(found: Imported) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_a_named_claim_is_said_anew_and_the_same_content_is_no_change(
    small: Dataset, state: list[Quad]
) -> None:
    cells = row(claim="cl:sato-haru-advised-1", when="", polarity="negative", locator="p. 40")

    same = import_table(as_csv(cells), small)
    other = import_table(as_csv({**cells, "locator": "p. 41"}), small)

    assert (same.changes, same.unchanged, bool(same.delta)) == ([], 1, False)
    assert other.changes[0].old == claims_of(state)[0][term("cl:sato-haru-advised-1")]


def test_the_delta_takes_away_every_quad_of_the_old_claim(small: Dataset, state: list[Quad]) -> None:
    cells = row(claim="sato-haru-advised-1", when="", polarity="negative", locator="p. 41")

    delta = import_table(as_csv(cells), small, quads=state).delta

    after = (set(state) - delta.removed) | delta.added
    name = term("cl:sato-haru-advised-1")
    assert delta.removed <= set(state)
    assert claims_of(after)[0].keys() == claims_of(state)[0].keys()
    assert claims_of(after)[0][name] != claims_of(state)[0][name]
    assert len(after) == len(set(state))


def test_a_claim_that_no_table_holds_is_not_overwritten(small: Dataset) -> None:
    found = import_table(as_csv(row(claim="cl:sato-haru-taught-1")), small)

    assert "cl:sato-haru-taught-1 cannot be changed by a table" in _problems(found)[0]
    assert not found.changes


# ---------------------------------------------------------------- everything at once


def test_all_mistakes_are_told_at_once_those_of_cells_and_those_of_shapes(small: Dataset) -> None:
    rows = (
        row(when="1945-13", certainty="sure"),
        row(source="", locator="", stance="", value="zr:someValue"),
        row(property="met", stance="", certainty="certain"),
        row(property="zr:nationality", value="zv:japanese"),
    )

    found = import_table(as_csv(*rows), small)

    places = [(p.place.row, p.place.heading, p.rule, p.level) for p in found.problems if p.place]
    assert places == [
        (2, "when", "", "violation"),
        (2, "certainty", "", "violation"),
        (3, "source", "S04", "violation"),
        (4, "stance", "S05", "violation"),
        (5, "property", "", "violation"),
    ]
    assert not found.is_sound


def test_findings_are_told_in_the_language_that_is_asked_for(small: Dataset) -> None:
    found = import_table(as_csv(row(source="", locator="", stance="")), small, language="ja")

    assert "この主張には典拠がありません" in _problems(found)[0]


def test_a_finding_about_a_citation_has_the_row_of_that_citation(small: Dataset) -> None:
    rows = row(claim="a"), row(claim="a", source="w:web-page", locator=""), row(claim="a", locator="p. 52")

    problem = import_table(as_csv(*rows), small).problems[0]

    assert problem.place is not None
    assert (problem.place.row, problem.place.heading, problem.rule) == (3, "locator", "S05")


def test_a_violation_that_the_table_causes_elsewhere_is_told(small: Dataset) -> None:
    """An officer without a rank: both claims of his are said of somebody else."""
    other = {"subject": "p:tran-van-an", "property": "held rank", "value": "zv:ija-colonel"}
    rows = (row(claim=f"cl:sato-haru-rank-{n}", when=f"194{n}", **other) for n in (1, 2))

    found = import_table(as_csv(*rows), small)

    assert _problems(found)[-1].startswith("violation S50: Elsewhere, p:sato-haru: ")
    assert not found.is_sound


def test_a_table_that_was_imported_before_is_not_imported_again(small: Dataset, state: list[Quad]) -> None:
    table = as_csv(row())
    first = import_table(table, small, quads=state)

    again = import_table(table, small, quads=[*state, *first.delta.added])

    assert first.is_sound
    assert not again.is_sound
    assert _problems(again)[0].startswith("row 2: violation S47: This claim says the same as ")


def test_a_named_claim_that_says_what_another_says_is_a_warning_as_in_a_check(small: Dataset) -> None:
    cells = {"subject": "Satō Haru", "property": "held rank", "value": "zv:ija-major", "when": "1945"}

    found = import_table(as_csv(row(claim="cl:sato-haru-rank-2", **cells)), small)

    assert any(p.rule == "S47" and p.level == "warning" for p in found.problems), _problems(found)


def test_the_turtle_of_an_import_says_the_same_claims(small: Dataset) -> None:
    found = import_table(as_csv(row(property="nativeName", value="佐藤 春@ja-hani")), small)

    assert '"佐藤 春"@ja-Hani' in found.turtle()
    assert found.turtle().startswith("@prefix zr: ")
