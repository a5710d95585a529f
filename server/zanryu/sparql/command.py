"""``zanryu query``: a question asked of the newest data from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zanryu.errors import InputNotFound
from zanryu.graph.namespaces import compact
from zanryu.sparql.evaluation import evaluate, prepare
from zanryu.sparql.results import serialise
from zanryu.store.backend import RESULTS_JSON, UNION, Solutions, Term, read_solutions
from zanryu.store.build import current_build
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.newest import newest

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.sparql.evaluation import Prepared

TABLE = "table"


def read_query(source: str) -> str:
    """Return the text of a query: of a file, or of standard input for ``-``.

    :raises InputNotFound: if the file cannot be read.
    """
    if source == "-":
        return sys.stdin.read().removeprefix("\ufeff")
    try:
        return Path(source).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputNotFound(f"{source}: {getattr(error, 'strerror', None) or error}.") from None


def print_answer(settings: Settings, text: str, form: str) -> None:
    """Evaluate a query over the newest data of the store and print the answer.

    ``form`` is ``table`` (a graph is then printed as Turtle) or a format name such as ``csv`` or ``ttl``.

    :raises InputNotFound: if nothing is built.
    :raises MalformedQuery: with the line and column.
    :raises NotAcceptable: if the answer has no such form.
    """
    with newest(settings) as snapshot:
        _tell_of_build(settings, snapshot.version)
        backend = EmbeddedStore(snapshot.folder, snapshot.version, serialise)
        if form != TABLE:
            prepared = prepare(text, UNION, None, form)
            _write(evaluate(backend, prepared, settings.query_timeout_seconds))
            return
        prepared = prepare(text, UNION, f"{RESULTS_JSON}, text/turtle")
        answer = evaluate(backend, prepared, settings.query_timeout_seconds)
    _write(answer) if prepared.gives_graph else _print_table(prepared, answer)


def _tell_of_build(settings: Settings, version: str) -> None:
    """Say that the data is not that of the build in place, where a build waits to be taken up."""
    built = current_build(settings)
    if built and version.rpartition("-")[0] not in ("", built.version):
        sys.stderr.write(
            f"zanryu: this is version {version}; the build {built.version} is not taken up yet "
            "(`zanryu reload`, or start the server)\n"
        )


def _write(answer: bytes) -> None:
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _print_table(prepared: Prepared, answer: bytes) -> None:
    """Print solutions for people: short names, one row a line; the terminal's width decides the columns."""
    from rich.console import Console
    from rich.table import Table

    found = read_solutions(answer)
    console = Console()
    if not isinstance(found, Solutions):
        console.print("yes" if found else "no")
        return
    table = Table(header_style="bold")
    for name in found.variables:
        table.add_column(name, overflow="fold")  # a cut IRI could not be copied
    for row in found.rows:
        table.add_row(*(_short(row.get(name)) for name in found.variables))
    console.print(table)
    console.print(f"{len(found.rows)} row{'' if len(found.rows) == 1 else 's'}")


def _short(term: Term | None) -> str:
    if term is None:
        return ""
    return compact(term.value) if term.kind == "iri" else term.value
