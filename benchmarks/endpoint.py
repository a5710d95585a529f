"""Our endpoint beside ``oxigraph serve`` and rdflib-endpoint, on the same data in the same run."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import report, stores
from benchmarks.answers import fetch
from benchmarks.claims import Scale
from benchmarks.measuring import Disagreement, Pace, measure
from benchmarks.servers import RUN_OURS, Server, ours, peers, running
from benchmarks.workloads import JSON, LIGHT, workloads
from zanryu.graph.sources import find_dataset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.workloads import Workload

_FIRST_QUESTION = LIGHT % (0, 1_000)
_STARTS = 3
_SHIPPED = "shipped.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every scale that is asked for, print the tables and write them into the README."""
    given = _parser().parse_args(arguments)
    pace = Pace(given.rounds, given.seconds, given.processes, given.patience)
    given.home.mkdir(parents=True, exist_ok=True)
    try:
        for officers in given.officers:
            result = _measure_scale(given, officers, pace)
            _result_file(given, officers).write_text(json.dumps(result.as_json()), encoding="utf-8")
    except Disagreement as disagreement:
        sys.stderr.write(f"{disagreement}\n")
        return 1
    if not given.only:
        (given.home / _SHIPPED).write_text(json.dumps(_measure_shipped()), encoding="utf-8")
    text = _tables(given)
    sys.stdout.write(f"\n{text}\n")
    if not given.only:
        report.write(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.endpoint", description=__doc__)
    parser.add_argument("--officers", type=int, nargs="+", default=[1_000], help="scales, e.g. 1000 30000")
    parser.add_argument("--home", type=Path, default=Path("var/bench"), help="where stores and logs go")
    parser.add_argument("--peers", type=Path, default=Path("var/bench-venv"), help="the peers' environment")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each slice")
    parser.add_argument(
        "--processes", type=int, default=min(2, os.cpu_count() or 1), help="that send requests"
    )
    parser.add_argument("--patience", type=float, default=60.0, help="longest wait for one answer, seconds")
    parser.add_argument("--only", default="", help="only workloads with this in the name; README untouched")
    return parser


def _measure_scale(given: argparse.Namespace, officers: int, pace: Pace) -> report.Result:
    _say(f"{officers:,} officers: generating and loading, unless they are there")
    made = stores.make(given.home / str(officers), officers)
    servers = [ours(made.home), *peers(made.home, given.peers, os.cpu_count() or 1)]
    asked = [w for w in workloads(Scale(officers), made.counts["claims"]) if given.only in w.name]
    with running(servers, _FIRST_QUESTION, _STARTS) as seconds:
        rows = [_measure_row(workload, servers, pace) for workload in asked]
        memory = {server.name: (server.mebibytes, server.peak_mebibytes) for server in servers}
    return report.Result(
        officers=officers,
        triples=made.triples,
        date=report.today(),
        machine=report.machine(),
        generated_seconds=made.generated_seconds,
        loaded_seconds=made.loaded_seconds,
        start_seconds=seconds,
        memory=memory,
        rows=rows,
    )


def _measure_row(workload: Workload, servers: list[Server], pace: Pace) -> report.Row:
    found = measure(workload, servers, pace)
    rates = ", ".join(f"{name} {m.refusal or format(m.rate, ',.1f')}" for name, m in found.items())
    _say(f"  {workload.name}: {rates}")
    return report.Row(workload.name, dict(workload.goals), found)


def _measure_shipped() -> dict[str, float]:
    """Build the repository's own data, ask every competency question, and return seconds and MiB."""
    _say("the shipped data")
    questions = [path.read_text(encoding="utf-8") for path in find_dataset().query_files()]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        subprocess.run([*RUN_OURS, "build", "--store", str(home / "store")], check=True, capture_output=True)
        server = ours(home)
        with running([server], "SELECT * { ?s ?p ?o } LIMIT 1", _STARTS) as seconds:
            for question in questions:
                fetch(server.port, server.target(question), JSON, 60.0)
            server.look_at_memory()
            return {"start": seconds[server.name], "rest": server.mebibytes, "peak": server.peak_mebibytes}


def _tables(given: argparse.Namespace) -> str:
    files = [_result_file(given, scale) for scale in sorted(set(given.officers))]
    results = [report.from_json(json.loads(file.read_text(encoding="utf-8"))) for file in files]
    shipped = {} if given.only else json.loads((given.home / _SHIPPED).read_text(encoding="utf-8"))
    return report.as_markdown(results, shipped)


def _result_file(given: argparse.Namespace, officers: int) -> Path:
    home: Path = given.home
    return home / f"{officers}{'-part' if given.only else ''}.json"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
