"""``zanryu backup`` and ``zanryu restore``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the types of parameters
from typing import Annotated

import typer

from zanryu.commands.options import DataOption, StoreOption, settings_of
from zanryu.errors import Refused

_BACKUP = "DIR|FILE.tar.gz"


def backup(
    target: Annotated[Path, typer.Argument(metavar=_BACKUP, help="A folder or file that is not there yet.")],
    store: StoreOption = None,
) -> None:
    """Back everything up: build, history, newest data, tokens. A server may run and take writes meanwhile.

    A folder on the disk of the store is made of hard links, in no time; keep a copy on another disk.

    Examples: zanryu backup /mnt/backups/monday · zanryu backup monday.tar.gz
    """
    from zanryu.store.backup import back_up

    made = back_up(settings_of(store), target)
    typer.echo(f"Backed up: version {made.version}, {made.number} changes, in {target}")


def restore(
    source: Annotated[Path, typer.Argument(metavar=_BACKUP, help="What `zanryu backup` made.")],
    store: StoreOption = None,
    data: DataOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also if the data breaks the shapes of today.")
    ] = False,
) -> None:
    """Put a backup in place, after its checksums, its history, its data and the shapes were checked.

    What was there before is kept beside it. Tokens that are there stay. Exit code 1: the backup is not good,
    and nothing was changed; 2: a server runs.
    """
    from zanryu.front.presence import servers_over
    from zanryu.graph.sources import find_dataset
    from zanryu.store.restore import restore as run

    settings = settings_of(store)
    if running := servers_over(settings.store):
        raise Refused(f"A server runs over {settings.store}, at port {running[0].port}. Stop it first.")
    restored = run(settings, source, find_dataset(data), force=force)
    made = restored.manifest
    typer.echo(f"Restored: version {made.version}, {made.number} changes, as of {made.made}")
    if restored.kept:
        typer.echo(f"What was there before: {restored.kept}")
