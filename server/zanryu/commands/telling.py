"""What came of a change, on the terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from zanryu.graph.namespaces import compact
from zanryu.graph.table.cells import TableRefused
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.graph.table.cells import Problem
    from zanryu.graph.table.importing import Imported
    from zanryu.store.gate.changes import Outcome


@contextmanager
def refusals_in(language: str) -> Iterator[None]:
    """Have a table that is refused refused in a language."""
    try:
        yield
    except TableRefused as error:
        error.detail = error.reason.within(Words(language).gettext)
        raise


def counts_of(found: Imported, words: Words) -> str:
    """Return how many claims of a table are new, and how many are not."""
    added = sum(change.old is None for change in found.changes)
    return words.gettext(
        "%(added)s added, %(changed)s changed, %(unchanged)s unchanged",
        added=added,
        changed=len(found.changes) - added,
        unchanged=found.unchanged,
    )


def say_nothing_written(words: Words) -> NoReturn:
    """Print that a table is not written, and end with the exit code of findings.

    :raises Exit: always.
    """
    typer.echo(words.gettext("Nothing was written."))
    raise typer.Exit(1)


def say_problems(problems: Iterable[Problem], language: str) -> None:
    """Print each problem of a table in one line, in a language."""
    words = Words(language)
    for problem in problems:
        typer.echo(problem.within(words.gettext))


def say_findings(outcome: Outcome, language: str = "en") -> None:
    """Print each finding in one line, as `zanryu check` words it."""
    for finding in outcome.findings:
        messages = finding["message"]
        said = messages.get(language) or messages.get("en") or next(iter(messages.values()), "")
        about = compact(finding["focusNode"])
        typer.echo(f"{finding['severity']} {finding['constraint']}: {about}: {said}")
