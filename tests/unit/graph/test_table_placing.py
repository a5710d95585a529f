from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claim_tables import as_csv, row
from zanryu.errors import DataSyntaxError
from zanryu.graph.namespaces import term
from zanryu.graph.sources import read
from zanryu.graph.table.claims import claims_of
from zanryu.graph.table.importing import import_table
from zanryu.graph.table.placing import FileChange, place_changes
from zanryu.graph.turtle import format_turtle

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.graph.sources import Dataset

_HOME = "data/claims/sato-haru.ttl"


def _place(dataset: Dataset, *rows: dict[str, object], output: Path | None = None) -> list[FileChange]:
    found = import_table(as_csv(*rows), dataset)
    assert found.is_sound, found.problems
    return place_changes(found.changes, dataset, output)


def _write(changes: list[FileChange]) -> None:
    for change in changes:
        change.path.parent.mkdir(parents=True, exist_ok=True)
        change.path.write_text(change.new, encoding="utf-8")


def test_a_new_claim_goes_to_the_file_of_its_subject_and_nothing_else_there_changes(
    small_dataset: Dataset,
) -> None:
    (change,) = _place(small_dataset, row())

    assert change.path == small_dataset.root / _HOME
    added = set(change.new.splitlines()) - set(change.old.splitlines())
    removed = set(change.old.splitlines()) - set(change.new.splitlines())
    assert "cl:sato-haru-advised-2" in added
    assert removed == set()
    assert format_turtle(change.new, "new") == change.new


def test_a_subject_without_claims_gets_a_file_of_its_name(small_dataset: Dataset) -> None:
    (change,) = _place(small_dataset, row(subject="Trần Văn An", value="Satō Haru"))

    assert change.path.name == "tran-van-an.ttl"
    assert change.old == ""
    assert change.new.startswith("# ")


def test_what_was_written_is_what_the_table_says(small_dataset: Dataset) -> None:
    rows = (
        row(claim="a"),
        row(claim="a", source="w:web-page", locator="頁 3"),
        row(claim="cl:sato-haru-name-1"),
    )
    found = import_table(as_csv(*rows), small_dataset)

    _write(place_changes(found.changes, small_dataset))

    after, _ = claims_of(read(small_dataset.files()))
    assert all(after[change.new.name] == change.new for change in found.changes)
    assert len(after[term("cl:sato-haru-name-1")].citations) == 1
    again = import_table(as_csv(*rows[2:]), small_dataset)
    assert (again.changes, again.unchanged) == ([], 1)


def test_a_file_may_be_named_for_everything(small_dataset: Dataset, tmp_path: Path) -> None:
    output = tmp_path / "mine.ttl"

    (change,) = _place(small_dataset, row(), row(subject="Trần Văn An", value="Satō Haru"), output=output)

    assert change.path == output
    assert change.new.count("a zr:Assertion") == 2


def test_a_folder_may_be_named_for_files_of_the_same_names(small_dataset: Dataset, tmp_path: Path) -> None:
    changes = _place(
        small_dataset, row(), row(subject="Trần Văn An", value="Satō Haru"), output=tmp_path / "new"
    )

    names = [change.path.relative_to(tmp_path).as_posix() for change in changes]
    assert names == ["new/sato-haru.ttl", "new/tran-van-an.ttl"]


def test_a_claim_of_the_dataset_is_never_written_into_a_second_file_of_it(small_dataset: Dataset) -> None:
    other = small_dataset.data / "claims" / "other.ttl"

    (change,) = _place(small_dataset, row(claim="cl:sato-haru-advised-1", locator="p. 41"), output=other)

    assert change.path == small_dataset.root / _HOME


def test_a_file_whose_comment_would_be_lost_is_not_written(small_dataset: Dataset) -> None:
    home = small_dataset.root / _HOME
    home.write_text(home.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")

    with pytest.raises(DataSyntaxError, match="a comment here would be lost"):
        _place(small_dataset, row())
