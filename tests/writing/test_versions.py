"""Any version can be asked by ``/sparql?version=N``: as it was, also when its data has to be made again."""

from __future__ import annotations

import gzip
import shutil
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from attack.server import FORM, QUERY, UPDATE, serving, target_of
from writing.editor import PROLOGUE, claim, editing, insert, told, words
from zanryu.store.history.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from attack.server import Answer, Server
    from writing.editor import Editor
    from zanryu.config import Settings

PAGE = "text/html"
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


def _has(server: Server, name: str, version: int, accept: str = "application/json") -> bool:
    text = f"{PROLOGUE}ASK {{ cl:{name} ?p ?o }}"
    answer = server.get(target_of(text, version=str(version)), accept)
    assert answer.status == 200, answer.text
    return bool(told(answer)["boolean"])


def _counted(server: Server, version: int) -> int:
    answer = server.get(target_of(COUNT, version=str(version)))
    assert answer.status == 200, answer.text
    return int(told(answer)["results"]["bindings"][0]["n"]["value"])


def _made(editor: Editor, *names: str) -> list[int]:
    return [int(editor.made(insert(claim(name)))["number"]) for name in names]


@pytest.fixture(scope="module")
def numbers(editor: Editor) -> list[int]:
    """Three versions, each with a claim of its own."""
    return _made(editor, "then-1", "then-2", "then-3")


@pytest.fixture(scope="module")
def server(editor: Editor) -> Server:
    """The server that has them."""
    return editor.server


def test_a_version_has_what_was_written_until_then_and_nothing_later(
    server: Server, numbers: list[int]
) -> None:
    seen = [[_has(server, f"then-{n}", number) for n in (1, 2, 3)] for number in numbers]

    assert seen == [[True, False, False], [True, True, False], [True, True, True]]
    assert not _has(server, "then-1", numbers[0] - 1)
    assert not _has(server, "then-1", 0)


def test_a_version_can_be_asked_by_every_operation_of_the_protocol(
    server: Server, numbers: list[int]
) -> None:
    text, version = f"{PROLOGUE}ASK {{ cl:then-2 ?p ?o }}", str(numbers[0])

    by_get = server.query(text), server.get(target_of(text, version=version))
    by_form = server.post(urlencode({"query": text, "version": version}).encode(), FORM)
    by_body = server.post(text.encode(), QUERY, f"/sparql?version={version}")

    assert [told(answer)["boolean"] for answer in (*by_get, by_form, by_body)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        (f"{PROLOGUE}SELECT * {{ cl:then-1 ?p ?o }}", accept)
        for accept in (
            "application/sparql-results+json",
            "application/sparql-results+xml",
            "text/csv",
            "text/tab-separated-values",
        )
    ]
    + [
        (f"{PROLOGUE}CONSTRUCT WHERE {{ cl:then-1 rdf:object ?o }}", accept)
        for accept in ("text/turtle", "application/ld+json", "application/n-triples")
    ],
)
def test_data_of_a_version_is_for_good_and_says_from_when_it_is(
    server: Server, numbers: list[int], text: str, accept: str
) -> None:
    target = target_of(text, version=str(numbers[0]))

    answer = server.get(target, accept)
    again = server.ask("GET", target, {"Accept": accept, "If-None-Match": answer.headers["etag"]})

    assert (answer.status, answer.media_type) == (200, accept)
    assert "an instructor (then-1)" in answer.text
    assert "immutable" in answer.headers["cache-control"]
    heading = told(server.get(f"/history/{numbers[0]}", "application/json"))
    assert f"{parsedate_to_datetime(answer.headers['memento-datetime']):%FT%T}" == heading["time"][:19]
    assert (again.status, again.headers["etag"]) == (304, answer.headers["etag"])
    assert again.headers["cache-control"] == answer.headers["cache-control"]


