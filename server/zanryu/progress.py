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


@contextmanager
def waiting() -> Iterator[Callable[[str], None]]:
    """Show on stderr what is waited for, and for how long by now; yields the callback that names it."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def tell(text: str) -> None:
            bar.reset(task, description=text)

        yield tell
