"""The server under test: this project's own playground, started once, or a peer named by the environment."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Final

import zanryu
from w3c.client import Client, Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0
_MAIN: Final = "from zanryu.cli import main; main()"


@contextmanager
def running(folder: Path) -> Iterator[Endpoint]:
    """Yield the endpoint to test.

    ``W3C_ENDPOINT_SPARQL`` and ``W3C_ENDPOINT_GRAPHS`` name another server's addresses instead, and
    ``W3C_ENDPOINT_UPDATE`` that of updates where it is not that of queries.
    """
    peer = os.environ.get("W3C_ENDPOINT_SPARQL")
    if peer:
        update = os.environ.get("W3C_ENDPOINT_UPDATE", peer)
        with closing_client(Endpoint.at(peer, update, os.environ["W3C_ENDPOINT_GRAPHS"])) as endpoint:
            yield endpoint
        return
    with _scratch_server(folder) as origin:
        sparql = f"{origin}/sparql"
        with closing_client(Endpoint.at(sparql, sparql, f"{origin}/graphs")) as endpoint:
            yield endpoint


@contextmanager
def closing_client(endpoint: Endpoint) -> Iterator[Endpoint]:
    """Close the endpoint's connection at the end."""
    with closing(endpoint.client):
        yield endpoint


@contextmanager
def _scratch_server(folder: Path) -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-c", _MAIN, "serve", "--scratch", "--port", str(port)]
    output = folder / "server.log"
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=_environment(), stdout=log, stderr=log)
        try:
            _wait_until_healthy(process, port, output)
            yield f"http://127.0.0.1:{port}"
        finally:
            _stop(process)


def _environment() -> dict[str, str]:
    """Return an environment without the developer's own settings, where the package under test is found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZANRYU_")}
    package = str(Path(zanryu.__file__).resolve().parents[1])
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, (package, kept.get("PYTHONPATH"))))}


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with closing(Client(f"127.0.0.1:{port}")) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.send("GET", "/health").status == 200:
                    return
            except (OSError, HTTPException):
                pass
            time.sleep(0.05)
    said = output.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise RuntimeError(f"`zanryu serve --scratch` did not come up (exit code {process.poll()}):\n{said}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
