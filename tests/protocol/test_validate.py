"""`/validate` on the real server: the example of each rule, each form of report, each way to send."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from attack.server import serving
from zanryu.graph.namespaces import BASE, term
from zanryu.graph.sources import find_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attack.server import Answer, Server
    from zanryu.config import Settings

EXAMPLES = find_dataset().root / "shapes" / "examples"
BY_HAND = "# derived: by hand"
REFUSED = ("S25-shared",)  # refers to a derived name: no write gets as far as the rule
TURTLE = "text/turtle"
JSON = "application/json"
PREFIXES = """@prefix ac: <https://w3id.org/zanryu/id/academy/> .
@prefix cl: <https://w3id.org/zanryu/id/claim/> .
@prefix p: <https://w3id.org/zanryu/id/person/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix w: <https://w3id.org/zanryu/id/work/> .
@prefix zr: <https://w3id.org/zanryu/ontology/> .
@prefix zv: <https://w3id.org/zanryu/vocab/> .

"""
# On a person and from a work of the graph; well formed.
CLAIM = """cl:igawa-sei-described-99 a zr:Assertion ;
    rdf:subject p:igawa-sei ;
    rdf:predicate zr:describedAs ;
    rdf:object "taught in the mountains"@en ;
    zr:when "1946" ;
    zr:certainty zv:possible ;
    zr:status zv:normal ;
    zr:citation [ zr:work w:answer ; zr:locator "bullet 4" ; zr:stance zv:supports ; zr:cue "supposedly" ; zr:hedge zv:hedge-supposedly ] .
"""  # noqa: E501
UNSOURCED = CLAIM.partition("    zr:citation")[0].rstrip(" ;\n") + " .\n"
SENT = f"{BASE}id/claim/igawa-sei-described-99"


def asserted(folder: str) -> list[Path]:
    """The examples that are written as an editor writes, with what is derived left out."""
    found = [p for p in sorted((EXAMPLES / folder).glob("*.ttl")) if BY_HAND not in p.read_text("utf-8")]
    return [p for p in found if p.stem not in REFUSED]


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose validating process has read the shapes."""
    folder = tmp_path_factory.mktemp("validating")
    with serving(built.store, folder, access_log="none", validation_timeout_seconds="60") as started:
        assert validate(started, CLAIM).status == 200
        yield started


def validate(
    server: Server, text: str | bytes, accept: str = JSON, content_type: str = TURTLE, **parameters: str
) -> Answer:
    body = text if isinstance(text, bytes) else (text if "@prefix" in text else PREFIXES + text).encode()
    target = "/validate" + ("?" + urlencode(parameters) if parameters else "")
    headers = {"Content-Type": content_type, "Accept": accept}
    return server.ask("POST", target, headers, body, timeout_seconds=90)


def report(server: Server, text: str | bytes, **parameters: str) -> dict[str, Any]:
    answer = validate(server, text, **parameters)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = json.loads(answer.body)
    return found


def rules(found: dict[str, Any]) -> set[str]:
    return {finding["constraint"] for finding in found["findings"]}


@pytest.mark.parametrize("context", ["none", "graph"])
@pytest.mark.parametrize("path", asserted("invalid"), ids=lambda p: p.stem)
def test_an_invalid_example_gives_the_finding_that_it_is_for(
    server: Server, path: Path, context: str
) -> None:
    found = report(server, path.read_bytes(), context=context)

    assert path.stem.partition("-")[0] in rules(found)
    assert found["conforms"] is False


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_editor_may_write_is_refused_as_a_write_would_be(server: Server, name: str) -> None:
    answer = validate(server, (EXAMPLES / "invalid" / f"{name}.ttl").read_bytes())

    assert answer.status == 403
    assert "zr:citation" in json.loads(answer.body)["detail"]


@pytest.mark.parametrize("path", asserted("valid"), ids=lambda p: p.stem)
def test_a_valid_example_conforms(server: Server, path: Path) -> None:
    assert report(server, path.read_bytes())["findings"] == []


@pytest.mark.parametrize("context", ["none", "graph"])
def test_a_claim_about_what_the_graph_knows_conforms(server: Server, context: str) -> None:
    found = report(server, CLAIM, context=context)

    assert found["findings"] == []
    assert found["conforms"] is found["accepted"] is True
    assert found["checked"] == {"triples": 13, "subjects": 2, "claims": 1}


