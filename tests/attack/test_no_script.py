"""No byte of data, and no byte of a request, runs as script: over a store that a hostile editor has filled."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from attack.server import FORM, QUERY, UPDATE, serving, target_of
from protocol.conftest import lay_out
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import BASE, GRAPHS, term
from zanryu.graph.sources import read
from zanryu.web.headers import DATA_POLICY, PAGE_POLICY
from zanryu.web.media_types import GRAPHS as GRAPH_TYPES
from zanryu.web.media_types import RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Answer, Server
    from zanryu.graph.sources import Dataset

_PAGE: Final = "text/html"
_PERSON: Final = "/page/person/hostile"
_MARK: Final = "attack"  # in all that is hostile: what shows it has shown something
TEXTS: Final = (
    "<script>alert('attack')</script>",
    "</title></textarea></pre></code><script>alert('attack')</script>",
    "<img src=x onerror=alert('attack')>",
    "\"><svg onload=alert('attack')>",
    "' onmouseover='alert(\"attack\")",
    "\" autofocus onfocus=alert('attack') x=\"",
    "<iframe srcdoc='<script>alert(`attack`)</script>'>",
    "<base href='https://evil.example/attack/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/attack'>",
    "<style>@import 'https://evil.example/attack'</style>",
    "<!--><script>attack</script-->",
    "<![CDATA[<script>attack</script>]]>",
    "{{ 7*7 }}{% include '/etc/passwd' %}{{ attack }}",
    "javascript:alert('attack')",
    "\\u003cscript\\u003ealert('attack')\\u003c/script\\u003e",
    "\u2028\u202e<script>attack</script>\u0085\ufeff",
    "a\r\nX-Evil: attack\r\n\r\n<script>attack</script>",
    "&lt;script&gt;attack&lt;/script&gt;&#x22;&quot;",
)
IRIS: Final = (
    "javascript:alert('attack')",
    "JaVaScRiPt:alert('attack')",
    "vbscript:attack",
    "data:text/html,attack;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "file:///etc/attack",
    "blob:https://evil.example/attack",
    "https://evil.example/'onclick='attack",
    "https://evil.example/&quot;onclick=&quot;attack",
    "https://evil.example/;attack(1)//",
    "http://evil.example/attack#\u00ab",
    f"{BASE}id/person/../../../attack",
    f"{BASE}id/person/'onclick='attack",
    f"{BASE}page//evil.example/attack",
    f"{BASE}vocab/javascript:attack",
    "urn:attack:%3Cscript%3E",
)
_TAGS: Final = ("x-script", "en-x-attack", "zz")
_HOSTILE: Final = ox.NamedNode(f"{BASE}id/person/hostile")


def _quads() -> list[ox.Quad]:
    entities = GRAPHS["entities"]
    values: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (term("rdf:type"), term("zr:Person")),
        *((term("skos:prefLabel"), ox.Literal(TEXTS[0], language=tag)) for tag in ("en", "ja", "vi")),
        *((term("skos:altLabel"), ox.Literal(text, language="en")) for text in TEXTS),
        *((term("skos:editorialNote"), ox.Literal(text)) for text in TEXTS),
        *((term("skos:altLabel"), ox.Literal(f"attack in {tag}", language=tag)) for tag in _TAGS),
        *((term("foaf:page"), ox.NamedNode(iri)) for iri in IRIS),
        *((term("rdf:type"), ox.NamedNode(iri)) for iri in IRIS),
        *((ox.NamedNode(iri), ox.Literal("attack", datatype=ox.NamedNode(iri))) for iri in IRIS),
    ]
    about = [ox.Quad(_HOSTILE, predicate, value, entities) for predicate, value in values]
    by = [ox.Quad(ox.NamedNode(iri), term("rdfs:seeAlso"), _HOSTILE, entities) for iri in IRIS]
    labels = [
        ox.Quad(ox.NamedNode(iri), term("rdfs:label"), ox.Literal(text, language="en"), entities)
        for iri, text in zip(IRIS, TEXTS, strict=False)
    ]
    return [*about, *by, *labels]


@pytest.fixture(scope="module")
def hostile(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a small store with all of it."""
    home = tmp_path_factory.mktemp("hostile")
    context = json.loads((small.root / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
    settings = lay_out(home, materialise([*read(small.files()), *_quads()]), context)
    with serving(settings.store, home, access_log="none") as started:
        yield started


class _Page(HTMLParser):
    """Reads a page as a browser would, and notes what would run, load or lead somewhere."""

    _ACTIVE: Final = {
        "script", "iframe", "frame", "object", "embed", "applet", "base", "style", "template", "math", "img",
        "video", "audio", "portal", "noscript", "foreignobject", "animate", "set", "use",
    }  # fmt: skip
    # The bundled scripts, by the hashes in their names, and data, which no browser runs.
    _OWN_SCRIPT: Final = re.compile(
        r'<script type="module" src="/static/built/[a-z-]+-[0-9A-Z]{8}\.js">'
        r'|<script type="application/(?:ld\+)?json"(?: id="[a-z-]+")?>'
    )
    _LEADING: Final = {
        "href",
        "src",
        "action",
        "formaction",
        "data",
        "srcdoc",
        "xlink:href",
        "ping",
        "poster",
    }
    _META: Final = {"charset", "name"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self.leads: set[str] = set()
        self.scripts = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        said = self.get_starttag_text() or tag
        if self._OWN_SCRIPT.fullmatch(said):
            self.scripts += 1
        elif tag in self._ACTIVE or (tag == "meta" and not self._META & {name for name, _ in attrs}):
            self.dangers.append(said)
        for name, value in attrs:
            if name.startswith("on") or name == "style" or not re.fullmatch("[a-z][a-z0-9-]*", name):
                self.dangers.append(said)
            elif name in self._LEADING:
                self._lead(value or "", said)

    handle_startendtag = handle_starttag

    def _lead(self, address: str, said: str) -> None:
        self.leads.add(address)
        parts = urlsplit(address.strip())
        is_own = not parts.scheme and not parts.netloc and not address.startswith(("//", "/\\", "\\"))
        if not (is_own or (parts.scheme in ("http", "https") and parts.netloc)) or re.search(
            r"[\s\x00-\x1f]", address
        ):
            self.dangers.append(said)

    def handle_decl(self, decl: str) -> None:
        """Note a declaration other than the first."""
        if decl.lower() != "doctype html":
            self.dangers.append(decl)

    def handle_pi(self, data: str) -> None:
        """Note a processing instruction."""
        self.dangers.append(data)

    def handle_comment(self, data: str) -> None:
        """Note a comment: the pages have none."""
        self.dangers.append(data)


_EVERYTHING: Final = f"SELECT * {{ {{ <{_HOSTILE.value}> ?p ?o }} UNION {{ ?s ?p <{_HOSTILE.value}> }} }}"
_AS_A_STRING: Final = '"""%s"""'
_QUERIES: Final = {
    "rows": _EVERYTHING,
    "a graph": f"DESCRIBE <{_HOSTILE.value}>",
    "a graph of what names it": f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o VALUES ?o {{ <{_HOSTILE.value}> }} }}",
    "triple terms": f"SELECT (TRIPLE(?s, ?p, ?o) AS ?t) {{ ?s ?p ?o FILTER(?s = <{_HOSTILE.value}>) }}",
    "names of variables": "SELECT (1 AS ?\u00ebattack) (2 AS ?onclick) (3 AS ?script) {}",
    "what the query says": "SELECT * { BIND('<script>attack</script></textarea><script>' AS ?x) }",
    "a tag that the query makes": "SELECT (STRLANG('attack', 'en-x-onclick') AS ?x) {}",
    "an IRI that the query makes": "SELECT (IRI('javascript:attack') AS ?x) {}",
    "a data type that the query makes": "SELECT (STRDT('attack', <javascript:attack>) AS ?x) {}",
}


def _check(answer: Answer) -> _Page:
    assert answer.media_type == _PAGE
    assert answer.headers["content-security-policy"] == PAGE_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = _Page(answer.text)
    assert page.dangers == []
    assert answer.text.lower().count("<script") == page.scripts
    return page


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_the_page_of_a_hostile_thing_shows_everything_and_runs_nothing(
    hostile: Server, language: str
) -> None:
    answer = hostile.get(f"{_PERSON}?lang={language}", _PAGE)
    page = _check(answer)

    assert answer.text.count(_MARK) > len(TEXTS)
    assert {lead for lead in page.leads if "evil.example/attack" in lead} == {
        "http://evil.example/attack#\u00ab",
        f"{BASE}page//evil.example/attack",
    }


@pytest.mark.parametrize("query", _QUERIES.values(), ids=_QUERIES.keys())
def test_the_page_of_an_answer_shows_everything_and_runs_nothing(hostile: Server, query: str) -> None:
    answer = hostile.get(target_of(query), _PAGE)
    _check(answer)

    assert answer.status == 200
    assert _MARK in answer.text


@pytest.mark.parametrize("text", [*TEXTS, *IRIS, "//evil.example/attack"])
def test_a_page_shows_what_a_request_says_and_runs_none_of_it(hostile: Server, text: str) -> None:
    encoded = quote(text, safe="")
    targets = [
        target_of(text),
        target_of(f"SELECT * {{ ?s ?p {json.dumps(text)} }}"),
        target_of("ASK {}", format=text),
        target_of("ASK {}", lang=text),
        target_of("ASK {}", **{"default-graph-uri": text}),
        target_of("ASK {}", **{text: text}),
        f"/{encoded}",
        f"/id/person/{encoded}",
        f"/page/{encoded}/{encoded}",
        f"/ontology/{encoded}",
        f"/vocab/{encoded}?lang={encoded}",
        f"/dumps/{encoded}",
        f"/graphs?graph={encoded}",
        f"{_PERSON}?{encoded}={encoded}&lang={encoded}",
        f"/?lang={encoded}",
    ]
    for target in targets:
        answer = hostile.get(target, _PAGE)
        assert not answer.is_fault
        assert "x-evil" not in answer.headers
        if answer.media_type == _PAGE:
            _check(answer)
        else:
            assert answer.status in (303, 406)


def test_every_page_that_the_pages_lead_to_runs_nothing(hostile: Server) -> None:
    found, asked = {"/", "/sparql", "/ontology", "/vocab", "/dumps/", _PERSON}, set[str]()
    while len(asked) < _PAGES and found - asked:
        target = min(found - asked)
        asked.add(target)
        answer = hostile.get(quote(target, safe="/?&=%:@;,+~"), _PAGE)
        assert not answer.is_fault
        if answer.media_type == _PAGE:
            found |= {
                lead for lead in _check(answer).leads if lead.startswith("/") and "/static/" not in lead
            }

    assert len(asked) > _PAGES / 2


_PAGES: Final = 100


@pytest.mark.parametrize("media_type", [kind.name for kind in GRAPH_TYPES])
def test_data_is_sent_as_data_that_a_browser_runs_nothing_of(hostile: Server, media_type: str) -> None:
    answers = [
        hostile.get("/data/person/hostile", media_type),
        hostile.get(target_of(f"DESCRIBE <{_HOSTILE.value}>"), media_type),
        hostile.get(f"/graphs?graph={GRAPHS['entities'].value}", media_type),
    ]
    for answer in answers:
        assert (answer.status, answer.media_type) == (200, media_type)
        assert _MARK in answer.text
        _check_data(answer)


@pytest.mark.parametrize("media_type", [kind.name for kind in RESULTS])
def test_rows_are_sent_as_data_that_a_browser_runs_nothing_of(hostile: Server, media_type: str) -> None:
    answer = hostile.get(target_of(_EVERYTHING), media_type)

    assert (answer.status, answer.media_type) == (200, media_type)
    assert _MARK in answer.text
    _check_data(answer)


def _check_data(answer: Answer) -> None:
    assert answer.headers["content-security-policy"] == DATA_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"


_EVERY_KIND: Final[dict[str, tuple[str, str, dict[str, str], bytes | None, int]]] = {
    "a page": ("GET", "/", {"Accept": _PAGE}, None, 200),
    "a page without its body": ("HEAD", "/", {"Accept": _PAGE}, None, 200),
    "data": ("GET", "/data/person/hostile.ttl", {}, None, 200),
    "a redirect": ("GET", "/id/person/hostile", {"Accept": _PAGE}, None, 303),
    "a redirect to data": ("GET", "/id/person/hostile", {"Accept": "text/turtle"}, None, 303),
    "an answer": ("GET", target_of("ASK {}"), {}, None, 200),
    "an answer to POST": ("POST", "/sparql", {"Content-Type": QUERY}, b"ASK {}", 200),
    "an answer in gzip": ("GET", target_of(_EVERYTHING), {"Accept-Encoding": "gzip"}, None, 200),
    "the service description": ("GET", "/sparql", {"Accept": "text/turtle"}, None, 200),
    "a malformed query": ("GET", "/sparql?query=%3Cscript%3E", {}, None, 400),
    "a malformed query, as a page": ("GET", "/sparql?query=%3Cscript%3E", {"Accept": _PAGE}, None, 400),
    "a refused update": ("POST", "/sparql", {"Content-Type": UPDATE}, b"CLEAR ALL", 403),
    "a refused change of a graph": ("PUT", "/graphs?graph=h:g", {"Content-Type": "text/turtle"}, b"", 403),
    "nothing there": ("GET", "/nowhere", {}, None, 404),
    "nothing there, as a page": ("GET", "/nowhere", {"Accept": _PAGE}, None, 404),
    "another method": ("DELETE", "/", {}, None, 405),
    "nothing acceptable": ("GET", target_of("ASK {}"), {"Accept": "image/png"}, None, 406),
    "too large a body": (
        "POST",
        "/sparql",
        {"Content-Type": QUERY, "Content-Length": "9999999999"},
        None,
        413,
    ),
    "another media type": ("POST", "/sparql", {"Content-Type": "text/plain"}, b"", 415),
    "a form without a query": ("POST", "/sparql", {"Content-Type": FORM}, b"", 400),
    "what may be asked": ("OPTIONS", "/sparql", {}, None, 200),
    "a style sheet": ("GET", "/static/zanryu.css", {}, None, 200),
    "an icon": ("GET", "/static/icon.svg", {}, None, 200),
    "no style sheet": ("GET", "/static/none.css", {}, None, 404),
    "a dump": ("GET", "/dumps/zanryu.ttl", {}, None, 200),
    "a part of a dump": ("GET", "/dumps/zanryu.ttl", {"Range": "bytes=0-9"}, None, 206),
    "no part of a dump": ("GET", "/dumps/zanryu.ttl", {"Range": "bytes=999999999-"}, None, 416),
    "the list of dumps": ("GET", "/dumps/", {"Accept": "application/json"}, None, 200),
    "the description of the data": ("GET", "/.well-known/void", {}, None, 200),
    "health": ("GET", "/health", {}, None, 200),
    "robots": ("GET", "/robots.txt", {}, None, 200),
    "a graph": ("GET", f"/graphs?graph={GRAPHS['entities'].value}", {}, None, 200),
    "no graph": ("GET", "/graphs?graph=h:none", {}, None, 404),
}


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "status"), _EVERY_KIND.values(), ids=_EVERY_KIND.keys()
)
def test_every_kind_of_answer_says_what_it_is_and_forbids_to_run_it(
    hostile: Server, method: str, target: str, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    answer = hostile.ask(method, target, headers, body)

    assert answer.status == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get("content-type") or status in (204, 303)
    policy = PAGE_POLICY if answer.media_type == _PAGE else DATA_POLICY
    assert answer.headers.get("content-security-policy", policy if status == 303 else "") == policy


def test_an_answer_that_has_not_changed_says_nothing_that_weakens_the_copy(hostile: Server) -> None:
    for target, accept in ((_PERSON, _PAGE), (target_of("ASK {}"), "*/*"), ("/static/icon.svg", "*/*")):
        tag = hostile.get(target, accept).headers["etag"]
        answer = hostile.ask("GET", target, {"Accept": accept, "If-None-Match": tag})
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" not in answer.headers


def test_no_template_names_a_script_or_another_server(hostile: Server) -> None:
    for target in ("/", "/sparql", "/ontology", "/dumps/", _PERSON, "/nowhere"):
        text = hostile.get(target, _PAGE).text
        loads = re.findall(r"<(?:script|link|img|source|iframe)\b[^>]*?(?:src|href)=\"([^\"]*)", text)
        elsewhere = [address for address in loads if not address.startswith("/")]
        assert [address for address in elsewhere if not address.startswith(BASE)] == []
