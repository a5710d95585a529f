"""``zanryu template``, ``zanryu import`` and ``zanryu export``: claims as tables."""

from __future__ import annotations

import difflib
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path  # noqa: TC003 - typer reads the types of parameters
from typing import TYPE_CHECKING, Annotated

import typer

from zanryu.commands.options import (
    DataOption,
    Language,
    LanguageOption,
    MessageOption,
    ServerOption,
    TokenFileOption,
)
from zanryu.config import read_settings
from zanryu.errors import InputNotFound, InvalidSetting

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Quad

    from zanryu.graph.table.importing import Imported
    from zanryu.graph.table.placing import FileChange


class Table(StrEnum):
    """What can be had as a table."""

    claims = "claims"


def template(
    path: Annotated[Path, typer.Argument(metavar="FILE.xlsx|FILE.csv", help="The file to write.")],
    language: LanguageOption = Language.en,
    data: DataOption = None,
) -> None:
    """Write an empty table for claims. As .xlsx it has drop-downs and a page of help.

    Example: zanryu template claims.xlsx --lang ja
    """
    from zanryu.graph.sources import find_dataset, read
    from zanryu.graph.table.template import table_bytes

    form = _form(path)
    if path.exists():
        raise InvalidSetting(f"{path} is there already; give another name.")
    _write(path, table_bytes(form, [], read(find_dataset(data).files()), language))


def import_claims(  # noqa: PLR0913 - as many as the command has options
    path: Annotated[Path, typer.Argument(metavar="FILE.xlsx|FILE.csv", help="A table of claims.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; show what would be written.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="A .ttl file, or a folder, in place of the files of the claims' subjects."),
    ] = None,
    language: LanguageOption = Language.en,
    server: ServerOption = None,
    token_file: TokenFileOption = None,
    message: MessageOption = "",
    data: DataOption = None,
) -> None:
    """Read a table of claims into Turtle files, as `zanryu template` and `zanryu export` write it.

    Everything is checked as `zanryu check` does, and all mistakes are told, by row and column. With a
    violation nothing is written and the exit code is 1.

    With --server the claims are written there, as one change, and no file is: the table is read and checked
    against what the server holds.

    Examples: zanryu import claims.xlsx --dry-run · zanryu import claims.csv --output data/claims/new.ttl ·
    zanryu import claims.xlsx --server https://zanryu.example.org --token-file token --message "Kamo's memoir"
    """
    from zanryu.commands.telling import say_problems
    from zanryu.graph.reporting import relative_path
    from zanryu.graph.sources import find_dataset
    from zanryu.graph.table.importing import import_table
    from zanryu.graph.table.placing import place_changes

    if not path.is_file():
        raise InputNotFound(f"{path}: no such file.")
    dataset = find_dataset(data)
    threshold = read_settings().acceptance_threshold
    if server:
        from zanryu.commands.import_to_server import send_table
        from zanryu.commands.remote import open_server

        if output or dry_run:
            raise InvalidSetting("--server writes to the server alone; leave --output and --dry-run out.")
        read = partial(import_table, path.read_bytes(), dataset, threshold, language)
        with open_server(server, token_file) as remote:
            send_table(read, remote, message or f"Imported {path.name}", language)
        return
    found = import_table(path.read_bytes(), dataset, threshold, language)
    say_problems(found.problems, language)
    if found.is_sound:
        files = place_changes(found.changes, dataset, output)
        for file in files:
            (_show if dry_run else _put)(file)
        typer.echo(_summary(found, [relative_path(file.path) for file in files], dry_run))
    else:
        typer.echo("Nothing was written.")
        raise typer.Exit(1)


def export(
    table: Annotated[Table | None, typer.Option(help="Write the claims as a table.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="A .csv or .xlsx file.", show_default="CSV on stdout")
    ] = None,
    about: Annotated[
        str | None, typer.Option(help="Only claims about this thing: an IRI, a prefixed name, or its name.")
    ] = None,
    language: LanguageOption = Language.en,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write what the store holds into the files of DIR.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="What to read: another dataset for a table, another store for --data."),
    ] = None,
) -> None:
    """Write the claims of the data as a table, or the store back into the hand-edited files.

    `zanryu import` reads a table back exactly. A claim that a table cannot hold is named on stderr and left
    out, and the exit code is 1.

    With --data, each subject stays in its file, and a file whose content did not change keeps its bytes.

    Examples: zanryu export --table claims --output claims.xlsx ·
    zanryu export --table claims --about p:igawa-sei · zanryu export --data .
    """
    if data is not None:
        if table or output or about:
            raise InvalidSetting(
                "--data writes the files of everything; leave --table, --output and --about out."
            )
        _export_files(source, data)
        return
    from zanryu.graph.sources import find_dataset, read
    from zanryu.graph.table.exporting import export_claims
    from zanryu.graph.table.template import table_bytes
    from zanryu.web.words import Words

    if table is None:
        raise InvalidSetting("Say what to export: --table claims, or --data DIR.")
    form = _form(output) if output else "csv"
    quads = read(find_dataset(source).files())
    found = export_claims(quads, language, _named(about, quads) if about else None)
    written = table_bytes(form, found.rows, quads, language)
    if output:
        _write(output, written)
    else:
        sys.stdout.buffer.write(written)
    words = Words(language)
    for name, reason in found.refused.items():
        typer.echo(f"left out {name.value}: {reason.within(words.gettext)}", err=True)
    if found.refused:
        raise typer.Exit(1)


def _export_files(source: Path | None, folder: Path) -> None:
    from zanryu.graph.layout import export_layout
    from zanryu.store.snapshots import newest_data

    changed = export_layout(source or newest_data(read_settings()), folder)
    for path in changed:
        typer.echo(f"{'wrote' if path.exists() else 'removed'} {path}")
    if not changed:
        typer.echo(f"{folder} holds what the store holds; nothing was written.")


def _form(path: Path) -> str:
    form = path.suffix.removeprefix(".").lower()
    if form not in ("csv", "xlsx"):
        raise InvalidSetting(f"{path}: a table is a .csv or an .xlsx file.")
    return form


def _named(text: str, quads: list[Quad]) -> NamedNode:
    from zanryu.graph.table.cells import CellError
    from zanryu.graph.table.names import Names

    try:
        return Names(quads).find(text)
    except CellError as error:
        raise InvalidSetting(f"--about: {error}") from None


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputNotFound(f"{path}: {error.strerror or error}.") from None


def _put(file: FileChange) -> None:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_text(file.new, encoding="utf-8")


def _show(file: FileChange) -> None:
    from zanryu.graph.reporting import relative_path

    old, new = (text.splitlines(keepends=True) for text in (file.old, file.new))
    name = relative_path(file.path)
    typer.echo("".join(difflib.unified_diff(old, new, name, name)), nl=False)


def _summary(found: Imported, files: list[str], dry_run: bool) -> str:
    added = sum(change.old is None for change in found.changes)
    counts = f"{added} added, {len(found.changes) - added} changed, {found.unchanged} unchanged"
    where = f" in {', '.join(files)}" if files else ""
    return f"{'Would write' if dry_run and files else 'Claims'}: {counts}{where}"
