"""Tables in Markdown, written into README.md between two markers."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measuring import Measured
from benchmarks.servers import OURS, OXIGRAPH, RDFLIB

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

README: Final = Path(__file__).with_name("README.md")
_BEGIN, _END = "<!-- results: begin -->", "<!-- results: end -->"
_SERVERS = (OURS, OXIGRAPH, RDFLIB)


@dataclass(frozen=True, slots=True)
class Row:
    """One workload at one scale."""

    name: str
    goals: dict[str, float]
    measured: dict[str, Measured]


@dataclass(frozen=True, slots=True)
class Result:
    """Everything measured at one scale; memory in MiB by server, at rest and at its peak."""

    officers: int
    triples: int
    date: str
    machine: str
    generated_seconds: float
    loaded_seconds: float
    start_seconds: dict[str, float]
    memory: dict[str, tuple[float, float]]
    rows: list[Row]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def from_json(document: dict[str, Any]) -> Result:
    """Read what :meth:`Result.as_json` wrote."""
    rows = [
        Row(row["name"], row["goals"], {name: Measured(**found) for name, found in row["measured"].items()})
        for row in document.pop("rows")
    ]
    memory = {name: (rest, peak) for name, (rest, peak) in document.pop("memory").items()}
    return Result(**document, memory=memory, rows=rows)


def today() -> str:
    """Return the date, in UTC."""
    return datetime.now(UTC).date().isoformat()


def machine() -> str:
    """Return cores and memory, and nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory"


def as_markdown(results: Sequence[Result], shipped: dict[str, float]) -> str:
    """Return all tables."""
    parts = [_one_scale(result) for result in results]
    if len(results) > 1:
        parts.append(_growth(results))
    if shipped:
        rest, peak, start = shipped["rest"], shipped["peak"], shipped["start"]
        parts.append(
            f"### The shipped data\n\nStart to first answer {start:.2f} s (aimed at: 2 s). Memory of all "
            f"processes after all competency questions {rest:.0f} MiB (aimed at: 300); peaks added up "
            f"{peak:.0f} MiB."
        )
    return "\n\n".join(parts)


def _one_scale(result: Result) -> str:
    head = [
        "workload",
        *(f"{name} req/s (p50, p99 ms)" for name in _SERVERS),
        f"to {OXIGRAPH}",
        f"to {RDFLIB}",
    ]
    lines = [_line(row) for row in result.rows]
    sizes = [
        [name, f"{result.start_seconds[name]:.2f}", *(f"{mib:.0f}" for mib in result.memory[name])]
        for name in _SERVERS
        if name in result.memory
    ]
    return "\n\n".join(
        [
            f"### {result.officers:,} officers, {result.triples:,} triples",
            f"{result.date}, {result.machine}. Generated in {result.generated_seconds:.0f} s, loaded in "
            f"{result.loaded_seconds:.0f} s.",
            _table(head, lines),
            _table(
                ["server", "start to first answer, s", "memory at the end, MiB", "sum of peaks, MiB"], sizes
            ),
        ]
    )


def _line(row: Row) -> list[str]:
    own = row.measured[OURS]
    cells = [_figures(row.measured.get(name)) for name in _SERVERS]
    ratios = [_ratio(own, row.measured.get(name), row.goals.get(name)) for name in (OXIGRAPH, RDFLIB)]
    return [row.name, *cells, *ratios]


def _figures(measured: Measured | None) -> str:
    if measured is None:
        return "–"
    if measured.refusal:
        return f"none: {_cell(measured.refusal)}"
    tail = "–" if measured.p99 is None else _milliseconds(measured.p99)
    text = f"{_rate(measured.rate)} ({_milliseconds(measured.p50)}, {tail})"
    failed = "; ".join(f"{count} × {_cell(reason)}" for reason, count in measured.failures.items())
    return f"{text} **{failed}**" if failed else text


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "/")[:60]


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}" if seconds >= 0.1 else f"{seconds * 1000:.3g}"


def _ratio(own: Measured, other: Measured | None, goal: float | None) -> str:
    ratio = own.ratio(other) if other else None
    if ratio is None:
        return "–"
    said = f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
    if goal is None:
        return said
    return f"**{said}** (≥ {goal:g}: {'met' if ratio >= goal else 'missed'})"


def _growth(results: Sequence[Result]) -> str:
    """Return how latency and ratio change with the data."""
    head = ["workload", *(f"{r.officers:,}: p50 ms, to {OXIGRAPH}" for r in results)]
    names = dict.fromkeys(row.name for result in results for row in result.rows)
    lines = []
    for name in names:
        cells = []
        for result in results:
            row = next((row for row in result.rows if row.name == name), None)
            cells.append(_grown(row) if row else "–")
        lines.append([name, *cells])
    return "### Growth with the data\n\n" + _table(head, lines)


def _grown(row: Row) -> str:
    own = row.measured[OURS]
    if own.refusal:
        return "none"
    ratio = own.ratio(row.measured[OXIGRAPH]) if OXIGRAPH in row.measured else None
    return _milliseconds(own.p50) + (f", {ratio:.2f}" if ratio is not None else "")


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def write(text: str, readme: Path = README) -> None:
    """Put ``text`` between the markers of the README."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise SystemExit(f"{readme.name} has no {_BEGIN} … {_END}")
    readme.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}", encoding="utf-8")
