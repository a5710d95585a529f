"""The ``type`` of a problem document leads to a page that says what it means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from flask import render_template

from unit.portal.test_problems import ERRORS
from zanryu.errors import ZanryuError
from zanryu.portal.problems.kinds import kinds
from zanryu.web.problems import PROBLEMS, problem

if TYPE_CHECKING:
    from flask import Flask

    from protocol.asking import Client


@pytest.mark.parametrize(
    "path", ["/sparql?query=nonsense", "/nowhere", "/sparql?query=ASK%20%7B%7D&format=none", "/graphs"]
)
def test_the_type_of_a_problem_leads_to_its_page(client: Client, browser: Client, path: str) -> None:
    problem = json.loads(client.get(path, "application/json").data)

    page = browser.get("/problems/" + problem["type"].removeprefix(PROBLEMS))

    assert page.status_code == 200
    assert problem["type"] in page.text
    assert problem["title"] in page.text


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
@pytest.mark.parametrize("slug", kinds())
def test_every_kind_has_a_page_in_every_language(browser: Client, slug: str, language: str) -> None:
    page = browser.get(f"/problems/{slug}?lang={language}").text

    assert kinds()[slug].title[language] in page
    assert "`" not in page


def test_a_program_gets_the_same_as_json(client: Client) -> None:
    response = client.get("/problems/malformed-query", "application/json")

    assert response.mimetype == "application/json"
    assert json.loads(response.data)["type"] == PROBLEMS + "malformed-query"
    assert json.loads(response.data)["members"].keys() == {"line", "column"}


def test_the_list_has_every_kind(client: Client, browser: Client) -> None:
    listed = json.loads(client.get("/problems/", "application/json").data)["problems"]
    page = browser.get("/problems/").text

    assert {kind["type"] for kind in listed} == {kind.iri for kind in kinds().values()}
    assert all(f'href="/problems/{slug}"' in page for slug in kinds())


def test_a_kind_that_there_is_not_is_404_with_the_way_to_the_list(client: Client) -> None:
    response = client.get("/problems/nonsense")

    assert response.status_code == 404
    assert "/problems/ lists them" in response.text


def test_the_page_of_an_error_leads_to_its_kind(browser: Client) -> None:
    assert 'href="/problems/not-found"' in browser.get("/nowhere").text
    assert 'href="/problems/not-found?lang=ja"' in browser.get("/nowhere?lang=ja").text


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/page/person/nobody", "not-found"),
        ("/sparql?query=SELECT%20nonsense", "malformed-query"),
        ("/officers?page=x", "malformed-request"),
    ],
)
def test_the_page_of_an_error_says_in_the_readers_language_what_it_is(
    browser: Client, path: str, slug: str, language: str
) -> None:
    page = browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}").text
    kind = kinds()[slug]

    assert f"<h1>{kind.title[language]} <" in page
    assert f"<title>{kind.title[language]} ·" in page
    assert kind.meaning[language].partition("`")[0] in page
    assert '<p class="detail" lang="en">' in page


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.slug)
def test_no_page_of_an_error_has_a_title_in_another_language(
    app: Flask, error: type[ZanryuError], language: str
) -> None:
    known = ZanryuError("Something.")  # some kinds want more than a sentence
    known.title, known.slug = error.title, error.slug
    document = problem(known, "urn:x")
    with app.test_request_context(f"/?lang={language}"):
        page = render_template("error.html", problem=document, language=language)

    assert (f"<h1>{error.title} <" in page) is (language == "en")
    assert f"<h1>{kinds()[error.slug].title[language]} <" in page


def test_an_error_of_http_itself_has_its_own_title_in_english_and_a_general_one_else(app: Flask) -> None:
    other = ZanryuError("The target is too long.")
    other.title, other.slug = "URI Too Long", "http"
    pages = {}
    for language in ("en", "ja"):
        with app.test_request_context(f"/?lang={language}"):
            pages[language] = render_template(
                "error.html", problem=problem(other, "urn:x"), language=language
            )

    assert '<h1 lang="en">URI Too Long <' in pages["en"]
    assert f"<h1>{kinds()['http'].title['ja']} <" in pages["ja"]


def test_a_problem_document_is_in_english_whoever_asks(client: Client) -> None:
    response = client.get("/nowhere", "application/json", Accept_Language="ja")

    assert json.loads(response.data)["title"] == "Not found"
