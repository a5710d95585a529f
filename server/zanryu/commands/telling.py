"""What came of a change, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from zanryu.graph.namespaces import compact
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.graph.table.cells import Problem
    from zanryu.store.gate.changes import Outcome


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