def test_a_claim_without_a_source_is_told_so_with_its_line_and_the_fix(server: Server) -> None:
    [finding] = report(server, UNSOURCED)["findings"]

    assert finding["constraint"] == "S04"
    assert finding["severity"] == "violation"
    assert finding["node"] == finding["focusNode"] == SENT
    assert finding["path"] == term("zr:citation").value
    assert finding["about"] == "Igawa Sei"
    assert finding["line"] == 9
    assert finding["message"] == f"{finding['fault']} {finding['fix']}"
    assert finding["fix"].startswith("Add zr:citation")


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "典拠"), ("vi", "nguồn"), ("en", "source")], ids=["ja", "vi", "en"]
)
def test_the_message_is_in_the_language_of_the_client(server: Server, language: str, words: str) -> None:
    [finding] = report(server, UNSOURCED, lang=language)["findings"]

    assert words in finding["fault"]


@pytest.mark.parametrize("context", ["none", "graph"])
def test_a_name_that_nobody_knows_is_found(server: Server, context: str) -> None:
    assert "S55" in rules(report(server, CLAIM.replace("p:igawa-sei", "p:igawa-sai"), context=context))


def test_what_the_graph_says_already_is_found_in_the_graph_and_not_alone(server: Server) -> None:
    known = CLAIM.replace("zr:describedAs", "zr:conceived").replace('"1946"', '"../1946-06"')
    known = known.replace('"taught in the mountains"@en', "ac:quang-ngai")

    assert report(server, known)["findings"] == []
    assert rules(report(server, known, context="graph")) == {"S47"}


def test_more_about_a_known_thing_is_judged_with_what_is_known(server: Server) -> None:
    label = 'p:igawa-sei <http://www.w3.org/2004/02/skos/core#prefLabel> "Another name"@en .'

    assert "S12" in rules(report(server, label))


def test_nothing_is_kept_of_what_was_sent(server: Server) -> None:
    first = report(server, CLAIM, context="graph")

    assert report(server, CLAIM, context="graph") == first
    assert "false" in server.query(f"ASK {{ <{SENT}> ?p ?o }}").text


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("*/*", ox.RdfFormat.TURTLE),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_a_report_in_rdf_is_one_of_shacl(server: Server, accept: str, syntax: ox.RdfFormat) -> None:
    answer = validate(server, UNSOURCED, accept)

    graph = ox.Store()
    graph.load(answer.body, syntax)

    assert graph.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> ASK { ?report a sh:ValidationReport ; sh:conforms false ;"
        f" sh:result [ sh:focusNode <{SENT}> ; sh:resultPath <{term('zr:citation').value}> ;"
        " sh:resultSeverity sh:Violation ; sh:resultMessage ?said ] FILTER(LANG(?said) = 'ja') }"
    )


def test_the_word_format_goes_before_the_header(server: Server) -> None:
    assert json.loads(validate(server, CLAIM, TURTLE, format="json").body)["conforms"] is True
    assert validate(server, CLAIM, JSON, format="ttl").media_type == TURTLE
    assert validate(server, CLAIM, "image/png").status == 406


@pytest.mark.parametrize("syntax", [ox.RdfFormat.N_TRIPLES, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD])
def test_every_syntax_says_the_same(server: Server, syntax: ox.RdfFormat) -> None:
    triples = [quad.triple for quad in ox.parse(PREFIXES + UNSOURCED, ox.RdfFormat.TURTLE)]
    body = ox.serialize(triples, format=syntax)

    assert body is not None
    found = json.loads(validate(server, body, content_type=syntax.media_type).body)

    assert rules(found) == {"S04"}
    assert found["checked"]["triples"] == len(triples)


@pytest.mark.parametrize(
    ("content_type", "text", "line", "column"),
    [
        (TURTLE, "@prefix a: <http://example.org/> .\n\na:b a:c a:d\na:e a:f a:g .", 4, 1),
        ("application/n-triples", '<http://example.org/s> <http://example.org/p> "x" .\n<s', 2, None),
        ("application/rdf+xml", "<rdf:RDF>\n<a", None, None),
        ("application/ld+json", '{"@id": "http://example.org/s",\n nonsense', 2, None),
    ],
    ids=["turtle", "n-triples", "rdf-xml", "json-ld"],
)
def test_what_cannot_be_parsed_is_refused_with_its_place(
    server: Server, content_type: str, text: str, line: int | None, column: int | None
) -> None:
    answer = validate(server, text.encode(), content_type=content_type)

    problem = json.loads(answer.body)
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    assert line is None or problem["line"] == line
    assert column is None or problem["column"] == column


@pytest.mark.parametrize(
    ("content_type", "body", "parameters", "status"),
    [
        ("text/turtle", b"", {}, 400),
        ("text/turtle; charset=utf-16", b"x", {}, 415),
        ("image/png", b"x", {}, 415),
        ("application/trig", b"{}", {}, 415),
        ("text/turtle", PREFIXES.encode() + b"p:a zr:b zr:c .", {"context": "everything"}, 400),
        ("text/turtle", PREFIXES.encode() + b"p:a zr:b zr:c .", {"contxt": "graph"}, 400),
        ("text/turtle", PREFIXES.encode() + b"p:a zr:b zr:c .", {"access_token": "x"}, 400),
        ("text/turtle", b"x" * 600_000, {}, 413),
    ],
    ids=["empty", "charset", "png", "dataset", "context", "parameter", "token", "long"],
)
def test_a_mistake_in_the_request_is_told(
    server: Server, content_type: str, body: bytes, parameters: dict[str, str], status: int
) -> None:
    assert validate(server, body, content_type=content_type, **parameters).status == status


