"""``zanryu import --server``: a table read against what a server holds, and written there as one change."""

from __future__ import annotations

import difflib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import typer

from zanryu.commands.remote import open_server, open_to_read
from zanryu.commands.telling import counts_of, say_findings, say_nothing_written, say_problems
from zanryu.errors import BodyTooLarge, PreconditionFailed
from zanryu.graph.asserted import asserted
from zanryu.graph.namespaces import GRAPHS, compact
from zanryu.graph.table.claims import Change, turtle_of
from zanryu.graph.table.updating import update_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zanryu.commands.remote import RemoteServer
    from zanryu.graph.table.importing import Imported
    from zanryu.store.gate.changes import Outcome
    from zanryu.web.words import Words

_DERIVED = ("accepted", "reifiers")
_READINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """What a table came to at a server; without an ``outcome`` nothing was sent."""

    found: Imported
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class TableImport:
    """A table to be written to a server. ``read`` reads it against quads; ``tell`` is told what goes on.

    ``written`` is what the files say, where the table may come from: which of two claims that contradict each
    other says so, the server does not know.
    """

    read: Callable[[list[ox.Quad]], Imported]
    written: frozenset[ox.Quad]
    message: str
    words: Words
    tell: Callable[[str], None]

    def look(self, remote: RemoteServer) -> Imported:
        """Return what would be written, and write nothing.

        :raises TableRefused: if the file as a whole cannot be read.
        """
        self.tell(self.words.gettext("Reading what %(server)s holds", server=remote.address))
        return self.read(held_by(remote, self.written))

    def send(self, remote: RemoteServer) -> Sent:
        """Write its claims; if the data changes meanwhile, read and check it again, some times.

        :raises TableRefused: if the file as a whole cannot be read.
        :raises Refused: if the server does not take them, or is too busy.
        :raises BodyTooLarge: if it is too much for one change.
        :raises PreconditionFailed: if the data changed each time.
        :raises ChangeLost: if it is not known whether they were written.
        """
        for _ in range(_READINGS - 1):
            with suppress(PreconditionFailed):
                return self._send(remote)
        return self._send(remote)

    def _send(self, remote: RemoteServer) -> Sent:
        gettext, server = self.words.gettext, remote.address
        self.tell(gettext("Reading what %(server)s holds", server=server))
        version = remote.version
        held = held_by(remote, self.written)
        self.tell(gettext("Checking the table"))
        found = self.read(held)
        if not found.is_sound or not found.changes:
            return Sent(found)
        self.tell(gettext("Sent; %(server)s checks and writes it", server=server))
        try:
            return Sent(found, remote.update(update_of(found.changes), self.message, version))
        except BodyTooLarge as error:
            advice = gettext(
                "Divide the table into several files and import one after the other. Rows with the same "
                "word in “claim” stay together, and so do claims that refer to one another."
            )
            raise BodyTooLarge(f"{error.detail} {advice}") from None


def import_to_server(table: TableImport, address: str, token_file: Path | None, timeout: float) -> None:
    """Write a table to the server at an address, and say what came of it.

    :raises Exit: with 1 if nothing was written because of a violation.
    """
    words = table.words
    with open_server(address, token_file, words.language, timeout, table.tell) as remote:
        sent = table.send(remote)
    found = sent.found
    say_problems(found.problems, words.language)
    if not found.is_sound:
        say_nothing_written(words)
    if sent.outcome is None or (sent.outcome.number is None and not sent.outcome.is_blocked):
        typer.echo(
            words.ngettext(
                "Nothing to write: %(num)s claim is there as the table says.",
                "Nothing to write: %(num)s claims are there as the table says.",
                found.unchanged,
            )
        )
        return
    if sent.outcome.is_blocked:
        say_findings(sent.outcome, words.language)
        say_nothing_written(words)
    typer.echo(
        words.gettext(
            "Claims: %(counts)s, in version %(number)s of %(server)s",
            counts=counts_of(found, words),
            number=sent.outcome.number,
            server=remote.address,
        )
    )


def look_at_server(table: TableImport, address: str) -> None:
    """Say what a table would change at the server at an address, claim by claim.

    :raises Exit: with 1 if nothing would be written because of a violation.
    """
    words = table.words
    with open_to_read(address, words.language, table.tell) as remote:
        found = table.look(remote)
    say_problems(found.problems, words.language)
    if not found.is_sound:
        say_nothing_written(words)
    for change in found.changes:
        old, new = (
            turtle_of([Change(claim)]).splitlines(keepends=True) if claim else []
            for claim in (change.old, change.new)
        )
        name = compact(change.new.name.value)
        typer.echo("".join(difflib.unified_diff(old, new, name, name, n=1)), nl=False)
    typer.echo(words.gettext("Would write: %(counts)s", counts=counts_of(found, words)))


def held_by(remote: RemoteServer, written: frozenset[ox.Quad] = frozenset()) -> list[ox.Quad]:
    """Return what the server holds, as the files would say it; ``written`` is what they say now."""
    quads = [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for name, graph in GRAPHS.items()
        if name not in _DERIVED
        for triple in ox.parse(remote.graph(graph.value), ox.RdfFormat.N_TRIPLES)
    ]
    return asserted(quads, written)
