"""``zanryu import --server``: a table read against what a server holds, and written there as one change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import typer

from zanryu.commands.telling import say_findings, say_problems
from zanryu.graph.asserted import asserted
from zanryu.graph.namespaces import GRAPHS
from zanryu.graph.table.updating import update_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.commands.remote import RemoteServer
    from zanryu.graph.table.importing import Imported

_DERIVED = ("accepted", "reifiers")


def send_table(
    read: Callable[[list[ox.Quad]], Imported], remote: RemoteServer, message: str, language: str
) -> None:
    """Write the claims of a table to a server, and say what came of it; ``read`` reads it against quads.

    :raises Refused: if the server does not take them, or its data changed since it was read.
    """
    version = remote.version
    found = read(_held_by(remote))
    say_problems(found.problems, language)
    if not found.is_sound:
        typer.echo("Nothing was written.")
        raise typer.Exit(1)
    if not found.changes:
        typer.echo(f"Nothing to write: {found.unchanged} claims are there as the table says.")
        return
    outcome = remote.update(update_of(found.changes), message, version)
    if outcome.is_blocked:
        say_findings(outcome, language)
        typer.echo("Nothing was written.")
        raise typer.Exit(1)
    added = sum(change.old is None for change in found.changes)
    counts = f"{added} added, {len(found.changes) - added} changed, {found.unchanged} unchanged"
    typer.echo(f"Claims: {counts}, in version {outcome.number} of {remote.address}")


def _held_by(remote: RemoteServer) -> list[ox.Quad]:
    """Return what the server holds, as the files would say it."""
    quads = [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for name, graph in GRAPHS.items()
        if name not in _DERIVED
        for triple in ox.parse(remote.graph(graph.value), ox.RdfFormat.N_TRIPLES)
    ]
    return asserted(quads)
