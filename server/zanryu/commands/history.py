"""``zanryu history`` and ``zanryu verify``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from zanryu.commands.options import StoreOption, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.store.history.record import Heading

_SHOWN = 20


def history(
    number: Annotated[int | None, typer.Argument(help="A version: its patch is printed.")] = None,
    store: StoreOption = None,
    every: Annotated[
        bool, typer.Option("--all", help=f"All versions, not the newest {_SHOWN} alone.")
    ] = False,
) -> None:
    """List what was changed since the build, newest first; or print one version as RDF Patch.

    Examples: zanryu history · zanryu history 12 > 12.rdfp
    """
    from zanryu.store.history.journal import Journal

    journal = Journal(settings_of(store).history)
    if number is not None:
        sys.stdout.buffer.write(journal.read_file(number))
        sys.stdout.buffer.flush()
    elif not len(journal):
        typer.echo("Nothing was changed since the build.")
    else:
        newest_first = journal.since(0 if every else len(journal) - _SHOWN)[::-1]
        _print_table(newest_first)
        typer.echo(f"{len(newest_first)} of {len(journal)} versions")


def verify(store: StoreOption = None) -> None:
    """Check the history, the dumps and the newest data, quad by quad. Exit code 1: something is wrong.

    Nothing of the history may be missing, cut or altered, and the newest data has to be the build with all
    that was written since. A server may run meanwhile.
    """
    from zanryu.store.verification import problems

    found = problems(settings_of(store))
    for problem in found:
        typer.echo(problem)
    if found:
        raise typer.Exit(1)
    typer.echo("Nothing is wrong.")


def _print_table(headings: Sequence[Heading]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold")
    for name in ("version", "time (UTC)", "editor", "message", "added", "removed"):
        is_count = name in ("added", "removed")
        table.add_column(
            name, overflow="fold", justify="right" if is_count else "left", no_wrap=name.startswith("time")
        )
    for heading in headings:
        first_line = heading.message.strip().partition("\n")[0]
        told = (heading.editor, first_line if heading.kind == "write" else f"{heading.kind}: {first_line}")
        table.add_row(
            str(heading.number),
            f"{heading.time:%Y-%m-%d %H:%M:%S}",
            *(Text(text) for text in told),  # text of strangers: no markup
            str(heading.added),
            str(heading.removed),
        )
    Console().print(table)
