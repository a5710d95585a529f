"""What the page about spreadsheets shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from claim_tables import as_csv, row
from zanryu.graph.table import cells
from zanryu.graph.table.columns import COLUMNS
from zanryu.graph.table.importing import import_table

if TYPE_CHECKING:
    from zanryu.graph.sources import Dataset

PAGE = Path(__file__).resolve().parents[2] / "docs" / "spreadsheets.md"


def test_the_problems_on_the_page_are_those_of_such_a_table(dataset: Dataset) -> None:
    sound = row(
        subject="井川省",
        value="Nguyễn Sơn",
        property="met",
        when="1940",
        source="w:answer",
        locator="bullet 4",
    )
    rows = (
        {**sound, "when": "1945-13"},
        {**sound, "subject": "Igawa"},
        {**sound, "source": "", "locator": "", "stance": ""},
    )

    found = import_table(as_csv(*rows), dataset)

    shown = PAGE.read_text(encoding="utf-8").partition("<!-- problems -->\n```\n")[2].partition("```")[0]
    assert "".join(f"{problem}\n" for problem in found.problems) + "Nothing was written.\n" == shown


def test_the_page_names_every_column() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## The columns")[2].partition("**Names.**")[0]

    assert set(re.findall(r"`([a-z ]+)`", table)) == {column.heading for column in COLUMNS}


def test_the_page_names_the_limits() -> None:
    text = PAGE.read_text(encoding="utf-8")

    size, unpacked = (limit // 2**20 for limit in (cells.MAX_BYTES, cells.MAX_UNPACKED_BYTES))
    assert f"{cells.MAX_ROWS:,} rows, {size} MiB, and {unpacked} MiB unpacked" in text
