"""Wikidata, played on loopback: Special:EntityData as Wikibase answers it, and all that can go wrong."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import parse_qs, urlsplit

from wikidata.reference import enveloped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fault: TypeAlias = Callable[["Handler"], None]

from datetime import datetime

_PREFIX: Final = "/wiki/Special:EntityData/"


@dataclass(frozen=True)
class Asked:
    """A request: its path with the query, and its headers in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class Played:
    """What is there, and how the next answers go wrong: ``faults`` by path, first in, first out."""

    revisions: dict[str, dict[int, bytes]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    meet: threading.Barrier | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    origin: str = ""
    now: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(
        self, entity: dict[str, Any], revision: int = 1001, modified: str = "2022-11-01T10:00:00Z"
    ) -> None:
        """Have a revision of an entity."""
        self.revisions.setdefault(entity["id"], {})[revision] = enveloped(entity, revision, modified)

    def fail(self, path: str, *faults: Fault) -> None:
        """Have the next answers to a path go wrong, one after the other."""
        self.faults.setdefault(path, []).extend(faults)

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [asked.path for asked in self.asked]


class Handler(BaseHTTPRequestHandler):
    """Answers as Wikibase does (EntityDataRequestHandler)."""

    played: Played
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer, or fail as it was told to."""
        played = self.played
        with played.lock:
            played.asked.append(Asked(self.path, {n.lower(): v for n, v in self.headers.items()}))
            faults = played.faults.get(self.path)
            fault = faults.pop(0) if faults else None
            played.now += 1
            played.most_at_once = max(played.most_at_once, played.now)
        try:
            if played.meet:
                played.meet.wait()
            with suppress(BrokenPipeError, ConnectionResetError):
                fault(self) if fault else self._answer()
        finally:
            with played.lock:
                played.now -= 1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the class above names it
        """Say nothing."""

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        if not parts.path.startswith(_PREFIX) or "User-Agent" not in self.headers:
            self.send(b"", 403)
            return
        asked = parts.path.removeprefix(_PREFIX).removesuffix(".json")
        revision = int(parse_qs(parts.query).get("revision", ["0"])[0])
        if revision and asked in self.played.redirects:
            self.send(b"bad revision", 400)
            return
        kept = self.played.revisions.get(self.played.redirects.get(asked, asked), {})
        body = kept.get(revision or max(kept, default=0))
        if body is None:
            self.send(b"not found", 404)
            return
        changed = datetime.fromisoformat(next(iter(json.loads(body)["entities"].values()))["modified"])
        known = self.headers["If-Modified-Since"]
        if known and changed <= parsedate_to_datetime(known):
            self.send_response(304)
            self.end_headers()
            return
        self.send(body, Content_Type="application/json", Last_Modified=format_datetime(changed, usegmt=True))


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Fault:
    """Answer something else."""
    return lambda handler: handler.send(body, status, **headers)


def silent(handler: Handler) -> None:
    """Say nothing until the end of the test, or until the other side has left."""
    handler.close_connection = True
    handler.rfile.read(1)


def trickling(handler: Handler) -> None:
    """Send a byte now and then, without an end."""
    handler.close_connection = True
    handler.send_response(200)
    handler.end_headers()
    while not handler.played.ended.wait(0.02):
        handler.wfile.write(b" ")


def endless(handler: Handler) -> None:
    """Send without an end."""
    handler.close_connection = True
    handler.send_response(200)
    handler.end_headers()
    while not handler.played.ended.is_set():
        handler.wfile.write(b" " * 65_536)


def broken_off(handler: Handler) -> None:
    """Break off in the middle."""
    handler.close_connection = True
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b'{"entities": {')


@contextmanager
def playing() -> Iterator[Played]:
    """Yield Wikidata, with nothing in it."""
    played = Played()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("PlayedHandler", (Handler,), {"played": played}))
    server.daemon_threads = True
    played.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield played
    finally:
        played.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