def test_the_page_says_which_version_it_shows_and_leads_to_the_present(
    server: Server, numbers: list[int]
) -> None:
    text = f"{PROLOGUE}SELECT ?o {{ cl:then-1 rdf:object ?o }}"

    answer = server.get(target_of(text, version=str(numbers[0])), PAGE)

    said = words(answer)
    assert f"This page asks version {numbers[0]}, not the present. It was the newest since 2" in said
    assert "an instructor (then-1)" in said
    assert f'href="/history/{numbers[0]}"' in answer.text
    assert f'name="version" value="{numbers[0]}"' in answer.text
    assert f"format=csv&amp;version={numbers[0]}" in answer.text
    assert "immutable" not in answer.headers["cache-control"]
    assert answer.headers["memento-datetime"]


def test_the_page_of_a_version_leads_to_a_form_that_asks_it(server: Server, numbers: list[int]) -> None:
    link = f"/sparql?version={numbers[1]}"

    assert f'href="{link}"' in server.get(f"/history/{numbers[1]}", PAGE).text
    assert f'name="version" value="{numbers[1]}"' in server.get(link, PAGE).text
    assert server.get(link, "text/turtle").status == 400
    assert server.get("/sparql", "text/turtle").status == 200


@pytest.mark.parametrize(
    "target",
    [
        "/sparql?query=ASK{}&version=",
        "/page/person/ishii-takuo?version=",
        "/data/person/ishii-takuo.ttl?version=",
    ],
)
def test_a_version_that_there_is_not_is_not_found_and_the_newest_is_named(
    server: Server, numbers: list[int], target: str
) -> None:
    answers = [server.get(f"{target}999999", accept) for accept in (PAGE, f"application/json, {PAGE};q=0.1")]

    for answer in answers:
        assert (answer.status, "There is no version 999999. The newest is " in answer.text) == (404, True)


@pytest.mark.parametrize("version", ["-1", "1.0", "x", "", "1&version=2", "²", "9" * 40])
def test_what_is_no_number_is_malformed(server: Server, version: str) -> None:
    encoded = version if "&" in version else urlencode({"v": version})[2:]
    for target in ("/sparql?query=ASK{}", "/page/person/ishii-takuo?a=b", "/data/person/ishii-takuo?a=b"):
        answer = server.get(f"{target}&version={encoded}")
        assert (answer.status, told(answer)["parameter"]) == (400, "version"), target


def test_the_past_is_not_updated(editor: Editor, numbers: list[int]) -> None:
    version = editor.version

    answer = editor.update(insert(claim("late-1")), parameters=f"version={numbers[0]}")

    assert (answer.status, told(answer)["parameter"]) == (400, "version")
    assert editor.version == version


def test_no_answer_of_the_present_is_given_for_the_past(editor: Editor) -> None:
    text = f"{PROLOGUE}SELECT ?o {{ cl:moving-1 zr:certainty ?o }}"
    (number,) = _made(editor, "moving-1")
    present, past = target_of(text), target_of(text, version=str(number))
    before = [editor.server.get(target).text for target in (present, past)]
    editor.made(
        f"{PROLOGUE}DELETE DATA {{ cl:moving-1 zr:certainty zv:probable }} ;\n"
        "INSERT DATA { cl:moving-1 zr:certainty zv:possible }"
    )

    after = [editor.server.get(target).text for target in (present, past)]

    assert before[0] == before[1] == after[1]
    assert "possible" in after[0]


def test_what_is_gone_is_made_again_of_any_data_that_there_is(own: Settings, tmp_path: Path) -> None:
    with editing(own, tmp_path, snapshots_kept="2", versions_kept="2") as editor:
        before = _counted(editor.server, 0)
        made = [editor.made(insert(claim(f"gone-{n}", more='zr:when "1946"'))) for n in range(1, 6)]
        made.append(told(editor.send("POST", "/history/2/revert")))
        kept = {folder.name.rpartition("-")[2] for folder in (own.live / "snapshots").iterdir()}
        sizes = [before]
        for document in made:
            sizes.append(sizes[-1] + document["added"] - document["removed"])

        asked = (4, 2, 0, 6, 3, 1)
        counted = [_counted(editor.server, number) for number in asked]
        copies = _copies(own)

    assert kept <= {"4", "5", "6"}
    assert counted == [sizes[number] for number in asked]
    assert len(copies) <= 2
    assert not _copies(own)  # nothing stays when the server ends


