"""``zanryu revert``."""

from __future__ import annotations

import getpass
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from zanryu.commands.options import (
    DataOption,
    MessageOption,
    ServerOption,
    StoreOption,
    TokenFileOption,
    settings_of,
)
from zanryu.errors import InputNotFound, InvalidSetting

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.store.gate.changes import Outcome, Wanted


def revert(  # noqa: PLR0913 - as many as the command has options
    number: Annotated[int, typer.Argument(help="The version to undo, as `zanryu history` lists it.")],
    message: MessageOption = "",
    editor: Annotated[
        str | None, typer.Option(help="Name for the history.", show_default="you, as the system knows you")
    ] = None,
    server: ServerOption = None,
    token_file: TokenFileOption = None,
    store: StoreOption = None,
    data: DataOption = None,
) -> None:
    """Undo a version by one more, if none after it changed the same. An undoing can be undone, too.

    The change is validated as every other. While a server runs over the store, send it there with --server.
    Exit code 1: it would break the rules of the data, and nothing was changed.

    Examples: zanryu revert 12 --message "The page was misread" ·
    zanryu revert 12 --server https://zanryu.example.org --token-file token
    """
    from zanryu.commands.telling import say_findings

    if server:
        from zanryu.commands.remote import open_server

        if editor:
            raise InvalidSetting("The history names the holder of the token; leave --editor out.")
        with open_server(server, token_file) as remote:
            outcome = remote.revert(number, message)
    else:
        from zanryu.sparql.editing import read_message
        from zanryu.store.gate.changes import Wanted

        wanted = Wanted(editor or getpass.getuser(), read_message([message]), reverts=number)
        outcome = _write(wanted, settings_of(store), data)
    say_findings(outcome)
    if outcome.is_blocked:
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    typer.echo(f"Version {outcome.number} undoes {number}: {outcome.added} added, {outcome.removed} removed.")


def _write(wanted: Wanted, settings: Settings, data: Path | None) -> Outcome:
    """Make a change in this process.

    :raises InputNotFound: if a server does it.
    """
    from zanryu.app import require_build
    from zanryu.graph.sources import find_dataset
    from zanryu.store.edition import lease_current
    from zanryu.store.gate.lock import sole_server
    from zanryu.store.gate.opening import open_gate
    from zanryu.store.worker import Snapshot

    version = require_build(settings).version
    with ExitStack() as opened:
        try:
            opened.enter_context(sole_server(settings.live))
        except InputNotFound as error:
            raise InputNotFound(
                f"{error.detail} Or send the change to that server: add --server and --token-file."
            ) from None
        lease = lease_current(settings)
        opened.callback(lease.release)
        gate = open_gate(settings.live, Snapshot(lease.folder / "store", version), find_dataset(data))
        opened.callback(gate.close)
        return gate.write(wanted)
