"""A load generator: processes with keep-alive sockets that send requests built beforehand.

Every answer is read to its end and its status looked at; some bodies are kept for a closer look after the
clock has stopped. A run is bounded in requests and in seconds, and goes to this machine only.
"""

from __future__ import annotations

import ipaddress
import multiprocessing
import select
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection as Pipe

from benchmarks.http_response import CutOff, ResponseReader

HOST: Final = "127.0.0.1"
_RECEIVE_BYTES = 1 << 18
_KEEP_EVERY = 100
_KEEP_BYTES = 4 << 20
_KEPT = 20
_SETTLE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: each process has ``requests`` of its own and sends each at most once, in order.

    It ends after ``seconds``, or when the requests are used up; answers under way then are waited for, each
    at most ``patience`` seconds.
    """

    port: int
    requests: Sequence[Sequence[bytes]]
    seconds: float
    connections: int
    patience: float = 60.0

    def __post_init__(self) -> None:
        """Refuse to load another machine."""
        if not ipaddress.ip_address(HOST).is_loopback:
            raise ValueError(f"{HOST} is not this machine")


@dataclass(slots=True)
class Outcome:
    """What came back. ``latencies`` are seconds of complete answers with status 200."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    hits: int = 0
    body_bytes: int = 0
    kept: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Complete answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def add(self, other: Outcome) -> None:
        """Take in the part of another process, or of another run after this one."""
        self.latencies += other.latencies
        self.failures.update(other.failures)
        self.hits += other.hits
        self.body_bytes += other.body_bytes
        self.kept += other.kept


def run(plan: Plan) -> Outcome:
    """Run the plan and return all processes' answers; the seconds are those from first send to last byte."""
    fork = multiprocessing.get_context("fork")
    start = time.monotonic() + _SETTLE_SECONDS
    pipes, processes = [], []
    for requests in plan.requests:
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=_work, args=(plan, requests, start, theirs))
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    total = Outcome()
    for pipe in pipes:
        part: Outcome = pipe.recv()
        total.add(part)
        total.seconds = max(total.seconds, part.seconds)
    for process in processes:
        process.join()
    return total


def _work(plan: Plan, requests: Sequence[bytes], start: float, pipe: Pipe) -> None:
    outcome = Outcome()
    try:
        _Loop(plan, requests, outcome).run(start)
    except OSError as error:
        outcome.failures[f"{type(error).__name__}: {error}"] += 1
    pipe.send(outcome)


@dataclass(slots=True)
class _Line:
    """One connection with the answer it waits for."""

    socket: socket.socket
    reader: ResponseReader
    sent: float = 0.0


class _Loop:
    """All connections of one process; one request is under way on each."""

    def __init__(self, plan: Plan, requests: Sequence[bytes], outcome: Outcome) -> None:
        self._plan, self._outcome = plan, outcome
        self._left = iter(requests)
        self._poll = select.epoll()
        self._waiting: dict[int, _Line] = {}
        self._done = 0

    def run(self, start: float) -> None:
        """Begin at ``start`` (monotonic seconds) and return when nothing is under way any more."""
        lines = [_Line(_connect(self._plan.port), ResponseReader()) for _ in range(self._plan.connections)]
        time.sleep(max(0.0, start - time.monotonic()))
        begun = time.monotonic()
        self._end = begun + self._plan.seconds
        for line, request in zip(lines, islice(self._left, len(lines)), strict=False):
            self._poll.register(line.socket.fileno(), select.EPOLLIN)
            self._send(line, request)
        while self._waiting:
            ready = self._poll.poll(self._plan.patience)
            for descriptor, _ in ready:
                self._receive(self._waiting[descriptor])
            if not ready:
                self._outcome.failures[f"no answer in {self._plan.patience:.0f} s"] += len(self._waiting)
                self._waiting.clear()
        self._outcome.seconds = time.monotonic() - begun
        self._poll.close()
        for line in lines:
            line.socket.close()

    def _send(self, line: _Line, request: bytes) -> None:
        keep = self._done % _KEEP_EVERY == 0 and len(self._outcome.kept) < _KEPT
        line.reader.begin(_KEEP_BYTES if keep else 0)
        line.sent = time.monotonic()
        self._waiting[line.socket.fileno()] = line
        line.socket.sendall(request)

    def _receive(self, line: _Line) -> None:
        data = line.socket.recv(_RECEIVE_BYTES)
        try:
            if not line.reader.feed(data):
                return
        except CutOff as error:
            self._outcome.failures[str(error)] += 1
            del self._waiting[line.socket.fileno()]
            self._replace(line)
            return
        now = time.monotonic()
        self._record(line, now)
        request = next(self._left, None) if now < self._end else None
        if request is None:
            del self._waiting[line.socket.fileno()]
        elif line.reader.closes:
            del self._waiting[line.socket.fileno()]
            self._replace(line, request)
        else:
            self._send(line, request)

    def _replace(self, line: _Line, request: bytes | None = None) -> None:
        """Open a new connection for one that the server ended, and go on with the next request."""
        self._poll.unregister(line.socket.fileno())
        line.socket.close()
        if request is None and time.monotonic() < self._end:
            request = next(self._left, None)
        if request is not None:
            line.socket = _connect(self._plan.port)
            self._poll.register(line.socket.fileno(), select.EPOLLIN)
            self._send(line, request)

    def _record(self, line: _Line, now: float) -> None:
        outcome, reader = self._outcome, line.reader
        self._done += 1
        outcome.hits += reader.is_hit
        outcome.body_bytes += reader.body_bytes
        if reader.status != 200:
            outcome.failures[f"status {reader.status}"] += 1
            return
        outcome.latencies.append(now - line.sent)
        if reader.kept is not None:
            outcome.kept.append(reader.kept)


def _connect(port: int) -> socket.socket:
    opened = socket.create_connection((HOST, port), timeout=60)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened
