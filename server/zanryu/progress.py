"""The progress of a command that takes a while, for the person who waits at a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def steps(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar on stderr; yields the callback that each step calls as it begins."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    # In a log the bar would be noise: even a transient one leaves an empty line before an error.
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total)

        def begin(step: str) -> None:
            bar.update(task, description=f"{title}: {step}", advance=1)

        yield begin
