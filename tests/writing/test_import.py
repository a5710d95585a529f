"""A spreadsheet is written to a server as one change, read against what the server holds."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from writing.editor import PROLOGUE, Editor, copy_of, editing
from writing.test_revert import run
from zanryu.access.register import Tokens
from zanryu.access.tokens import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

    from zanryu.config import Settings

_HEAD = ["claim", "subject", "property", "value", "certainty", "status", "source", "locator", "stance"]


def _table(*rows: dict[str, str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _HEAD, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(name: str, value: str, **more: str) -> dict[str, str]:
    return {
        "claim": f"cl:{name}",
        "subject": "p:ishii-takuo",
        "property": "zr:describedAs",
        "value": value,
        "certainty": "zv:probable",
        "status": "zv:normal",
        "source": "w:answer",
        "locator": "bullet 2",
        "stance": "zv:supports",
        **more,
    }


@pytest.fixture(scope="module")
def written(few_built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A build of few claims: each import reads all that the server holds."""
    return copy_of(few_built, tmp_path_factory.mktemp("imported") / "home")


@pytest.fixture(scope="module")
def editor(written: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor at a server over it."""
    with editing(written, tmp_path_factory.mktemp("imported-server")) as found:
        yield found


def _import(editor: Editor, folder: Path, *rows: dict[str, str]) -> CompletedProcess[str]:
    (folder / "claims.csv").write_text(_table(*rows), encoding="utf-8")
    (folder / "token").write_text(editor.token, encoding="utf-8")
    server = ("--server", editor.server.origin, "--token-file", "token", "--message", "a table")
    return run("import", "claims.csv", *server, folder=folder)


def test_claims_of_a_table_are_added_then_left_alone_then_changed(editor: Editor, tmp_path: Path) -> None:
    rows = [_row("table-1", "a cook@en"), _row("table-2", "a guard@en")]

    added = _import(editor, tmp_path, *rows)
    again = _import(editor, tmp_path, *rows)
    rows[1] = _row("table-2", "a guard@en", certainty="zv:possible", locator="bullet 3")
    changed = _import(editor, tmp_path, *rows)

    assert (added.returncode, again.returncode, changed.returncode) == (0, 0, 0), added.stdout + added.stderr
    assert added.stdout.startswith("Claims: 2 added, 0 changed, 0 unchanged, in version ")
    assert again.stdout == "Nothing to write: 2 claims are there as the table says.\n"
    assert changed.stdout.startswith("Claims: 0 added, 1 changed, 1 unchanged, in version ")
    assert editor.holds("cl:table-2 zr:certainty zv:possible ; zr:citation ?c . ?c zr:locator 'bullet 3'")
    assert not editor.holds("cl:table-2 zr:citation ?c . ?c zr:locator 'bullet 2'")
    assert not editor.holds("cl:table-2 zr:certainty zv:probable")


def test_a_row_without_a_source_is_told_by_its_row_and_nothing_is_written(
    editor: Editor, tmp_path: Path
) -> None:
    version = editor.version

    ended = _import(
        editor,
        tmp_path,
        _row("row-1", "a porter@en"),
        _row("row-2", "a driver@en", source="", locator="", stance=""),
    )

    assert ended.returncode == 1
    assert "row 3, column G (source): violation S04" in ended.stdout, ended.stdout
    assert ended.stdout.endswith("Nothing was written.\n")
    assert editor.version == version


def test_a_table_is_read_against_what_the_server_holds_and_not_the_files(
    editor: Editor, tmp_path: Path
) -> None:
    editor.made(
        f"{PROLOGUE}INSERT DATA {{ p:table-person a zr:Person ; skos:prefLabel 'Table Person'@en ; "
        "zr:nationality zv:vietnamese }"
    )

    ended = _import(editor, tmp_path, _row("table-person-1", "a cook@en", subject="Table Person"))

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert editor.holds("cl:table-person-1 rdf:subject p:table-person")


def test_a_token_that_is_not_good_is_told_in_the_words_of_the_server(
    editor: Editor, written: Settings, tmp_path: Path
) -> None:
    made = Tokens(written.tokens).create("Importer", Scope.write, "never")
    Tokens(written.tokens).revoke(made.token.id)

    ended = _import(Editor(editor.server, made.secret), tmp_path, _row("refused-1", "a clerk@en"))

    assert (ended.returncode, "not known here" in ended.stderr) == (2, True), ended.stdout + ended.stderr
    assert made.secret not in ended.stderr + ended.stdout