def test_a_server_that_takes_no_writes_answers_for_the_history_that_it_finds(
    own: Settings, tmp_path: Path
) -> None:
    with editing(own, tmp_path) as editor:
        _made(editor, "found-1", "found-2")
    shutil.rmtree(own.live / "snapshots")

    with serving(own.store, tmp_path, query_workers="1", validation_workers="0") as server:
        seen = [_has(server, "found-2", number) for number in (0, 1, 2)]
        missing = server.get("/sparql?query=ASK{}&version=3")

    assert seen == [False, False, True]
    assert (missing.status, "The newest is 2" in missing.text) == (404, True)


def test_a_version_between_damaged_files_of_the_history_is_refused_and_all_others_are_there(
    own: Settings, tmp_path: Path
) -> None:
    with editing(own, tmp_path, snapshots_kept="2") as editor:
        _made(editor, *(f"broken-{n}" for n in range(1, 6)))
        for number in (2, 4):
            path = Journal(own.history).folder / f"000000{number}.rdfp"
            path.chmod(0o644)
            path.write_bytes(path.read_bytes().replace(b"broken-", b"fallen-"))

        refused = [editor.server.get(f"/sparql?query=ASK{{}}&version={number}") for number in (2, 3)]
        near = [_has(editor.server, "broken-1", number) for number in (1, 4, 5)]

        assert [answer.status for answer in refused] == [503, 503], refused[0].text
        assert "cannot be made again" in refused[0].text
        assert near == [True, True, True]
        assert editor.holds("cl:broken-5 ?p ?o")


def test_many_who_ask_many_versions_are_answered_or_told_to_wait_and_pay_for_it(
    own: Settings, tmp_path: Path
) -> None:
    options = {"snapshots_kept": "2", "versions_kept": "3", "page_threads": "4", "query_workers": "2"}
    budget = {"trusted_proxies": "1", "budget_seconds": "1", "budget_refill_seconds_per_minute": "1"}
    with editing(own, tmp_path, **options, **budget) as editor:
        _made(editor, *(f"many-{n}" for n in range(1, 7)))

        def ask(number: int, client: int) -> Answer:
            target = f"/sparql?query=ASK%7BFILTER%28{number}%3E0%29%7D&version={number % 6}"
            if number % 3 == 0:
                target = f"/data/person/ishii-takuo.ttl?version={number % 6}"
            headers = {"X-Forwarded-For": f"198.51.100.{client}", "Accept": "application/json"}
            return editor.server.ask("GET", target, headers)

        with ThreadPoolExecutor(13) as threads:
            asked = [threads.submit(ask, number, number) for number in range(24)]
            written = threads.submit(_made, editor, "many-7")
            answers = [future.result() for future in asked]
        copies = _copies(own)
        # No answer is known, and four versions in turn are one more than are kept.
        paid: list[Answer] = []
        for number in (number for number in range(1, 90) if number % 3):
            paid.append(ask(number, 200))
            if paid[-1].status != 200:
                break

    assert written.result() == [7]
    assert {answer.status for answer in answers} <= {200, 503}
    assert sum(answer.status == 200 for answer in answers) >= 8
    assert all("retry-after" in answer.headers for answer in answers if answer.status == 503)
    assert len(copies) <= 3
    assert (paid[0].status, paid[-1].status) == (200, 429)


def _copies(settings: Settings) -> set[str]:
    home = settings.live / "versions"
    return {folder.name for folder in home.iterdir()} if home.is_dir() else set()


def test_a_coded_body_is_told_that_no_version_can_be_asked(editor: Editor) -> None:
    coded = gzip.compress(b"ASK {}")
    answer = editor.server.post(coded, QUERY, "/sparql?version=0", Content_Encoding="gzip")

    assert (answer.status, "without a content coding" in answer.text) == (404, True)
    assert editor.server.post(b"", UPDATE, "/sparql?version=0").status == 400
