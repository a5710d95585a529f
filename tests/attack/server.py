"""The real server as a process: started as the command line starts it, asked over sockets, counted by /proc."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from select import poll
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import zanryu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROWS: Final = "application/sparql-results+json"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
FORM: Final = "application/x-www-form-urlencoded"
ASK: Final = "ASK { ?s ?p ?o }"
# Stops only at the time limit: 10^20 combinations, and what is counted depends on each.
ENDLESS: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }"

_LIMITS: Final = (
    b"problems/query-timeout",
    b"problems/too-busy",
    b"problems/query-too-expensive",
    b"problems/validation-stopped",
)
_MAIN: Final = "from zanryu.cli import main; main()"
_WORKER: Final = b"zanryu.store.worker_process"
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 60.0
_ANSWER_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read to its end. Header names are in lower case, repeated ones joined."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def is_fault(self) -> bool:
        """Whether the server failed: any 5xx but a limit that the request ran into and is told of."""
        return self.status >= 500 and not (self.status == 503 and any(kind in self.body for kind in _LIMITS))

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Process:
    """A line of the census. ``ticks`` is the processor time it has used, in hundredths of a second."""

    id: int
    parent: int
    ticks: int
    resident_bytes: int
    is_worker: bool


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes] = field(repr=False)
    output: Path

    @property
    def origin(self) -> str:
        """Its address without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_seconds: float = _ANSWER_SECONDS,
    ) -> Answer:
        """Send a request on a connection of its own. The target goes out as it is given."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=timeout_seconds)) as connection:
            connection.request(method, target, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, joined(response.getheaders()), response.read())

    def get(self, target: str, accept: str = "*/*", timeout_seconds: float = _ANSWER_SECONDS) -> Answer:
        """Get a target."""
        return self.ask("GET", target, {"Accept": accept}, timeout_seconds=timeout_seconds)

    def query(self, text: str, accept: str = ROWS, timeout_seconds: float = _ANSWER_SECONDS) -> Answer:
        """Send a query by GET."""
        return self.get(target_of(text), accept, timeout_seconds)

    def post(self, body: bytes, content_type: str, target: str = "/sparql", **headers: str) -> Answer:
        """Send a body by POST; ``Content_Encoding=…`` sends that header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", target, {"Content-Type": content_type, "Accept": ROWS, **named}, body)

    def send_raw(self, request: bytes) -> bytes:
        """Send bytes as they are, and return what comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_ANSWER_SECONDS) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(request)
            received = b""
            with suppress(ConnectionResetError):
                while block := connection.recv(65_536):
                    received += block
        return received

    def census(self) -> list[Process]:
        """Return every process of the server that lives: itself, its children and theirs."""
        return census(self.process.pid)

    def workers(self) -> dict[int, Process]:
        """Return the processes that evaluate queries, by their ids."""
        return {process.id: process for process in self.census() if process.is_worker}

    def resident_bytes(self) -> int:
        """Return the resident memory of all processes of the server; pages that they share count for each."""
        return sum(process.resident_bytes for process in self.census())

    def errors(self) -> str:
        """Return what the server wrote to its terminal."""
        return self.output.read_text(encoding="utf-8", errors="replace")


def target_of(text: str, **parameters: str) -> str:
    """Return the target that asks a query by GET."""
    return "/sparql?" + urlencode({"query": text, **parameters})


def joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Return headers by their names in lower case; values of a repeated one are joined by commas."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Look again and again until something holds.

    :raises AssertionError: if it does not in time.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:g} seconds: {what}"
        pause(0.02)


def pause(seconds: float) -> None:
    """Leave the processor to others for a moment: between two looks, never in the place of one."""
    poll().poll(seconds * 1000)


def census(root: int) -> list[Process]:
    """Return the process ``root`` and all below it."""
    ids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    everyone = {process.id: process for process in map(read_process, ids) if process}

    def is_below(process: Process) -> bool:
        return process.id == root or (process.parent in everyone and is_below(everyone[process.parent]))

    return [process for process in everyone.values() if is_below(process)]


def read_process(process_id: int) -> Process | None:
    """Return a process that lives (proc(5): the name in brackets may hold anything)."""
    folder = Path(f"/proc/{process_id}")
    try:
        fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
        if fields[0] == b"Z":
            return None
        command = (folder / "cmdline").read_bytes()
    except OSError:
        return None  # it ended meanwhile
    return Process(
        id=process_id,
        parent=int(fields[1]),
        ticks=int(fields[11]) + int(fields[12]),
        resident_bytes=int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        is_worker=_WORKER in command,
    )


@contextmanager
def serving(store: Path, folder: Path, **settings: str) -> Iterator[Server]:
    """Yield a server over a built store; ``query_timeout_seconds="2"`` is the setting of that name."""
    with _started(["--store", str(store)], folder, settings) as server:
        yield server


@contextmanager
def playing(folder: Path, **settings: str) -> Iterator[Server]:
    """Yield a playground, which everybody may write to."""
    with _started(["--scratch"], folder, settings) as server:
        yield server


@contextmanager
def _started(options: list[str], folder: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-c", _MAIN, "serve", *options, "--port", str(port)]
    output = folder / "server.log"
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment(settings), stdout=log, stderr=log)
        server = Server(port, process, output)
        try:
            _wait_until_healthy(server)
            yield server
        finally:
            _stop(process)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with these settings alone, where the package under test is found.

    Indexes are made when a test asks for them: most look at something else.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZANRYU_")}
    package = str(Path(zanryu.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (package, kept.get("PYTHONPATH"))))
    settings = {"prepare_indexes": "false", **settings}
    return kept | {"PYTHONPATH": path} | {f"ZANRYU_{name.upper()}": text for name, text in settings.items()}


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(server: Server) -> None:
    def is_healthy() -> bool:
        assert server.process.poll() is None, server.errors()[-4000:]
        try:
            return server.get("/health").status == 200
        except (OSError, HTTPException):
            return False

    wait_until(is_healthy, _START_SECONDS, "the server answers /health")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
