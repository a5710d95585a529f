"""The search through a real server: pages, JSON, suggestions, refusals, and data that changes meanwhile."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest

from attack.server import serving, wait_until
from protocol.asking import BROWSER
from protocol.test_pages import Outline
from writing.editor import copy_of, editing, insert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Answer, Server
    from zanryu.config import Settings

JSON = "application/json"


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(
        built.store, tmp_path_factory.mktemp("searched"), access_log="none", validation_workers="0"
    ) as started:
        wait_until(lambda: started.get("/search?q=x").status == 200, 60, "the index is there")
        yield started


def found(server: Server, text: str, **parameters: str) -> Any:
    answer = server.get("/search?" + urlencode({"q": text, **parameters}), JSON)
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def names(document: Any) -> list[str]:
    return [hit["href"].removeprefix("/page/") for hit in document["hits"]]


def page(server: Server, target: str) -> tuple[Answer, Outline]:
    answer = server.get(target, BROWSER)
    return answer, Outline(answer.text)


@pytest.mark.parametrize("text", ["Quang Ngai", "Quảng Ngãi", "クァンガイ", "quangngai"])
def test_three_spellings_find_the_same_place(server: Server, text: str) -> None:
    assert "place/quang-ngai" in names(found(server, text))


@pytest.mark.parametrize(
    "text", ["Takuo Ishii", "Ishii Takuo", "石井卓雄", "Tran Chi Dung", "陳志勇", "トン"]
)
def test_a_person_is_found_by_every_name(server: Server, text: str) -> None:
    assert names(found(server, text))[0] == "person/ishii-takuo"


def test_a_hit_says_what_it_is_and_which_name_was_found(server: Server) -> None:
    hit = found(server, "nguyen van thong")["hits"][0]
    assert hit["kind"] == "person"
    assert hit["claims"] > 10
    assert hit["description"][0]["text"] == "1919–1950"
    assert hit["also"] == {
        "pieces": [{"text": "Nguyễn Văn Thông", "match": True}],
        "language": "vi",
        "kind": "adopted name",
    }


def test_the_words_of_a_hedge_find_its_claim(server: Server) -> None:
    document = found(server, "reportedly")
    assert {hit["kind"] for hit in document["hits"]} == {"claim"}
    assert all(any(piece.get("match") for piece in hit["note"]["pieces"]) for hit in document["hits"])


def test_filters_narrow_and_counts_tell_what_is_left(server: Server) -> None:
    everything = found(server, "ishii")
    persons = found(server, "ishii", kind="person", tier="tertiary")
    assert sum(everything["kinds"].values()) == everything["total"]
    assert 0 < persons["total"] < everything["total"]
    assert {hit["kind"] for hit in persons["hits"]} == {"person"}


def test_pages_follow_each_other(server: Server) -> None:
    total = found(server, "the")["total"]
    first, second = (found(server, "the", page=number) for number in ("1", "2"))
    assert total > 40
    assert len(set(names(first) + names(second))) == 40


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
@pytest.mark.parametrize("query", ["", "q=ishii", "q=the&page=2", "q=Ihsii", "q=xyzzyx", "q=---", "q=%00"])
def test_the_page_has_one_heading_and_marks_what_was_found(server: Server, query: str, language: str) -> None:
    answer, outline = page(server, f"/search?{query}&lang={language}")
    assert (answer.status, answer.media_type) == (200, "text/html")
    assert len(outline.all("h1")) == 1
    assert outline.all("html") == [{"lang": language}]
    assert bool(outline.all("mark")) is ("ishii" in query or "the" in query or "Ihsii" in query)


def test_what_is_asked_and_what_is_found_is_shown_as_text(server: Server) -> None:
    answer, outline = page(server, "/search?q=" + quote('"><script>alert(1)</script> ishii'))
    assert "<script>alert" not in answer.text
    assert [form["action"] for form in outline.all("form")] == ["/search", "/search"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("q=" + "x" * 201, "q"),
        ("q=" + "x" * 10_000, "q"),
        ("q=a&q=b", "q"),
        ("q=a&kind=nothing", "kind"),
        ("q=a&kind=person&kind=work", "kind"),
        ("q=a&tier=quaternary", "tier"),
        ("q=a&page=0", "page"),
        ("q=a&page=51", "page"),
        ("q=a&page=x", "page"),
        ("q=a&page=" + "9" * 5000, "page"),
        ("q=a&format=pdf", "format"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_the_name_of_its_parameter(
    server: Server, query: str, parameter: str
) -> None:
    answer = server.get(f"/search?{query}", JSON)
    assert answer.status == 400, answer.text[:300]
    assert json.loads(answer.body)["parameter"] == parameter


def test_a_question_of_100_kilobytes_is_refused(server: Server) -> None:
    assert server.get("/search?q=" + "x" * 100_000).status in (400, 414)


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "a* OR b",
        "NEAR(",
        "{whole}:x",
        "\x00",
        "\u202eishii",
        "%",
        "'; --",
        "石" * 200,
        "a " * 100,
        "\ud800",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("path", ["/search", "/search/suggest"])
def test_hostile_questions_are_answered(server: Server, path: str, text: str) -> None:
    target = f"{path}?q={quote(text.encode('utf-8', 'surrogatepass'))}"
    for accept in (JSON, BROWSER):
        assert server.get(target, accept).status in ((200,) if path == "/search" else (200, 406))


def test_suggestions_come_as_our_json_and_as_browsers_want_them(server: Server) -> None:
    own = json.loads(server.get("/search/suggest?q=quang&lang=en", JSON).body)
    answer = server.get("/search/suggest?q=quang", "application/x-suggestions+json")
    asked, completions, lines = json.loads(answer.body)

    assert own["announcement"] == "8 suggestions"
    assert [hit["name"] for hit in own["suggestions"]] == completions
    assert "Quảng Ngãi" in completions
    assert (asked, answer.media_type) == ("quang", "application/x-suggestions+json")
    assert len(lines) == len(completions)


def test_nothing_typed_gets_nothing_suggested(server: Server) -> None:
    assert json.loads(server.get("/search/suggest", JSON).body)["suggestions"] == []


def test_browsers_learn_how_to_search_here(server: Server) -> None:
    _, outline = page(server, "/")
    (linked,) = [link for link in outline.all("link") if link.get("rel") == "search"]
    answer = server.get(linked["href"])
    assert answer.media_type == linked["type"] == "application/opensearchdescription+xml"
    root = ET.fromstring(answer.body)  # noqa: S314 - our own
    templates = [url.get("template", "") for url in root if url.tag.endswith("Url")]
    assert all(template.startswith(f"{server.origin}/search") for template in templates)
    assert len(templates) == 3


def test_a_copy_that_is_current_is_not_sent_again(server: Server) -> None:
    for target in ("/search?q=ishii", "/search/suggest?q=ishii", "/search"):
        tag = server.get(target, JSON).headers["etag"]
        assert server.ask("GET", target, {"Accept": JSON, "If-None-Match": tag}).status == 304


def test_somebody_who_was_just_added_is_found_and_who_was_taken_away_is_not(
    built: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = copy_of(built, tmp_path_factory.mktemp("edited") / "home")
    graph = "GRAPH <https://w3id.org/zanryu/graph/entities>"
    person = (
        'p:kawamoto-test a zr:Person ; skos:prefLabel "Kawamoto Ryōhei"@en ; zr:nationality zv:japanese .'
    )
    with editing(settings, tmp_path_factory.mktemp("server")) as editor:
        wait_until(lambda: editor.server.get("/search?q=x", JSON).status == 200, 60, "the index is there")
        assert names(found(editor.server, "Ryouhei Kawamoto")) == []

        added = insert("").replace("{  }", f"{{ {graph} {{ {person} }} }}")
        version = editor.made(added)["version"]
        wait_until(
            lambda: names(found(editor.server, "Ryouhei Kawamoto")) == ["person/kawamoto-test"],
            10,
            "the new person is found",
        )
        assert found(editor.server, "kawamoto")["version"] == version

        assert editor.server.errors().count("search index of version") == 1, "the whole index was made anew"

        editor.made(added.replace("INSERT", "DELETE"))
        wait_until(lambda: names(found(editor.server, "Ryouhei Kawamoto")) == [], 10, "and is not any more")
