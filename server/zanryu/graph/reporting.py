"""The findings of a check as text, JSON, Turtle (a SHACL report) and SARIF 2.1.0."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zanryu.graph.namespaces import compact
from zanryu.graph.validation import report_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.graph.checking import Located

FORMATS = ("text", "json", "turtle", "sarif")
_SARIF_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


def as_text(located: Sequence[Located], language: str = "en") -> str:
    """Return the findings for people: by person or thing, then by claim with its file and line."""
    lines: list[str] = []
    for about, group in groupby(located, key=lambda found: found.about):
        lines.append(about)
        for (claim, place), found in groupby(group, key=lambda f: (f.claim, _place(f))):
            lines.append(f"  {compact(claim)}  {place}".rstrip())
            lines.extend(
                f"    {f.finding.level} {f.finding.constraint_id}: {_words(f, language)}" for f in found
            )
        lines.append("")
    return "\n".join([*lines, _summary(located)])


def _words(found: Located, language: str) -> str:
    finding = found.finding
    where = f" ({compact(str(finding.path))})" if finding.path else ""
    return finding.message(language) + where


def _place(found: Located) -> str:
    return f"{relative_path(found.path)}:{found.line}" if found.path else ""


def relative_path(path: Path) -> str:
    """Return the path as one would type it here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _summary(located: Sequence[Located]) -> str:
    counts = [(level, sum(f.finding.level == level for f in located)) for level in _SARIF_LEVELS]
    return ", ".join(
        f"{count} {level}{'' if count == 1 or level == 'info' else 's'}" for level, count in counts
    )


def as_json(located: Sequence[Located]) -> str:
    """Return the findings as a JSON array, one object each."""
    return json.dumps([_record(found) for found in located], ensure_ascii=False, indent=2)


def _record(found: Located) -> dict[str, Any]:
    finding = found.finding
    return {
        "constraint": finding.constraint_id,
        "severity": finding.level,
        "message": {m.language or "und": str(m) for m in finding.messages},
        "about": found.about,
        "node": found.claim,
        "focusNode": str(finding.focus),
        "path": None if finding.path is None else str(finding.path),
        "value": None if finding.value is None else str(finding.value),
        "file": None if found.path is None else relative_path(found.path),
        "line": found.line,
    }


def as_turtle(located: Sequence[Located]) -> str:
    """Return the SHACL validation report in Turtle."""
    return report_graph(found.finding for found in located).serialize(format="turtle")


def as_sarif(located: Sequence[Located]) -> str:
    """Return a SARIF log, which code hosts show beside the changed lines."""
    rules = sorted({f.finding.constraint_id for f in located})
    run = {
        "tool": {"driver": {"name": "zanryu check", "rules": [{"id": rule} for rule in rules]}},
        "results": [_sarif_result(found) for found in located],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _sarif_result(found: Located) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": found.finding.constraint_id,
        "level": _SARIF_LEVELS[found.finding.level],
        "message": {"text": f"{found.about}: {_words(found, 'en')}"},
    }
    if found.path:
        place = {"artifactLocation": {"uri": Path(relative_path(found.path)).as_posix()}}
        result["locations"] = [{"physicalLocation": {**place, "region": {"startLine": found.line}}}]
    return result
