"""``zanryu export --data``: what the store holds, brought back into the hand-edited files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from zanryu.config import read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings


def export_files(folder: Path, source: Path | None, *, overwrite: bool) -> None:
    """Write what a store holds into the files of a folder, and say which changed.

    What was edited in the files since the build stays, but not with ``overwrite``, nor if ``source`` is to be
    had in place of the newest data.

    :raises Refused: for a thing that was edited in its file and changed in the store.
    """
    from zanryu.graph.layout import Since, export_layout
    from zanryu.store.edition import leased_build
    from zanryu.store.snapshots import newest_data

    settings = read_settings()
    held = source or newest_data(settings)
    if source or overwrite:
        changed = export_layout(held, folder)
    else:
        build = leased_build(settings, held.name.rpartition("-")[0] if held != settings.store else "")
        try:
            changed = export_layout(held, folder, Since(build.folder / "store", _touched(settings)))
        finally:
            build.release()
    for path in changed:
        typer.echo(f"{'wrote' if path.exists() else 'removed'} {path}")
    if not changed:
        typer.echo(f"{folder} has all that the store holds; nothing was written.")


def _touched(settings: Settings) -> set[str]:
    """Return what was changed since the last build that the history went on from."""
    from zanryu.store.gate.rebase import last_build
    from zanryu.store.history.journal import Journal
    from zanryu.store.history.touched import touched

    if not settings.history.is_dir():
        return set()
    journal = Journal(settings.history)
    headings = journal.since(last_build(journal))
    return {thing for heading in headings for thing in touched(journal.read_file(heading.number))}
