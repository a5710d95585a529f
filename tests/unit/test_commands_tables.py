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
    assert exported.err.startswith("除外: https://w3id.org/zanryu/id/claim/sato-haru-taught-1: ")
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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The text is in UTF-16. Save it as “CSV UTF-8”."),
        ("ja", "テキストが UTF-16 です。「CSV UTF-8」で保存してください。"),
        ("vi", "Văn bản ở dạng UTF-16. Hãy lưu thành “CSV UTF-8”."),
    ],
)
def test_what_is_no_table_is_refused_in_a_language(run: Run, table: Path, language: str, said: str) -> None:
    table.write_bytes("subject".encode("utf-16"))

    done = run("import", table, "--lang", language)

    assert (done.code, done.out, done.err) == (2, "", f"zanryu: {said}\n")


@pytest.mark.parametrize(
    ("language", "nothing", "would", "unchanged"),
    [
        ("en", "Nothing was written.", "Would write: 1 added, 0", "Claims: 0 added, 0 changed, 1 unchanged"),
        (
            "ja",
            "何も書き込まれませんでした。",
            "書き込まれる内容: 追加 1、",
            "主張: 追加 0、変更 0、変更なし 1",
        ),
        ("vi", "Chưa ghi gì cả.", "Sẽ ghi: thêm 1, đổi 0,", "Khẳng định: thêm 0, đổi 0, giữ nguyên 1"),
    ],
)
def test_what_came_of_a_table_is_told_in_a_language(  # noqa: PLR0913 - one table in three states
    run: Run, small_dataset: Dataset, table: Path, language: str, nothing: str, would: str, unchanged: str
) -> None:
    options = ("--data", small_dataset.root, "--lang", language)
    known = ("export", "--table", "claims", "--about", "Trần Văn An", "--from", small_dataset.root)

    shown = run("import", table, "--dry-run", *options)
    table.write_bytes(run(*known).out.encode())
    again = run("import", table, *options)
    table.write_bytes(as_csv(row(subject="Nobody")))
    refused = run("import", table, *options)

    assert would in shown.out
    assert (again.code, again.out) == (0, f"{unchanged}\n")
    assert (refused.code, refused.out.splitlines()[-1]) == (1, nothing)


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "“nobody” という名称のものはありません"), ("vi", "Không có đối tượng nào")]
)
def test_a_name_that_an_export_does_not_find_is_told_in_a_language(
    run: Run, small_dataset: Dataset, language: str, said: str
) -> None:
    about = ("--about", "nobody", "--from", small_dataset.root, "--lang", language)

    done = run("export", "--table", "claims", *about)

    assert done.code == 2
    assert said in done.err
