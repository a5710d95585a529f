"""``zanryu import`` without a server: the claims of a table, written into the files of a dataset."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import typer

from zanryu.commands.telling import counts_of, say_nothing_written, say_problems
from zanryu.graph.reporting import relative_path
from zanryu.graph.table.placing import place_changes
from zanryu.web.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.graph.sources import Dataset
    from zanryu.graph.table.importing import Imported
    from zanryu.graph.table.placing import FileChange


def write_files(
    found: Imported, dataset: Dataset, output: Path | None, language: str, *, dry_run: bool
) -> None:
    """Write the claims of a table into files, or show what would be written, and say what came of it.

    :raises Exit: with 1 if nothing is written because of a violation.
    """
    words = Words(language)
    say_problems(found.problems, language)
    if not found.is_sound:
        say_nothing_written(words)
    files = place_changes(found.changes, dataset, output)
    for file in files:
        (_show if dry_run else _put)(file)
    counts = counts_of(found, words)
    names = ", ".join(relative_path(file.path) for file in files)
    if not files:
        typer.echo(words.gettext("Claims: %(counts)s", counts=counts))
    elif dry_run:
        typer.echo(words.gettext("Would write: %(counts)s in %(files)s", counts=counts, files=names))
    else:
        typer.echo(words.gettext("Claims: %(counts)s in %(files)s", counts=counts, files=names))


def _put(file: FileChange) -> None:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_text(file.new, encoding="utf-8")


def _show(file: FileChange) -> None:
    old, new = (text.splitlines(keepends=True) for text in (file.old, file.new))
    name = relative_path(file.path)
    typer.echo("".join(difflib.unified_diff(old, new, name, name)), nl=False)
