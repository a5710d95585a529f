"""``/cite`` and the typed links of pages, through HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from flask import render_template_string

from protocol.asking import BROWSER, SCRIPT
from protocol.test_pages import Outline
from zanryu.graph.namespaces import BASE

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from protocol.asking import Client

PERSON = f"{BASE}id/person/sato-haru"
CLAIM = f"{BASE}id/claim/sato-haru-rank-1"
WORK = f"{BASE}id/work/memoir"
HOSTILE = f"{BASE}id/person/hostile"
FORMATS = {
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl-json": "application/vnd.citationstyles.csl+json",
    "chicago-author-date": "text/x-bibliography",
    "chicago-notes": "text/x-bibliography",
    "html": "text/html",
}


def cite(client: Client, accept: str | None = None, /, **parameters: str) -> TestResponse:
    return client.get("/cite?" + urlencode(parameters), accept)


@pytest.mark.parametrize("iri", [PERSON, CLAIM, WORK, HOSTILE, BASE])
@pytest.mark.parametrize("name", FORMATS)
def test_everything_is_cited_in_every_format(client: Client, iri: str, name: str) -> None:
    answer = cite(client, iri=iri, format=name)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == FORMATS[name]
    assert answer.headers["ETag"]
    again = client.get(
        "/cite?" + urlencode({"iri": iri, "format": name}), If_None_Match=answer.headers["ETag"]
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("accept", "mimetype", "begins"),
    [
        ("application/x-bibtex", "application/x-bibtex", "@"),
        ("text/x-bibtex", "text/x-bibtex", "@"),
        ("application/x-research-info-systems", "application/x-research-info-systems", "TY  - "),
        ("application/vnd.citationstyles.csl+json", "application/vnd.citationstyles.csl+json", "["),
        ("text/x-bibliography", "text/x-bibliography", "("),
        ("text/x-bibliography; style=chicago-author-date", "text/x-bibliography", "("),
        ("text/x-bibliography;style=chicago-notes;q=0.9", "text/x-bibliography", "as recorded in"),
        (BROWSER, "text/html", "<!doctype html>"),
    ],
)  # fmt: skip
def test_a_client_that_says_what_it_reads_gets_it(
    client: Client, accept: str, mimetype: str, begins: str
) -> None:
    answer = cite(client, accept, iri=CLAIM)
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert begins in answer.text
    assert "Accept" in answer.headers["Vary"]


def test_files_are_read_by_others_than_us(client: Client) -> None:
    library = parse_string(cite(client, iri=CLAIM, format="bibtex").text)
    assert library.entries[0].key == "zanryu-claim-sato-haru-rank-1"
    records = rispy.loads(cite(client, iri=CLAIM, format="ris").text)
    items = json.loads(cite(client, iri=CLAIM, format="csl-json").text)
    assert len(records) == len(items) == len(library.entries) > 1


def test_a_bibliography_holds_the_works_behind_a_thing(client: Client) -> None:
    items = json.loads(cite(client, iri=PERSON, bibliography="1", format="csl-json").text)
    assert items
    assert all(not item["id"].startswith("zanryu-") for item in items)
    page = cite(client, BROWSER, iri=PERSON, bibliography="1")
    assert page.text.count('class="Z3988"') == len(items)


def test_the_result_of_a_query_is_cited_with_its_question(client: Client) -> None:
    answer = cite(client, query="# Who is there?\nSELECT * { ?s ?p ?o }", format="csl-json")
    item = json.loads(answer.text)[0]
    assert item["title"] == "Who is there?"
    assert item["URL"].startswith(f"{BASE}sparql?query=%23%20Who")


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ("", "iri"),
        ("iri=https%3A%2F%2Fexample.org%2F", "iri"),
        ("iri=javascript%3Aalert(1)", "iri"),
        (f"iri={quote(PERSON)}&query=x", "iri"),
        (f"iri={quote(PERSON)}&iri={quote(PERSON)}", "iri"),
        (f"iri={quote(PERSON)}&format=word", "format"),
        (f"iri={quote(PERSON)}&bibliography=yes", "bibliography"),
        ("query=x&bibliography=1", "bibliography"),
        (f"query={'x' * 8001}", "query"),
        (f"iri={quote(PERSON)}&version=newest", "version"),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_named(client: Client, parameters: str, wrong: str) -> None:
    answer = client.get(f"/cite?{parameters}", "application/json")
    problem = json.loads(answer.text)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert problem["parameter"] == wrong


def test_what_is_not_there_is_not_found(client: Client) -> None:
    assert cite(client, iri=f"{BASE}id/person/nobody").status_code == 404


@pytest.mark.parametrize("accept", ["image/png", "text/x-bibliography; style=apa"])
def test_another_style_or_form_is_not_acceptable(client: Client, accept: str) -> None:
    answer = cite(client, accept, iri=PERSON)
    assert answer.status_code == 406
    assert "chicago-notes" in answer.text or "text/x-bibliography" in answer.text


def test_a_citation_is_kept_by_nobody_until_tomorrow(client: Client) -> None:
    assert "private" in cite(client, iri=PERSON).headers["Cache-Control"]


def test_nothing_of_a_hostile_name_runs(client: Client) -> None:
    page = cite(client, BROWSER, iri=HOSTILE).text
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>" not in page.replace(SCRIPT, "")


@pytest.mark.parametrize(
    "path", ["/page/person/sato-haru", "/page/work/memoir", "/page/claim/sato-haru-rank-1"]
)
def test_a_page_has_the_typed_links_of_fair_signposting(client: Client, path: str) -> None:
    links = ", ".join(client.get(path, BROWSER).headers.getlist("Link"))
    iri = BASE + path.removeprefix("/page/").join(("id/", ""))
    assert f'<{iri}>; rel="cite-as"' in links
    assert f'</data/{iri.removeprefix(BASE)[3:]}.ttl>; rel="describedby"; type="text/turtle"' in links
    for relation in ("item", "license", "type"):
        assert f'rel="{relation}"' in links


def test_data_lead_back_to_the_page(client: Client) -> None:
    links = ", ".join(client.get("/data/person/sato-haru.ttl").headers.getlist("Link"))
    assert '</page/person/sato-haru>; rel="collection"; type="text/html"' in links
    assert f'<{PERSON}>; rel="cite-as"' in links


_EMBEDDED = """
{% from "citing.html" import cite, cite_head, cite_coins %}
{% set citation = citation_of(iri) %}
<head>{{ cite_head(citation) }}</head>
{{ cite(citation, iri, "en") }}<a href="{{ cite_address(iri) }}">cite</a>{{ cite_coins(citation) }}
"""


@pytest.mark.parametrize("iri", [PERSON, CLAIM, WORK, HOSTILE, BASE])
def test_other_pages_can_hold_a_citation(app: Flask, iri: str) -> None:
    with app.test_request_context("/"):
        page = render_template_string(_EMBEDDED, iri=iri)
    outline = Outline(page)
    assert any(tag.get("class") == "Z3988" for tag in outline.all("span"))
    assert [tag for tag in outline.all("meta") if tag["name"] == "citation_title"]
    blocks = [tag for tag in outline.all("script") if tag.get("type") == "application/ld+json"]
    assert len(blocks) == 1
    assert page.count("</script>") == len(outline.all("script"))
    data = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert data["@id"] == iri
    assert SCRIPT not in page
    ids = [tag["id"] for _, tag in outline.elements if "id" in tag]
    assert len(ids) == len(set(ids))


def test_a_page_that_the_graph_does_not_know_has_no_citation(app: Flask) -> None:
    with app.test_request_context("/"):
        page = render_template_string(_EMBEDDED, iri=f"{BASE}id/person/nobody")
    assert not Outline(page).all("details")
