"""No request to any route makes the server open a connection, or a file outside its own.

Every process of the server is an interpreter with an audit hook, which tells of the files, connections and
programs that Python code opens. The engine, the HTTP server and the parsers are Rust, and no hook sees what
they open. For these there is a listener, which nobody may connect to, and a file with a secret, which no
answer may hold: a request that makes them read a file and say nothing of it would not be found here.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import pytest

from attack.server import FORM, QUERY, UPDATE, playing, serving, wait_until
from attack.spy import Spy, beyond
from protocol.scratch import playground
from zanryu.app import create_app
from zanryu.config import Settings
from zanryu.front.operation import HEALTH, METRICS
from zanryu.store.build import build
from zanryu.validation.views import VALIDATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import Any

    from flask import Flask

    from attack.listener import Listener
    from attack.server import Server
    from attack.spy import Event
    from zanryu.graph.sources import Dataset

    Paired = Callable[[Iterable[Any], list[str]], Iterable[tuple[Any, str]]]

_SECRET: Final = "a secret of this machine"  # noqa: S105 - not one
_CONTEXT: Final = "ontology/context.jsonld"
_TRIPLE: Final = b"<http://example.org/s> <http://example.org/p> 1 ."
_JUDGED_BY: Final = ("shapes", "data/archive")
_PASSWORDS: Final = "root:x:"  # noqa: S105 - how /etc/passwd begins
_SAMPLES: Final = {
    "kind": "person",
    "slug": "sato-haru",
    "filename": "zanryu.css",
    "below": "g",
    "number": "1",
    "form": "page",
    "in_language": "en",
}
_NAMES: Final = {"dumps": "void.ttl", "ontology": "Officer", "vocab": "certain"}
# PLACE is where each of these names something that is not the server's.
_PLACES: Final = (
    "URI",
    "http://127.0.0.1:PORT/x",
    "FILE",
    "../../../../../../../..FILE",
    "file:///etc/passwd",
)
_PARAMETERS: Final = (
    "query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri", "graph",
    "default", "format", "lang", "base", "url", "uri", "file", "path", "context", "next", "callback", "service",
    "about", "since", "before", "iri", "q", "kind", "tier", "page", "version", "question", "style", "bibliography",
    "person", "academy", "around", "place", "from", "to", "sort",
)  # fmt: skip
_ACCEPTED: Final = (
    "*/*", "text/html", "text/turtle", "application/trig", "application/n-triples", "application/ld+json",
    'application/ld+json;profile="http://127.0.0.1:PORT/frame"', "application/rdf+xml", "application/json",
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "message/external-body",
)  # fmt: skip
_HEADERS: Final = (
    "Host", "X-Forwarded-Host", "Forwarded", "Referer", "Origin", "Link", "Content-Location", "Slug", "X-Original-URL",
    "X-Sendfile", "X-Accel-Redirect", "If-None-Match", "Range", "Accept-Language", "Accept-Profile", "Profile",
)  # fmt: skip
_QUERIES: Final = (
    "SELECT * FROM <PLACE> { ?s ?p ?o }",
    "SELECT * FROM NAMED <PLACE> { GRAPH ?g { ?s ?p ?o } }",
    "BASE <PLACE> DESCRIBE <PLACE>",
    "SELECT * { SERVICE <PLACE> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <PLACE> { ?s ?p ?o } }",
)
_UPDATES: Final = (
    "LOAD <PLACE>",
    "LOAD SILENT <PLACE> INTO GRAPH <h:g>",
    "INSERT { ?s ?p ?o } USING <PLACE> WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <PLACE> { ?s ?p ?o } }",
    "COPY <PLACE> TO <h:g>",
)
_DOCUMENTS: Final = (
    ("text/turtle", "@base <PLACE> . <PLACE> <#imports> <PLACE> ; a <http://www.w3.org/2002/07/owl#Ontology> ."),
    ("application/ld+json", '{"@context": "PLACE", "a": "b"}'),
    ("application/ld+json", '{"@context": [{"@import": "PLACE"}, "PLACE"], "a": "b"}'),
    ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY e SYSTEM "PLACE">]><r xmlns="http://example.org/">&e;</r>'),
    ("application/rdf+xml", '<!DOCTYPE r SYSTEM "PLACE"><r xmlns="http://example.org/"/>'),
    ("application/rdf+xml", '<?xml-stylesheet href="PLACE"?><r xmlns="http://example.org/" xml:base="PLACE"/>'),
    ("multipart/form-data; boundary=b", '--b\r\nContent-Disposition: form-data; name="f"; filename="FILE"\r\nContent-Type: text/turtle\r\n\r\n<PLACE> <h:p> <PLACE> .\r\n--b--\r\n'),
    ("message/external-body; access-type=URL; URL=\"PLACE\"", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watched:
    """A server, its routes, and what it may open."""

    server: Server
    routes: list[str]
    own: list[Path]
    spy: Spy


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that RDF can be read from, and that no answer may show."""
    path = tmp_path_factory.mktemp("secret") / "secret.ttl"
    path.write_text(f'<http://example.org/s> <http://example.org/p> "{_SECRET}" .\n', encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def spy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spy]:
    """A spy in every interpreter that is started from here on."""
    found = Spy(tmp_path_factory.mktemp("spy"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(found.folder), prepend=os.pathsep)
        yield found
    found.close()


@pytest.fixture(scope="module")
def published(
    small: Dataset, dataset: Dataset, spy: Spy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """The server, over few claims: thousands of pages are asked for."""
    folder = tmp_path_factory.mktemp("published")
    settings = Settings(store=folder / "home" / "store")
    build(small, settings)
    with serving(settings.store, folder, access_log="none", query_timeout_seconds="5") as server:
        routes = [HEALTH, METRICS, VALIDATE, *_routes(create_app(settings))]
        # It starts behind the server; what it opens for that is not a request's doing.
        wait_until(
            lambda: server.post(_TRIPLE, "text/turtle", VALIDATE, Accept="*/*").status == 200,
            60,
            "it validates",
        )
        # So do, for each version of the data, those that count and index it.
        wait_until(lambda: server.ask("GET", "/academies").status == 200, 60, "it has its overviews")
        wait_until(lambda: server.ask("GET", "/search?q=a").status == 200, 60, "it finds names")
        wait_until(lambda: server.ask("GET", "/reconcile/about").status == 200, 60, "it matches names")
        wait_until(
            lambda: server.ask("GET", "/wikidata/mixnmatch.csv").status == 200, 60, "it has its tables"
        )
        own = [settings.store.parent, *(dataset.root / path for path in (_CONTEXT, *_JUDGED_BY)), spy.folder]
        yield Watched(server, routes, own, spy)


@pytest.fixture(scope="module")
def scratch(dataset: Dataset, spy: Spy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """The playground, which carries out what is sent to it."""
    folder, own = tmp_path_factory.mktemp("scratch"), tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(own))
        with playing(folder, access_log="none", query_timeout_seconds="5") as server:
            routes = _routes(playground(tmp_path_factory.mktemp("playground")).app)
            yield Watched(server, routes, [own, dataset.root / _CONTEXT, spy.folder], spy)


@pytest.fixture(params=["published", "scratch"])
def watched(request: pytest.FixtureRequest) -> Watched:
    """A server that has started. What it opened for that was its operator's to say."""
    found: Watched = request.getfixturevalue(request.param)
    found.spy.take()
    return found


def _routes(app: Flask) -> list[str]:
    """Return the rules of an application with holes for their parameters: ``/dumps/{name}``."""
    return sorted({re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()})


def _samples(route: str) -> dict[str, str]:
    """Return a value for each parameter that a route may have, of something that is there."""
    first = route.split("/")[1]
    kind = "entity" if first == "reconcile" else _SAMPLES["kind"]
    return {**_SAMPLES, "kind": kind, "name": _NAMES.get(first, "")}


def _aim(text: str, place: str, listener: Listener, secret: Path) -> str:
    text = text.replace("PLACE", place).replace("URI", secret.as_uri())
    return text.replace("PORT", str(listener.port)).replace("FILE", str(secret))


class Asking:
    """Sends requests, and looks at what they made the server do."""

    def __init__(self, watched: Watched, listener: Listener, secret: Path) -> None:
        self.places = [_aim(place, "", listener, secret) for place in _PLACES]
        self.found: dict[str, object] = {}
        self._watched, self._listener, self._secret = watched, listener, secret

    def aim(self, text: str, place: str) -> str:
        return _aim(text, place, self._listener, self._secret)

    def send(self, method: str, target: str, body: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._watched.server.ask(method, target, named, body.encode() or None)
        if answer.is_fault or _SECRET in answer.text or _PASSWORDS in answer.text:
            self.found[f"{method} {target} {body} {headers}"] = answer

    def look(self, after: str) -> None:
        """Note what was opened by the requests of this sort."""
        opened: list[Event] = beyond(self._watched.spy.take(), self._watched.own)
        came = self._listener.count()
        if opened or came:
            self.found[after] = (came, opened)


@pytest.fixture
def asking(watched: Watched, listener: Listener, secret: Path) -> Asking:
    return Asking(watched, listener, secret)


@pytest.fixture(params=["one place each", pytest.param("every place", marks=pytest.mark.long)])
def paired(request: pytest.FixtureRequest) -> Paired:
    """What a request can say with the places to say it of: in turns, and in the long run all with all."""
    if request.param == "every place":
        return itertools.product
    return lambda said, places: zip(said, itertools.cycle(places), strict=False)


def test_each_process_of_the_server_is_spied_on(watched: Watched) -> None:
    # If this fails, the tests below prove nothing.
    assert {process.id for process in watched.server.census()} <= watched.spy.processes()


def test_the_spy_finds_what_reaches_beyond(spy: Spy, listener: Listener, secret: Path) -> None:
    # If this fails, the tests below prove nothing.
    program = (
        "import os, socket, subprocess, sys, urllib.request\n"
        "from pathlib import Path\n"
        "Path(sys.argv[1]).read_text()\n"
        "os.listdir(os.path.dirname(sys.argv[1]))\n"
        "Path('/proc/self/environ').read_bytes()\n"
        "socket.create_connection(('127.0.0.1', int(sys.argv[2]))).close()\n"
        "subprocess.run(['/bin/true'], check=True)\n"
    )
    spy.take()
    subprocess.run(
        [sys.executable, "-c", program, str(secret), str(listener.port)], check=True, cwd=spy.folder
    )

    opened = {(event.name, event.what) for event in beyond(spy.take(), [spy.folder])}

    assert {
        ("open", str(secret)),
        ("os.listdir", str(secret.parent)),
        ("open", "/proc/self/environ"),
    } <= opened
    assert {"socket.connect", "socket.getaddrinfo", "subprocess.Popen"} <= {name for name, _ in opened}
    assert listener.count() == 1


def test_no_name_in_a_path_reaches_outside(asking: Asking, watched: Watched) -> None:
    for route in watched.routes:
        targets = {
            route.format(
                **{name: quote(place, safe=safe) or sample for name, sample in _samples(route).items()}
            )
            for place, safe in itertools.product(("", *asking.places), ("", "/:"))
        }
        for target, accept in itertools.product(sorted(targets), ("text/html", "text/turtle")):
            asking.send("GET", target, Accept=accept)
        asking.look(route)

    assert not asking.found


def test_no_parameter_reaches_outside(asking: Asking, watched: Watched, paired: Paired) -> None:
    for route in watched.routes:
        target = route.format(**_samples(route))
        for name, place in paired(_PARAMETERS, asking.places[:3]):
            asking.send("GET", f"{target}?{urlencode({name: place})}")
        asking.look(route)

    assert not asking.found


def test_no_header_reaches_outside(asking: Asking, watched: Watched, paired: Paired) -> None:
    for route in watched.routes:
        target = route.format(**_samples(route))
        for accept in _ACCEPTED:
            asking.send("GET", target, Accept=asking.aim(accept, ""))
        for name, place in paired(_HEADERS, asking.places[:3]):
            asking.send("GET", target, **{name: place})
        asking.look(route)

    assert not asking.found


def test_no_body_reaches_outside(asking: Asking, watched: Watched, paired: Paired) -> None:
    for route in watched.routes:
        target = route.format(**_samples(route))
        sent = itertools.product(("POST", "PUT", "PATCH", "DELETE"), _DOCUMENTS)
        for (method, (media_type, document)), place in paired(sent, asking.places[:3]):
            typed = asking.aim(media_type, place)
            asking.send(method, target, asking.aim(document, place), Content_Type=typed)
        asking.look(route)

    assert not asking.found


def test_no_query_and_no_update_reaches_outside(asking: Asking, watched: Watched) -> None:
    kinds = (("query", QUERY, _QUERIES), ("update", UPDATE, _UPDATES))
    for name, media_type, texts in kinds:
        for text, place in itertools.product(texts, asking.places):
            aimed = asking.aim(text, place)
            for named in (
                {},
                {"default-graph-uri": place},
                {"using-graph-uri": place},
                {"named-graph-uri": place},
            ):
                form = urlencode({name: aimed, **named})
                asking.send("GET", f"/sparql?{form}")
                asking.send("POST", "/sparql", form, Content_Type=FORM)
                asking.send("POST", f"/sparql?{urlencode(named)}", aimed, Content_Type=media_type)
            asking.look(aimed)

    assert not asking.found
