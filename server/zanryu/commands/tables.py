"""``zanryu template``, ``zanryu import`` and ``zanryu export``: claims as tables."""

from __future__ import annotations

import sys
from contextlib import suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from zanryu.commands.options import (
    DEFAULT_TIMEOUT_SECONDS,
    DataOption,
    Language,
    LanguageOption,
    MessageOption,
    ServerOption,
    TimeoutOption,
    TokenFileOption,
)
from zanryu.config import read_settings
from zanryu.errors import DataSyntaxError, InputNotFound, InvalidSetting
from zanryu.progress import waiting

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Quad


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
    timeout: TimeoutOption = DEFAULT_TIMEOUT_SECONDS,
    message: MessageOption = "",
    data: DataOption = None,
) -> None:
    """Read a table of claims into Turtle files, as `zanryu template` and `zanryu export` write it.

    Everything is checked as `zanryu check` does, and all mistakes are told, by row and column. With a
    violation nothing is written and the exit code is 1.

    With --server the claims are written there, as one change, and no file is: the table is read and checked
    against what the server holds. A row of a claim that is there takes its place as a whole: look with
    --dry-run first, or begin with a table from the server (zanryu export --table claims --from ADDRESS). A
    server that is busy is asked again, and so is one whose answer was lost: the change is made once.

    Examples: zanryu import claims.xlsx --dry-run · zanryu import claims.csv --output data/claims/new.ttl ·
    zanryu import claims.xlsx --server https://zanryu.example.org --token-file token --message "Kamo's memoir"
    """
    from zanryu.commands.import_to_files import write_files
    from zanryu.commands.telling import refusals_in
    from zanryu.graph.sources import find_dataset
    from zanryu.graph.sources import read as read_files
    from zanryu.graph.table.importing import import_table

    if not path.is_file():
        raise InputNotFound(f"{path}: no such file.")
    dataset = find_dataset(data)
    threshold = read_settings().acceptance_threshold
    read = partial(import_table, path.read_bytes(), dataset, threshold, language)
    with refusals_in(language):
        if not server:
            write_files(read(), dataset, output, language, dry_run=dry_run)
            return
        if output:
            raise InvalidSetting("--server writes to the server alone; leave --output out.")
        from zanryu.commands.import_to_server import TableImport, import_to_server, look_at_server
        from zanryu.web.words import Words

        with waiting() as tell:
            written: frozenset[Quad] = frozenset()
            with suppress(DataSyntaxError):  # a server does not depend on what is being edited here
                written = frozenset(read_files(dataset.files()))
            table = TableImport(read, written, message or f"Imported {path.name}", Words(language), tell)
            if dry_run:
                look_at_server(table, server)
            else:
                import_to_server(table, server, token_file, timeout)


def export(  # noqa: PLR0913 - as many as the command has options
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
        str | None,
        typer.Option(
            "--from",
            help="What to read: another dataset, or the address of a server, for a table; another store for "
            "--data.",
        ),
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="With --data, also over what was edited since the build."),
    ] = False,
) -> None:
    """Write the claims of the data as a table, or the store back into the hand-edited files.

    `zanryu import` reads a table back exactly. A claim that a table cannot hold is named on stderr and left
    out, and the exit code is 1.

    With --data, each subject stays in its file, and a file whose content did not change keeps its bytes. What
    was edited in the files since the build stays, unless --overwrite or --from is given.

    Examples: zanryu export --table claims --output claims.xlsx ·
    zanryu export --table claims --about p:igawa-sei · zanryu export --data . ·
    zanryu export --table claims --from https://zanryu.example.org --output live.xlsx
    """
    if data is not None:
        if table or output or about:
            raise InvalidSetting(
                "--data writes the files of everything; leave --table, --output and --about out."
            )
        from zanryu.commands.export_to_files import export_files

        export_files(data, Path(source) if source else None, overwrite=overwrite)
        return
    from zanryu.commands.telling import refusals_in
    from zanryu.graph.table.exporting import export_claims
    from zanryu.graph.table.template import table_bytes
    from zanryu.web.words import Words

    if table is None:
        raise InvalidSetting("Say what to export: --table claims, or --data DIR.")
    form = _form(output) if output else "csv"
    quads = _quads_of(source, language)
    with refusals_in(language):
        found = export_claims(quads, language, _named(about, quads, language) if about else None)
    written = table_bytes(form, found.rows, quads, language)
    if output:
        _write(output, written)
    else:
        sys.stdout.buffer.write(written)
    words = Words(language)
    for name, reason in found.refused.items():
        told = words.gettext(
            "left out %(claim)s: %(reason)s", claim=name.value, reason=reason.within(words.gettext)
        )
        typer.echo(told, err=True)
    if found.refused:
        raise typer.Exit(1)


def _quads_of(source: str | None, language: str) -> list[Quad]:
    """Return what the files of a dataset say, or what the server at an address holds."""
    from zanryu.graph.sources import find_dataset, read

    if not source or urlsplit(source).scheme not in ("http", "https"):
        return read(find_dataset(Path(source) if source else None).files())
    from zanryu.commands.import_to_server import held_by
    from zanryu.commands.remote import open_to_read

    with waiting() as tell, open_to_read(source, language, tell) as remote:
        return held_by(remote)


def _form(path: Path) -> str:
    form = path.suffix.removeprefix(".").lower()
    if form not in ("csv", "xlsx"):
        raise InvalidSetting(f"{path}: a table is a .csv or an .xlsx file.")
    return form


def _named(text: str, quads: list[Quad], language: str) -> NamedNode:
    from zanryu.graph.table.cells import CellError, Place, problem_of
    from zanryu.graph.table.names import Names
    from zanryu.web.words import Words

    try:
        return Names(quads).find(text)
    except CellError as error:
        told = problem_of(Place(0), error).message_within(Words(language).gettext)
        raise InvalidSetting(f"--about: {told}") from None


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputNotFound(f"{path}: {error.strerror or error}.") from None
