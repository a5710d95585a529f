"""The ``type`` of a problem document leads to a page that says what it means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from zanryu.portal.problems.kinds import kinds
from zanryu.web.problems import PROBLEMS

if TYPE_CHECKING:
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
