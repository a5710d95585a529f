"""What came of a change, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from zanryu.graph.namespaces import compact

if TYPE_CHECKING:
    from zanryu.store.gate.changes import Outcome


def say_findings(outcome: Outcome, language: str = "en") -> None:
    """Print each finding in one line, as `zanryu check` words it."""
    for finding in outcome.findings:
        messages = finding["message"]
        said = messages.get(language) or messages.get("en") or next(iter(messages.values()), "")
        about = compact(finding["focusNode"])
        typer.echo(f"{finding['severity']} {finding['constraint']}: {about}: {said}")
