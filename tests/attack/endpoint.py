"""Another SPARQL endpoint, on loopback: an honest one at `/sparql`, and all that can go wrong beside it."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import pyoxigraph as ox

from attack.server import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_BLOCK: Final = b" " * 65_536
_ROWS: Final = b'{"head": {"vars": ["a"]}, "results": {"bindings": ['
_BOMB: Final = gzip.compress(b" " * 200_000_000)


@dataclass
class Endpoint:
    """An endpoint over a store of its own. ``asked`` holds what came: path, headers in lower case, query."""

    store: ox.Store
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    redirect: str = ""
    origin: str = ""

    def answer(self, query: str) -> bytes:
        """Evaluate a SELECT."""
        found = self.store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return found.serialize(format=ox.QueryResultsFormat.JSON) or b""


class _Handler(BaseHTTPRequestHandler):
    endpoint: Endpoint

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        sent = parse_qs(self.rfile.read(length).decode())
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.endpoint.asked.append((self.path, headers, sent["query"][0]))
        with suppress(BrokenPipeError, ConnectionResetError):
            _DOINGS[self.path](self)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def send(self, body: bytes, status: int = 200, content_type: str = ROWS, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def honest(self) -> None:
        self.send(self.endpoint.answer(self.endpoint.asked[-1][2]))

    def zipped(self) -> None:
        body = gzip.compress(self.endpoint.answer(self.endpoint.asked[-1][2]))
        self.send(body, Content_Encoding="gzip")

    def silent(self) -> None:
        self.rfile.read(1)  # until the other side has left
        self.endpoint.left.set()

    def endless(self) -> None:
        self.send(_ROWS)
        while not self.endpoint.ended.is_set():
            self.wfile.write(_BLOCK)

    def trickling(self) -> None:
        self.send(_ROWS)
        while not self.endpoint.ended.wait(0.05):
            self.wfile.write(b" ")

    def broken_off(self) -> None:
        self.send(_ROWS, Content_Length="1000000")


def _sending(
    body: bytes, status: int = 200, content_type: str = ROWS, **headers: str
) -> Callable[[_Handler], None]:
    return lambda handler: handler.send(body, status, content_type, **headers)


_NESTED: Final = (
    b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":' + b'{"type":"triple","value":' * 30_000
)
_MANY: Final = json.dumps({"head": {"vars": []}, "results": {"bindings": [{}] * 101}}).encode()
_DOINGS: Final[dict[str, Callable[[_Handler], None]]] = {
    "/sparql": _Handler.honest,
    "/zipped": _Handler.zipped,
    "/silent": _Handler.silent,
    "/endless": _Handler.endless,
    "/trickling": _Handler.trickling,
    "/broken-off": _Handler.broken_off,
    "/redirect": lambda handler: handler.send(b"", 307, Location=handler.endpoint.redirect),
    "/redirect-by-get": lambda handler: handler.send(b"", 303, Location=handler.endpoint.redirect),
    "/fault": _sending(b"secret trace", 500),
    "/page": _sending(b"<html>", 200, "text/html"),
    "/malformed": _sending(b'{"head": {"vars": ["a"]}, "results": {"bind'),
    "/nested": _sending(_NESTED),
    "/many": _sending(_MANY),
    "/bomb": _sending(_BOMB, Content_Encoding="gzip"),
    "/unknown-coding": _sending(b"x", Content_Encoding="br"),
}


@contextmanager
def answering(store: ox.Store, certificate: Path | None = None) -> Iterator[Endpoint]:
    """Yield an endpoint that answers; by TLS, if it has a certificate (with its key in the same file)."""
    endpoint = Endpoint(store)
    handler = type("Handler", (_Handler,), {"endpoint": endpoint})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    endpoint.origin = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
