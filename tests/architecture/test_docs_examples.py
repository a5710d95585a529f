"""What the documentation shows is what happens: the claim, the answer and the findings on its pages."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from zanryu.graph.checking import check
from zanryu.graph.namespaces import compact
from zanryu.graph.reporting import as_text
from zanryu.graph.sources import Dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from zanryu.config import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
README = REPOSITORY / "README.md"
GUIDE = REPOSITORY / "docs" / "editing.md"

_BLOCK = re.compile(r"\s*^```[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def block_after(page: Path, marker: str) -> str:
    """Return the code block right after the comment ``<!-- marker -->``."""
    _, comment, rest = page.read_text(encoding="utf-8").partition(f"<!-- {marker} -->")
    assert comment, f"{page.name} has no comment <!-- {marker} -->"
    block = _BLOCK.match(rest)
    assert block, f"{page.name} has no code block after <!-- {marker} -->"
    return block["body"]


def test_the_claim_in_the_readme_stands_in_the_data() -> None:
    claim = block_after(README, "claim")
    files = (REPOSITORY / "data" / "claims").glob("*.ttl")
    assert any(claim in file.read_text(encoding="utf-8") for file in files), (
        "the claim has changed in data/claims"
    )


def test_the_answer_in_the_readme_is_the_answer_of_the_store(built: Settings) -> None:
    found = re.search(r"zanryu query (\S+\.rq)", block_after(README, "query"))
    assert found, "README.md shows no question"
    question = (REPOSITORY / found[1]).read_text(encoding="utf-8")
    solutions = ox.Store.read_only(str(built.store.resolve())).query(
        question, use_default_graph_as_union=True
    )
    assert isinstance(solutions, ox.QuerySolutions)
    answer = [
        {v.value: _short(row[v]) for v in solutions.variables if row[v] is not None} for row in solutions
    ]
    shown = list(_rows(block_after(README, "answer")))
    assert shown, "README.md shows no rows"
    for row in shown:
        assert any(_abbreviates(row, full) for full in answer), f"not in the answer: {row}"


def _short(term: object) -> str:
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(getattr(term, "value", term))


def _rows(table: str) -> Iterator[dict[str, str]]:
    """Yield each row by the names in the head; a line with … alone stands for rows left out."""
    head, _, *lines = table.splitlines()
    names = [name.strip() for name in head.split("│")]
    for line in lines:
        if line.strip() != "…":
            yield dict(zip(names, (cell.strip() for cell in line.split("│")), strict=True))


def _abbreviates(row: dict[str, str], full: dict[str, str]) -> bool:
    return all(
        full.get(name, "").startswith(cell[:-1]) if cell.endswith("…") else full.get(name) == cell
        for name, cell in row.items()
    )


def test_the_findings_in_the_guide_are_what_check_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("ontology", "data", "shapes"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    claims = tmp_path / "data" / "claims" / "igawa-sei.ttl"
    right, wrong = block_after(GUIDE, "right"), block_after(GUIDE, "wrong")
    before = claims.read_text(encoding="utf-8")
    assert right in before, "the claim shown in docs/editing.md has changed in data/claims"
    claims.write_text(before.replace(right, wrong), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = as_text(check(Dataset(tmp_path), [claims])) + "\n"
    assert _without_lines(said) == _without_lines(block_after(GUIDE, "findings"))


def _without_lines(findings: str) -> str:
    """Blank out the line numbers, which move whenever a claim is added above."""
    return re.sub(r"\.ttl:\d+", ".ttl:…", findings)