class Form(HTMLParser):
    """Reads the controls of a page, the labels for them, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.controls: dict[str, dict[str, str]] = {}
        self.labels: set[str] = set()
        self.headings: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("textarea", "input", "select") and found.get("type") != "hidden":
            self.controls[found["id"]] = found
        if tag == "label":
            self.labels.add(found["for"])
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_every_control_of_the_page_has_a_label(server: Server, language: str) -> None:
    form = Form(server.get(f"/validate?lang={language}", "text/html").text)

    names = {control["name"] for control in form.controls.values()}
    assert names == {"q", "data", "file", "syntax", "context"}  # q is that of the search in the header
    assert form.controls.keys() == form.labels
    assert form.headings[0] == "h1"


@pytest.mark.parametrize(("language", "heading"), [("ja", "データの検証"), ("vi", "Kiểm tra dữ liệu")])
def test_the_report_of_a_form_is_a_page_in_the_language_of_the_form(
    server: Server, language: str, heading: str
) -> None:
    page = server.get(f"/validate?lang={language}", "text/html").text
    for action in re.findall(r'<form action="(/validate[^"]*)#report"', page):
        answer = server.ask(
            "POST",
            unescape(action),
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"},
            urlencode({"data": "<urn:a> <urn:b> <urn:c> ."}).encode(),
        )

        assert answer.status == 200
        assert f'<html lang="{language}"' in answer.text
        assert f"<h1>{heading}</h1>" in answer.text


def test_the_example_on_the_page_conforms(server: Server) -> None:
    page = server.get("/validate", "text/html").text
    example = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]

    parameters = urlencode({"data": unescape(example)})
    answer = server.ask(
        "POST",
        "/validate",
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": JSON},
        parameters.encode(),
    )

    assert json.loads(answer.body)["conforms"] is True


def test_the_page_shows_the_claim_the_fault_and_the_fix(server: Server) -> None:
    answer = validate(server, UNSOURCED, "text/html")
    page = Form(answer.text)

    assert answer.status == 200
    assert "This claim has no source." in page.text
    assert "Add zr:citation" in page.text
    assert "rdf:subject p:igawa-sei ;" in page.text
    assert "cl:igawa-sei-described-99" in page.text
    assert "It could not be added as it is." in page.text


def test_the_page_shows_where_a_text_cannot_be_read_and_keeps_the_text(server: Server) -> None:
    answer = validate(server, CLAIM.replace("zv:normal ;", "zv:normal"), "text/html")

    assert answer.status == 400
    assert "cannot be taken as it is" in answer.text
    assert 'class="row at"' in answer.text
    assert "taught in the mountains" in answer.text.partition("<textarea")[2]


def test_a_page_of_many_findings_shows_the_first_and_says_that_there_are_more(server: Server) -> None:
    many = "".join(UNSOURCED.replace("-99 ", f"-{n} ").replace("mountains", f"{n}") for n in range(320))

    page = Form(validate(server, many, "text/html").text)

    assert page.headings.count("h3") == 300
    assert "20 more findings" in page.text


def test_what_was_sent_comes_back_as_text(server: Server) -> None:
    hostile = CLAIM.replace("taught in the mountains", "</textarea><script>alert(1)</script>")

    for text in (hostile, hostile.replace("zr:status", "zr:stat"), hostile.replace(" ;", "")):
        assert "<script>" not in validate(server, text, "text/html").text


def test_the_pages_lead_to_it_and_a_report_is_not_kept(server: Server) -> None:
    assert 'href="/validate"' in server.get("/", "text/html").text
    assert validate(server, CLAIM).headers["cache-control"] == "no-store"


def test_shapes_in_a_document_are_data_and_no_rules(server: Server) -> None:
    shape = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        f"{PREFIXES}p:shape a sh:NodeShape ; sh:targetClass zr:Assertion ;\n"
        "  owl:imports <file:///etc/passwd> ; sh:property p:rule .\n"
        'p:rule sh:path zr:nothing ; sh:minCount 1 ; sh:message "mine" .\n'
    )

    assert "mine" not in validate(server, shape + CLAIM).text


def test_the_report_names_the_version_of_the_data(server: Server) -> None:
    assert report(server, CLAIM)["version"] == json.loads(server.get("/health").body)["version"]
