"""An editor at a real server that takes writes, and the claims that are written to it."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from attack.server import UPDATE, Answer, Server, serving
from zanryu.access.register import Tokens
from zanryu.access.tokens import Scope
from zanryu.config import Settings
from zanryu.graph.namespaces import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSON: Final = "application/json"
TURTLE: Final = "text/turtle"
PATCH: Final = "application/rdf-patch"
CLAIMS: Final = f"{BASE}graph/claims"
PROLOGUE: Final = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n"
    for prefix in ("zr", "zv", "cl", "p", "w", "rdf", "rdfs", "skos", "xsd")
)


def claim(name: str, *, cited: bool = True, says: str = "an instructor", more: str = "") -> str:
    """Return a claim about Ishii in Turtle that no shape finds fault with, if it is ``cited``."""
    citation = 'zr:citation [ zr:work w:answer ; zr:locator "bullet 2" ; zr:stance zv:supports ] ;'
    return (
        f"cl:{name} a zr:Assertion ; rdf:subject p:ishii-takuo ; rdf:predicate zr:describedAs ; "
        f'rdf:object "{says} ({name})"@en ; zr:certainty zv:probable ; zr:status zv:normal ; '
        f"{citation if cited else ''} {more} ."
    )


def insert(*claims: str) -> str:
    """Return the update that adds claims."""
    return f"{PROLOGUE}INSERT DATA {{ {' '.join(claims)} }}"


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody with a token at a server. Headers are given as ``If_Match="…"``."""

    server: Server
    token: str = field(repr=False)

    def send(
        self, method: str, target: str, body: bytes = b"", content_type: str = "", **headers: str
    ) -> Answer:
        """Send a request with the token."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.token}", "Accept": JSON, **named}
        return self.server.ask(
            method, target, sent | ({"Content-Type": content_type} if content_type else {}), body
        )

    def update(self, text: str, *, message: str = "", parameters: str = "", **headers: str) -> Answer:
        """Send an update as it is."""
        query = "&".join(filter(None, (urlencode({"message": message}) if message else "", parameters)))
        return self.send("POST", f"/sparql?{query}", text.encode(), UPDATE, **headers)

    def graph(
        self, method: str, text: str = "", content_type: str = TURTLE, graph: str = CLAIMS, **headers: str
    ) -> Answer:
        """Send a request about a graph, named indirectly."""
        target = f"/graphs?{urlencode({'graph': graph})}"
        return self.send(method, target, text.encode(), content_type if text else "", **headers)

    def made(self, text: str, **options: str) -> dict[str, Any]:
        """Make a change by an update, and return what is told of it."""
        answer = self.update(text, **options)
        assert answer.status == 200, answer.text
        document: dict[str, Any] = told(answer)
        return document

    def holds(self, pattern: str) -> bool:
        """Return whether the data has what a pattern says."""
        answer = self.server.query(f"{PROLOGUE}ASK {{ {pattern} }}")
        return bool(told(answer)["boolean"])

    @property
    def version(self) -> str:
        """The data version that the server tells."""
        return str(told(self.server.get("/health"))["version"])


def told(answer: Answer) -> Any:
    """Return the JSON document of an answer."""
    return json.loads(answer.body)


def words(answer: Answer) -> str:
    """Return the words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def copy_of(built: Settings, home: Path) -> Settings:
    """Return a build of one's own: what is written beside it is nobody else's."""
    shutil.copytree(built.store.parent, home, symlinks=True)
    return Settings(store=home / built.store.name)


@contextmanager
def editing(settings: Settings, folder: Path, name: str = "Nguyen Van A", **more: str) -> Iterator[Editor]:
    """Yield an editor at a server that takes writes, over a build."""
    known = {token.name for token in Tokens(settings.tokens).everyone()}
    named = f"{name} {len(known) + 1}" if name in known else name
    token = Tokens(settings.tokens).create(named, Scope.write, "never").secret
    limits = {"query_workers": "1", "validation_workers": "0", "max_body_bytes": "20000000"}
    log = {"access_log": str(folder / "access.log")}
    with serving(settings.store, folder, writes="true", **{**limits, **log, **more}) as server:
        yield Editor(server, token)
