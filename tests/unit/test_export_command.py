"""`zanryu export --data`; what it writes is tested in graph/test_layout.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from zanryu.cli import app
from zanryu.errors import InvalidSetting
from zanryu.graph.materialise import materialise
from zanryu.graph.sources import Dataset, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(small_dataset: Dataset, tmp_path: Path) -> Path:
    saved = ox.Store(tmp_path / "store")
    saved.extend(materialise(read(small_dataset.files())).plain)
    saved.flush()
    return tmp_path / "store"


def test_export_names_the_files_that_it_writes_and_says_when_there_are_none(
    small_dataset: Dataset, store: Path
) -> None:
    links = small_dataset.data / "links.ttl"
    links.unlink()
    arguments = ["export", "--data", str(small_dataset.root), "--from", str(store)]

    first, second = (CliRunner().invoke(app, arguments, catch_exceptions=False) for _ in range(2))

    assert first.stdout == f"wrote {links}\n"
    assert "nothing was written" in second.stdout


def test_a_table_and_files_cannot_be_had_at_once(tmp_path: Path) -> None:
    arguments = ["export", "--data", str(tmp_path), "--table", "claims"]

    with pytest.raises(InvalidSetting, match="leave --table"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
