"""The servers that are compared: started, asked until they answer, stopped again."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from benchmarks.answers import Refused, fetch
from benchmarks.load import HOST
from benchmarks.memory import session_peaks, session_share
from benchmarks.workloads import JSON
from zanryu.config import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS: Final = "zanryu"
OXIGRAPH: Final = "oxigraph"
RDFLIB: Final = "rdflib-endpoint"
RUN_OURS: Final = [sys.executable, "-c", "from zanryu.cli import main; main()"]
_START_SECONDS = 120.0
_STOP_SECONDS = 15.0
# Limits that protect a public server and would refuse an answer of a million rows; only those that exist.
_LIMITS = {"query_timeout_seconds": "300", "max_result_bytes": str(1 << 30), "max_result_rows": "5000000"}


@dataclass(slots=True)
class Server:
    """A server that can be started again and again. ``path`` is where it takes queries."""

    name: str
    command: list[str]
    path: str
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _first_question: str = ""
    _process: subprocess.Popen[bytes] | None = None
    peak_mebibytes: float = 0.0

    def start(self, first_question: str) -> float:
        """Start and return the seconds until the first question is answered."""
        self.port, self._first_question = _free_port(), first_question
        command = [part.replace("PORT", str(self.port)) for part in self.command]
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        while True:
            try:
                fetch(self.port, self.target(first_question), JSON, _START_SECONDS)
                return time.monotonic() - began
            except Refused as refused:
                self._check_alive(str(refused), time.monotonic() - began)
            time.sleep(0.01)

    def _check_alive(self, said: str, seconds: float) -> None:
        assert self._process is not None
        if self._process.poll() is not None or seconds > _START_SECONDS:
            self.stop()
            raise RuntimeError(f"{self.name} did not start ({said}); see {self.log}")

    def stop(self) -> None:
        """Stop all its processes, gently if they let themselves."""
        if self._process is None:
            return
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            for pid in session_peaks(self._process.pid):
                _signal(pid, signal_number)
        self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End all its processes at once, as ``kill -9`` does."""
        if self._process is None:
            return
        for pid in session_peaks(self._process.pid):
            _signal(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop it, whatever it is doing, and start it again."""
        self.look_at_memory()
        self.stop()
        self.start(self._first_question)

    def target(self, text: str, *, page: bool = False) -> str:
        """Return the path and query string that asks ``text``."""
        return text if page else f"{self.path}?query={quote(text, safe='')}"

    def request(self, text: str, accept: str, *, page: bool = False) -> bytes:
        """Return the bytes of a request."""
        path = self.target(text, page=page)
        return f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nAccept: {accept}\r\n\r\n".encode()

    def look_at_memory(self) -> None:
        """Add up the peaks of the processes that live now, and remember the largest sum.

        What they share counts for each, and the kernel forgets the peaks of processes that ended.
        """
        assert self._process is not None
        peaks = session_peaks(self._process.pid)
        self.peak_mebibytes = max(self.peak_mebibytes, sum(peaks.values()) / 1024)

    @property
    def mebibytes(self) -> float:
        """What all processes occupy now; what they share counts once."""
        assert self._process is not None
        return session_share(self._process.pid) / 1024


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(servers: list[Server], first_question: str, starts: int) -> Iterator[dict[str, float]]:
    """Start each server ``starts`` times, leave it running, and yield the median seconds to an answer."""
    seconds: dict[str, float] = {}
    try:
        for server in servers:
            found = []
            for number in range(starts):
                found.append(server.start(first_question))
                if number < starts - 1:
                    server.stop()
            seconds[server.name] = statistics.median(found)
        yield seconds
    finally:
        for server in servers:
            server.stop()


def ours(home: Path) -> Server:
    """Return our server on the store in ``home``."""
    known = {setting.name for setting in fields(Settings)}
    limits = {PREFIX + name.upper(): value for name, value in _LIMITS.items() if name in known}
    command = [*RUN_OURS, "serve", "--store", str(home / "store"), "--host", HOST, "--port", "PORT"]
    return Server(OURS, command, "/sparql", home / f"{OURS}.log", limits)


def peers(home: Path, environment: Path, processes: int) -> list[Server]:
    """Return the peers that are installed in the virtual environment ``environment``."""
    program = environment / "bin" / "oxigraph"
    if not program.is_file():
        raise SystemExit(f"{environment} has no peers; run `make bench`, which installs them.")
    serve = [str(program), "serve", "--location", str(home / OXIGRAPH), "--bind", f"{HOST}:PORT"]
    script = str(Path(__file__).with_name("rdflib_server.py"))
    python = str(environment / "bin" / "python")
    return [
        Server(OXIGRAPH, [*serve, "--union-default-graph"], "/query", home / f"{OXIGRAPH}.log"),
        Server(
            RDFLIB,
            [python, script, str(home / RDFLIB), "PORT", str(processes)],
            "/sparql",
            home / f"{RDFLIB}.log",
        ),
    ]
