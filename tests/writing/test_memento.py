"""The pages and the data of things as they were (RFC 7089): by version, by date, and listed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from writing.editor import JSON, PROLOGUE, claim, insert, told, words
from zanryu.graph.namespaces import BASE
from zanryu.web.problems import PROBLEMS

if TYPE_CHECKING:
    from attack.server import Answer, Server
    from writing.editor import Editor

PAGE = "text/html"
PERSON = "/page/person/ishii-takuo"
DATA = "/data/person/ishii-takuo.ttl"
FUTURE = "Thu, 31 Dec 2099 23:59:59 GMT"
LONG_AGO = "Sat, 01 Jan 2000 00:00:00 GMT"
_PASSING = 'p:passing a zr:Person ; skos:prefLabel "Passing"@en .'


def _links(answer: Answer) -> dict[str, str]:
    """Return the targets of the Link header by relation."""
    found = re.findall(r'<([^>]*)>((?:; \w+="[^"]*")+)', answer.headers["link"])
    return {
        relation: target
        for target, parameters in found
        for relation in re.findall(r'rel="([^"]*)"', parameters)[0].split()
    }


def _at(server: Server, target: str, moment: str, accept: str = "*/*") -> Answer:
    return server.ask("GET", target, {"Accept": accept, "Accept-Datetime": moment})


@pytest.fixture(scope="module")
def versions(editor: Editor) -> tuple[int, int, int]:
    """Versions that add a claim about Ishii, correct it, and take it back."""
    added = editor.made(insert(claim("once-1", says="a fencer")))["number"]
    corrected = editor.made(
        f"{PROLOGUE}DELETE DATA {{ cl:once-1 zr:certainty zv:probable }} ;\n"
        "INSERT DATA { cl:once-1 zr:certainty zv:possible }"
    )["number"]
    removed = told(editor.send("POST", f"/history/{corrected}/revert"))["number"]
    return added, corrected, removed


@pytest.fixture(scope="module")
def server(editor: Editor) -> Server:
    """The server that has them."""
    return editor.server


@pytest.mark.parametrize("target", [PERSON, DATA, "/data/person/ishii-takuo"])
def test_what_is_now_says_where_to_ask_for_what_was(server: Server, target: str) -> None:
    answer = server.get(target)
    unchanged = server.ask("GET", target, {"If-None-Match": answer.headers["etag"]})

    for told_by in (answer, unchanged):
        links = _links(told_by)
        assert (links["original"], links["timegate"], links["timemap"]) == (
            target,
            target,
            f"/timemap{target}",
        )
        assert "accept-datetime" in told_by.headers["vary"].lower()
        assert "memento-datetime" not in told_by.headers
    assert (answer.status, unchanged.status) == (200, 304)


@pytest.mark.parametrize(("target", "accept"), [(PERSON, PAGE), (DATA, "text/turtle")], ids=["page", "data"])
def test_a_date_leads_to_the_state_of_then(
    server: Server, versions: tuple[int, int, int], target: str, accept: str
) -> None:
    first = server.get(f"{target}?version={versions[0]}", accept)

    found = _at(server, target, first.headers["memento-datetime"], accept)
    newest, oldest = (_at(server, target, moment, accept) for moment in (FUTURE, LONG_AGO))
    state = server.get(found.headers["location"], accept)

    assert [answer.status for answer in (found, newest, oldest)] == [302, 302, 302]
    assert int(found.headers["location"].rpartition("=")[2]) >= versions[0]  # two may be of one second
    assert int(newest.headers["location"].rpartition("=")[2]) >= versions[2]
    assert oldest.headers["location"] == f"{target}?version=0"
    assert "accept-datetime" in found.headers["vary"].lower()
    assert _links(found)["timegate"] == target
    assert (state.status, "a fencer" in state.text) == (200, True)
    assert "a fencer" not in server.get(oldest.headers["location"], accept).text
    assert state.headers["memento-datetime"] <= first.headers["memento-datetime"]
    assert "accept-datetime" not in state.headers["vary"].lower()


def test_a_state_names_its_neighbours(server: Server, versions: tuple[int, int, int]) -> None:
    added, corrected, removed = versions
    links = _links(server.get(f"{PERSON}?version={corrected}"))

    assert links["first"] == f"{PERSON}?version=0"
    assert links["prev"] == f"{PERSON}?version={added}"
    assert links["next"] == f"{PERSON}?version={removed}"
    assert (links["original"], links["timegate"], links["timemap"]) == (PERSON, PERSON, f"/timemap{PERSON}")


def test_the_page_of_then_shows_what_was_and_says_so_in_three_languages(
    server: Server, versions: tuple[int, int, int]
) -> None:
    target = f"{PERSON}?version={versions[1]}"
    answer = server.get(target, PAGE)
    said = words(answer)

    assert re.search(rf"As it was in version {versions[1]}, from \d{{4}}-.* UTC to \d{{4}}-.* UTC\.", said)
    assert "What changed since (" in said
    assert f"/history?about=https://w3id.org/zanryu/id/person/ishii-takuo&amp;since={versions[1]}" in re.sub(
        "%3A", ":", answer.text.replace("%2F", "/")
    )
    assert f'<a href="{PERSON}">See the present</a>' in answer.text
    assert f"/page/claim/once-1?version={versions[1]}" in answer.text
    assert f'href="/data/person/ishii-takuo.ttl?version={versions[1]}"' in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert f"第 {versions[1]} 版での姿です" in server.get(f"{target}&lang=ja", PAGE).text
    assert f"Như trong phiên bản {versions[1]}" in server.get(f"{target}&lang=vi", PAGE).text


def test_data_of_then_is_for_good_and_a_copy_of_it_is_known(
    server: Server, versions: tuple[int, int, int]
) -> None:
    target = f"{DATA}?version={versions[1]}"
    answer = server.get(target)
    again = server.ask("GET", target, {"If-None-Match": answer.headers["etag"]})

    assert "zv:possible" in answer.text or "vocab/possible" in answer.text
    assert again.status == 304
    for told_by in (answer, again):
        assert "immutable" in told_by.headers["cache-control"]
        assert told_by.headers["memento-datetime"] == answer.headers["memento-datetime"]
    assert "immutable" not in server.get(f"{DATA}?version=0").headers.get("cache-control", "")


@pytest.mark.parametrize("target", [PERSON, DATA])
def test_all_states_are_listed_and_only_those_in_which_something_changed(
    editor: Editor, versions: tuple[int, int, int], target: str
) -> None:
    other = editor.made(
        insert(
            claim(f"elsewhere-{len(target)}").replace("rdf:subject p:ishii-takuo", "rdf:subject p:igawa-sei")
        )
    )["number"]

    listed = editor.server.get(f"/timemap{target}")
    document = told(editor.server.get(f"/timemap{target}", JSON))

    assert (listed.status, listed.media_type) == (200, "application/link-format")
    assert listed.text.startswith(
        f'<{target}>; rel="original timegate",\n</timemap{target}>; rel="self"; type='
    )
    numbers = [int(n) for n in re.findall(r"\?version=(\d+)>", listed.text)]
    assert numbers == sorted(set(numbers)) and {0, *versions} <= set(numbers)
    assert other not in numbers
    assert f'<{target}?version=0>; rel="first memento"; datetime="' in listed.text
    assert [entry["version"] for entry in document["mementos"]["list"]] == numbers
    assert document["mementos"]["last"]["uri"] == f"{target}?version={numbers[-1]}"
    again = editor.server.ask("GET", f"/timemap{target}", {"If-None-Match": listed.headers["etag"]})
    assert again.status == 304


def test_what_is_gone_is_still_found_by_its_states(editor: Editor) -> None:
    server, target = editor.server, "/page/claim/gone-again-1"
    number = editor.made(insert(claim("gone-again-1")))["number"]
    while_there = told(server.get(f"/timemap{target}", JSON))
    gone = told(editor.send("POST", f"/history/{number}/revert"))["number"]

    then = server.get(f"{target}?version={number}", PAGE)

    assert server.get(target, PAGE).status == 404
    assert (then.status, "an instructor (gone-again-1)" in then.text) == (200, True)
    assert server.get(f"{target}?version={gone}").status == 404
    assert _at(server, target, LONG_AGO).headers["location"] == f"{target}?version={number}"
    listed = told(server.get(f"/timemap{target}", JSON))
    assert listed["mementos"] == while_there["mementos"]
    assert [entry["version"] for entry in while_there["mementos"]["list"]] == [number]
    assert [entry["version"] for entry in listed["removals"]] == [gone]
    assert "removals" not in while_there


@pytest.fixture(scope="module")
def gone(editor: Editor) -> tuple[int, int]:
    """The versions that add a claim and a person, and those that remove them; all other tests leave them."""
    added = editor.made(
        insert(claim("gone-1")) + f" ;\nINSERT DATA {{ GRAPH <{BASE}graph/entities> {{ {_PASSING} }} }}"
    )
    removed = editor.made(
        f"{PROLOGUE}DELETE WHERE {{ cl:gone-1 ?p ?o }} ;\nDELETE WHERE {{ p:passing ?p ?o }}"
    )
    return added["number"], removed["number"]


@pytest.mark.parametrize("path", ["/page/claim/gone-1", "/data/claim/gone-1.ttl", "/page/person/passing"])
def test_what_is_gone_says_since_when_and_where_it_is_found(
    server: Server, gone: tuple[int, int], path: str
) -> None:
    added, removed = gone
    heading = told(server.get(f"/history/{removed}", JSON))

    now, then = server.get(path, JSON), _at(server, path, FUTURE, JSON)

    for answer in (now, then):
        problem, links = told(answer), _links(answer)
        assert (answer.status, problem["type"]) == (404, PROBLEMS + "removed")
        assert (links["timegate"], links["timemap"]) == (path, f"/timemap{path}")
        assert links["last"] == f"{path}?version={added}"
        assert "accept-datetime" in answer.headers["vary"].lower()
        assert "memento-datetime" not in answer.headers
        assert problem["removed_in"] == removed
        assert problem["removed_at"].rstrip("Z") == heading["time"].partition(".")[0]
        assert server.get(problem["last"]).status == 200
        assert server.get(problem["timemap"]).status == 200
        numbers = [v["number"] for v in told(server.get(problem["history"], JSON))["versions"]]
        assert numbers[0] == removed
    assert f"The graph of {FUTURE} says nothing about <{BASE}id/" in told(then)["detail"]


@pytest.mark.parametrize("accept", [PAGE, "text/turtle"], ids=["page", "data"])
def test_the_name_of_what_is_gone_leads_to_what_it_was(
    server: Server, gone: tuple[int, int], accept: str
) -> None:
    form = "page" if accept == PAGE else "data"

    answer = server.get("/id/claim/gone-1", accept)
    dated = _at(server, "/id/claim/gone-1", LONG_AGO, accept)

    assert (answer.status, _links(answer)["timegate"]) == (404, f"/{form}/claim/gone-1")
    assert (dated.status, dated.headers["location"]) == (303, f"/{form}/claim/gone-1")


def test_a_version_without_a_thing_says_which_version_and_where_it_is(
    server: Server, gone: tuple[int, int]
) -> None:
    added, removed = gone
    path = "/data/claim/gone-1"

    before, after = (server.get(f"{path}?version={number}", JSON) for number in (added - 1, removed))

    assert [answer.status for answer in (before, after)] == [404, 404]
    assert f"Version {added - 1} says nothing about <{BASE}id/claim/gone-1> yet" in told(before)["detail"]
    assert told(before)["first"] == _links(before)["next"] == f"{path}?version={added}"
    assert f"Version {removed} says nothing about <{BASE}id/claim/gone-1>: it was" in told(after)["detail"]
    assert told(after)["last"] == _links(after)["prev"] == f"{path}?version={added}"
    assert all("memento-datetime" in answer.headers for answer in (before, after))


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("en", "Removed (404)", "Removed in version {}, 20"),
        ("ja", "削除済み (404)", "第 {} 版で削除された（20"),
        ("vi", "Đã bị xóa (404)", "Bị xóa trong phiên bản {}, 20"),
    ],
)
def test_the_page_of_what_is_gone_leads_to_what_it_was_in_three_languages(
    server: Server, gone: tuple[int, int], language: str, title: str, sentence: str
) -> None:
    added, removed = gone
    answer = server.get(f"/page/claim/gone-1?lang={language}", PAGE)

    assert answer.status == 404
    assert title in words(answer)
    assert sentence.format(removed) in words(answer)
    for address in (
        f"/page/claim/gone-1?version={added}&amp;lang={language}",
        f"/history/{removed}?lang={language}",
        f"/history?{urlencode({'about': BASE + 'id/claim/gone-1'})}&amp;lang={language}",
        "/timemap/page/claim/gone-1",
    ):
        assert f'href="{address}"' in answer.text


def test_what_was_brought_back_is_there_again_and_its_absence_is_not_forgotten(editor: Editor) -> None:
    path = "/page/claim/comes-back-1"
    added = editor.made(insert(claim("comes-back-1")))["number"]
    removed = told(editor.send("POST", f"/history/{added}/revert"))["number"]
    again = told(editor.send("POST", f"/history/{removed}/revert"))["number"]
    listed = told(editor.server.get(f"/timemap{path}", JSON))

    assert editor.server.get(path, PAGE).status == 200
    assert _at(editor.server, path, FUTURE).headers["location"] == f"{path}?version={again}"
    assert told(editor.server.get(f"{path}?version={removed}", JSON))["removed_in"] == removed
    assert [entry["version"] for entry in listed["mementos"]["list"]] == [added, again]
    assert [entry["version"] for entry in listed["removals"]] == [removed]


@pytest.mark.parametrize(
    "moment", ["", "yesterday", "2026-11-21", "Sat, 21 Nov 2026", "Sat, 31 Feb 2026 00:00:00 GMT"]
)
def test_what_is_no_date_is_malformed(server: Server, moment: str) -> None:
    answers = [_at(server, target, moment) for target in (PERSON, DATA)]

    assert [(a.status, told(a)["parameter"]) for a in answers] == [(400, "Accept-Datetime")] * 2


@pytest.mark.parametrize(
    "path", ["/page/person/nobody", "/data/person/nobody.ttl", "/data/person/ishii-takuo.exe"]
)
def test_what_never_was_has_no_states(server: Server, path: str) -> None:
    for answer in (
        server.get(path),
        server.get(f"/timemap{path}"),
        _at(server, path, FUTURE),
        server.get(f"{path}?version=0"),
    ):
        assert answer.status == 404
        assert "link" not in answer.headers and "memento-datetime" not in answer.headers


def test_the_name_of_a_thing_leads_to_what_it_was(server: Server, versions: tuple[int, int, int]) -> None:
    page = server.get(f"/id/person/ishii-takuo?version={versions[0]}&lang=ja", PAGE)
    data = server.get(f"/id/person/ishii-takuo?version={versions[0]}", "text/turtle")

    assert page.headers["location"] == f"{PERSON}?lang=ja&version={versions[0]}"
    assert data.headers["location"] == f"/data/person/ishii-takuo?version={versions[0]}"


def test_what_else_is_asked_goes_with_the_date(server: Server, versions: tuple[int, int, int]) -> None:
    answer = _at(server, f"{PERSON}?lang=vi", FUTURE)

    assert re.fullmatch(rf"{PERSON}\?version=\d+&lang=vi", answer.headers["location"])
    assert _links(answer)["original"] == f"{PERSON}?lang=vi"


def test_a_script_of_another_site_may_ask_by_date(server: Server) -> None:
    answer = server.ask("OPTIONS", PERSON)

    assert "Accept-Datetime" in answer.headers["access-control-allow-headers"]
    assert "Memento-Datetime" in answer.headers["access-control-expose-headers"]


def test_a_date_never_changes_what_others_are_given(server: Server, versions: tuple[int, int, int]) -> None:
    before = server.get(PERSON, PAGE)
    _at(server, PERSON, LONG_AGO, PAGE)
    state = server.get(f"{PERSON}?{urlencode({'version': 0})}", PAGE)

    assert server.get(PERSON, PAGE).body == before.body != state.body
