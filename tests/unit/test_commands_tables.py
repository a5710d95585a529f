from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest

from claim_tables import as_csv, row
from zanryu.cli import main
from zanryu.graph.sources import read
from zanryu.graph.table.claims import claims_of

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.graph.sources import Dataset


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *arguments: object) -> Outcome: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, as the installed command does."""

    def _run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["zanryu", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        return Outcome(int(ended.value.code or 0), *capfd.readouterr())

    return _run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_bytes(as_csv(row()))
    return path


def _files(dataset: Dataset) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (dataset.data / "claims").iterdir()}


def test_an_import_writes_the_claims_into_the_files_of_the_dataset(
    run: Run, small_dataset: Dataset, table: Path
) -> None:
    done = run("import", table, "--data", small_dataset.root)

    assert (done.code, done.err) == (0, "")
    assert "1 added, 0 changed, 0 unchanged in " in done.out
    assert any(n.value.endswith("sato-haru-advised-2") for n in claims_of(read(small_dataset.files()))[0])
    assert "0 added, 0 changed" not in done.out
    assert run("check", "--data", small_dataset.root).code == 0


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(
    run: Run, small_dataset: Dataset, table: Path
) -> None:
    before = _files(small_dataset)

    done = run("import", table, "--dry-run", "--data", small_dataset.root)

    assert done.code == 0
    assert "+cl:sato-haru-advised-2\n" in done.out
    assert "Would write: 1 added" in done.out
    assert _files(small_dataset) == before


def test_one_mistake_keeps_everything_from_being_written(
    run: Run, small_dataset: Dataset, table: Path
) -> None:
    before = _files(small_dataset)
    table.write_bytes(as_csv(row(), row(property="met", source="", locator="", stance="")))

    done = run("import", table, "--data", small_dataset.root)

    assert done.code == 1
    assert "row 3, column H (source): violation S04: This claim has no source." in done.out
    assert done.out.endswith("Nothing was written.\n")
    assert _files(small_dataset) == before


def test_what_is_exported_is_imported_without_a_change(
    run: Run, small_dataset: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "all.xlsx"

    exported = run(
        "export", "--table", "claims", "--output", path, "--from", small_dataset.root, "--lang", "ja"
    )
    imported = run("import", path, "--data", small_dataset.root)

    assert exported.code == 1
    assert exported.err.startswith("left out https://w3id.org/zanryu/id/claim/sato-haru-taught-1: ")
    assert (imported.code, imported.out) == (0, "Claims: 0 added, 0 changed, 8 unchanged\n")


def test_an_export_without_a_file_is_csv_on_stdout(run: Run, small_dataset: Dataset) -> None:
    done = run("export", "--table", "claims", "--about", "Trần Văn An", "--from", small_dataset.root)

    assert done.code == 0
    assert done.out.startswith("\ufeffsubject,property,value,")
    assert done.out.count("\n") == 2


@pytest.mark.parametrize("name", ["claims.xlsx", "claims.csv"])
def test_a_template_is_a_table_that_imports_nothing(
    run: Run, small_dataset: Dataset, tmp_path: Path, name: str
) -> None:
    written = run("template", tmp_path / name, "--lang", "vi", "--data", small_dataset.root)

    assert (written.code, written.out) == (0, "")
    assert run("import", tmp_path / name, "--data", small_dataset.root).out == (
        "Claims: 0 added, 0 changed, 0 unchanged\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("template", "claims.ods"), "a table is a .csv or an .xlsx file", id="form"),
        pytest.param(("template", "nowhere/claims.csv"), "No such file or directory", id="folder"),
        pytest.param(("import", "nothing.csv"), "nothing.csv: no such file", id="file"),
        pytest.param(("export",), "Say what to export", id="what"),
        pytest.param(
            ("export", "--table", "claims", "--about", "nobody"), "--about: Nothing is called", id="about"
        ),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(
    run: Run, arguments: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    done = run(*arguments)

    assert done.code == 2
    assert message in done.err
    assert done.err.count("\n") == 1


def test_a_template_does_not_overwrite_a_table(run: Run, table: Path) -> None:
    before = table.read_bytes()

    done = run("template", table)

    assert (done.code, table.read_bytes()) == (2, before)
    assert "is there already" in done.err


def test_what_is_no_table_is_refused(run: Run, table: Path) -> None:
    table.write_bytes(b"PK\x03\x04")

    done = run("import", table)

    assert done.code == 2
    assert done.err.startswith("zanryu: The workbook cannot be read")
